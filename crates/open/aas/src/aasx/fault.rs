//! What can be wrong with a package, and how much of one is taken.

use crate::Fault;
use std::fmt;

/// How much of a package is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many parts.
    pub parts_max: usize,
    /// How many bytes one part may have.
    pub part_bytes_max: u64,
    /// How many bytes all parts may have together.
    pub total_bytes_max: u64,
    /// How many times its packed size a part of more than a mebibyte may have.
    pub ratio_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { parts_max: 20_000, part_bytes_max: 512 << 20, total_bytes_max: 1 << 30, ratio_max: 200 }
    }
}

/// One thing that is wrong with a package, and the part that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageFault {
    /// The part; empty for the package as a whole.
    pub part: String,
    /// What is wrong with it.
    pub kind: PackageFaultKind,
}

impl PackageFault {
    pub(super) fn new(part: impl Into<String>, kind: PackageFaultKind) -> Self {
        Self { part: part.into().chars().take(300).collect(), kind }
    }

    /// Whether something is lost by it; otherwise it is a warning.
    #[must_use]
    pub fn is_error(&self) -> bool {
        match &self.kind {
            PackageFaultKind::Content(fault) => fault.is_error(),
            PackageFaultKind::MissingTarget(_) | PackageFaultKind::NoContentType => false,
            _ => true,
        }
    }
}

impl fmt::Display for PackageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.part.is_empty() {
            write!(f, "{}", self.kind)
        } else {
            write!(f, "{}: {}", self.part, self.kind)
        }
    }
}

/// What can be wrong with a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackageFaultKind {
    /// It is no ZIP archive, or its directory is cut off.
    #[error("this is no whole ZIP archive: {0}")]
    NoArchive(&'static str),
    /// It uses something of ZIP that packages may not use.
    #[error("{0} is not taken")]
    Unsupported(&'static str),
    /// A part is encrypted.
    #[error("the part is encrypted; remove the password and pack it again")]
    Encrypted,
    /// The content of a part does not unpack to what the directory says.
    #[error("the part is damaged: {0}")]
    Damaged(&'static str),
    /// Two parts have names that are equal but for upper and lower case.
    #[error("there is another part of this name; the first one counts")]
    DuplicateName,
    /// A name leads out of the package or is none.
    #[error("the name of the part leads out of the package or is not allowed")]
    BadName,
    /// There are too many parts.
    #[error("there are {found} parts; {limit} are taken")]
    TooManyParts {
        /// How many there are.
        found: usize,
        /// How many are taken.
        limit: usize,
    },
    /// A part is too large, or all together are.
    #[error("it unpacks to more than the {0} bytes that are taken")]
    TooLarge(u64),
    /// A part unpacks to so many times its size that it can only be meant to do harm.
    #[error("it unpacks to more than {0} times its size")]
    Bomb(u64),
    /// A table of the package is no sound XML.
    #[error("the table is no sound XML: {0}")]
    Table(String),
    /// No relation leads to a part with an environment.
    #[error("no relation leads to an environment")]
    NoSpec,
    /// A relation leads to a part that is not there.
    #[error("a relation leads to `{0}`, which is not there")]
    MissingTarget(String),
    /// The content types do not name the part's.
    #[error("the package does not say the part's content type")]
    NoContentType,
    /// The environment in the part has a fault.
    #[error("{0}")]
    Content(Fault),
}
