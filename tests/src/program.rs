//! `trine` as a child process.

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long the program may take until it prints its URL.
const START: Duration = Duration::from_secs(180);

/// A running `trine`. Dropping it kills it.
pub struct Trine {
    child: Child,
    url: String,
}

/// The built program: it lies beside the folder of the test's own binary.
pub fn binary() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().and_then(Path::parent).context("a test lies in target/PROFILE/deps")?;
    let program = folder.join("trine");
    ensure!(program.is_file(), "{} is missing; build it with cargo build -p trine", program.display());
    Ok(program)
}

impl Trine {
    /// Starts the program with a data folder and waits for its URL.
    pub fn start<A: AsRef<OsStr>>(arguments: &[A], data: &Path) -> Result<Self> {
        let mut command = Command::new(binary()?);
        command.args(arguments).args(["--listen", "127.0.0.1:0", "--data"]).arg(data);
        Self::launch(command)
    }

    /// Starts a prepared command and waits for the URL on its first line.
    pub fn launch(mut command: Command) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let (send, first) = mpsc::channel();
        thread::spawn(move || {
            // The test may have given up; what follows is read so that nothing blocks.
            let _ = send.send(lines.next());
            lines.for_each(drop);
        });
        let mut started = Self { child, url: String::new() };
        match first.recv_timeout(START) {
            Ok(Some(Ok(url))) if url.starts_with("http://127.0.0.1:") => started.url = url,
            Ok(Some(Ok(line))) => bail!("the first line is not a URL: {line}"),
            Ok(_) => bail!("ended before it printed its URL: {:?}", started.child.wait()?),
            Err(_) => bail!("no URL within {} s", START.as_secs()),
        }
        Ok(started)
    }

    /// Where it is reached.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `ADDR:PORT`.
    #[must_use]
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// Ends it as a power cut would for the process: no handler runs.
    pub fn kill_9(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> Result<ExitStatus> {
        kill_process(self.pid()?, Signal::TERM)?;
        Ok(self.child.wait()?)
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Memory that it holds, bytes.
    pub fn resident_bytes(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kilobytes << 10)
    }

    fn pid(&self) -> Result<Pid> {
        Pid::from_raw(i32::try_from(self.child.id())?).context("a child has a pid")
    }
}

impl Drop for Trine {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
