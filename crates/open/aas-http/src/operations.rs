//! Operations: having something done, waiting for it or asking again.
//!
//! Spec: IDTA-01002, InvokeOperationSync, InvokeOperationAsync, GetOperationAsyncStatus, GetOperationAsyncResult.

use crate::api::{Answer, Call, json};
use crate::error::message;
use crate::page::parse;
use crate::path::find;
use crate::route::{Invocation, Scope, encode_id};
use crate::value::value_of;
use crate::{ApiError, Reason, body, check, value};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use trine_shells::Kind;

/// How long an operation may take unless the client says less.
const LONGEST: Duration = Duration::from_secs(60);

/// What came of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was done; what it gave, by idShort, as values only.
    Completed {
        /// Values of the output variables.
        outputs: Map<String, Value>,
        /// Values of the variables that go in and out.
        inoutputs: Map<String, Value>,
    },
    /// It was not done, for this reason.
    Failed(String),
}

/// Who has operations done.
pub trait Operations: Send + Sync {
    /// Has the operation at an idShort path of a submodel done with these values by idShort.
    fn invoke(
        &self,
        submodel: &str,
        path: &str,
        inputs: Map<String, Value>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;
}

/// No operation is bound to a machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unbound;

impl Operations for Unbound {
    fn invoke(
        &self,
        _: &str,
        path: &str,
        _: Map<String, Value>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send>> {
        let text = format!("The operation `{path}` is not bound to a machine, so nothing was done.");
        Box::pin(std::future::ready(Outcome::Failed(text)))
    }
}

/// `…/invoke`, `…/invoke-async` and both with `/$value`.
pub(crate) async fn invoke(mut call: Call, scope: &Scope, at: &str, how: Invocation) -> Answer {
    let id = call.api.scoped(scope)?;
    let submodel = parse(&call.api.text(Kind::Submodel, &id)?);
    let operation = find(&submodel, at)?.clone();
    if operation["modelType"] != "Operation" {
        let kind = operation["modelType"].as_str().unwrap_or_default();
        let text = format!("A {kind} cannot be invoked; only an Operation can.");
        return Err(ApiError::new(Reason::NotAllowed("GET"), text));
    }
    let request = body::json(&call.headers, std::mem::take(&mut call.body)).await?;
    let class = if how.is_value_only { &check::OPERATION_VALUES } else { &check::OPERATION_REQUEST };
    check::object(class, &request)?;
    if how.is_async && request.get("clientTimeoutDuration").is_none() {
        return Err(ApiError::invalid("`clientTimeoutDuration` is missing."));
    }
    let inputs = arguments(&operation, &request, how.is_value_only)?;
    let patience =
        request["clientTimeoutDuration"].as_str().and_then(seconds).map_or(LONGEST, |most| most.min(LONGEST));
    let work = call.api.operations.invoke(&id, at, inputs);
    if !how.is_async {
        let outcome = tokio::time::timeout(patience, work).await.ok();
        return Ok(json(StatusCode::OK, &result_of(&operation, outcome, how.is_value_only)));
    }
    let subject = format!("{id}\u{1f}{at}");
    let handle = call.api.handles.begin(&subject);
    let api = Arc::clone(&call.api);
    let (number, owned) = (handle.clone(), operation);
    tokio::spawn(async move {
        let outcome = tokio::time::timeout(patience, work).await.ok();
        let full = result_of(&owned, outcome.clone(), false);
        let values = result_of(&owned, outcome, true);
        api.handles.finish(&number, json!({ "full": full, "values": values }));
    });
    let element = call.path.rsplit_once("/invoke-as").map_or(call.path.as_str(), |(element, _)| element);
    Ok(at_location(StatusCode::ACCEPTED, format!("{element}/operation-status/{}", encode_id(&handle))))
}

/// `…/operation-status/{handle}`.
pub(crate) async fn status(call: Call, scope: &Scope, at: &str, handle: &str) -> Answer {
    let id = call.api.scoped(scope)?;
    match call.api.handles.look(&format!("{id}\u{1f}{at}"), handle).ok_or_else(no_handle)? {
        None => Ok(json(StatusCode::OK, &json!({ "executionState": "Running", "success": true }))),
        Some(_) => {
            let element = call.path.rsplit_once("/operation-status/").map_or("", |(element, _)| element);
            Ok(at_location(StatusCode::FOUND, format!("{element}/operation-results/{}", encode_id(handle))))
        }
    }
}

/// `…/operation-results/{handle}` and with `/$value`.
pub(crate) async fn result(call: Call, scope: &Scope, at: &str, handle: &str, values: bool) -> Answer {
    let id = call.api.scoped(scope)?;
    let known = call.api.handles.look(&format!("{id}\u{1f}{at}"), handle).ok_or_else(no_handle)?;
    let mut known =
        known.ok_or_else(|| ApiError::not_found("The operation is not done yet; ask for its status."))?;
    Ok(json(StatusCode::OK, &known[if values { "values" } else { "full" }].take()))
}

fn no_handle() -> ApiError {
    ApiError::not_found("There is no such handle for this operation; handles are forgotten after a while.")
}

fn at_location(status: StatusCode, location: String) -> Response {
    (status, [(header::LOCATION, location)]).into_response()
}

/// The arguments by idShort, as values, and whether those that the operation asks for are there.
fn arguments(
    operation: &Value,
    request: &Value,
    is_value_only: bool,
) -> Result<Map<String, Value>, ApiError> {
    let mut given = Map::new();
    for list in ["inputArguments", "inoutputArguments"] {
        match &request[list] {
            Value::Object(values) if is_value_only => given.extend(values.clone()),
            Value::Array(variables) => {
                let elements = variables.iter().map(|variable| &variable["value"]);
                let named = elements.filter_map(|element| {
                    Some((element["idShort"].as_str()?.to_owned(), value_of(element, true)?))
                });
                given.extend(named);
            }
            _ => {}
        }
    }
    for list in ["inputVariables", "inoutputVariables"] {
        let variables = operation[list].as_array().into_iter().flatten();
        for variable in variables {
            let name = variable["value"]["idShort"].as_str().unwrap_or_default();
            if !given.contains_key(name) {
                return Err(ApiError::conflict(format!("The operation needs an argument `{name}`.")));
            }
            let mut trial = variable["value"].clone();
            value::set(&mut trial, &given[name], name)?;
        }
    }
    Ok(given)
}

/// The result as a client gets it; no outcome: it took too long.
fn result_of(operation: &Value, outcome: Option<Outcome>, is_value_only: bool) -> Value {
    let now = body::now();
    match outcome {
        None => json!({ "executionState": "Timeout", "success": false,
            "messages": [message("Error", "408", "It took longer than it was given.", now)] }),
        Some(Outcome::Failed(text)) => json!({ "executionState": "Failed", "success": false,
            "messages": [message("Error", "400", &text, now)] }),
        Some(Outcome::Completed { outputs, inoutputs }) if is_value_only => {
            json!({ "executionState": "Completed", "success": true,
                "outputArguments": outputs, "inoutputArguments": inoutputs })
        }
        Some(Outcome::Completed { outputs, inoutputs }) => {
            json!({ "executionState": "Completed", "success": true,
                "outputArguments": variables(&operation["outputVariables"], &outputs),
                "inoutputArguments": variables(&operation["inoutputVariables"], &inoutputs) })
        }
    }
}

fn variables(declared: &Value, values: &Map<String, Value>) -> Value {
    let declared = declared.as_array().into_iter().flatten();
    let with_value = |variable: &Value| {
        let mut element = variable["value"].clone();
        if let Some(value) = element["idShort"].as_str().and_then(|name| values.get(name)) {
            // A value of another kind than declared is left away; the operation is done all the same.
            let _ = value::set(&mut element, &value.clone(), "$");
        }
        json!({ "value": element })
    };
    declared.map(with_value).collect()
}

/// Days, hours, minutes and seconds of a duration.
fn seconds(text: &str) -> Option<Duration> {
    let (date, time) = text.strip_prefix('P')?.split_once('T').unwrap_or((text.get(1..)?, ""));
    let (mut sum, mut number) = (0.0, String::new());
    for (part, is_time) in [(date, false), (time, true)] {
        for c in part.chars() {
            if c.is_ascii_digit() || c == '.' {
                number.push(c);
                continue;
            }
            let unit = match (c, is_time) {
                ('D', _) => 86_400.0,
                ('H', _) => 3600.0,
                ('M', true) => 60.0,
                ('S', _) => 1.0,
                _ => LONGEST.as_secs_f64(),
            };
            sum += number.parse::<f64>().ok()? * unit;
            number.clear();
        }
    }
    Duration::try_from_secs_f64(sum).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        assert_eq!(seconds("PT1.5S"), Some(Duration::from_millis(1500)));
        assert_eq!(seconds("P1DT1M"), Some(Duration::from_secs(86_460)));
        assert_eq!(seconds("-PT1S"), None);
    }
}
