//! Installs what the tests need and leaves alone what is there: system packages from Debian, the web client's
//! packages, and a Python environment in the build cache.

use crate::shell::{answer, cache, has, npm, root, show};
use anyhow::{Context as _, Result, bail, ensure};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Programs of other people against whom we test, and the Debian packages that bring them.
const FOR_TESTS: &[(&str, &str)] = &[("chromium", "chromium"), ("mosquitto", "mosquitto")];
/// The peers of the benches.
const FOR_BENCHES: &[(&str, &str)] = &[("psql", "postgresql"), ("influxd", "influxdb")];
/// Independent readers and servers of the same standards.
const PYTHON: &[&str] = &["asyncua", "duckdb", "pyarrow"];

/// The peer of the scheduler's bench.
const SOLVER: &[&str] = &["ortools"];

/// The peer of the bench of presence.
const COLYSEUS: &[&str] = &[
    "@colyseus/core@0.16",
    "@colyseus/ws-transport@0.16",
    "@colyseus/schema@3",
    "colyseus.js@0.16",
    "express",
];
/// The association's engine for the API of asset shells, and random requests against API documents: by the names that they
/// have in Python, and on PyPI.
const AAS: &[(&str, &str)] =
    &[("aas_test_engines", "aas-test-engines==1.0.3"), ("schemathesis", "schemathesis>=4.32,<5")];

/// Where things are that were installed.
pub struct Tools {
    pub python: PathBuf,
    pub chromium: Option<PathBuf>,
}

impl Tools {
    /// Tells a test where its tools are. Tests that miss a tool say so and pass, unless this promises them.
    pub fn offer(&self, command: &mut Command) {
        command.env("TRINE_PYTHON", &self.python).env("TRINE_TOOLS", "all");
        if let Some(chromium) = &self.chromium {
            command.env("CHROMIUM", chromium);
        }
    }
}

/// All that the tests need.
pub fn everything() -> Result<Tools> {
    packages(FOR_TESTS)?;
    web()?;
    let python = python()?;
    Ok(Tools { python, chromium: find("chromium") })
}

/// What the benches need besides.
pub fn peers() -> Result<()> {
    packages(FOR_BENCHES)
}

/// The folder of the packages that the bench of presence has its peer from.
pub fn colyseus() -> Result<PathBuf> {
    let folder = cache().join("colyseus");
    if !folder.join("node_modules").exists() {
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("package.json"), "{\"private\":true,\"type\":\"module\"}")?;
        let mut npm = Command::new("npm");
        // Its own bundle asks for a package from outside of the registry; these are its parts.
        npm.args(["install", "--no-audit", "--no-fund", "--omit=optional"])
            .args(COLYSEUS)
            .current_dir(&folder);
        ensure!(npm.status()?.success(), "Colyseus could not be installed");
    }
    Ok(folder)
}

/// A Python with the peer of the scheduler's bench.
pub fn solver() -> Result<PathBuf> {
    python_with(&cache().join("python-bench"), SOLVER)
}

fn packages(wanted: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> =
        wanted.iter().filter(|(program, _)| !has(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("please install {} with your system's packages", missing.join(", "));
    ensure!(has("apt-get"), "{by_hand}");
    eprintln!("xtask: installing {}", missing.join(", "));
    let is_root = answer(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let apt = |arguments: &[&str]| {
        let mut command = if is_root { Command::new("apt-get") } else { Command::new("sudo") };
        if !is_root {
            command.args(["-n", "apt-get"]);
        }
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        show(&mut command)
    };
    apt(&["update", "-q"]).context("apt-get update")?;
    let install = ["install", "-y", "-q", "--no-install-recommends"];
    let outcome = apt(&[&install[..], &missing].concat()).context("apt-get install")?;
    ensure!(outcome.is_success, "apt-get did not install them; {by_hand}");
    Ok(())
}

/// The web client's packages, exactly as its lock file says.
fn web() -> Result<()> {
    ensure!(has("npm"), "please install Node.js 20 or newer");
    let modified = |path: &str| root().join(path).metadata().and_then(|metadata| metadata.modified()).ok();
    let locked = modified("web/package-lock.json").context("web/package-lock.json is missing")?;
    if modified("web/node_modules/.package-lock.json").is_some_and(|installed| installed >= locked) {
        return Ok(());
    }
    let outcome = show(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    ensure!(outcome.is_success, "npm ci failed");
    Ok(())
}

/// A Python of our own with the packages that play the other side in tests.
fn python() -> Result<PathBuf> {
    python_with(&cache().join("python"), PYTHON)
}

/// A Python with what judges the API of asset shells.
pub fn aas_engines() -> Result<PathBuf> {
    let (modules, packages): (Vec<&str>, Vec<&str>) = AAS.iter().copied().unzip();
    python_of(&cache().join("python-aas"), &modules, &packages)
}

fn python_with(folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    python_of(folder, packages, packages)
}

fn python_of(folder: &Path, modules: &[&str], packages: &[&str]) -> Result<PathBuf> {
    let python = folder.join("bin/python");
    let imports = format!("import {}", modules.join(", "));
    if answer(Command::new(&python).args(["-c", &imports])).is_some() {
        return Ok(python);
    }
    make_environment(folder)?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    ensure!(show(&mut pip)?.is_success, "pip did not install {}", packages.join(", "));
    Ok(python)
}

fn make_environment(folder: &Path) -> Result<()> {
    if !has("python3") {
        packages(&[("python3", "python3")])?;
    }
    let make = || show(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder));
    if make()?.is_success {
        return Ok(());
    }
    // Debian's Python comes without its venv module.
    packages(&[("python3-venv-is-a-module", "python3-venv")])?;
    if make()?.is_success { Ok(()) } else { bail!("python3 -m venv does not work") }
}

fn find(program: &str) -> Option<PathBuf> {
    let paths = env::var_os("PATH")?;
    env::split_paths(&paths).map(|folder| folder.join(program)).find(|path| path.is_file())
}
