//! Facts as they leave the house: CloudEvents.
//!
//! Spec: CloudEvents 1.0.2, JSON event format.

use crate::Fact;
use serde::Serialize;
use serde_json::Value;
use trine_base::Instant;

/// A fact in the CloudEvents 1.0 JSON format; the type is `org.trine.` and the kind of the fact.
#[derive(Clone, Debug, Serialize)]
pub struct CloudEvent {
    specversion: &'static str,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    time: Instant,
    recordedtime: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    datacontenttype: &'static str,
    origin: String,
    data: Value,
}

impl CloudEvent {
    /// The event that tells of a fact of this site.
    #[must_use]
    pub fn of(site: &str, fact: &Fact) -> Self {
        let tagged = serde_json::to_value(&fact.announced().kind).unwrap_or_default();
        Self {
            specversion: "1.0",
            id: fact.number.to_string(),
            source: format!("urn:trine:site:{}", site.replace(' ', "-")),
            kind: format!("org.trine.{}", fact.kind.name()),
            time: fact.at.max(Instant::EPOCH),
            recordedtime: fact.recorded,
            subject: fact.kind.subject().map(|thing| thing.to_string()),
            datacontenttype: "application/json",
            origin: fact.origin.0.to_string(),
            data: tagged.get("data").cloned().unwrap_or_default(),
        }
    }
}
