//! Files: attachments of File elements and thumbnails, kept by content, and found by their owner and their path.

use crate::api::{Answer, Call, done};
use crate::body::{Form, Payload, form};
use crate::path::{self, find, find_mut, missing};
use crate::route::Scope;
use crate::{Api, ApiError, Reason};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use trine_shells::import::file_key as key;
use trine_shells::{BlobId, Change, Kind, Query};

/// What is known of a file.
pub(crate) fn file_document(blob: &BlobId, content_type: &str, file_name: &str) -> Value {
    json!({ "blob": blob.to_string(), "contentType": content_type, "fileName": file_name })
}

impl Api {
    /// Keeps bytes.
    pub(crate) async fn keep(&self, bytes: Vec<u8>) -> Result<BlobId, ApiError> {
        let shells = self.shells.clone();
        let kept = tokio::task::spawn_blocking(move || shells.blobs().put(&bytes)).await;
        Ok(kept.map_err(|_| internal())??)
    }

    /// The bytes of a file that a document of kind [`Kind::File`] or [`Kind::Package`] tells of.
    pub(crate) async fn bytes_of(&self, document: &Value) -> Result<Vec<u8>, ApiError> {
        let blob = document["blob"].as_str().and_then(BlobId::parse).ok_or_else(internal)?;
        let shells = self.shells.clone();
        let read = tokio::task::spawn_blocking(move || shells.blobs().get(&blob)).await;
        read.map_err(|_| internal())??.ok_or_else(|| ApiError::not_found("The file is not there any more."))
    }

    /// The files of an owner, by path.
    pub(crate) fn files_of(&self, owner: &str) -> Result<Vec<(String, Value)>, ApiError> {
        let start = key(owner, "");
        let mut query = Query { fields: Vec::new(), after: Some(start.clone()), limit: 100 };
        let mut files = Vec::new();
        loop {
            let page = self.shells.store().page(Kind::File, &query)?;
            for (id, text) in &page.documents {
                let Some(path) = id.strip_prefix(&start) else { return Ok(files) };
                files.push((path.to_owned(), crate::page::parse(text)));
            }
            query.after = page.next;
            if query.after.is_none() {
                return Ok(files);
            }
        }
    }
}

fn internal() -> ApiError {
    ApiError::new(Reason::Internal, "The server could not answer. Its log says why.")
}

/// `/shells/{id}/asset-information/thumbnail`.
pub(crate) async fn thumbnail(call: Call, method: &Method, id: &str) -> Answer {
    let shell = call.api.document(Kind::Shell, id)?;
    let picture = &shell["assetInformation"]["defaultThumbnail"];
    let known = picture["path"].as_str();
    match *method {
        Method::GET => {
            let path = known.ok_or_else(|| ApiError::not_found("The shell has no thumbnail."))?;
            download(&call, id, path, picture["contentType"].as_str()).await
        }
        Method::PUT => {
            let (path, content_type, change) = upload(&call.api.clone(), call.headers, call.body, id).await?;
            let lock = call.api.shells.hold(&[(Kind::Shell, id)]).await;
            let mut shell = call.api.document(Kind::Shell, id)?;
            shell["assetInformation"]["defaultThumbnail"] =
                json!({ "path": path, "contentType": content_type });
            let changes = vec![change, Change::put(Kind::Shell, id, shell.to_string())];
            call.api.record(&lock, changes).await?;
            Ok(done())
        }
        _ => {
            let path = known.ok_or_else(|| ApiError::not_found("The shell has no thumbnail."))?;
            let lock = call.api.shells.hold(&[(Kind::Shell, id)]).await;
            let mut shell = call.api.document(Kind::Shell, id)?;
            if let Some(asset) = shell["assetInformation"].as_object_mut() {
                asset.remove("defaultThumbnail");
            }
            let changes = vec![
                Change::remove(Kind::File, &key(id, path)),
                Change::put(Kind::Shell, id, shell.to_string()),
            ];
            call.api.record(&lock, changes).await?;
            Ok(done())
        }
    }
}

/// `/submodels/{id}/submodel-elements/{path}/attachment`.
pub(crate) async fn attachment(call: Call, method: &Method, scope: &Scope, at: &str) -> Answer {
    let id = call.api.scoped(scope)?;
    let submodel = call.api.document(Kind::Submodel, &id)?;
    let element = find(&submodel, at)?;
    let kind = element["modelType"].as_str().unwrap_or_default();
    if !matches!(kind, "File" | "Blob") {
        return Err(ApiError::new(Reason::NotAllowed("GET"), format!("A {kind} has no attachment.")));
    }
    match *method {
        Method::GET if kind == "Blob" => blob(element),
        Method::GET => {
            let path = element["value"].as_str();
            let path = path.ok_or_else(|| ApiError::not_found("The element has no file."))?;
            download(&call, &id, path, element["contentType"].as_str()).await
        }
        Method::PUT => {
            let (path, content_type, change) =
                upload(&call.api.clone(), call.headers, call.body, &id).await?;
            let set = |element: &mut Value| {
                element["value"] = path.into();
                element["contentType"] = content_type.into();
            };
            change_element(&call.api, &id, at, change, set).await
        }
        _ => {
            let path = element["value"].as_str();
            let path = path.ok_or_else(|| ApiError::not_found("The element has no file."))?;
            let change = Change::remove(Kind::File, &key(&id, path));
            let clear = |element: &mut Value| {
                if let Some(members) = element.as_object_mut() {
                    members.remove("value");
                }
            };
            change_element(&call.api, &id, at, change, clear).await?;
            Ok(StatusCode::OK.into_response())
        }
    }
}

fn blob(element: &Value) -> Answer {
    use base64::Engine as _;
    let text = element["value"].as_str().ok_or_else(|| ApiError::not_found("The blob is empty."))?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text);
    let bytes = bytes.map_err(|_| ApiError::not_found("The blob is no base64."))?;
    Ok(octets(bytes, "attachment"))
}

async fn change_element(api: &Api, id: &str, at: &str, file: Change, set: impl FnOnce(&mut Value)) -> Answer {
    let lock = api.shells.hold(&[(Kind::Submodel, id)]).await;
    let mut submodel = api.document(Kind::Submodel, id)?;
    let steps = path::parse(at).ok_or_else(|| missing(at))?;
    set(find_mut(&mut submodel, &steps).ok_or_else(|| missing(at))?);
    api.record(&lock, vec![file, Change::put(Kind::Submodel, id, submodel.to_string())]).await?;
    Ok(done())
}

/// Takes a file in: its path, its media type, and the change that binds it to its owner.
async fn upload(
    api: &Api,
    headers: HeaderMap,
    body: Payload,
    owner: &str,
) -> Result<(String, String, Change), ApiError> {
    let Form { file, content_type, file_name, .. } = form(headers, body).await?;
    let bytes = file.unwrap_or_default();
    let blob = api.keep(bytes).await?;
    let file_name = file_name.unwrap_or_else(|| "file".to_owned());
    let content_type =
        content_type.filter(|kind| kind.is_ascii()).unwrap_or_else(|| "application/octet-stream".into());
    let path = format!("/aasx/files/{}", safe_name(&file_name));
    let document = file_document(&blob, &content_type, &file_name);
    let change = Change::put(Kind::File, &key(owner, &path), document.to_string());
    Ok((path, content_type, change))
}

/// A name that is one segment of a path in a package, whatever the client called the file.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let keep = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let name: String = last.chars().map(keep).take(100).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { "file".to_owned() } else { name.to_owned() }
}

async fn download(call: &Call, owner: &str, path: &str, content_type: Option<&str>) -> Answer {
    let text = call.api.shells.store().get(Kind::File, &key(owner, path))?;
    let text = text.ok_or_else(|| {
        ApiError::not_found(format!("There is no file `{path}` here; it may be at an address of its own."))
    })?;
    let document = crate::page::parse(&text);
    let bytes = call.api.bytes_of(&document).await?;
    let mut response = octets(bytes, &disposition(document["fileName"].as_str().unwrap_or("file")));
    let kind = content_type.or(document["contentType"].as_str()).unwrap_or_default();
    if is_picture(kind)
        && wants_picture(&call.headers)
        && let Ok(kind) = HeaderValue::from_str(kind)
    {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    Ok(response)
}

/// Pictures that cannot carry scripts.
fn is_picture(kind: &str) -> bool {
    ["image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp"].contains(&kind)
}

fn wants_picture(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("image/"))
}

/// Bytes that a browser saves and does not run.
pub(crate) fn octets(bytes: Vec<u8>, disposition: &str) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    let usual = HeaderValue::from_static("attachment");
    let disposition = HeaderValue::from_str(disposition).unwrap_or(usual);
    (StatusCode::OK, [kind, (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

/// The header that proposes a file name.
pub(crate) fn disposition(file_name: &str) -> String {
    format!("attachment; filename=\"{}\"", safe_name(file_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_clients_lead_nowhere() {
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("..\\..\\win.ini"), "win.ini");
        assert_eq!(safe_name("a b\"c\r\n.pdf"), "a_b_c__.pdf");
        assert_eq!(safe_name(".."), "file");
    }
}
