//! Time Series Data: what was measured, in the submodel, in a file, or behind an endpoint.
//!
//! Spec: IDTA 02008-1-1.

use super::look::{Look, means, text_of};
use crate::{ElementBody, Submodel, SubmodelElement, Text};

const BASE: &str = "https://admin-shell.io/idta/TimeSeries";

/// What a time series says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeSeries {
    /// Its name.
    pub name: Option<Text>,
    /// The variables of each record, with their meanings.
    pub variables: Vec<(Text, Option<Text>)>,
    /// Its segments.
    pub segments: Vec<Segment>,
}

/// A stretch of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segment {
    /// Its idShort.
    pub name: Text,
    /// When it begins, as it is written.
    pub start_time: Option<Text>,
    /// When it ends.
    pub end_time: Option<Text>,
    /// How many records it has.
    pub record_count: Option<u64>,
    /// Where the records are.
    pub source: Source,
}

/// Where the records of a segment are.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Source {
    /// In the submodel: the values of each record by their variables.
    Internal(Vec<Vec<(Text, Text)>>),
    /// Behind an endpoint, by a query.
    Linked {
        /// The endpoint.
        endpoint: Option<Text>,
        /// The query.
        query: Option<Text>,
    },
    /// In a file.
    External(Option<Text>),
    /// Nobody says.
    #[default]
    Unknown,
}

fn id(name: &str) -> String {
    format!("{BASE}/{name}/1/1")
}

/// Reads a time series.
#[must_use]
pub fn read(submodel: &Submodel) -> TimeSeries {
    let look = Look(&submodel.submodel_elements);
    let metadata = look.within("Metadata", &[&id("Metadata")]);
    let record = metadata.within("Record", &[&id("Record"), &id("Metadata/Record")]);
    let variable = |element: &SubmodelElement| {
        let meaning = element.semantic_id.as_ref().and_then(|it| it.target().cloned());
        Some((element.id_short.clone()?, meaning))
    };
    TimeSeries {
        name: metadata.text("Name", &[&id("Metadata/Name")]),
        variables: record.0.iter().filter_map(variable).collect(),
        segments: look.within("Segments", &[&id("Segments")]).0.iter().map(segment).collect(),
    }
}

fn segment(element: &SubmodelElement) -> Segment {
    let look = Look::inside(element);
    let text = |name: &str| look.text(name, &[&id(&format!("Segment/{name}"))]);
    Segment {
        name: element.id_short.clone().unwrap_or_default(),
        start_time: text("StartTime"),
        end_time: text("EndTime"),
        record_count: text("RecordCount").and_then(|it| it.parse().ok()),
        source: source(element, look),
    }
}

fn source(element: &SubmodelElement, look: Look<'_>) -> Source {
    let kind = |name: &str| {
        means(element, &[&id(&format!("Segments/{name}"))])
            || element.id_short.as_ref().is_some_and(|it| it.starts_with(name))
    };
    if kind("InternalSegment") {
        let records = look.within("Records", &[&id("Records")]);
        return Source::Internal(records.0.iter().map(record).collect());
    }
    if kind("LinkedSegment") {
        let (endpoint, query) =
            (look.text("Endpoint", &[&id("Endpoint")]), look.text("Query", &[&id("Query")]));
        return Source::Linked { endpoint, query };
    }
    if kind("ExternalSegment") {
        return Source::External(look.text("File", &[&id("File")]));
    }
    Source::Unknown
}

fn record(element: &SubmodelElement) -> Vec<(Text, Text)> {
    if let ElementBody::SubmodelElementCollection(values) = &element.body {
        let pair = |it: &SubmodelElement| Some((it.id_short.clone()?, text_of(it)?));
        return values.iter().filter_map(pair).collect();
    }
    Vec::new()
}
