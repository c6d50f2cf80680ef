//! A model that runs: what goes in and comes out by name, and its own time.

use crate::process::Process;
use crate::protocol::{Answer, Ask};
use crate::wires::Wires;
use crate::{Limits, ModelError};
use std::ffi::OsString;
use std::path::Path;

/// A model that is started.
pub struct Instance {
    process: Process,
    limits: Limits,
    outputs: Vec<String>,
    step_s: f64,
    steps: u64,
}

impl Instance {
    /// Starts a process with the model in it.
    ///
    /// # Errors
    /// When the process does not start, or the model refuses, crashes or hangs.
    pub(crate) fn start(
        command: &[OsString],
        folder: &Path,
        wires: &Wires,
        step_s: f64,
        limits: Limits,
    ) -> Result<Self, ModelError> {
        let mut process = Process::start(command, folder)?;
        match process.ask(&Ask::Start(wires.start.clone()), &limits)? {
            Answer::Ready => Ok(Self { process, limits, outputs: wires.outputs.clone(), step_s, steps: 0 }),
            other => Err(unexpected(other)),
        }
    }

    /// How long the model has run, s of its time.
    #[must_use]
    pub fn time_s(&self) -> f64 {
        self.steps as f64 * self.step_s
    }

    /// Steps once, and gives the outputs in the order of their names.
    ///
    /// # Errors
    /// When the model refuses, crashes, hangs, or gives what is no number.
    pub fn step(&mut self, inputs: &[f64]) -> Result<Vec<f64>, ModelError> {
        let ask = Ask::Step { from_s: self.time_s(), size_s: self.step_s, inputs: inputs.to_vec() };
        let values = match self.process.ask(&ask, &self.limits)? {
            Answer::Outputs { values } if values.len() == self.outputs.len() => values,
            other => return Err(unexpected(other)),
        };
        self.steps += 1;
        let finite = |(value, name): (Option<f64>, &String)| {
            value.ok_or_else(|| ModelError::NotFinite { variable: name.clone(), at_s: self.time_s() })
        };
        values.into_iter().zip(&self.outputs).map(finite).collect()
    }
}

fn unexpected(answer: Answer) -> ModelError {
    match answer {
        Answer::Problem { doing, why } => {
            let known = [
                "loading",
                "to be made",
                "its parameters",
                "to initialize",
                "its inputs",
                "a step",
                "its outputs",
            ];
            let doing = known.into_iter().find(|known| *known == doing).unwrap_or("a question");
            ModelError::Refused { doing, why }
        }
        Answer::Ready | Answer::Outputs { .. } => ModelError::Protocol(format!("{answer:?}")),
    }
}
