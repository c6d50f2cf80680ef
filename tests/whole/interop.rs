//! Other people's programs read what we write: DuckDB and Arrow in Python, without a line of ours.

use std::{path::Path, process::Command};
use trine_tests::{Trine, get, get_json, python};

/// Counts the rows of one file of each form, and the rows whose number is the one asked for.
const READ: &str = r#"
import sys, duckdb, pyarrow.ipc
folder = sys.argv[1]
def count(source):
    return duckdb.sql(f"select count(*) from {source}").fetchall()[0][0]
print(count(f"'{folder}/export.parquet'"))
print(count(f"read_csv('{folder}/export.csv', header = true)"))
with pyarrow.ipc.open_stream(f"{folder}/export.arrow") as stream:
    print(stream.read_all().num_rows)
"#;

#[test]
fn duckdb_and_arrow_read_an_export() {
    let Some(python) = python() else {
        assert!(std::env::var_os("TRINE_TOOLS").is_none(), "a Python was promised");
        eprintln!("skipped: cargo xtask test installs the Python that this test needs");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let trine = Trine::start(&["demo", "--past", "0.1"], data.path()).unwrap();
    let site = get_json(&trine, "/api/v1/site").unwrap();
    let (from, to) = (site["earliest"].as_str().unwrap(), site["now"].as_str().unwrap());
    let world = get_json(&trine, "/api/v1/world").unwrap();
    let ids: Vec<String> = world["signals"]
        .as_array()
        .unwrap()
        .iter()
        .take(100)
        .map(|signal| signal["id"].to_string())
        .collect();
    let query = format!("signals={}&from={from}&to={to}", ids.join(","));
    // Late samples may still come for the last moment, so the files are made between two equal counts.
    let rows = loop {
        let before = rows(&trine, &query);
        export(&trine, &query, files.path());
        if rows(&trine, &query) == before {
            break before;
        }
    };
    assert!(rows > 100, "{rows}");
    let output = Command::new(python).args(["-c", READ]).arg(files.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let counts: Vec<&str> = said.split_whitespace().collect();
    assert_eq!(counts, vec![rows.to_string(); 3], "{}", String::from_utf8_lossy(&output.stderr));
}

fn rows(trine: &Trine, query: &str) -> usize {
    let samples = get_json(trine, &format!("/api/v1/samples?{query}&limit=200000")).unwrap();
    assert_eq!(samples["truncated"], false);
    let series = samples["series"].as_array().unwrap();
    series.iter().map(|series| series["samples"].as_array().unwrap().len()).sum()
}

fn export(trine: &Trine, query: &str, folder: &Path) {
    for format in ["parquet", "csv", "arrow"] {
        let answer = get(trine, &format!("/api/v1/export?{query}&format={format}")).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        std::fs::write(folder.join(format!("export.{format}")), answer.body).unwrap();
    }
}
