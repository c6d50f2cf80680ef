//! Builds the web client with npm and embeds it. Without Node, or with `TRINE_SKIP_WEB=1`, the program carries a page
//! that says how to get the client.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What the client is made of; a change of anything else does not build it again.
const SOURCES: [&str; 8] = [
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "svelte.config.js",
    "tsconfig.json",
];

fn main() {
    println!("cargo::rerun-if-env-changed=TRINE_SKIP_WEB");
    println!("cargo::rerun-if-changed=../tests/golden/states.json");
    for source in SOURCES.iter().filter(|source| Path::new(source).exists()) {
        println!("cargo::rerun-if-changed={source}");
    }
    let built =
        if env::var_os("TRINE_SKIP_WEB").is_some() { Err("TRINE_SKIP_WEB is set".into()) } else { build() };
    let folder = built.unwrap_or_else(|why| {
        println!("cargo::warning=the web client is not in this build: {why}");
        placeholder(&why)
    });
    memory_serve::load_directory(folder);
}

/// Builds outside the source tree's `dist`, so that a build never touches what a developer serves from there.
fn build() -> Result<PathBuf, String> {
    let folder = out().join("client");
    if !Path::new("node_modules/.package-lock.json").exists() {
        npm(&["ci", "--no-audit", "--no-fund"])?;
    }
    let out_dir = folder.to_string_lossy().into_owned();
    npm(&["run", "--silent", "build", "--", "--outDir", &out_dir, "--emptyOutDir", "--logLevel", "warn"])?;
    Ok(folder)
}

fn npm(arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(program).args(arguments).output().map_err(|error| {
        format!("npm does not start ({error}); install Node.js 20 or newer from your system's packages")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().rev().take(5).collect();
    Err(format!(
        "npm {} failed: {}",
        arguments.join(" "),
        last.into_iter().rev().collect::<Vec<_>>().join(" / ")
    ))
}

fn placeholder(why: &str) -> PathBuf {
    let folder = out().join("placeholder");
    let why = why.replace('&', "&amp;").replace('<', "&lt;");
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>Trine</title><h1>Trine runs without its web client</h1>\
         <p>This program was built without it: {why}.</p>\
         <p>Install Node.js 20 or newer and build again. The API is there all the same: \
         <a href=/openapi.json>/openapi.json</a>.</p>"
    );
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("index.html"), page));
    written.expect("the build folder can be written");
    folder
}

fn out() -> PathBuf {
    PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"))
}
