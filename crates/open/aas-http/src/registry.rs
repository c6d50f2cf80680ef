//! The registries: where shells and submodels can be reached. What is in the repositories of this server is listed too,
//! with this server's address, unless somebody registered it otherwise.

use crate::api::{Answer, Call, created, done, json};
use crate::change::missing;
use crate::page::{documents, paged, parse, query, slice};
use crate::route::encode_id;
use crate::{ApiError, body, change, check};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use trine_shells::{Field, Kind};

/// `/shell-descriptors`.
pub(crate) async fn shells(call: Call, method: &Method) -> Answer {
    if method == Method::POST {
        return register(call, Kind::ShellDescriptor).await;
    }
    let params = &call.params;
    let mut fields: Vec<(Field, String)> = Vec::new();
    fields.extend(params.asset_kind()?.map(|kind| (Field::AssetKind, kind)));
    fields.extend(params.encoded("assetType")?.map(|kind| (Field::AssetType, kind)));
    list(&call, Kind::ShellDescriptor, fields).await
}

/// `/submodel-descriptors`.
pub(crate) async fn submodels(call: Call, method: &Method) -> Answer {
    if method == Method::POST {
        return register(call, Kind::SubmodelDescriptor).await;
    }
    list(&call, Kind::SubmodelDescriptor, Vec::new()).await
}

/// `/shell-descriptors/{id}`.
pub(crate) async fn shell(call: Call, method: &Method, id: &str) -> Answer {
    entry(call, method, Kind::ShellDescriptor, id).await
}

/// `/submodel-descriptors/{id}`.
pub(crate) async fn submodel(call: Call, method: &Method, id: &str) -> Answer {
    entry(call, method, Kind::SubmodelDescriptor, id).await
}

fn path_of(kind: Kind) -> &'static str {
    if kind == Kind::ShellDescriptor { "shell-descriptors" } else { "submodel-descriptors" }
}

/// Checks an entry of a registry.
pub(crate) fn check_entry(kind: Kind, entry: &Value) -> Result<(), ApiError> {
    let is_shell = kind == Kind::ShellDescriptor;
    check::object(if is_shell { &check::SHELL_DESCRIPTOR } else { &check::SUBMODEL_DESCRIPTOR }, entry)
}

async fn register(call: Call, kind: Kind) -> Answer {
    let entry = body::json(&call.headers, call.body).await?;
    check_entry(kind, &entry)?;
    let id = entry["id"].as_str().unwrap_or_default();
    call.api.create(kind, id, &entry).await?;
    Ok(created(&format!("{}/{}/{}", call.base, path_of(kind), encode_id(id)), &entry))
}

/// Registered entries and, in the same order of identifiers, what the repository has.
async fn list(call: &Call, kind: Kind, fields: Vec<(Field, String)>) -> Answer {
    let query = query(&call.params, fields)?;
    let repository = if kind == Kind::ShellDescriptor { Kind::Shell } else { Kind::Submodel };
    let registered = documents(&call.api, kind, query.clone()).await?;
    let stored = documents(&call.api, repository, query.clone()).await?;
    // Behind the end of a page that is not the last, the other list may not go on: what is between would be left out.
    let ends = [registered.next.as_deref(), stored.next.as_deref()];
    let end = ends.into_iter().flatten().min().map(ToOwned::to_owned);
    let mut entries: Vec<(String, Value)> =
        registered.documents.iter().map(|(id, text)| (id.to_string(), parse(text))).collect();
    for (id, text) in &stored.documents {
        if !call.api.shells.store().has(kind, id) {
            entries.push((id.to_string(), derived(call, kind, &parse(text))));
        }
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.retain(|(id, _)| end.as_ref().is_none_or(|end| id <= end));
    let is_cut = entries.len() > query.limit || end.is_some();
    entries.truncate(query.limit);
    let next = if is_cut { entries.last().map(|(id, _)| id.clone()).or(end) } else { None };
    let result: Vec<Value> = entries.into_iter().map(|(_, entry)| entry).collect();
    Ok(json(StatusCode::OK, &paged(result, next.as_deref())))
}

/// The entry of what this server has in its repository.
fn derived(call: &Call, kind: Kind, document: &Value) -> Value {
    let (interface, path) = match kind {
        Kind::ShellDescriptor => ("AAS-3.0", "shells"),
        _ => ("SUBMODEL-3.0", "submodels"),
    };
    let id = document["id"].as_str().unwrap_or_default();
    let host = call.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let href = format!("http://{host}{}/{path}/{}", call.base, encode_id(id));
    let endpoint = json!({ "interface": interface, "protocolInformation": {
        "href": href, "endpointProtocol": "HTTP", "endpointProtocolVersion": ["1.1"] } });
    let mut entry = json!({ "id": id, "endpoints": [endpoint] });
    let kept =
        ["idShort", "description", "displayName", "administration", "semanticId", "supplementalSemanticIds"];
    let asset = ["assetKind", "assetType", "globalAssetId", "specificAssetIds"];
    let from = |source: &Value, names: &[&str], entry: &mut Value| {
        for name in names {
            if let Some(member) = source.get(name) {
                entry[*name] = member.clone();
            }
        }
    };
    from(document, &kept, &mut entry);
    from(&document["assetInformation"], &asset, &mut entry);
    entry
}

/// An entry, registered or derived.
fn find(call: &Call, kind: Kind, id: &str) -> Result<Value, ApiError> {
    if let Some(text) = call.api.shells.store().get(kind, id)? {
        return Ok(parse(&text));
    }
    let repository = if kind == Kind::ShellDescriptor { Kind::Shell } else { Kind::Submodel };
    let text = call.api.shells.store().get(repository, id)?.ok_or_else(|| missing(kind, id))?;
    Ok(derived(call, kind, &parse(&text)))
}

async fn entry(call: Call, method: &Method, kind: Kind, id: &str) -> Answer {
    match *method {
        Method::GET => Ok(json(StatusCode::OK, &find(&call, kind, id)?)),
        Method::PUT => {
            let entry = body::json(&call.headers, call.body).await?;
            check_entry(kind, &entry)?;
            change::same_id(&entry, id)?;
            let is_new = call.api.replace(kind, id, &entry).await?;
            Ok(if is_new { created(&call.path, &entry) } else { done() })
        }
        _ => {
            call.api.remove(kind, id).await?;
            Ok(done())
        }
    }
}

/// `/shell-descriptors/{id}/submodel-descriptors`.
pub(crate) async fn nested(mut call: Call, method: &Method, id: &str) -> Answer {
    let shell = find(&call, Kind::ShellDescriptor, id)?;
    if method == Method::GET {
        let entries = shell["submodelDescriptors"].as_array().cloned().unwrap_or_default();
        let (result, next) = slice(entries, &call.params)?;
        return Ok(json(StatusCode::OK, &paged(result, next.as_deref())));
    }
    let entry = body::json(&call.headers, std::mem::take(&mut call.body)).await?;
    check_entry(Kind::SubmodelDescriptor, &entry)?;
    let submodel = entry["id"].as_str().unwrap_or_default().to_owned();
    let add = |entries: &mut Vec<Value>| {
        if place(entries, &submodel).is_some() {
            return Err(change::exists(Kind::SubmodelDescriptor, &submodel));
        }
        entries.push(entry.clone());
        Ok(())
    };
    change_nested(&call, id, add).await?;
    Ok(created(&format!("{}/{}", call.path, encode_id(&submodel)), &entry))
}

/// `/shell-descriptors/{id}/submodel-descriptors/{submodel}`.
pub(crate) async fn nested_one(mut call: Call, method: &Method, id: &str, submodel: &str) -> Answer {
    let shell = find(&call, Kind::ShellDescriptor, id)?;
    let gone = || missing(Kind::SubmodelDescriptor, submodel);
    match *method {
        Method::GET => {
            let entries = shell["submodelDescriptors"].as_array().ok_or_else(gone)?;
            let place = place(entries, submodel).ok_or_else(gone)?;
            Ok(json(StatusCode::OK, &entries[place]))
        }
        Method::PUT => {
            let entry = body::json(&call.headers, std::mem::take(&mut call.body)).await?;
            check_entry(Kind::SubmodelDescriptor, &entry)?;
            change::same_id(&entry, submodel)?;
            let put = |entries: &mut Vec<Value>| {
                match place(entries, submodel) {
                    Some(place) => entries[place] = entry.clone(),
                    None => {
                        entries.push(entry.clone());
                        return Ok(true);
                    }
                }
                Ok(false)
            };
            let is_new = change_nested(&call, id, put).await?;
            Ok(if is_new { created(&call.path, &entry) } else { done() })
        }
        _ => {
            let remove = |entries: &mut Vec<Value>| {
                let place = place(entries, submodel).ok_or_else(gone)?;
                entries.remove(place);
                Ok(())
            };
            change_nested(&call, id, remove).await?;
            Ok(done())
        }
    }
}

fn place(entries: &[Value], id: &str) -> Option<usize> {
    entries.iter().position(|entry| entry["id"].as_str() == Some(id))
}

/// Changes the submodels of an entry; a derived one is registered by that.
async fn change_nested<T>(
    call: &Call,
    id: &str,
    change: impl FnOnce(&mut Vec<Value>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let lock = call.api.shells.hold(&[(Kind::ShellDescriptor, id)]).await;
    let mut shell = find(call, Kind::ShellDescriptor, id)?;
    let mut entries = shell["submodelDescriptors"].as_array().cloned().unwrap_or_default();
    let given = change(&mut entries)?;
    match (entries.is_empty(), shell.as_object_mut()) {
        (true, Some(members)) => drop(members.remove("submodelDescriptors")),
        _ => shell["submodelDescriptors"] = entries.into(),
    }
    let change = trine_shells::Change::put(Kind::ShellDescriptor, id, shell.to_string());
    call.api.record(&lock, vec![change]).await?;
    Ok(given)
}
