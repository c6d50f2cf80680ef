//! The same models in SimPy and salabim, in a Python environment of the bench's own.
//!
//! Where Python or the packages cannot be had, the bench goes on without them and says so.

use std::path::PathBuf;
use std::process::{Command, Stdio};

const PACKAGES: [&str; 2] = ["simpy==4.1.2", "salabim==26.0.9"];
const SCRIPT: &str = include_str!("peers.py");

/// A Python that has the packages.
pub struct Peers {
    python: PathBuf,
}

impl Peers {
    /// Makes the environment, once.
    pub fn install() -> Option<Self> {
        let folder = std::env::temp_dir().join("simulate-peers");
        let python = folder.join("bin/python");
        let peers = Self { python };
        if peers.is_complete() {
            return Some(peers);
        }
        let is_made = quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
            && quiet(Command::new(&peers.python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES));
        if !is_made || !peers.is_complete() {
            eprintln!("SimPy and salabim cannot be installed here; the bench goes on without them");
            return None;
        }
        Some(peers)
    }

    fn is_complete(&self) -> bool {
        quiet(Command::new(&self.python).args(["-c", "import simpy, salabim"]))
    }

    /// Events per second of a run.
    pub fn speed(&self, run: &str) -> Option<f64> {
        let output =
            Command::new(&self.python).args(["-c", SCRIPT, run]).stderr(Stdio::inherit()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let mut words = text.split_whitespace().skip(1).filter_map(|word| word.parse::<f64>().ok());
        Some(words.next()? / words.next()?)
    }
}

fn quiet(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
