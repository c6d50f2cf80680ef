//! Discovery: from the ids of an asset to the shells that describe it.
//!
//! A shell of the repository is found by the ids in its asset information; links that somebody posted count as well.

use crate::api::{Answer, Call, created, done, json};
use crate::change::missing;
use crate::page::paged;
use crate::{Api, ApiError, body, check};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use trine_shells::{Field, Kind, Query, asset_key};

/// `/lookup/shells`.
pub(crate) async fn lookup(call: Call) -> Answer {
    let keys = call.params.asset_keys()?;
    find(&call, keys)
}

/// `/lookup/shellsByAssetLink`.
pub(crate) async fn lookup_by_link(mut call: Call) -> Answer {
    let links = body::json(&call.headers, std::mem::take(&mut call.body)).await?;
    let Some(links) = links.as_array() else { return Err(ApiError::invalid("$: a list is expected.")) };
    // The schema lets items be anything that is no object; no asset has such an id.
    let objects: Value = links.iter().filter(|link| link.is_object()).cloned().collect();
    check::list(&check::ASSET_LINK, &objects)?;
    let links = links.iter();
    let key =
        |link: &Value| asset_key(link["name"].as_str().unwrap_or(""), link["value"].as_str().unwrap_or(""));
    let keys = links.map(key).collect();
    find(&call, keys)
}

fn find(call: &Call, keys: Vec<String>) -> Answer {
    let limit = call.params.limit()?;
    let fields = keys.into_iter().map(|key| (Field::AssetId, key)).collect();
    let query = Query { fields, after: call.params.cursor()?, limit };
    let store = call.api.shells.store();
    let (stored, more_stored) = store.ids(Kind::Shell, &query);
    let (linked, more_linked) = store.ids(Kind::AssetLinks, &query);
    // Behind the end of a page that is not the last, the other list may not go on.
    let end = more_stored.iter().chain(&more_linked).min().cloned();
    let mut ids: Vec<String> = stored.iter().chain(&linked).map(ToString::to_string).collect();
    ids.sort();
    ids.dedup();
    ids.retain(|id| end.as_ref().is_none_or(|end| id <= end));
    let is_cut = ids.len() > limit || end.is_some();
    ids.truncate(limit);
    let next = if is_cut { ids.last().cloned().or(end) } else { None };
    Ok(json(StatusCode::OK, &paged(ids, next.as_deref())))
}

/// `/lookup/shells/{id}`.
pub(crate) async fn links(call: Call, method: &Method, id: &str) -> Answer {
    match *method {
        Method::GET => Ok(json(StatusCode::OK, &known_links(&call.api, id)?)),
        Method::POST => {
            let links = body::json(&call.headers, call.body).await?;
            check::list(&check::SPECIFIC_ASSET_ID, &links)?;
            call.api.replace(Kind::AssetLinks, id, &links).await?;
            Ok(created(&call.path, &links))
        }
        _ => {
            call.api.remove(Kind::AssetLinks, id).await?;
            Ok(done())
        }
    }
}

fn known_links(api: &Api, id: &str) -> Result<Value, ApiError> {
    if api.shells.store().has(Kind::AssetLinks, id) {
        return api.document(Kind::AssetLinks, id);
    }
    if !api.shells.store().has(Kind::Shell, id) {
        return Err(missing(Kind::AssetLinks, id));
    }
    let shell = api.document(Kind::Shell, id)?;
    let asset = &shell["assetInformation"];
    let global =
        asset["globalAssetId"].as_str().map(|value| json!({ "name": "globalAssetId", "value": value }));
    let specific = asset["specificAssetIds"].as_array().into_iter().flatten().cloned();
    Ok(global.into_iter().chain(specific).collect())
}
