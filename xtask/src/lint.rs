//! `cargo xtask lint`: what tools can check of the style, and what the house promises of itself.

use crate::{
    purity,
    shell::{answer, cargo, npm, root},
    tally::Tally,
    test::Report,
};
use anyhow::{Context as _, Result};
use std::{fs, process::Command, time::Instant};

/// Longer files than this are mentioned; tables and generated files may be.
const LONG_FILE_LINES: usize = 800;

pub fn run(report: &mut Report) -> Result<()> {
    report.check("rustfmt", &mut cargo(&["fmt", "--all", "--check"]))?;
    let clippy = ["clippy", "--release", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    report.check("clippy", &mut cargo(&clippy))?;
    report.check("biome", &mut npm(&["run", "--silent", "lint"]))?;
    report.check("svelte-check", &mut npm(&["run", "--silent", "check"]))?;
    let started = Instant::now();
    println!("\n── house");
    let mut faults = purity::faults()?;
    let sources = tracked_sources()?;
    faults.extend(sources.iter().flat_map(|(path, text)| machine_paths(path, text)));
    faults.iter().for_each(|fault| println!("{fault}"));
    for (path, text) in &sources {
        let lines = text.lines().count();
        if lines > LONG_FILE_LINES && !path.ends_with(".json") {
            println!("note: {path} has {lines} lines; newcomers fear such files");
        }
    }
    report.note("house", Tally::one(faults.is_empty()), started);
    Ok(())
}

/// All text files that git knows or would add, without lock files.
fn tracked_sources() -> Result<Vec<(String, String)>> {
    let list = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let names = answer(Command::new("git").args(list).current_dir(root())).context("git ls-files")?;
    let is_ours = |name: &&str| !name.ends_with("package-lock.json") && !name.ends_with(".lock");
    Ok(names
        .lines()
        .filter(is_ours)
        .filter_map(|name| Some((name.to_owned(), fs::read_to_string(root().join(name)).ok()?)))
        .collect())
}

/// Paths that exist on one machine only. They are put together here so that this file does not hold them.
fn machine_paths(path: &str, text: &str) -> Vec<String> {
    let homes = ["work", "home", "Users"].map(|folder| format!("/{folder}/"));
    let is_path = |line: &str| {
        homes.iter().any(|home| {
            line.match_indices(home.as_str()).any(|(at, _)| {
                // A URL's path or a relative path of ours is not meant.
                !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-*~}])".contains(c))
            })
        })
    };
    let faults = text.lines().enumerate().filter(|(_, line)| is_path(line));
    faults.map(|(at, line)| format!("{path}:{}: a path of one machine: {}", at + 1, line.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_machine_is_found_and_others_are_not() {
        let home = ["/ho", "me/somebody/x"].concat();
        assert_eq!(machine_paths("a.md", &format!("see {home}")).len(), 1);
        assert_eq!(machine_paths("a.md", &format!("see https://example.org{home}")).len(), 0);
    }

    #[test]
    fn no_file_names_a_path_of_one_machine() {
        let sources = tracked_sources().unwrap();
        let faults: Vec<String> = sources.iter().flat_map(|(path, text)| machine_paths(path, text)).collect();
        assert!(sources.len() > 50 && faults.is_empty(), "{faults:#?}");
    }
}
