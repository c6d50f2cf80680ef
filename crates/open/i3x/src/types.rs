//! Namespaces, object types and relationship types, and the calls that list them.
//!
//! Spec: i3X 1.0, "Namespaces", "Object Types", "Relationship Types".

use crate::answer::{Bulk, Refusal, success};
use crate::id;
use crate::request::{Body, Params, few};
use crate::service::Service;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use trine_world::{RelationKind, ValueKind, World};

/// Types of things are the classes of Trine's vocabulary.
pub(crate) const CLASSES: &str = "urn:trine:classes";
/// Types of signals are the kinds of their values.
pub(crate) const VALUES: &str = "urn:trine:values";
/// The relationships that i3X itself defines.
const I3X: &str = "https://cesmii.org/i3x";
/// The relationships that a plant has besides.
const RELATIONS: &str = "urn:trine:relations";

const NAMESPACES: [(&str, &str); 4] = [
    (CLASSES, "Classes of things"),
    (VALUES, "Kinds of values"),
    (I3X, "i3X"),
    (RELATIONS, "Relations of a plant"),
];

const KINDS: [ValueKind; 5] =
    [ValueKind::Boolean, ValueKind::Integer, ValueKind::Number, ValueKind::Text, ValueKind::Enumeration];

/// How one object belongs to another, seen from one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    HasParent,
    HasChildren,
    HasComponent,
    ComponentOf,
    FlowsTo,
    FlowsFrom,
    ConnectedBy,
    Connects,
    ServedBy,
    Serves,
    MeteredBy,
    Meters,
}

impl Edge {
    const ALL: [Self; 12] = [
        Self::HasParent,
        Self::HasChildren,
        Self::HasComponent,
        Self::ComponentOf,
        Self::FlowsTo,
        Self::FlowsFrom,
        Self::ConnectedBy,
        Self::Connects,
        Self::ServedBy,
        Self::Serves,
        Self::MeteredBy,
        Self::Meters,
    ];

    pub fn of(kind: RelationKind) -> Self {
        match kind {
            RelationKind::FlowsTo => Self::FlowsTo,
            RelationKind::ConnectedBy => Self::ConnectedBy,
            RelationKind::ServedBy => Self::ServedBy,
            RelationKind::MeteredBy => Self::MeteredBy,
        }
    }

    /// The same, seen from the other end.
    pub fn reverse(self) -> Self {
        match self {
            Self::HasParent => Self::HasChildren,
            Self::HasChildren => Self::HasParent,
            Self::HasComponent => Self::ComponentOf,
            Self::ComponentOf => Self::HasComponent,
            Self::FlowsTo => Self::FlowsFrom,
            Self::FlowsFrom => Self::FlowsTo,
            Self::ConnectedBy => Self::Connects,
            Self::Connects => Self::ConnectedBy,
            Self::ServedBy => Self::Serves,
            Self::Serves => Self::ServedBy,
            Self::MeteredBy => Self::Meters,
            Self::Meters => Self::MeteredBy,
        }
    }

    pub fn id(self) -> String {
        format!("{self:?}")
    }

    fn namespace(self) -> &'static str {
        match self {
            Self::HasParent | Self::HasChildren | Self::HasComponent | Self::ComponentOf => I3X,
            _ => RELATIONS,
        }
    }

    fn record(self) -> Value {
        json!({
            "elementId": self.id(),
            "displayName": self.id(),
            "namespaceUri": self.namespace(),
            "relationshipId": self.id(),
            "reverseOf": self.reverse().id(),
        })
    }
}

/// The type of a thing of this class.
pub(crate) fn class_type(class: &str) -> String {
    id::of_class(class)
}

/// The type of a signal with values of this kind.
pub(crate) fn value_type(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Boolean => "value/boolean",
        ValueKind::Integer => "value/integer",
        ValueKind::Number => "value/number",
        ValueKind::Text => "value/text",
        ValueKind::Enumeration => "value/enumeration",
    }
}

/// A thing's own value is its nameplate.
fn class_record(class: &str) -> Value {
    json!({
        "elementId": class_type(class),
        "displayName": class.replace('-', " "),
        "namespaceUri": CLASSES,
        "sourceTypeId": class,
        "version": "1.0.0",
        "schema": { "type": "object", "additionalProperties": { "type": "string" } },
    })
}

fn kind_record(kind: ValueKind) -> Value {
    let name = value_type(kind).trim_start_matches("value/");
    let schema = match kind {
        ValueKind::Boolean => "boolean",
        ValueKind::Integer => "integer",
        ValueKind::Number => "number",
        ValueKind::Text | ValueKind::Enumeration => "string",
    };
    json!({
        "elementId": value_type(kind),
        "displayName": name,
        "namespaceUri": VALUES,
        "sourceTypeId": name,
        "version": "1.0.0",
        "schema": { "type": schema },
    })
}

fn object_types(world: &World) -> Vec<Value> {
    let classes: BTreeSet<&str> =
        world.things().map(|thing| &*thing.description.class).chain(["site"]).collect();
    classes.into_iter().map(class_record).chain(KINDS.map(kind_record)).collect()
}

/// Query of the lists.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Of {
    namespace_uri: Option<String>,
}

/// Body of the queries.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ids {
    element_ids: Vec<String>,
}

/// `GET /namespaces`.
pub(crate) async fn namespaces() -> Response {
    success(NAMESPACES.iter().map(|(uri, name)| json!({ "uri": uri, "displayName": name })).collect())
}

/// `GET /objecttypes`.
pub(crate) async fn list_object_types(
    State(service): State<Arc<Service>>,
    Params(of): Params<Of>,
) -> Response {
    listed(object_types(&service.site.world()), &of)
}

/// `POST /objecttypes/query`.
pub(crate) async fn query_object_types(
    State(service): State<Arc<Service>>,
    Body(ids): Body<Ids>,
) -> Result<Bulk, Refusal> {
    queried(&object_types(&service.site.world()), &ids, "object type")
}

/// `GET /relationshiptypes`.
pub(crate) async fn list_relationship_types(Params(of): Params<Of>) -> Response {
    listed(Edge::ALL.map(Edge::record).to_vec(), &of)
}

/// `POST /relationshiptypes/query`.
pub(crate) async fn query_relationship_types(Body(ids): Body<Ids>) -> Result<Bulk, Refusal> {
    queried(&Edge::ALL.map(Edge::record), &ids, "relationship type")
}

fn listed(mut records: Vec<Value>, of: &Of) -> Response {
    if let Some(uri) = &of.namespace_uri {
        records.retain(|record| record["namespaceUri"] == uri.as_str());
    }
    success(Value::Array(records))
}

fn queried(records: &[Value], ids: &Ids, what: &str) -> Result<Bulk, Refusal> {
    few(&ids.element_ids)?;
    let mut bulk = Bulk::of_elements();
    for id in &ids.element_ids {
        let found = records.iter().find(|record| record["elementId"] == id.as_str()).cloned();
        bulk.push(id, found.ok_or_else(|| Refusal::not_found(format!("There is no {what} `{id}`"))));
    }
    Ok(bulk)
}
