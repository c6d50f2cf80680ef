//! The Shell repository and the Shell service.

use crate::api::{Answer, Call, created, done, json, text};
use crate::change::missing;
use crate::modifier::reference;
use crate::page::{documents, paged, parse, query};
use crate::params::Params;
use crate::route::{Content, Scope, encode_id};
use crate::{Api, ApiError, body, change, check};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use trine_shells::{Change, Field, Kind};

/// `/shells` and `/shells/$reference`.
pub(crate) async fn all(call: Call, method: &Method, scope: Scope, content: Content) -> Answer {
    if method == Method::POST {
        let shell = body::json(&call.headers, call.body).await?;
        check::object(&check::SHELL, &shell)?;
        let id = shell["id"].as_str().unwrap_or_default();
        call.api.create(Kind::Shell, id, &shell).await?;
        return Ok(created(&format!("{}/shells/{}", call.base, encode_id(id)), &shell));
    }
    let mut fields = filters(&call.params)?;
    fields.extend(scope.submodel.map(|id| (Field::Submodel, id)));
    if let Some(id) = scope.shell {
        let shell = shown(&call.api, &id)?;
        return Ok(json(StatusCode::OK, &paged(vec![shell], None)));
    }
    let page = documents(&call.api, Kind::Shell, query(&call.params, fields)?).await?;
    let shells = page.documents.iter();
    let result: Vec<Value> = match content {
        Content::Reference => shells.map(|(id, _)| reference("AssetAdministrationShell", id)).collect(),
        _ => shells.map(|(_, text)| in_order(parse(text))).collect(),
    };
    Ok(json(StatusCode::OK, &paged(result, page.next.as_deref())))
}

fn filters(params: &Params) -> Result<Vec<(Field, String)>, ApiError> {
    let mut fields: Vec<(Field, String)> = Vec::new();
    fields.extend(params.one("idShort").map(|name| (Field::IdShort, name.to_owned())));
    fields.extend(params.asset_keys()?.into_iter().map(|key| (Field::AssetId, key)));
    Ok(fields)
}

/// `/shells/{id}` and `/shells/{id}/$reference`.
pub(crate) async fn one(call: Call, method: &Method, id: &str, content: Content) -> Answer {
    match *method {
        Method::PUT => {
            let shell = body::json(&call.headers, call.body).await?;
            check::object(&check::SHELL, &shell)?;
            change::same_id(&shell, id)?;
            let is_new = call.api.replace(Kind::Shell, id, &shell).await?;
            Ok(if is_new { created(&call.path, &shell) } else { done() })
        }
        Method::DELETE => {
            call.api.remove(Kind::Shell, id).await?;
            Ok(done())
        }
        _ if content == Content::Reference => {
            call.api.must_have(Kind::Shell, id)?;
            Ok(json(StatusCode::OK, &reference("AssetAdministrationShell", id)))
        }
        _ => Ok(text(StatusCode::OK, shown(&call.api, id)?.to_string())),
    }
}

/// `/shells/{id}/asset-information`.
pub(crate) async fn asset_information(call: Call, method: &Method, id: &str) -> Answer {
    if method == Method::GET {
        let mut shell = call.api.document(Kind::Shell, id)?;
        return Ok(json(StatusCode::OK, &shell["assetInformation"].take()));
    }
    call.api.must_have(Kind::Shell, id)?;
    let asset = body::json(&call.headers, call.body).await?;
    check::object(&check::ASSET_INFORMATION, &asset)?;
    let put = |shell: &mut Value| {
        shell["assetInformation"] = asset;
        Ok(())
    };
    call.api.update(Kind::Shell, id, put).await?;
    Ok(done())
}

/// `/shells/{id}/submodel-refs`.
pub(crate) async fn submodel_refs(call: Call, method: &Method, id: &str) -> Answer {
    if method == Method::POST {
        return add_submodel_ref(call, id).await;
    }
    let mut shell = shown(&call.api, id)?;
    let (limit, after) = (call.params.limit()?, call.params.cursor()?);
    let Value::Array(references) = shell["submodels"].take() else {
        return Ok(json(StatusCode::OK, &paged(Vec::<Value>::new(), None)));
    };
    let is_later = |reference: &Value| after.as_deref().is_none_or(|after| target(reference) > after);
    let mut later = references.into_iter().filter(is_later);
    let result: Vec<Value> = later.by_ref().take(limit).collect();
    let next = later.next().and_then(|_| result.last()).map(|last| target(last).to_owned());
    Ok(json(StatusCode::OK, &paged(result, next.as_deref())))
}

async fn add_submodel_ref(call: Call, id: &str) -> Answer {
    call.api.must_have(Kind::Shell, id)?;
    let reference = body::json(&call.headers, call.body).await?;
    check::object(&check::REFERENCE, &reference)?;
    let submodel = target(&reference).to_owned();
    let add = |shell: &mut Value| {
        let references = references(shell);
        if references.iter().any(|known| target(known) == submodel) {
            return Err(ApiError::conflict(format!(
                "The shell refers to the submodel `{submodel}` already."
            )));
        }
        references.push(reference.clone());
        Ok(())
    };
    call.api.update(Kind::Shell, id, add).await?;
    Ok(created(&format!("{}/{}", call.path, encode_id(&submodel)), &reference))
}

/// `/shells/{id}/submodel-refs/{submodel}`: takes the reference away, the submodel stays.
pub(crate) async fn remove_submodel_ref(call: Call, id: &str, submodel: &str) -> Answer {
    call.api.update(Kind::Shell, id, |shell| without(shell, submodel)).await?;
    Ok(done())
}

/// The change that takes a submodel away, with the references of all shells to it that are given.
pub(crate) fn without(shell: &mut Value, submodel: &str) -> Result<(), ApiError> {
    let references = references(shell);
    let before = references.len();
    references.retain(|reference| target(reference) != submodel);
    if references.len() == before {
        return Err(missing(Kind::Submodel, submodel));
    }
    if references.is_empty()
        && let Some(members) = shell.as_object_mut()
    {
        members.remove("submodels");
    }
    Ok(())
}

/// Removes a submodel through a shell, which then refers to it no longer.
pub(crate) async fn remove_with_submodel(api: &Api, shell: &str, submodel: &str) -> Result<(), ApiError> {
    let held = [(Kind::Shell, shell), (Kind::Submodel, submodel)];
    let lock = api.shells.hold(&held).await;
    api.must_have(Kind::Submodel, submodel)?;
    let mut document = api.document(Kind::Shell, shell)?;
    without(&mut document, submodel)?;
    let changes =
        vec![Change::put(Kind::Shell, shell, document.to_string()), Change::remove(Kind::Submodel, submodel)];
    api.record(&lock, changes).await
}

fn references(shell: &mut Value) -> &mut Vec<Value> {
    if !shell["submodels"].is_array() {
        shell["submodels"] = json!([]);
    }
    match &mut shell["submodels"] {
        Value::Array(references) => references,
        _ => unreachable!("it was made a list"),
    }
}

fn target(reference: &Value) -> &str {
    reference["keys"][0]["value"].as_str().unwrap_or_default()
}

/// A shell as it is shown.
pub(crate) fn shown(api: &Api, id: &str) -> Result<Value, ApiError> {
    Ok(in_order(api.document(Kind::Shell, id)?))
}

/// References to submodels are a set; they are shown in the order of identifiers, which is the order of every list, so
/// that pages and shells agree.
fn in_order(mut shell: Value) -> Value {
    if let Some(references) = shell["submodels"].as_array_mut() {
        references.sort_by(|a, b| target(a).cmp(target(b)));
    } else if let Some(members) = shell.as_object_mut() {
        members.remove("submodels");
    }
    shell
}
