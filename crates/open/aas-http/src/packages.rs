//! The AASX file server: packages as they were put, by identifiers that the server gives.

use crate::api::{Answer, Call, created, done, json};
use crate::body::{Form, form};
use crate::files::{disposition, octets};
use crate::page::{documents, paged, parse, query};
use crate::route::{decode_id, encode_id};
use crate::{Api, ApiError};
use axum::http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use trine_aas::aasx::{Limits, Package};
use trine_shells::{Field, Kind};

/// The media type of a package.
pub(crate) const AASX: &str = "application/asset-administration-shell-package";

/// `/packages`.
pub(crate) async fn all(call: Call, method: &Method) -> Answer {
    if method == Method::POST {
        let (id, package) = take(&call.api.clone(), form(call.headers, call.body).await?, None).await?;
        call.api.replace(Kind::Package, &id, &package).await?;
        return Ok(created(
            &format!("{}/packages/{}", call.base, encode_id(&id)),
            &description(&id, &package),
        ));
    }
    let fields = match call.params.one("aasId").filter(|id| !id.is_empty()) {
        Some(text) => vec![(Field::Shell, decode_id(text).ok_or_else(unreadable)?)],
        None => Vec::new(),
    };
    let page = documents(&call.api, Kind::Package, query(&call.params, fields)?).await?;
    let result: Vec<Value> = page.documents.iter().map(|(id, text)| description(id, &parse(text))).collect();
    Ok(json(StatusCode::OK, &paged(result, page.next.as_deref())))
}

fn unreadable() -> ApiError {
    ApiError::not_found("aasId: no identifier in base64url (UTF-8), so no package has it.")
}

/// `/packages/{id}`.
pub(crate) async fn one(call: Call, method: &Method, id: &str) -> Answer {
    match *method {
        Method::GET => {
            let package = call.api.document(Kind::Package, id)?;
            let bytes = call.api.bytes_of(&package).await?;
            let name = package["fileName"].as_str().unwrap_or("package.aasx");
            let mut response = octets(bytes, &disposition(name));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(AASX));
            let name = HeaderValue::from_str(name).unwrap_or(HeaderValue::from_static("package.aasx"));
            headers.insert("x-filename", name);
            Ok(response)
        }
        Method::PUT => {
            if id.chars().count() > 128 {
                return Err(ApiError::not_found("An identifier of a package has 128 characters at most."));
            }
            let (_, package) =
                take(&call.api.clone(), form(call.headers, call.body).await?, Some(id)).await?;
            let is_new = call.api.replace(Kind::Package, id, &package).await?;
            Ok(if is_new { created(&call.path, &description(id, &package)) } else { done() })
        }
        _ => {
            call.api.remove(Kind::Package, id).await?;
            Ok(done())
        }
    }
}

/// Keeps the file of a package. Without a name of its own it is called by its content and the instant.
async fn take(api: &Api, form: Form, id: Option<&str>) -> Result<(String, Value), ApiError> {
    let Form { file, file_name, aas_ids, .. } = form;
    let bytes = file.unwrap_or_default();
    let mut ids = contained(bytes.clone()).await;
    // Of what the client says in addition, those are listed that there are.
    ids.extend(aas_ids.into_iter().filter(|id| api.shells.store().has(Kind::Shell, id)));
    let blob = api.keep(bytes).await?;
    let now = crate::body::now().as_ns();
    let id = id.map_or_else(|| format!("{}-{now:x}", &blob.to_string()[..16]), ToOwned::to_owned);
    let file_name = file_name.unwrap_or_else(|| "package.aasx".to_owned());
    Ok((id, json!({ "blob": blob.to_string(), "fileName": file_name, "aasIds": ids })))
}

/// The shells in a package; none in what is no package.
async fn contained(bytes: Vec<u8>) -> BTreeSet<String> {
    let read = move || {
        let package = Package::read(&bytes, &Limits::default()).package?;
        let environment = serde_json::to_value(package.environment()).ok()?;
        let shells = environment["assetAdministrationShells"].as_array()?;
        Some(shells.iter().filter_map(|shell| shell["id"].as_str().map(Into::into)).collect())
    };
    tokio::task::spawn_blocking(read).await.ok().flatten().unwrap_or_default()
}

fn description(id: &str, package: &Value) -> Value {
    json!({ "packageId": id, "aasIds": package["aasIds"] })
}
