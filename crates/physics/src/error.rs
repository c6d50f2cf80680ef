//! What can be wrong with a model, in words for the person who attached it.

use std::time::Duration;

/// A model that cannot be taken, started or stepped.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It is no archive.
    #[error("the file is no FMU: {0}")]
    NotArchive(#[from] zip::result::ZipError),
    /// It is larger, or becomes larger, than is taken.
    #[error("the FMU has more than {most} {what}; nothing of it was kept")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How many are taken.
        most: u64,
    },
    /// An entry would land outside of its folder.
    #[error("the FMU has an entry `{0}` that would be written outside of its folder; nothing of it was kept")]
    Escapes(String),
    /// There is no model description.
    #[error("the FMU has no `modelDescription.xml`")]
    NoDescription,
    /// The description cannot be read.
    #[error("`modelDescription.xml` cannot be read: {0}")]
    Description(String),
    /// A version of FMI that is not spoken here.
    #[error("the FMU is of FMI {0}; 2.0 and 3.0 are understood")]
    Version(String),
    /// It is a model without its solver.
    #[error("the FMU has no co-simulation in it, only model exchange; export it with its solver")]
    NotCoSimulation,
    /// It is a mere front of a tool that has to be installed.
    #[error("the FMU needs the tool that it comes from; export one that stands alone")]
    NeedsTool,
    /// Its binary is for other machines.
    #[error("the FMU has no binary for this machine ({wanted}); it has: {has}")]
    NoBinary {
        /// Folder that would fit.
        wanted: String,
        /// Folders that it has.
        has: String,
    },
    /// The wiring names what is not there.
    #[error("the model has no {causality} `{name}`; it has: {has}")]
    NoVariable {
        /// `input`, `output`, …
        causality: &'static str,
        /// The name.
        name: String,
        /// Names that it has, the first of them.
        has: String,
    },
    /// A variable that is no single number.
    #[error("`{0}` is a text, a clock, or an array; only single numbers and truth values can be wired")]
    NotNumber(String),
    /// A parameter is set once.
    #[error("`{0}` is a parameter, which is set once: give it a constant")]
    ParameterFromSignal(String),
    /// There is no such file.
    #[error("there is no model file `{0}`; upload it first")]
    NoFile(String),
    /// The child process did not start.
    #[error("the process for the model did not start: {0}")]
    Spawn(#[source] std::io::Error),
    /// The FMU refused.
    #[error("the model refused {doing}: {why}")]
    Refused {
        /// What it was to do.
        doing: &'static str,
        /// What it said.
        why: String,
    },
    /// The child ended.
    #[error("the model ended its process while {doing} ({how}){said}")]
    Crashed {
        /// What it was to do.
        doing: &'static str,
        /// Signal or code.
        how: String,
        /// The last of what it said.
        said: String,
    },
    /// It did not answer in time.
    #[error("the model did not come back from {doing} within {} s and was ended", .after.as_secs_f64())]
    Hung {
        /// What it was to do.
        doing: &'static str,
        /// How long it had.
        after: Duration,
    },
    /// A value that is none.
    #[error("the model gave a value that is not finite for `{variable}` at {at_s} s of its time")]
    NotFinite {
        /// Which output.
        variable: String,
        /// When.
        at_s: f64,
    },
    /// The child speaks another tongue.
    #[error("the process of the model answered what is no answer: {0}")]
    Protocol(String),
    /// The disk.
    #[error("the disk refuses: {0}")]
    Disk(#[from] std::io::Error),
}

impl ModelError {
    /// Whether the same will happen again until somebody changes the model.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        !matches!(
            self,
            Self::Spawn(_)
                | Self::Crashed { .. }
                | Self::Hung { .. }
                | Self::NotFinite { .. }
                | Self::Protocol(_)
                | Self::Disk(_)
                | Self::Refused { doing: "a step", .. }
        )
    }
}
