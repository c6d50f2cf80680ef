//! Invariant 10: pure crates stay pure. No I/O, no clock, no randomness of their own, in their sources and in what
//! they depend on.

use crate::shell::{answer, cargo, root};
use anyhow::{Context as _, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders of pure crates; one that ends in `*` means every crate in it.
const PURE: &[&str] = &[
    "crates/core/*",
    "crates/time/schedule",
    "crates/time/simulate",
    "crates/time/forecast",
    "crates/space/generate",
    "crates/space/presence",
    "crates/open/aas",
];
/// Crates that do I/O, keep time or draw randomness.
const FORBIDDEN_CRATES: [&str; 9] =
    ["tokio", "mio", "async-std", "smol", "hyper", "reqwest", "socket2", "getrandom", "chrono"];
/// Modules of std that do.
const FORBIDDEN_MODULES: [&str; 5] = ["fs", "net", "env", "process", "thread"];
/// Other words that give it away.
const FORBIDDEN_WORDS: [&str; 6] =
    ["SystemTime", "Instant::now", "Timestamp::now", "thread_rng", "rand::rng", "RandomState::new"];

/// What is wrong, a line each.
pub fn faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for folder in pure_folders()? {
        let name = folder.strip_prefix(root()).unwrap_or(&folder).display().to_string();
        for file in sources(&folder.join("src"))? {
            let text = fs::read_to_string(&file)?;
            let path = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
            faults.extend(
                impurities(&text)
                    .into_iter()
                    .map(|(line, what)| format!("{path}:{line}: {name} is pure, but uses {what}")),
            );
        }
        let manifest = folder.join("Cargo.toml");
        let tree = ["tree", "--edges", "normal", "--prefix", "none", "--manifest-path"];
        let tree = answer(cargo(&tree).arg(manifest)).with_context(|| format!("cargo tree of {name}"))?;
        let forbidden = tree.lines().filter_map(|line| line.split_whitespace().next());
        let forbidden = forbidden.filter(|dependency| FORBIDDEN_CRATES.contains(dependency));
        faults.extend(forbidden.map(|dependency| format!("{name} is pure, but depends on {dependency}")));
    }
    faults.sort_unstable();
    faults.dedup();
    Ok(faults)
}

fn pure_folders() -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for pattern in PURE {
        match pattern.strip_suffix("/*") {
            Some(parent) => {
                for entry in fs::read_dir(root().join(parent))? {
                    folders.push(entry?.path());
                }
            }
            None => folders.push(root().join(pattern)),
        }
    }
    folders.retain(|folder| folder.join("Cargo.toml").is_file());
    folders.sort_unstable();
    Ok(folders)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// The forbidden things that a source uses, with their lines. Comments and the tests at its end may.
fn impurities(text: &str) -> Vec<(usize, String)> {
    let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = product.lines().map(|line| line.split("//").next().unwrap_or_default());
    let mut found = Vec::new();
    let mut in_group = false;
    for (at, line) in lines.enumerate() {
        let starts_group = line.trim_start().starts_with("use std::{");
        in_group |= starts_group;
        let is_named = |module: &&&str| {
            let path = format!("std::{module}");
            line.match_indices(&path).any(|(at, _)| !line[at + path.len()..].starts_with(is_word))
                || in_group && words(line).any(|word| word == **module)
        };
        found.extend(
            FORBIDDEN_MODULES.iter().filter(is_named).map(|module| (at + 1, format!("std::{module}"))),
        );
        let named = FORBIDDEN_WORDS.iter().filter(|word| line.contains(**word));
        found.extend(named.map(|word| (at + 1, (*word).to_owned())));
        in_group &= !line.contains(';');
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !is_word(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impurities_are_found_where_they_stand() {
        let text =
            "use std::{\n    collections::BTreeMap,\n    fs,\n};\nfn f() { let now = SystemTime::now(); }\n";
        let found: Vec<usize> = impurities(text).into_iter().map(|(line, _)| line).collect();
        assert_eq!(found, [3, 5]);
        assert_eq!(impurities("use std::net::TcpStream;").len(), 1);
    }

    #[test]
    fn comments_tests_and_other_words_are_free() {
        let text = "//! no std::fs here\nuse std::{fmt, ops};\nlet net = environment;\n\
                    #[cfg(test)]\nmod tests {\n use std::fs;\n}\n";
        assert_eq!(impurities(text), []);
    }

    /// Invariant 10 itself.
    #[test]
    fn pure_crates_are_pure() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }
}
