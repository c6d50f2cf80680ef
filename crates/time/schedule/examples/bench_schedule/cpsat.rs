//! OR-Tools CP-SAT on the same problem with the same cores and time.

use crate::race::CORES;
use std::{env, path::Path, process::Command};

const SCRIPT: &str = include_str!("cpsat.py");

/// The makespan that CP-SAT reaches; none where Python has no OR-Tools.
pub fn run(kind: &str, path: &Path, seconds: f64) -> Option<i64> {
    let python = env::var_os("TRINE_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.args(["-c", SCRIPT, kind]).arg(path).arg(seconds.to_string()).arg(CORES.to_string());
    let output = command.output().ok()?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        eprintln!("CP-SAT did not run: {}", told.lines().last().unwrap_or_default());
        return None;
    }
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}
