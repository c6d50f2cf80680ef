//! The Submodel repository and the Submodel service.

use crate::api::{Answer, Call, created, done, json};
use crate::modifier::{metadata, paths_below, reference, show};
use crate::page::{documents, paged, parse, query};
use crate::params::Level;
use crate::path::{children, children_member};
use crate::route::{Content, Scope, encode_id};
use crate::value::{by_name, fill_in};
use crate::{Api, ApiError, Version, body, change, check, shells, value};
use axum::http::{Method, StatusCode};
use serde_json::{Map, Value};
use trine_shells::{Change, Field, Kind, Query};

/// `/submodels` and its parts.
pub(crate) async fn all(call: Call, method: &Method, content: Content) -> Answer {
    if method == Method::POST {
        let submodel = body::json(&call.headers, call.body).await?;
        check::object(&check::SUBMODEL, &submodel)?;
        let id = submodel["id"].as_str().unwrap_or_default();
        call.api.create(Kind::Submodel, id, &submodel).await?;
        return Ok(created(&format!("{}/submodels/{}", call.base, encode_id(id)), &submodel));
    }
    let params = &call.params;
    let (level, with_blobs) = (params.level()?, params.with_blobs()?);
    let mut fields: Vec<(Field, String)> = Vec::new();
    fields.extend(params.one("idShort").map(|name| (Field::IdShort, name.to_owned())));
    fields.extend(params.reference("semanticId").map(|key| (Field::SemanticId, key)));
    if content == Content::Path {
        return all_paths(&call, fields, level).await;
    }
    let page = documents(&call.api, Kind::Submodel, query(params, fields)?).await?;
    let submodels = page.documents.iter();
    let result: Value = match content {
        Content::Reference => submodels.map(|(id, _)| reference("Submodel", id)).collect(),
        Content::Value => {
            let submodels = submodels.map(|(_, text)| shown(&call.api, text, level, with_blobs));
            values(submodels, with_blobs, call.version)
        }
        Content::Metadata => submodels.map(|(_, text)| without_elements(parse(text))).collect(),
        _ => submodels.map(|(_, text)| shown(&call.api, text, level, with_blobs)).collect(),
    };
    Ok(json(StatusCode::OK, &paged(result, page.next.as_deref())))
}

fn values(submodels: impl Iterator<Item = Value>, with_blobs: bool, version: Version) -> Value {
    if version == Version::V3_0 {
        return submodels.map(|submodel| by_name(children(&submodel), with_blobs)).collect();
    }
    let mut named = Map::new();
    for submodel in submodels {
        let values = by_name(children(&submodel), with_blobs);
        let id = submodel["id"].as_str().unwrap_or_default();
        match submodel["idShort"].as_str().filter(|name| !named.contains_key(*name)) {
            Some(name) => named.insert(name.to_owned(), values),
            None => named.insert(id.to_owned(), values),
        };
    }
    Value::Object(named)
}

/// The paths of all elements of all submodels: pages are counted in paths, and go on within a submodel.
async fn all_paths(call: &Call, fields: Vec<(Field, String)>, level: Level) -> Answer {
    let limit = call.params.limit()?;
    let (mut after, mut skip) = match call.params.cursor()? {
        None => (None, 0),
        Some(position) => match position.rsplit_once('\u{1f}') {
            Some((id, skip)) => (Some(id.to_owned()).filter(|id| !id.is_empty()), skip.parse().unwrap_or(0)),
            None => (Some(position), 0),
        },
    };
    let mut result: Vec<String> = Vec::new();
    loop {
        let query = Query { fields: fields.clone(), after: after.clone(), limit: 1 };
        let page = documents(&call.api, Kind::Submodel, query).await?;
        let Some((id, text)) = page.documents.first() else { break };
        let mut paths = Vec::new();
        paths_below(&parse(text), "", level, &mut paths);
        let (room, all) = (limit - result.len(), paths.len());
        result.extend(paths.into_iter().skip(skip).take(room));
        if skip.saturating_add(room) < all {
            let position = format!("{}\u{1f}{}", after.unwrap_or_default(), skip + room);
            return Ok(json(StatusCode::OK, &paged(result, Some(&position))));
        }
        if result.len() == limit && page.next.is_some() {
            let position = format!("{id}\u{1f}0");
            return Ok(json(StatusCode::OK, &paged(result, Some(&position))));
        }
        if page.next.is_none() {
            break;
        }
        (after, skip) = (Some(id.to_string()), 0);
    }
    Ok(json(StatusCode::OK, &paged(result, None)))
}

/// `/submodels/{id}` and its parts.
pub(crate) async fn one(call: Call, method: &Method, scope: &Scope, content: Content) -> Answer {
    match (method, content) {
        (&Method::GET, _) => get(&call, scope, content),
        (&Method::PUT, _) => put(call, scope).await,
        (&Method::DELETE, _) => delete(call, scope).await,
        (_, Content::Normal) => patch(call, scope).await,
        (_, Content::Metadata) => patch_metadata(call, scope).await,
        _ => patch_value(call, scope).await,
    }
}

fn get(call: &Call, scope: &Scope, content: Content) -> Answer {
    let (level, with_blobs) = (call.params.level()?, call.params.with_blobs()?);
    let id = call.api.scoped(scope)?;
    if content == Content::Reference {
        return Ok(json(StatusCode::OK, &reference("Submodel", &id)));
    }
    let text = call.api.text(Kind::Submodel, &id)?;
    let answer = match content {
        Content::Metadata => without_elements(parse(&text)),
        Content::Path => {
            let mut paths = Vec::new();
            paths_below(&parse(&text), "", level, &mut paths);
            paths.into()
        }
        Content::Value => by_name(children(&shown(&call.api, &text, level, with_blobs)), with_blobs),
        _ => shown(&call.api, &text, level, with_blobs),
    };
    Ok(json(StatusCode::OK, &answer))
}

/// A submodel as it is shown, with live values.
pub(crate) fn shown(api: &Api, text: &str, level: Level, with_blobs: bool) -> Value {
    let mut submodel = parse(text);
    if text.contains(value::SIGNAL_QUALIFIER) {
        fill_in(&mut submodel, &*api.live);
    }
    show(&mut submodel, level, with_blobs);
    submodel
}

fn without_elements(mut submodel: Value) -> Value {
    metadata(&mut submodel);
    submodel
}

async fn put(call: Call, scope: &Scope) -> Answer {
    call.params.only_deep()?;
    let id = scope.submodel.clone().unwrap_or_default();
    if let Some(shell) = &scope.shell {
        call.api.must_have(Kind::Shell, shell)?;
    }
    let submodel = body::json(&call.headers, call.body).await?;
    check::object(&check::SUBMODEL, &submodel)?;
    change::same_id(&submodel, &id)?;
    let Some(shell) = &scope.shell else {
        let is_new = call.api.replace(Kind::Submodel, &id, &submodel).await?;
        return Ok(if is_new { created(&call.path, &submodel) } else { done() });
    };
    let lock = call.api.shells.hold(&[(Kind::Shell, shell), (Kind::Submodel, &id)]).await;
    let is_new = !call.api.shells.store().has(Kind::Submodel, &id);
    let mut changes = vec![Change::put(Kind::Submodel, &id, submodel.to_string())];
    if !call.api.refers(shell, &id) {
        let mut document = call.api.document(Kind::Shell, shell)?;
        match document["submodels"].as_array_mut() {
            Some(references) => references.push(reference("Submodel", &id)),
            None => document["submodels"] = vec![reference("Submodel", &id)].into(),
        }
        changes.push(Change::put(Kind::Shell, shell, document.to_string()));
    }
    call.api.record(&lock, changes).await?;
    Ok(if is_new { created(&call.path, &submodel) } else { done() })
}

async fn delete(call: Call, scope: &Scope) -> Answer {
    let id = call.api.scoped(scope)?;
    match &scope.shell {
        Some(shell) => shells::remove_with_submodel(&call.api, shell, &id).await?,
        None => call.api.remove(Kind::Submodel, &id).await?,
    }
    Ok(done())
}

async fn patch(call: Call, scope: &Scope) -> Answer {
    call.params.only_deep()?;
    let id = call.api.scoped(scope)?;
    let changes = body::json(&call.headers, call.body).await?;
    check::object(&check::SUBMODEL, &changes)?;
    change::same_id(&changes, &id)?;
    let change = |submodel: &mut Value| {
        merge(submodel, changes);
        Ok(())
    };
    call.api.update(Kind::Submodel, &id, change).await?;
    Ok(done())
}

async fn patch_metadata(call: Call, scope: &Scope) -> Answer {
    call.params.level()?;
    let id = call.api.scoped(scope)?;
    let changes = body::json(&call.headers, call.body).await?;
    check::object(&check::SUBMODEL_METADATA, &changes)?;
    change::same_id(&changes, &id)?;
    if changes["modelType"] != "Submodel" {
        return Err(ApiError::conflict("The resource is a Submodel, and `modelType` says otherwise."));
    }
    let change = |submodel: &mut Value| {
        merge(submodel, without_elements(changes));
        Ok(())
    };
    call.api.update(Kind::Submodel, &id, change).await?;
    Ok(done())
}

async fn patch_value(call: Call, scope: &Scope) -> Answer {
    call.params.level()?;
    let id = call.api.scoped(scope)?;
    let values = body::json(&call.headers, call.body).await?;
    call.api.update(Kind::Submodel, &id, |submodel| value::set(submodel, &values, "$")).await?;
    Ok(done())
}

/// Puts the members that a patch has in place of those that are there; children are merged by their idShort, and those
/// that the patch does not name stay.
pub(crate) fn merge(target: &mut Value, patch: Value) {
    let Value::Object(members) = patch else { return };
    let child_member = children_member(target).filter(|_| !crate::path::is_list(target));
    for (name, new) in members {
        let (Some(member), Value::Array(items)) = (child_member, &new) else {
            target[name.as_str()] = new;
            continue;
        };
        if name != member || !target[member].is_array() {
            target[name.as_str()] = new;
            continue;
        }
        let Some(known) = target[member].as_array_mut() else { continue };
        for item in items {
            match known.iter_mut().find(|child| child["idShort"] == item["idShort"]) {
                Some(child) if child["modelType"] == item["modelType"] => merge(child, item.clone()),
                Some(child) => *child = item.clone(),
                None => known.push(item.clone()),
            }
        }
    }
}
