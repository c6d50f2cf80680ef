//! Members that the metamodel does not know, or that could not be understood: kept, and written back.

use serde::ser::SerializeMap;
use serde_json::Value;
use std::collections::BTreeMap;

/// Members kept as they came. Eight bytes as long as there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::box_collection, reason = "a key has no unknown members and there are millions of keys")]
pub struct Unknown(Option<Box<BTreeMap<String, Value>>>);

impl Unknown {
    /// No members.
    pub const NONE: Self = Self(None);

    /// Keeps a member; `false` when there is one of that name already, which then stays.
    pub fn keep(&mut self, name: &str, value: Value) -> bool {
        let members = self.0.get_or_insert_default();
        if members.contains_key(name) {
            return false;
        }
        members.insert(name.to_owned(), value);
        true
    }

    /// The kept members by their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flat_map(|members| members.iter()).map(|(name, value)| (name.as_str(), value))
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|members| members.is_empty())
    }

    /// Writes the members at the end of their object.
    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}
