//! The three shapes of an answer: success, failure, and one outcome for each of many.
//!
//! Spec: i3X 1.0, "Response Format".

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

/// Why something is not answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    status: StatusCode,
    detail: String,
}

impl Refusal {
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, detail: detail.into() }
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, detail: detail.into() }
    }

    pub fn unsupported(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_IMPLEMENTED, detail: detail.into() }
    }

    pub fn internal() -> Self {
        let detail = "Something went wrong here; the server's log says what. Nothing was changed.";
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, detail: detail.into() }
    }

    /// No call of this name takes this method.
    pub fn not_allowed() -> Self {
        let detail = "This call takes another method; the Implementation Guide of i3X lists them.";
        Self { status: StatusCode::METHOD_NOT_ALLOWED, detail: detail.into() }
    }

    fn detail(&self) -> Value {
        detail(self.status, self.status.canonical_reason().unwrap_or_default(), &self.detail)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "success": false, "responseDetail": self.detail() }))).into_response()
    }
}

fn detail(status: StatusCode, title: &str, detail: &str) -> Value {
    json!({ "title": title, "status": status.as_u16(), "detail": detail })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Success {
    success: bool,
    result: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_detail: Option<Value>,
}

/// An answer that is whole.
pub(crate) fn success(result: Value) -> Response {
    Json(Success { success: true, result, response_detail: None }).into_response()
}

/// An answer of which a part is missing, and why.
pub(crate) fn partial(result: Value, title: &str, why: &str) -> Response {
    let status = StatusCode::PARTIAL_CONTENT;
    let response_detail = Some(detail(status, title, why));
    (status, Json(Success { success: true, result, response_detail })).into_response()
}

/// One outcome for each of many, in the order of the request.
pub(crate) struct Bulk {
    /// What the outcomes are keyed by: `elementId` or `subscriptionId`.
    key: &'static str,
    results: Vec<Value>,
    is_success: bool,
    missing: Option<String>,
}

impl Bulk {
    pub fn of_elements() -> Self {
        Self::by("elementId")
    }

    pub fn of_subscriptions() -> Self {
        Self::by("subscriptionId")
    }

    fn by(key: &'static str) -> Self {
        Self { key, results: Vec::new(), is_success: true, missing: None }
    }

    pub fn push(&mut self, id: &str, outcome: Result<Value, Refusal>) {
        self.is_success &= outcome.is_ok();
        let result = match outcome {
            Ok(result) => json!({ "success": true, self.key: id, "result": result }),
            Err(refusal) => json!({ "success": false, self.key: id, "responseDetail": refusal.detail() }),
        };
        self.results.push(result);
    }

    /// Says that a limit of the server kept something out.
    pub fn missing(&mut self, why: String) {
        self.missing = Some(why);
    }
}

impl IntoResponse for Bulk {
    fn into_response(self) -> Response {
        let mut body = json!({ "success": self.is_success, "results": self.results });
        let Some(why) = self.missing else { return Json(body).into_response() };
        let status = StatusCode::PARTIAL_CONTENT;
        body["responseDetail"] = detail(status, "Partial results returned", &why);
        (status, Json(body)).into_response()
    }
}
