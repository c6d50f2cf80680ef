//! The child process as the program sees it: a question, an answer, and never waiting longer than was said.

use crate::protocol::{Answer, Ask, LINE_BYTES_MAX};
use crate::{Limits, ModelError};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Moment};

/// Bytes of the last words of a model that are kept.
const SAID_BYTES_MAX: usize = 400;
/// How long the system may take to say how a process ended.
const END_WITHIN: Duration = Duration::from_secs(2);

/// A model's process. Dropped, it is ended.
pub struct Process {
    child: Child,
    asks: Option<ChildStdin>,
    answers: Receiver<Vec<u8>>,
    said: Arc<Mutex<String>>,
}

impl Process {
    /// Starts it, in a folder in which the model may write.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn start(command: &[OsString], folder: &Path) -> Result<Self, ModelError> {
        let missing = || ModelError::Spawn(std::io::Error::from(std::io::ErrorKind::NotFound));
        let (program, args) = command.split_first().ok_or_else(missing)?;
        let mut command = Command::new(program);
        command.args(args).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().map_err(ModelError::Spawn)?;
        let (tell, answers) = sync_channel(1);
        if let Some(out) = child.stdout.take() {
            std::thread::spawn(move || {
                let mut out = BufReader::new(out);
                loop {
                    let mut line = Vec::new();
                    let read = out.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line);
                    if !matches!(read, Ok(1..)) || tell.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        let said = Arc::new(Mutex::new(String::new()));
        if let Some(words) = child.stderr.take() {
            let said = Arc::clone(&said);
            std::thread::spawn(move || listen(words, &said));
        }
        let asks = child.stdin.take();
        Ok(Self { child, asks, answers, said })
    }

    /// Asks, and waits for the answer; a process that does not answer in time is ended.
    ///
    /// # Errors
    /// When it ended, did not answer in time, or answered nonsense.
    pub fn ask(&mut self, ask: &Ask, limits: &Limits) -> Result<Answer, ModelError> {
        let (doing, within) = match ask {
            Ask::Start(_) => ("its start", limits.start),
            Ask::Step { .. } => ("a step", limits.step),
        };
        let mut line = serde_json::to_vec(ask).map_err(|error| ModelError::Protocol(error.to_string()))?;
        line.push(b'\n');
        let written = self.asks.as_mut().map(|asks| asks.write_all(&line).and_then(|()| asks.flush()));
        if !matches!(written, Some(Ok(()))) {
            return Err(self.crashed(doing));
        }
        match self.answers.recv_timeout(within) {
            Ok(line) => serde_json::from_slice(&line).map_err(|_| {
                ModelError::Protocol(String::from_utf8_lossy(&line).chars().take(120).collect())
            }),
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                Err(ModelError::Hung { doing, after: within })
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.crashed(doing)),
        }
    }

    fn crashed(&mut self, doing: &'static str) -> ModelError {
        self.asks = None;
        let began = Moment::now();
        let ended = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if began.elapsed() < END_WITHIN => std::thread::sleep(Duration::from_millis(5)),
                _ => break None,
            }
        };
        let how = ended.map_or_else(|| "it did not say how".to_owned(), how);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner).trim().to_owned();
        let said = if said.is_empty() { String::new() } else { format!("; it said: {said}") };
        ModelError::Crashed { doing, how, said }
    }

    /// Ends it at once.
    fn end(&mut self) {
        self.asks = None;
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Keeps the last of what a model says, and lets the operator read all of it in the log.
fn listen(words: impl Read, said: &Mutex<String>) {
    let mut words = BufReader::new(words);
    loop {
        let mut line = Vec::new();
        let read = words.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return;
        }
        let text = String::from_utf8_lossy(&line);
        tracing::debug!(target: "trine::fmu", "{}", text.trim_end());
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        said.push_str(&text);
        while said.len() > SAID_BYTES_MAX {
            said.remove(0);
        }
    }
}

#[cfg(unix)]
fn how(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    let signal = match status.signal() {
        Some(4) => "it met an instruction that is none",
        Some(6) => "it gave up by itself",
        Some(7 | 11) => "it touched memory that is not its own",
        Some(8) => "it divided by zero",
        Some(9) => "it was killed",
        Some(signal) => return format!("signal {signal}"),
        None => return format!("code {}", status.code().unwrap_or(-1)),
    };
    signal.to_owned()
}

#[cfg(not(unix))]
fn how(status: ExitStatus) -> String {
    format!("code {}", status.code().unwrap_or(-1))
}
