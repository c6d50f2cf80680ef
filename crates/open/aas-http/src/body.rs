//! Bodies: JSON of a bounded size, and parts of forms.

mod multipart;

use crate::{ApiError, Reason};
use axum::body::Body;
use axum::http::{HeaderMap, header};
use multipart::Part;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use trine_connector::Clock as _;

/// Bytes of JSON that are taken.
const JSON_BYTES: usize = 24 << 20;
/// Bytes of a form that are taken; the largest file and some more.
const FORM_BYTES: usize = (256 << 20) + (1 << 16);

/// A body that is not read yet. Requests are looked at from more than one thread, and a stream is not.
#[derive(Default)]
pub(crate) struct Payload(Mutex<Body>);

impl From<Body> for Payload {
    fn from(body: Body) -> Self {
        Self(Mutex::new(body))
    }
}

impl Payload {
    fn stream(self) -> Body {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body in JSON.
pub(crate) async fn json(headers: &HeaderMap, body: Payload) -> Result<Value, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or_default());
    let is_json = |kind: &str| {
        let essence = kind.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
    };
    if kind.is_some_and(|kind| !is_json(kind)) {
        return Err(ApiError::new(Reason::MediaType, "The body is to be application/json."));
    }
    let bytes = axum::body::to_bytes(body.stream(), JSON_BYTES).await.map_err(|_| {
        let text = format!("The body is not whole, or has more than {JSON_BYTES} bytes.");
        ApiError::new(Reason::TooLarge, text)
    })?;
    serde_json::from_slice(&bytes).map_err(|error| ApiError::invalid(format!("The body is no JSON: {error}")))
}

/// The parts of a form that the API knows.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub file: Option<Vec<u8>>,
    /// The media type of the file, as the client said it.
    pub content_type: Option<String>,
    pub file_name: Option<String>,
    pub aas_ids: Vec<String>,
}

/// A form with a file.
pub(crate) async fn form(headers: HeaderMap, body: Payload) -> Result<Form, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multipart::boundary(kind);
    let boundary = boundary.ok_or_else(|| {
        ApiError::new(Reason::MediaType, "The body is to be multipart/form-data with its boundary.")
    })?;
    let bytes = axum::body::to_bytes(body.stream(), FORM_BYTES).await.map_err(|_| {
        ApiError::new(
            Reason::TooLarge,
            format!("The form is not whole, or has more than {FORM_BYTES} bytes."),
        )
    })?;
    let parts = multipart::parts(&bytes, &boundary);
    let parts =
        parts.ok_or_else(|| ApiError::invalid("The form is not whole, or its parts are not told apart."))?;
    let mut form = Form::default();
    parts.into_iter().try_for_each(|part| form.take(part))?;
    Ok(form)
}

impl Form {
    fn take(&mut self, part: Part<'_>) -> Result<(), ApiError> {
        let Part { name, file_name, content_type, content } = part;
        let text = || {
            let text = String::from_utf8(content.to_vec());
            text.map_err(|_| ApiError::invalid(format!("The part `{name}` is no UTF-8.")))
        };
        match name.as_str() {
            "file" => {
                self.file = Some(content.to_vec());
                self.content_type = content_type;
                self.file_name = self.file_name.take().or(file_name);
            }
            "fileName" => self.file_name = Some(text()?),
            "aasIds" => self.aas_ids.extend(ids(&text()?)?),
            _ => {}
        }
        Ok(())
    }
}

/// Identifiers in a part: a JSON list, or separated by commas, each in base64url or bare.
fn ids(text: &str) -> Result<Vec<String>, ApiError> {
    let texts: Vec<String> = match serde_json::from_str(text) {
        Ok(Value::Array(items)) => {
            let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(Into::into)).collect();
            texts.ok_or_else(|| ApiError::invalid("aasIds: a list of texts is expected."))?
        }
        Ok(Value::Object(_) | Value::Null | Value::Bool(_)) => {
            return Err(ApiError::invalid("aasIds: a list of texts is expected."));
        }
        _ => text.split(',').map(|id| id.trim().to_owned()).collect(),
    };
    let bare = |id: String| crate::route::decode_id(&id).unwrap_or(id);
    Ok(texts.into_iter().filter(|id| !id.is_empty()).map(bare).collect())
}

/// The present instant.
pub(crate) fn now() -> trine_base::Instant {
    trine_connector::SystemClock.now()
}
