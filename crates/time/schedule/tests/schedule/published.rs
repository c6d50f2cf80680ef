//! The published problems, where they lie beside the repository (`../shared/real/jobshop`, or `TRINE_JOBSHOP`).

use std::{env, fs, path::PathBuf};
use trine_schedule::{Search, check, flexible_job_shop, job_shop};

/// The folder with the problems, if it is there.
fn folder() -> Option<PathBuf> {
    let named = env::var_os("TRINE_JOBSHOP").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real/jobshop");
    let folder = named.unwrap_or_else(beside);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there are no job shops in {}", folder.display());
    None
}

/// Every listed problem is read, planned within some moves, and judged. No plan beats a proved optimum.
#[test]
fn published_problems_are_planned() {
    let Some(folder) = folder() else { return };
    for list in ["", "flexible"] {
        let folder = folder.join(list);
        let text = fs::read_to_string(folder.join("instances.json")).unwrap();
        let listed: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let mut read = 0;
        for one in listed {
            let Ok(text) = fs::read_to_string(folder.join(one["path"].as_str().unwrap())) else { continue };
            let problem = if list.is_empty() { job_shop(&text) } else { flexible_job_shop(&text) }.unwrap();
            let mut search = Search::new(&problem, 1, None).unwrap();
            search.step(500);
            let cost = check(&problem, &search.best().unwrap()).unwrap().cost;
            let name = one["name"].as_str().unwrap();
            assert!(one["optimum"].as_i64().is_none_or(|optimum| cost >= optimum), "{name}: {cost}");
            read += 1;
        }
        assert!(read > 0, "{} is empty", folder.display());
    }
}

/// Fisher and Thompson's six by six (1963), which everybody may know by heart: 55.
#[test]
fn the_smallest_classic_is_solved() {
    let text = "6 6\n2 1 0 3 1 6 3 7 5 3 4 6\n1 8 2 5 4 10 5 10 0 10 3 4\n2 5 3 4 5 8 0 9 1 1 4 7\n\
                1 5 0 5 2 5 3 3 4 8 5 9\n2 9 1 3 4 5 5 4 0 3 3 1\n1 3 3 3 5 9 0 10 4 4 2 1\n";
    let problem = job_shop(text).unwrap();
    let mut search = Search::new(&problem, 1, None).unwrap();
    search.step(20_000);
    assert_eq!(check(&problem, &search.best().unwrap()).unwrap().cost, 55);
}
