//! Many entries of a registry at once: all of them, or none.

use crate::api::{Answer, Call, done, json};
use crate::error::message;
use crate::registry::check_entry;
use crate::route::encode_id;
use crate::{ApiError, Reason, body, change};
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use trine_shells::{Change, Kind};

const SUBJECT: &str = "bulk";

/// `/bulk/shell-descriptors` and `/bulk/submodel-descriptors`.
pub(crate) async fn change(mut call: Call, method: &Method, of_shells: bool) -> Answer {
    let kind = if of_shells { Kind::ShellDescriptor } else { Kind::SubmodelDescriptor };
    let list = body::json(&call.headers, std::mem::take(&mut call.body)).await?;
    let Value::Array(items) = list else { return Err(ApiError::invalid("$: a list is expected.")) };
    let mut changes = Vec::with_capacity(items.len());
    for (n, item) in items.iter().enumerate() {
        changes.push(change_of(kind, method, item).map_err(|error| at(n, error))?);
    }
    let handle = call.api.handles.begin(SUBJECT);
    let result = apply(&call, kind, method, changes).await;
    let text = match result {
        Ok(()) => json!({ "executionState": "Completed", "success": true }),
        Err(error) => {
            let now = body::now();
            let messages = error.texts.iter().map(|text| message("Error", "400", text, now));
            json!({ "executionState": "Failed", "success": false, "messages": messages.collect::<Vec<_>>() })
        }
    };
    call.api.handles.finish(&handle, text);
    let location = format!("{}/bulk/status/{}", call.base, encode_id(&handle));
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)]).into_response())
}

fn at(n: usize, mut error: ApiError) -> ApiError {
    error.texts.iter_mut().for_each(|text| *text = format!("$[{n}]: {text}"));
    error
}

fn change_of(kind: Kind, method: &Method, item: &Value) -> Result<Change, ApiError> {
    if method == Method::DELETE {
        let id = item.as_str().filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| ApiError::invalid("an identifier is expected."))?;
        return Ok(Change::remove(kind, id));
    }
    check_entry(kind, item)?;
    Ok(Change::put(kind, item["id"].as_str().unwrap_or_default(), item.to_string()))
}

async fn apply(call: &Call, kind: Kind, method: &Method, changes: Vec<Change>) -> Result<(), ApiError> {
    let ids: Vec<std::sync::Arc<str>> = changes.iter().map(|change| change.id.clone()).collect();
    let held: Vec<(Kind, &str)> = ids.iter().map(|id| (kind, &**id)).collect();
    let lock = call.api.shells.hold(&held).await;
    let mut seen = BTreeSet::new();
    for id in &ids {
        let is_there = call.api.shells.store().has(kind, id);
        if !seen.insert(id) {
            return Err(ApiError::conflict(format!("`{id}` comes twice.")));
        }
        match *method {
            Method::POST if is_there => return Err(change::exists(kind, id)),
            Method::PUT | Method::DELETE if !is_there => return Err(change::missing(kind, id)),
            _ => {}
        }
    }
    call.api.record(&lock, changes).await
}

/// `/bulk/status/{handle}`.
pub(crate) fn status(call: &Call, handle: &str) -> Answer {
    match call.api.handles.look(SUBJECT, handle).ok_or_else(no_handle)? {
        None => Ok(json(StatusCode::OK, &json!({ "executionState": "Running", "success": true }))),
        Some(_) => {
            let location = format!("{}/bulk/result/{}", call.base, encode_id(handle));
            Ok((StatusCode::FOUND, [(header::LOCATION, location)]).into_response())
        }
    }
}

/// `/bulk/result/{handle}`.
pub(crate) fn result(call: &Call, handle: &str) -> Answer {
    let known = call.api.handles.look(SUBJECT, handle).ok_or_else(no_handle)?;
    let known = known.ok_or_else(|| ApiError::not_found("It is not done yet; ask for its status."))?;
    if known["success"] == true {
        return Ok(done());
    }
    let messages = known["messages"].as_array().into_iter().flatten();
    let texts = messages.filter_map(|message| message["text"].as_str()).map(Into::into).collect();
    Err(ApiError { reason: Reason::Invalid, texts })
}

fn no_handle() -> ApiError {
    ApiError::not_found("There is no such handle; handles are forgotten after a while.")
}
