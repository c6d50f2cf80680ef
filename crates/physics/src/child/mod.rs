//! The process of a model: reads a question, lets the FMU work, writes the answer.
//!
//! It ends when its standard input ends, even while the FMU is busy, so that no process outlives the program. It takes
//! no more memory than [`MEMORY_BYTES_MAX`], and what the FMU prints cannot get between the answers.

#![allow(unsafe_code, reason = "an FMU is reached by the C interface of its library")]

mod fmi2;
mod fmi3;
mod library;
mod system;

use crate::protocol::{Answer, Ask, LINE_BYTES_MAX, Start};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};

/// Bytes of address space that a model may take.
pub const MEMORY_BYTES_MAX: u64 = 4 << 30;

/// A model that can be stepped.
trait Slave {
    /// Sets inputs, steps, and gets outputs.
    fn step(&mut self, from_s: f64, size_s: f64, inputs: &[f64]) -> Result<Vec<f64>, Failure>;
}

/// What the FMU did not do, and what it said.
struct Failure {
    doing: &'static str,
    why: String,
}

impl Failure {
    fn new(doing: &'static str, why: impl Into<String>) -> Self {
        Self { doing, why: why.into() }
    }
}

/// Answers questions until there are no more.
pub fn run() -> ExitCode {
    let Ok(mut answers) = system::prepare() else { return ExitCode::FAILURE };
    let asks = questions();
    let mut slave: Option<Box<dyn Slave>> = None;
    while let Ok(line) = asks.recv() {
        let answer = match serde_json::from_slice(&line) {
            Ok(ask) => answer(&mut slave, ask),
            Err(error) => problem(&Failure::new("reading", error.to_string())),
        };
        let Ok(mut line) = serde_json::to_vec(&answer) else { return ExitCode::FAILURE };
        line.push(b'\n');
        if answers.write_all(&line).and_then(|()| answers.flush()).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// The lines of standard input; its end is the end of the process.
fn questions() -> Receiver<Vec<u8>> {
    let (tell, heard) = sync_channel(1);
    std::thread::spawn(move || {
        let mut input = BufReader::new(std::io::stdin());
        loop {
            let mut line = Vec::new();
            let read = input.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line);
            if !matches!(read, Ok(1..)) || tell.send(line).is_err() {
                std::process::exit(0);
            }
        }
    });
    heard
}

fn answer(slave: &mut Option<Box<dyn Slave>>, ask: Ask) -> Answer {
    let outcome = match ask {
        Ask::Start(start) => begin(&start).map(|begun| {
            *slave = Some(begun);
            Answer::Ready
        }),
        Ask::Step { from_s, size_s, inputs } => match slave {
            Some(slave) => slave.step(from_s, size_s, &inputs).map(|values| Answer::Outputs {
                values: values
                    .into_iter()
                    .map(|value| Some(value).filter(|value| value.is_finite()))
                    .collect(),
            }),
            None => Err(Failure::new("a step", "nothing was started")),
        },
    };
    outcome.unwrap_or_else(|failure| problem(&failure))
}

fn problem(failure: &Failure) -> Answer {
    Answer::Problem { doing: failure.doing.to_owned(), why: failure.why.clone() }
}

fn begin(start: &Start) -> Result<Box<dyn Slave>, Failure> {
    match start.version {
        2 => Ok(Box::new(fmi2::Slave2::begin(start)?)),
        _ => Ok(Box::new(fmi3::Slave3::begin(start)?)),
    }
}

/// The name of a status of FMI, which is the same in both versions.
fn status(code: i32) -> &'static str {
    match code {
        0 => "ok",
        1 => "warning",
        2 => "discard (it cannot step that far)",
        3 => "error",
        4 => "fatal",
        5 => "pending (it steps in the background, which is not supported)",
        _ => "a status that FMI does not know",
    }
}

/// `ok` and `warning` are good.
fn good(doing: &'static str, code: i32) -> Result<(), Failure> {
    if (0..=1).contains(&code) {
        Ok(())
    } else {
        Err(Failure::new(doing, format!("the FMU answered: {}", status(code))))
    }
}
