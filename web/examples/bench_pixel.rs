//! Machine to pixel: starts the demo and lets a browser measure how old samples are when a picture shows them.
//! `bench_pixel [SECONDS]`; the measurement itself, with what it leaves out, is `web/e2e/pixel.mjs`. It needs Node, the
//! client's packages (`npm ci` in `web/`) and Chromium (`CHROMIUM` names another than `/usr/bin/chromium`).

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

/// A program that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let seconds = env::args().nth(1).unwrap_or_else(|| "60".into());
    let data = env::temp_dir().join(format!("trine-bench-pixel-{}", std::process::id()));
    let outcome = measure(&data, &seconds);
    // What the demo has written is of no further use; that it cannot be removed is no reason to fail.
    let _ = fs::remove_dir_all(&data);
    outcome
}

fn measure(data: &Path, seconds: &str) -> Result<(), Box<dyn Error>> {
    let (_demo, url) = start(data)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/pixel.mjs");
    let status = Command::new("node").arg(script).arg(seconds).env("TRINE_URL", url).status()?;
    if status.success() { Ok(()) } else { Err(format!("the browser did not measure: {status}").into()) }
}

/// The demo on a free port, and the URL that it prints on its first line.
fn start(data: &Path) -> Result<(Running, String), Box<dyn Error>> {
    let mut child = Command::new(program()?)
        .args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = child.stdout.take();
    let demo = Running(child);
    let mut url = String::new();
    BufReader::new(out.ok_or("the demo has no output")?).read_line(&mut url)?;
    if url.starts_with("http://") {
        return Ok((demo, url.trim().into()));
    }
    Err("the demo ended without printing its URL".into())
}

/// `trine` of the same build as this program; it is built when it is not there.
fn program() -> Result<PathBuf, Box<dyn Error>> {
    let own = env::current_exe()?;
    let folder = own.ancestors().nth(2).ok_or("this program lies in no build folder")?;
    let program = folder.join(format!("trine{}", env::consts::EXE_SUFFIX));
    if !program.exists() {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["build", "--release", "--locked", "--package", "trine", "--bins"];
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let status = Command::new(cargo).args(arguments).arg("--manifest-path").arg(manifest).status()?;
        if !status.success() {
            return Err("`trine` is not built: run `cargo build --release`".into());
        }
    }
    Ok(program)
}
