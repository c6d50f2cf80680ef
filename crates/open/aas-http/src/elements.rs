//! Submodel elements: lists of them, and each by its idShort path.

use crate::api::{Answer, Call, created, done, json};
use crate::modifier::{
    element_reference, metadata, metadata_answer, paths_answer, paths_below, show, show_listed,
};
use crate::page::{paged, parse, slice};
use crate::params::Level;
use crate::path::{self, Step, below, children, children_member, find, find_mut, is_list, missing};
use crate::route::{Content, Scope};
use crate::submodels::{merge, shown};
use crate::{ApiError, Version, body, check, value};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use trine_shells::Kind;

/// `/submodels/{id}/submodel-elements` and its parts.
pub(crate) async fn all(call: Call, method: &Method, scope: &Scope, content: Content) -> Answer {
    let id = call.api.scoped(scope)?;
    if method == Method::POST {
        return add(call, &id, "").await;
    }
    let (level, with_blobs) = (call.params.level()?, call.params.with_blobs()?);
    let text = call.api.text(Kind::Submodel, &id)?;
    let submodel = shown(&call.api, &text, Level::Deep, true);
    if content == Content::Path {
        let mut paths = Vec::new();
        paths_below(&submodel, "", level, &mut paths);
        let (paths, next) = slice(paths, &call.params)?;
        return Ok(json(StatusCode::OK, &paged(paths, next.as_deref())));
    }
    let (elements, next) = page(&submodel, &call)?;
    let show_each = |mut element: Value| {
        show_listed(&mut element, level, with_blobs);
        element
    };
    let result = match content {
        Content::Reference => {
            let reference = |element: &Value| {
                element_reference(&submodel, element["idShort"].as_str().unwrap_or_default())
            };
            elements.iter().map(reference).collect::<Result<Value, ApiError>>()?
        }
        Content::Metadata => elements.into_iter().map(without_value).collect(),
        Content::Value => values(elements.into_iter().map(show_each), with_blobs, call.version),
        _ => elements.into_iter().map(show_each).collect(),
    };
    Ok(json(StatusCode::OK, &paged(result, next.as_deref())))
}

fn values(elements: impl Iterator<Item = Value>, with_blobs: bool, version: Version) -> Value {
    let elements: Vec<Value> = elements.collect();
    if version == Version::V3_1 {
        return value::by_name(&elements, with_blobs);
    }
    elements.iter().map(|element| value::by_name([element], with_blobs)).collect()
}

fn without_value(mut element: Value) -> Value {
    metadata(&mut element);
    element
}

/// A page of a submodel's elements. It goes on after an element, wherever that stands by then; if it is gone, at its place.
fn page(submodel: &Value, call: &Call) -> Result<(Vec<Value>, Option<String>), ApiError> {
    let limit = call.params.limit()?;
    let elements = children(submodel);
    let start = match call.params.cursor()? {
        None => 0,
        Some(position) => {
            let (place, name) = position.split_once('\u{1f}').unwrap_or(("0", &position));
            let known = elements.iter().position(|element| element["idShort"].as_str() == Some(name));
            known.map_or_else(|| place.parse().unwrap_or(0), |place| place + 1)
        }
    };
    let end = start.saturating_add(limit).min(elements.len());
    let page = elements.get(start..end).unwrap_or_default().to_vec();
    let last = page.last().and_then(|last| last["idShort"].as_str()).unwrap_or_default();
    let next = (end < elements.len()).then(|| format!("{end}\u{1f}{last}"));
    Ok((page, next))
}

/// `/submodels/{id}/submodel-elements/{path}` and its parts.
pub(crate) async fn one(call: Call, method: &Method, scope: &Scope, at: &str, content: Content) -> Answer {
    let id = call.api.scoped(scope)?;
    match (method, content) {
        (&Method::GET, _) => get(&call, &id, at, content),
        (&Method::POST, _) => add(call, &id, at).await,
        (&Method::PUT, _) => put(call, &id, at).await,
        (&Method::DELETE, _) => delete(call, &id, at).await,
        (_, Content::Value) => patch_value(call, &id, at).await,
        _ => patch(call, &id, at, content).await,
    }
}

fn get(call: &Call, id: &str, at: &str, content: Content) -> Answer {
    let (level, with_blobs) = (call.params.level()?, call.params.with_blobs()?);
    let text = call.api.text(Kind::Submodel, id)?;
    let submodel = match content {
        Content::Normal | Content::Value => shown(&call.api, &text, Level::Deep, true),
        _ => parse(&text),
    };
    let mut element = find(&submodel, at)?.clone();
    let answer = match content {
        Content::Metadata => metadata_answer(element, call.version)?,
        Content::Reference => element_reference(&submodel, at)?,
        Content::Path => paths_answer(&element, at, level)?.into(),
        Content::Value => {
            show(&mut element, level, with_blobs);
            value::answer(&element, with_blobs, call.version)?
        }
        Content::Normal => {
            show(&mut element, level, with_blobs);
            element
        }
    };
    Ok(json(StatusCode::OK, &answer))
}

/// Adds an element to what is at a path; the empty path is the submodel.
async fn add(call: Call, id: &str, at: &str) -> Answer {
    if !at.is_empty() {
        find(&call.api.document(Kind::Submodel, id)?, at)?;
    }
    let element = body::json(&call.headers, call.body).await?;
    check::element(&element)?;
    let steps = if at.is_empty() { Vec::new() } else { path::parse(at).ok_or_else(|| missing(at))? };
    let added = element.clone();
    let add = |submodel: &mut Value| {
        let parent = find_mut(submodel, &steps).ok_or_else(|| missing(at))?;
        add_child(parent, added)?;
        let place = children(parent).len() - 1;
        Ok(below(at, parent, place, &children(parent)[place]))
    };
    let path = call.api.update(Kind::Submodel, id, add).await?;
    let elements = call.path.rsplit_once("/submodel-elements").map_or(call.path.as_str(), |(base, _)| base);
    let path = path.replace('[', "%5B").replace(']', "%5D");
    Ok(created(&format!("{elements}/submodel-elements/{path}"), &element))
}

fn add_child(parent: &mut Value, child: Value) -> Result<(), ApiError> {
    let kind = parent["modelType"].as_str().unwrap_or_default().to_owned();
    let Some(member) = children_member(parent) else {
        return Err(ApiError::conflict(format!("A {kind} has no elements below it.")));
    };
    fits(parent, &child)?;
    let name = child["idShort"].as_str();
    if !is_list(parent) && children(parent).iter().any(|known| known["idShort"].as_str() == name) {
        let name = name.unwrap_or_default();
        return Err(ApiError::conflict(format!("There is an element `{name}` already.")));
    }
    match parent[member].as_array_mut() {
        Some(children) => children.push(child),
        None => parent[member] = json!([child]),
    }
    Ok(())
}

/// Whether an element can be a child there. Spec: constraints AASd-117, AASd-120 and AASd-108.
fn fits(parent: &Value, child: &Value) -> Result<(), ApiError> {
    let has_name = child["idShort"].is_string();
    if is_list(parent) {
        if has_name {
            return Err(ApiError::conflict("An element of a SubmodelElementList has no idShort (AASd-120)."));
        }
        let wanted = parent["typeValueListElement"].as_str().unwrap_or("SubmodelElement");
        let is_abstract =
            matches!(wanted, "SubmodelElement" | "DataElement" | "EventElement" | "RelationshipElement");
        if !is_abstract && child["modelType"] != wanted {
            return Err(ApiError::conflict(format!(
                "The list holds elements of type {wanted} only (AASd-108)."
            )));
        }
    } else if !has_name {
        return Err(ApiError::conflict(
            "An element outside of a SubmodelElementList needs an idShort (AASd-117).",
        ));
    }
    Ok(())
}

async fn put(call: Call, id: &str, at: &str) -> Answer {
    call.params.only_deep()?;
    let steps = path::parse(at).ok_or_else(|| missing(at))?;
    let Some((last, parent)) = steps.split_last() else { return Err(missing(at)) };
    let parent_is_there = |submodel: &mut Value| find_mut(submodel, parent).is_some();
    if !parent_is_there(&mut call.api.document(Kind::Submodel, id)?) {
        return Err(missing(at));
    }
    let element = body::json(&call.headers, call.body).await?;
    check::element(&element)?;
    let new = element.clone();
    let put = |submodel: &mut Value| {
        let parent = find_mut(submodel, parent).ok_or_else(|| missing(at))?;
        put_child(parent, last, new, at)
    };
    let is_new = call.api.update(Kind::Submodel, id, put).await?;
    Ok(if is_new { created(&call.path, &element) } else { done() })
}

fn put_child(parent: &mut Value, step: &Step, child: Value, at: &str) -> Result<bool, ApiError> {
    let member = children_member(parent).ok_or_else(|| missing(at))?;
    fits(parent, &child)?;
    if let Step::Name(name) = step
        && child["idShort"].as_str() != Some(name)
    {
        return Err(ApiError::conflict("The idShort in the body is not the one in the path."));
    }
    if let Some(place) = path::position(parent, step) {
        parent[member][place] = child;
        return Ok(false);
    }
    let is_next = match step {
        Step::Name(_) => !is_list(parent),
        Step::Index(index) => is_list(parent) && *index == children(parent).len(),
    };
    if !is_next {
        return Err(missing(at));
    }
    add_child(parent, child).map(|()| true)
}

async fn delete(call: Call, id: &str, at: &str) -> Answer {
    let steps = path::parse(at).ok_or_else(|| missing(at))?;
    let Some((last, parent)) = steps.split_last() else { return Err(missing(at)) };
    let delete = |submodel: &mut Value| {
        let parent = find_mut(submodel, parent).ok_or_else(|| missing(at))?;
        let place = path::position(parent, last).ok_or_else(|| missing(at))?;
        let member = children_member(parent).ok_or_else(|| missing(at))?;
        let children = parent[member].as_array_mut().ok_or_else(|| missing(at))?;
        children.remove(place);
        if children.is_empty()
            && let Some(members) = parent.as_object_mut()
        {
            members.remove(member);
        }
        Ok(())
    };
    call.api.update(Kind::Submodel, id, delete).await?;
    Ok(done())
}

async fn patch(call: Call, id: &str, at: &str, content: Content) -> Answer {
    call.params.level()?;
    find(&call.api.document(Kind::Submodel, id)?, at)?;
    let changes = body::json(&call.headers, call.body).await?;
    match content {
        Content::Metadata => check::object(&check::ELEMENT_METADATA, &changes)?,
        _ => check::element(&changes)?,
    }
    let steps = path::parse(at).ok_or_else(|| missing(at))?;
    let patch = |submodel: &mut Value| {
        let element = find_mut(submodel, &steps).ok_or_else(|| missing(at))?;
        if changes["modelType"] != element["modelType"] {
            return Err(ApiError::conflict("The element is of another `modelType`."));
        }
        if changes["idShort"] != element["idShort"] {
            return Err(ApiError::conflict("The element has another `idShort`."));
        }
        merge(element, if content == Content::Metadata { without_value(changes) } else { changes });
        Ok(())
    };
    call.api.update(Kind::Submodel, id, patch).await?;
    Ok(done())
}

async fn patch_value(call: Call, id: &str, at: &str) -> Answer {
    call.params.level()?;
    let submodel = call.api.document(Kind::Submodel, id)?;
    let is_wrapped = |value: &Value, element: &Value| {
        // Version 3.0 gives the value of a property with its name, and takes it back like that.
        call.version == Version::V3_0
            && value.as_object().is_some_and(|object| object.len() == 1)
            && element["modelType"] == "Property"
    };
    let element = find(&submodel, at)?;
    let mut value = body::json(&call.headers, call.body).await?;
    if is_wrapped(&value, element) {
        let name = element["idShort"].as_str().unwrap_or("value");
        value = value[name].take();
    }
    let steps = path::parse(at).ok_or_else(|| missing(at))?;
    let set = |submodel: &mut Value| {
        let element = find_mut(submodel, &steps).ok_or_else(|| missing(at))?;
        value::set(element, &value, at)
    };
    call.api.update(Kind::Submodel, id, set).await?;
    Ok(done())
}
