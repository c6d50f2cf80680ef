//! Bodies: JSON of a bounded size, and parts of forms.

use crate::{ApiError, Reason};
use axum::body::Body;
use axum::extract::{FromRequest as _, Multipart};
use axum::http::{HeaderMap, Request, header};
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
    if !kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        return Err(ApiError::new(Reason::MediaType, "The body is to be multipart/form-data."));
    }
    let mut request = Request::new(body.stream());
    *request.headers_mut() = headers;
    let wrong = |error: &dyn std::fmt::Display| ApiError::invalid(format!("The form cannot be read: {error}"));
    let mut parts = Multipart::from_request(request, &()).await.map_err(|error| wrong(&error))?;
    let mut form = Form::default();
    let mut size = 0;
    while let Some(mut part) = parts.next_field().await.map_err(|error| wrong(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let (file_name, content_type) = (part.file_name().map(Into::into), part.content_type().map(Into::into));
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|error| wrong(&error))? {
            size += chunk.len();
            if size > FORM_BYTES {
                let text = format!("The form has more than {FORM_BYTES} bytes.");
                return Err(ApiError::new(Reason::TooLarge, text));
            }
            bytes.extend_from_slice(&chunk);
        }
        form.take(&name, bytes, file_name, content_type)?;
    }
    Ok(form)
}

impl Form {
    fn take(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
        file_name: Option<String>,
        content_type: Option<String>,
    ) -> Result<(), ApiError> {
        let text = |bytes| {
            String::from_utf8(bytes).map_err(|_| ApiError::invalid(format!("The part `{name}` is no UTF-8.")))
        };
        match name {
            "file" => {
                self.file = Some(bytes);
                self.content_type = content_type;
                self.file_name = self.file_name.take().or(file_name);
            }
            "fileName" => self.file_name = Some(text(bytes)?),
            "aasIds" => self.aas_ids.extend(ids(&text(bytes)?)),
            _ => {}
        }
        Ok(())
    }
}

/// Identifiers in a part: a JSON list, or separated by commas, each in base64url or bare.
fn ids(text: &str) -> Vec<String> {
    let texts = serde_json::from_str(text).unwrap_or_else(|_| text.split(',').map(|id| id.trim().to_owned()).collect());
    let texts: Vec<String> = texts;
    let bare = |id: String| crate::route::decode_id(&id).unwrap_or(id);
    texts.into_iter().filter(|id| !id.is_empty()).map(bare).collect()
}

/// The present instant.
pub(crate) fn now() -> trine_base::Instant {
    trine_connector::SystemClock.now()
}
