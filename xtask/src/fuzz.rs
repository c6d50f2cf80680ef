//! `cargo xtask fuzz [TARGET] [SECONDS]`: libFuzzer over the decoders, on the stable compiler.
//!
//! The flags that instrument the code are ordinary ones of the code generator. What stable cannot do is the address
//! sanitizer; it would find misuse of memory, of which safe code has none. Panics, overflows and endless growth are
//! found all the same.

use crate::shell::{cache, cargo, root, show};
use anyhow::{Context as _, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Seconds for each target when nobody says.
const SECONDS: &str = "60";

/// Memory that a target may take, MB.
const MEMORY_MB: u32 = 2048;

/// Coverage by counters inside of the code and their places, as libFuzzer reads them.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Inputs that already exist as golden files: target, folder, end of the name.
const GOLDEN: [(&str, &str, &str); 2] =
    [("view_frame", "tests/golden/frames", ".bin"), ("log_batch", "crates/time/log/tests/golden", ".bin")];

/// Runs the target named, or all.
pub fn run(arguments: &[String]) -> Result<bool> {
    let all = targets()?;
    let (wanted, seconds) = match arguments {
        [] => (all, SECONDS),
        [seconds] if seconds.parse::<u32>().is_ok() => (all, seconds.as_str()),
        [target, rest @ ..] => {
            ensure!(all.contains(target), "there is no target `{target}`; there are: {}", all.join(", "));
            (vec![target.clone()], rest.first().map_or(SECONDS, String::as_str))
        }
    };
    let folder = build()?;
    let mut is_clean = true;
    for target in wanted {
        is_clean &= fuzz(&folder.join(&target), &target, seconds)?;
    }
    Ok(is_clean)
}

fn targets() -> Result<Vec<String>> {
    let files = fs::read_dir(root().join("fuzz/fuzz_targets"))?;
    let name = |file: fs::DirEntry| Some(file.path().file_stem()?.to_str()?.to_owned());
    let mut targets: Vec<String> = files.flatten().filter_map(name).collect();
    targets.sort();
    Ok(targets)
}

/// Builds all targets for the machine's own platform: with a platform named, build scripts stay without the flags.
fn build() -> Result<PathBuf> {
    let platform = platform()?;
    let target = cache().join("fuzz");
    let mut command =
        cargo(&["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", &platform]);
    command.env("CARGO_TARGET_DIR", &target).env("RUSTFLAGS", FLAGS).env("TRINE_SKIP_WEB", "1");
    if !show(&mut command)?.is_success {
        bail!("the fuzz targets cannot be built; libFuzzer needs a C++ compiler");
    }
    Ok(target.join(platform).join("release"))
}

fn platform() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc does not tell its platform")?.to_owned())
}

fn fuzz(program: &Path, target: &str, seconds: &str) -> Result<bool> {
    let fuzz = root().join("fuzz");
    let (corpus, artifacts) = (fuzz.join("corpus").join(target), fuzz.join("artifacts").join(target));
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    seed(target, &corpus)?;
    println!("fuzz: {target} for {seconds} s");
    let mut command = Command::new(program);
    command
        .arg(&corpus)
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args([&format!("-max_total_time={seconds}"), &format!("-rss_limit_mb={MEMORY_MB}")])
        .args(["-max_len=4096", "-timeout=10", "-print_final_stats=1", "-verbosity=0"]);
    Ok(show(&mut command)?.is_success)
}

fn seed(target: &str, corpus: &Path) -> Result<()> {
    let golden = GOLDEN.iter().filter(|(name, ..)| *name == target);
    let mut folders: Vec<(PathBuf, &str)> =
        golden.map(|(_, folder, end)| (root().join(folder), *end)).collect();
    folders.push((root().join("fuzz/seeds").join(target), ""));
    for (folder, end) in folders {
        for file in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = file.file_name();
            if name.to_string_lossy().ends_with(end) && file.path().is_file() {
                fs::copy(file.path(), corpus.join(name))?;
            }
        }
    }
    Ok(())
}
