//! Pages: a list of results and the cursor of the next one.

use crate::params::{Params, cursor_of};
use crate::{Api, ApiError};
use serde_json::{Value, json};
use trine_shells::{Field, Kind, Page, Query};

/// An answer that is a page.
pub(crate) fn paged(result: impl Into<Value>, next: Option<&str>) -> Value {
    let metadata = match next {
        Some(position) => json!({ "cursor": cursor_of(position) }),
        None => json!({}),
    };
    json!({ "paging_metadata": metadata, "result": result.into() })
}

/// The query of a request, narrowed by fields.
pub(crate) fn query(params: &Params, fields: Vec<(Field, String)>) -> Result<Query, ApiError> {
    Ok(Query { fields, after: params.cursor()?, limit: params.limit()? })
}

/// A page of documents, read off the threads that serve sockets.
pub(crate) async fn documents(api: &Api, kind: Kind, query: Query) -> Result<Page, ApiError> {
    let shells = api.shells.clone();
    let read = move || shells.store().page(kind, &query);
    let read = tokio::task::spawn_blocking(read).await;
    Ok(read.map_err(|_| ApiError::new(crate::Reason::Internal, "The server could not answer."))??)
}

/// A page of a list that is in memory, where a cursor is the place at which it goes on.
pub(crate) fn slice<T>(items: Vec<T>, params: &Params) -> Result<(Vec<T>, Option<String>), ApiError> {
    let limit = params.limit()?;
    let start = match params.cursor()? {
        None => 0,
        Some(position) => position.parse::<usize>().map_err(|_| {
            ApiError::not_found(
                "cursor: there is no such page; take the cursor that came with the page before.",
            )
        })?,
    };
    let next = start.saturating_add(limit);
    let next = (next < items.len()).then(|| next.to_string());
    Ok((items.into_iter().skip(start).take(limit).collect(), next))
}

/// Documents that were stored as JSON; one that does not read as such says so in the log and is null.
pub(crate) fn parse(document: &str) -> Value {
    serde_json::from_str(document).unwrap_or_else(|error| {
        tracing::error!("a stored document is no JSON: {error}");
        Value::Null
    })
}
