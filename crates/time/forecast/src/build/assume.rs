//! What nobody said: assumed, and named as assumed.

use serde::{Deserialize, Serialize};
use trine_base::ThingId;

/// Something that the model assumes because nobody said it and the past does not show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assumption {
    /// Of which thing; none when it is about the whole plant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thing: Option<ThingId>,
    /// What people call the thing.
    pub name: String,
    /// What is missing: `capacity`, `time to failure`.
    pub what: String,
    /// What was taken instead.
    pub assumed: String,
    /// Why.
    pub because: String,
    /// How to say it, so that it need not be assumed.
    pub instead: String,
}

/// Collects assumptions.
#[derive(Clone, Debug, Default)]
pub(super) struct Assumptions(pub Vec<Assumption>);

impl Assumptions {
    /// About a thing.
    pub fn of(&mut self, thing: (ThingId, &str), what: &str, assumed: String, because: &str, instead: &str) {
        self.0.push(Assumption {
            thing: Some(thing.0),
            name: thing.1.into(),
            what: what.into(),
            assumed,
            because: because.into(),
            instead: instead.into(),
        });
    }

    /// About the plant.
    pub fn plant(&mut self, what: &str, assumed: String, because: &str, instead: &str) {
        self.0.push(Assumption {
            thing: None,
            name: String::new(),
            what: what.into(),
            assumed,
            because: because.into(),
            instead: instead.into(),
        });
    }
}
