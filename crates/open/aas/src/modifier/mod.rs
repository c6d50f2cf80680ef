//! What an API writes of a submodel: how deep, with which content, and in which form.
//!
//! Spec: IDTA-01002, clause Format SerializationModifier.

mod metadata;
mod paths;
mod reference;
mod value;
mod whole;

#[cfg(test)]
mod tests;

pub use metadata::{metadata, shell_metadata, submodel_metadata};
pub use paths::{element_paths, submodel_paths};
pub use reference::{concept_reference, element_reference, shell_reference, submodel_reference};
pub use value::{
    ValueError, ValueErrorKind, element_value, json_value, set_element_value, set_submodel_value,
    submodel_value,
};
pub use whole::{element, submodel};

/// How deep the tree is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// The thing itself and its direct children.
    Core,
    /// All that is in it.
    #[default]
    Deep,
}

/// Whether the content of blobs is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// It is.
    WithBlobValue,
    /// It is left out.
    #[default]
    WithoutBlobValue,
}

impl Level {
    /// The one with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "core" => Some(Self::Core),
            "deep" => Some(Self::Deep),
            _ => None,
        }
    }
}

impl Extent {
    /// The one with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "withBlobValue" => Some(Self::WithBlobValue),
            "withoutBlobValue" => Some(Self::WithoutBlobValue),
            _ => None,
        }
    }
}
