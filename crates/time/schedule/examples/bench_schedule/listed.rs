//! The published problems with what is known of them.

use std::{env, fs, path::PathBuf};
use trine_schedule::{Problem, flexible_job_shop, job_shop};

/// Families of the classic problems that are asked for when nobody names any.
const FAMILIES: [&str; 3] = ["ft", "la", "abz"];

/// A published problem.
pub struct Listed {
    pub name: String,
    pub path: PathBuf,
    pub problem: Problem,
    /// The optimum, or the best known where nobody has proved one.
    pub best: i64,
}

/// The folder of the problems, if it is there.
fn folder() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real/jobshop");
    let folder = env::var_os("TRINE_JOBSHOP").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: there are no job shops in {}; TRINE_JOBSHOP can name another folder",
        folder.display()
    );
    None
}

/// The problems of a kind, those named or the usual ones.
pub fn problems(kind: &str, names: &[&str]) -> Option<Vec<Listed>> {
    let is_flexible = kind == "flexible";
    let folder = folder()?.join(if is_flexible { "flexible" } else { "" });
    let list = fs::read_to_string(folder.join("instances.json")).ok()?;
    let list: Vec<serde_json::Value> = serde_json::from_str(&list).ok()?;
    let is_asked = |name: &str| {
        let is_usual = is_flexible || FAMILIES.iter().any(|family| name.starts_with(family));
        if names.is_empty() { is_usual } else { names.contains(&name) }
    };
    let read = |one: &serde_json::Value| {
        let name = one["name"].as_str().filter(|name| is_asked(name))?;
        let best = one["optimum"].as_i64().or_else(|| one["bounds"]["upper"].as_i64())?;
        let path = folder.join(one["path"].as_str()?);
        let text = fs::read_to_string(&path).ok()?;
        let problem = if is_flexible { flexible_job_shop(&text) } else { job_shop(&text) };
        Some(Listed { name: name.to_owned(), path, problem: problem.ok()?, best })
    };
    Some(list.iter().filter_map(read).collect())
}
