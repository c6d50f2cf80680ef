//! Errors for two readers: what the client may know goes out as a problem document, what only the operator should know
//! goes to the log.
//!
//! Spec: RFC 9457, Problem Details for HTTP APIs.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use trine_connector::SinkError;
use trine_future::FutureError;
use trine_history::HistoryError;
use trine_site::SiteError;

/// An answer that says what went wrong and what to do.
#[derive(Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    #[serde(flatten)]
    refusal: Option<Box<Refusal>>,
}

/// Why what is asked for cannot be.
#[derive(Debug, Serialize)]
struct Refusal {
    /// A sentence for each reason.
    reasons: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<ChangeProblem>,
}

/// Which change of a what-if cannot be, from 0, and why.
#[derive(Debug, Serialize)]
struct ChangeProblem {
    change: usize,
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        let kind = format!("urn:trine:problem:{code}");
        Self { kind, title, status: status.as_u16(), detail: detail.into(), code, refusal: None }
    }

    /// The request cannot be understood.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid-request", "The request cannot be understood", detail)
    }

    /// The request asks for more than one answer may hold.
    pub fn too_much(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "limit-exceeded", "The request asks for too much", detail)
    }

    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
    }

    /// The call is there and takes other methods.
    pub fn not_allowed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Not by this method", detail)
    }

    /// Another web page asks in the name of the person who looks at it.
    pub fn foreign_origin(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "foreign-origin", "Not for pages of other sites", detail)
    }

    /// It would contradict something that is there.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "It contradicts something that is there", detail)
    }

    /// The request is understood, and what it asks for cannot be; a sentence for each reason.
    pub fn refused(reasons: Vec<String>) -> Self {
        let detail = reasons.join("; ");
        let title = "What is asked for cannot be";
        let refusal = Some(Box::new(Refusal { reasons, changes: Vec::new() }));
        Self { refusal, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", title, detail) }
    }

    /// It cannot be done now; try again.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not possible at the moment", detail)
    }

    /// Something is wrong with the server; the detail is in its log.
    pub fn internal() -> Self {
        let detail = "The server could not answer. Its log says why.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server could not answer", detail)
    }

    /// The stable code of the problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What happened, for the person who asked.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

impl From<HistoryError> for Problem {
    fn from(error: HistoryError) -> Self {
        tracing::error!("the past cannot be read: {error}");
        match error {
            HistoryError::Damaged { .. } => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "history-damaged",
                "A part of the past is damaged",
                "A file of the recorded past is damaged. The log of the server names it; other times can be read.",
            ),
            _ => Self::internal(),
        }
    }
}

impl From<SiteError> for Problem {
    fn from(error: SiteError) -> Self {
        match error {
            SiteError::History(error) => error.into(),
            SiteError::NoBranch { .. } => Self::not_found(error.to_string()),
            SiteError::BranchExists { .. } => Self::conflict(error.to_string()),
            SiteError::Rejected(reason) => Self::refused(vec![reason.to_string()]),
            SiteError::Facts(error) => error.into(),
            other => {
                tracing::error!("the site cannot answer: {other}");
                Self::internal()
            }
        }
    }
}

impl From<FutureError> for Problem {
    fn from(error: FutureError) -> Self {
        match error {
            FutureError::NotFound(detail) => Self::not_found(detail),
            FutureError::Refused(reasons) => Self::refused(reasons),
            FutureError::Changes(changes) => {
                let reasons: Vec<String> = changes.iter().map(|(_, why)| why.clone()).collect();
                let changes = changes.into_iter();
                let changes = changes.map(|(change, detail)| ChangeProblem { change, detail }).collect();
                let refusal = Some(Box::new(Refusal { reasons: reasons.clone(), changes }));
                Self { refusal, ..Self::refused(reasons) }
            }
            FutureError::Conflict(detail) => Self::conflict(detail),
            FutureError::Busy(error) => Self::unavailable(error.to_string()),
            FutureError::Site(error) => error.into(),
            other => {
                tracing::error!("the look ahead failed: {other}");
                Self::internal()
            }
        }
    }
}

impl From<SinkError> for Problem {
    fn from(error: SinkError) -> Self {
        Self::unavailable(error.to_string())
    }
}
