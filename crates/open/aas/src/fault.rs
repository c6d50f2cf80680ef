//! What is wrong with a document, and where: a value that is reported, never a reason to stop at the first.

use crate::DataTypeDefXsd;
use crate::verify::Constraint;
use std::fmt;

/// One thing that is wrong, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place as a JSON path, such as `$.submodels[0].submodelElements[2].valueType`.
    pub path: String,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// How much a fault weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It is kept and written back, but not understood, or is discouraged.
    Warning,
    /// It breaks the metamodel.
    Error,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// The document breaks the grammar of its format.
    #[error("not well-formed: {0}")]
    Syntax(String),
    /// It nests deeper than is taken.
    #[error("nests too deep")]
    TooDeep,
    /// A member that must be there is not.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A value is of another type than the metamodel says.
    #[error("{found} found where {expected} is expected")]
    WrongType {
        /// What the metamodel says.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A word is not one of its enumeration.
    #[error("`{value}` is no {of}")]
    UnknownWord {
        /// The enumeration.
        of: &'static str,
        /// The word.
        value: String,
    },
    /// A member is not part of the metamodel; it is kept and written back.
    #[error("`{0}` is not part of the metamodel; it is kept as it is")]
    UnknownMember(String),
    /// A member comes more than once; the first one counts.
    #[error("`{0}` comes more than once")]
    Duplicate(String),
    /// A list is there, but empty; the metamodel wants it left out.
    #[error("an empty list must be left out")]
    EmptyList,
    /// The root names a metamodel that is not read here.
    #[error("`{0}` is not the namespace of metamodel 3.0 or 3.1")]
    Namespace(String),
    /// Text stands where only elements may.
    #[error("text stands between elements")]
    StrayText,
    /// A document type declaration, whose entities could expand without end.
    #[error("a DOCTYPE is refused, because its entities could expand without end")]
    Doctype,
    /// An entity that XML does not predefine.
    #[error("nobody defined the entity `&{0};`")]
    Entity(String),
    /// A constraint of the metamodel does not hold.
    #[error("{}: {}", .0, .0.demand())]
    Constraint(Constraint),
    /// A text is empty or too long.
    #[error("1 to {max} characters are allowed")]
    Length {
        /// How many characters are allowed.
        max: usize,
    },
    /// A text has not the form that it must have.
    #[error("`{text}` is not {what}")]
    Form {
        /// What it must be.
        what: &'static str,
        /// What it is.
        text: String,
    },
    /// A value is none of its type.
    #[error("`{text}` is no {kind}")]
    Value {
        /// The type.
        kind: DataTypeDefXsd,
        /// The value.
        text: String,
    },
    /// Two identifiables have one id.
    #[error("the id `{0}` comes more than once")]
    DuplicateId(String),
    /// A reference leads to something that the file does not have.
    #[error("`{0}` is not in this file")]
    Dangling(String),
    /// A shell is derived from itself.
    #[error("the shell is derived from itself")]
    Circle,
    /// More was wrong than is listed.
    #[error("more than {0} faults; the others are not listed")]
    TooMany(usize),
}

impl FaultKind {
    /// How much it weighs.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::UnknownMember(_) | Self::StrayText | Self::Dangling(_) => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl Fault {
    /// How much it weighs.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// Whether it breaks the metamodel.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)
    }
}

/// One step of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Into a member.
    Member(&'static str),
    /// Into an item of a list.
    Item(usize),
}

/// Writes a path down.
pub(crate) fn path_of(steps: &[Step]) -> String {
    let mut path = String::from("$");
    for step in steps {
        match step {
            Step::Member(name) => {
                path.push('.');
                path.push_str(name);
            }
            Step::Item(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}
