//! Short strings, and the pool that shares the long ones.
//!
//! A plant has a million submodels made from a few hundred templates: their idShorts, ids of concepts and
//! descriptions are the same words again and again. Up to 23 bytes lie in the value itself; longer ones are counted
//! references, and a [`Pool`] gives equal ones the same memory.

use crate::{Reference, SharedReference};
use std::collections::HashSet;

/// A string of the metamodel: cheap to clone, no allocation up to 23 bytes.
pub type Text = smol_str::SmolStr;

/// How many bytes a [`Text`] holds without an allocation.
const INLINE_BYTES: usize = 23;
/// Longer strings are taken for content, which does not repeat.
const POOLED_BYTES_MAX: usize = 1 << 10;

/// Texts and references that were read before, so that equal ones share their memory.
///
/// It stops to grow when it holds [`Pool::LIMIT`] of each kind: what comes later is simply not shared.
#[derive(Debug, Default)]
pub struct Pool {
    texts: HashSet<Text>,
    references: HashSet<SharedReference>,
}

impl Pool {
    /// How many texts, and how many references, it remembers at most.
    pub const LIMIT: usize = 1 << 16;

    /// An empty pool.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The text, shared with an equal one that was seen before.
    pub fn text(&mut self, text: &str) -> Text {
        if text.len() <= INLINE_BYTES || text.len() > POOLED_BYTES_MAX {
            return Text::new(text);
        }
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let new = Text::new(text);
        if self.texts.len() < Self::LIMIT {
            self.texts.insert(new.clone());
        }
        new
    }

    /// The reference, shared with an equal one that was seen before.
    pub fn reference(&mut self, reference: Reference) -> SharedReference {
        if let Some(known) = self.references.get(&reference) {
            return known.clone();
        }
        let new = SharedReference::from(reference);
        if self.references.len() < Self::LIMIT {
            self.references.insert(new.clone());
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_long_texts_share_their_memory() {
        let mut pool = Pool::new();
        let long = "https://admin-shell.io/zvei/nameplate/2/0/Nameplate";
        let (one, two) = (pool.text(long), pool.text(long));
        assert_eq!(one.as_ptr(), two.as_ptr());
    }
}
