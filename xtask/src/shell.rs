//! Runs other programs so that people see what they print, and the counts can be read from it.

use anyhow::{Context as _, Result};
use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

/// The root of the clone.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().expect("xtask stands in the clone's root").to_path_buf()
}

/// Where things are kept that are expensive to make again: outside of the clone when CI asks for it.
pub fn cache() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(target) => root().join(target),
        None => match (env::var_os("CI"), env::var_os("HOME")) {
            (Some(ci), Some(home)) if ci == "true" => Path::new(&home).join(".cache/trine-target"),
            _ => root().join("target"),
        },
    }
}

/// Cargo, with everything that belongs to one run in one place.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root()).env("CARGO_TARGET_DIR", cache());
    // What cargo set for xtask itself would make other builds differ.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(name);
    }
    command
}

/// A program of the web client.
pub fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(root().join("web"));
    command
}

/// What a program printed and whether it succeeded.
pub struct Outcome {
    pub is_success: bool,
    pub text: String,
}

/// Runs a program, shows what it prints as it comes, and keeps it.
pub fn show(command: &mut Command) -> Result<Outcome> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never").env_remove("FORCE_COLOR");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let out = child.stdout.take().map(|pipe| thread::spawn(move || copy(pipe, std::io::stdout())));
    let err = child.stderr.take().map(|pipe| thread::spawn(move || copy(pipe, std::io::stderr())));
    let status = child.wait()?;
    let mut text = String::new();
    for reader in [out, err].into_iter().flatten() {
        text.push_str(&reader.join().expect("copying does not panic"));
    }
    Ok(Outcome { is_success: status.success(), text })
}

fn copy(from: impl Read, mut to: impl Write) -> String {
    let mut kept = String::new();
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // Whoever closed our output does not stop the tests.
        let _ = to.write_all(&line);
        kept.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    kept
}

/// Runs a program quietly and answers what it printed on standard output, if it succeeded.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be found.
pub fn has(program: &str) -> bool {
    let paths = env::var_os("PATH").unwrap_or_default();
    // Debian keeps servers where an ordinary user's path does not lead.
    env::split_paths(&paths).chain(["/usr/sbin".into()]).any(|folder| folder.join(program).is_file())
}
