//! The query language: a condition over the members of shells, submodels, concepts or registry entries.
//!
//! A condition reads each document of its kind in the order of identifiers. A request looks at a bounded number of them; a
//! page may therefore have few results and still a cursor that goes on.
//!
//! Spec: IDTA-01002-3-1, clause AAS Queries.

mod condition;
mod field;

use crate::api::{Answer, Call, json};
use crate::page::{documents, paged, parse};
use crate::route::Queried;
use crate::{ApiError, body};
use axum::http::StatusCode;
use condition::Condition;
use serde_json::Value;
use trine_shells::{Kind, Query};

/// Documents that one request looks at.
const LOOKED_AT: usize = 20_000;
/// Documents that are read at once.
const CHUNK: usize = 500;

/// `/query/…`.
pub(crate) async fn answer(mut call: Call, what: Queried) -> Answer {
    let (kind, name) = match what {
        Queried::Shells => (Kind::Shell, "AssetAdministrationShell"),
        Queried::Submodels => (Kind::Submodel, "Submodel"),
        Queried::Concepts => (Kind::Concept, "ConceptDescription"),
        Queried::ShellDescriptors => (Kind::ShellDescriptor, "AssetAdministrationShellDescriptor"),
        Queried::SubmodelDescriptors => (Kind::SubmodelDescriptor, "SubmodelDescriptor"),
    };
    let request = body::json(&call.headers, std::mem::take(&mut call.body)).await?;
    let (condition, only_ids) = read(&request)?;
    let (limit, mut after) = (call.params.limit()?, call.params.cursor()?);
    let (mut result, mut looked_at): (Vec<Value>, usize) = (Vec::new(), 0);
    let next = 'pages: loop {
        let query = Query { fields: condition.fields(), after: after.clone(), limit: CHUNK };
        let page = documents(&call.api, kind, query).await?;
        for (id, text) in &page.documents {
            if result.len() == limit {
                break 'pages after;
            }
            let document = parse(text);
            if condition.holds(&document) {
                result.push(if only_ids { Value::from(&**id) } else { document });
            }
            after = Some(id.to_string());
        }
        looked_at += page.documents.len();
        match page.next {
            None => break None,
            Some(next) if looked_at >= LOOKED_AT => break Some(next),
            next => after = next,
        }
    };
    let mut answer = paged(result, next.as_deref());
    answer["paging_metadata"]["resultType"] = if only_ids { "Identifier".into() } else { name.into() };
    Ok(json(StatusCode::OK, &answer))
}

fn read(request: &Value) -> Result<(Condition, bool), ApiError> {
    let members =
        request.as_object().ok_or_else(|| ApiError::invalid("$: a query is expected, as an object."))?;
    if let Some(other) = members.keys().find(|name| !matches!(name.as_str(), "$select" | "$condition")) {
        return Err(ApiError::invalid(format!("$: `{other}` is not part of a query.")));
    }
    let only_ids = match members.get("$select") {
        None => false,
        Some(Value::String(what)) if what == "id" => true,
        Some(_) => return Err(ApiError::invalid("$.$select: `id` is expected.")),
    };
    let condition =
        members.get("$condition").ok_or_else(|| ApiError::invalid("$: `$condition` is missing."))?;
    Ok((Condition::read(condition, "$.$condition", 0)?, only_ids))
}
