//! Errors as the specification wants them: a `Result` with messages.
//!
//! Spec: IDTA-01002, clause Result and Message.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use trine_shells::ShellsError;

/// Why a request is not answered as it wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It cannot be understood.
    Invalid,
    /// It may not be done.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// The resource does not take this method; those that it takes, comma-separated.
    NotAllowed(&'static str),
    /// The client accepts none of the forms that there are.
    NotAcceptable,
    /// It contradicts what is there.
    Conflict,
    /// The body is larger than is taken.
    TooLarge,
    /// The body is of another media type.
    MediaType,
    /// The server cannot do it now.
    Unavailable,
    /// Something is wrong with the server.
    Internal,
}

/// An error for the client; what only the operator should know is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Why.
    pub reason: Reason,
    /// In words: what happened and what to do; one for each fault.
    pub texts: Vec<String>,
}

impl ApiError {
    /// An error with one message.
    pub fn new(reason: Reason, text: impl Into<String>) -> Self {
        Self { reason, texts: vec![text.into()] }
    }

    /// The request cannot be understood.
    pub fn invalid(text: impl Into<String>) -> Self {
        Self::new(Reason::Invalid, text)
    }

    /// There is no such thing.
    pub fn not_found(text: impl Into<String>) -> Self {
        Self::new(Reason::NotFound, text)
    }

    /// It contradicts what is there.
    pub fn conflict(text: impl Into<String>) -> Self {
        Self::new(Reason::Conflict, text)
    }

    fn status(&self) -> StatusCode {
        match self.reason {
            Reason::Invalid => StatusCode::BAD_REQUEST,
            Reason::Forbidden => StatusCode::FORBIDDEN,
            Reason::NotFound => StatusCode::NOT_FOUND,
            Reason::NotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Reason::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Reason::Conflict => StatusCode::CONFLICT,
            Reason::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Reason::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Reason::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Reason::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<ShellsError> for ApiError {
    fn from(error: ShellsError) -> Self {
        match error {
            ShellsError::TooLarge { .. } | ShellsError::BlobTooLarge { .. } => {
                Self::new(Reason::TooLarge, error.to_string())
            }
            ShellsError::NotRecorded(_) => Self::new(Reason::Unavailable, error.to_string()),
            other => {
                tracing::error!("the store of shells: {other}");
                Self::new(Reason::Internal, "The server could not answer. Its log says why.")
            }
        }
    }
}

/// A message of a `Result`.
pub(crate) fn message(kind: &str, code: &str, text: &str, now: trine_base::Instant) -> serde_json::Value {
    json!({ "messageType": kind, "code": code, "text": text, "timestamp": now.to_string() })
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let now = trine_connector::Clock::now(&trine_connector::SystemClock);
        let code = status.as_u16().to_string();
        let kind = if status.is_server_error() { "Exception" } else { "Error" };
        let messages: Vec<_> = self.texts.iter().map(|text| message(kind, &code, text, now)).collect();
        let body = json!({ "messages": messages }).to_string();
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if let Reason::NotAllowed(methods) = self.reason {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
        }
        response
    }
}
