//! Texts in a language.

use super::Unknown;
use crate::Text;
use crate::class::class;

class! {
    /// A text and its language; how long the text may be depends on the member that holds it.
    LangString {
        /// BCP 47 tag.
        language: required Text = "language",
        /// The text.
        text: required Text = "text",
    }
}

impl LangString {
    /// A text in a language.
    #[must_use]
    pub fn new(language: impl Into<Text>, text: impl Into<Text>) -> Self {
        Self { language: language.into(), text: text.into(), unknown: Unknown::NONE }
    }
}
