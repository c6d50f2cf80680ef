//! What the program and the process of a model say to each other: one line of JSON each way, question and answer.
//!
//! ```text
//! ─▶ {"ask":"start","version":2,"library":"…/m.so","token":"{…}",…}
//! ◀─ {"answer":"ready"}
//! ─▶ {"ask":"step","from_s":0.0,"size_s":1.0,"inputs":[20.0]}
//! ◀─ {"answer":"outputs","values":[19.4]}
//! ◀─ {"answer":"problem","doing":"a step","why":"the FMU answered: error"}
//! ```
//!
//! The end of the child's standard input ends the child. What the FMU prints goes to the child's standard error.

use crate::description::Type;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Bytes of a line.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// A variable by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wire {
    /// Value reference.
    pub reference: u32,
    /// How it is set and got.
    pub kind: Type,
}

/// All that it takes to start a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// 2 or 3.
    pub version: u8,
    /// The library.
    pub library: PathBuf,
    /// Folder of the resources.
    pub resources: PathBuf,
    /// GUID or instantiation token.
    pub token: String,
    /// What the instance is called.
    pub name: String,
    /// Set once, before the model initializes.
    pub parameters: Vec<(Wire, f64)>,
    /// Set at the start and before every step.
    pub inputs: Vec<(Wire, f64)>,
    /// Got after every step.
    pub outputs: Vec<Wire>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Ask {
    /// Load and initialize.
    Start(Start),
    /// Go on.
    Step {
        /// The model's time, s.
        from_s: f64,
        /// How far, s.
        size_s: f64,
        /// In the order of the start.
        inputs: Vec<f64>,
    },
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    /// It may be stepped.
    Ready,
    /// In the order of the start; `null` for what is not finite.
    Outputs {
        /// The values.
        values: Vec<Option<f64>>,
    },
    /// It cannot.
    Problem {
        /// What it was to do.
        doing: String,
        /// In words.
        why: String,
    },
}
