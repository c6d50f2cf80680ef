//! Everything of a scope in one file: JSON, XML or AASX, as the client accepts it.

use crate::api::{Answer, Call, json};
use crate::page::parse;
use crate::route::Scope;
use crate::{Api, ApiError, Reason};
use axum::http::{StatusCode, header};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use trine_shells::{Kind, Query};

/// Identifiables in one answer at most.
const MOST: usize = 10_000;

/// `/serialization`.
pub(crate) async fn serialize(call: Call, scope: &Scope) -> Answer {
    let params = &call.params;
    let mut wanted = Wanted {
        shells: params.ids("aasIds")?,
        submodels: params.ids("submodelIds")?,
        concepts: params.is("includeConceptDescriptions", true)?,
    };
    wanted.narrow(&call.api, scope)?;
    let form = Form::of(&call)?;
    let (api, whole) = (call.api.clone(), scope.shell.is_none() && scope.submodel.is_none());
    let gathered = tokio::task::spawn_blocking(move || environment(&api, wanted, whole)).await;
    let environment = gathered.map_err(|_| ApiError::new(Reason::Internal, "The server could not answer."))??;
    form.answer(&environment)
}

struct Wanted {
    shells: Vec<String>,
    submodels: Vec<String>,
    concepts: bool,
}

impl Wanted {
    /// Takes what the scope has when nothing is named.
    fn narrow(&mut self, api: &Api, scope: &Scope) -> Result<(), ApiError> {
        if scope.submodel.is_some() {
            self.submodels = vec![api.scoped(scope)?];
            self.shells.clear();
        } else if let Some(shell) = &scope.shell {
            let document = api.document(Kind::Shell, shell)?;
            self.shells = vec![shell.clone()];
            if self.submodels.is_empty() {
                let references = document["submodels"].as_array().into_iter().flatten();
                let ids = references.filter_map(|reference| reference["keys"][0]["value"].as_str());
                let there = ids.filter(|id| api.shells.store().has(Kind::Submodel, id));
                self.submodels = there.map(Into::into).collect();
            }
        }
        Ok(())
    }
}

fn environment(api: &Api, wanted: Wanted, whole: bool) -> Result<Value, ApiError> {
    let everything = whole && wanted.shells.is_empty() && wanted.submodels.is_empty();
    let shells = gather(api, Kind::Shell, &wanted.shells, everything)?;
    let submodels = gather(api, Kind::Submodel, &wanted.submodels, everything)?;
    let concepts = match (wanted.concepts, everything) {
        (false, _) => Vec::new(),
        (true, true) => gather(api, Kind::Concept, &[], true)?,
        (true, false) => {
            let mut ids = BTreeSet::new();
            shells.iter().chain(&submodels).for_each(|document| mentioned(document, &mut ids));
            let known: Vec<String> =
                ids.into_iter().filter(|id| api.shells.store().has(Kind::Concept, id)).map(Into::into).collect();
            gather(api, Kind::Concept, &known, false)?
        }
    };
    let mut environment = Map::new();
    let lists = [("assetAdministrationShells", shells), ("submodels", submodels), ("conceptDescriptions", concepts)];
    // An empty list is to be left out.
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
    environment.extend(lists.map(|(name, list)| (name.to_owned(), list.into())));
    Ok(environment.into())
}

fn gather(api: &Api, kind: Kind, ids: &[String], everything: bool) -> Result<Vec<Value>, ApiError> {
    if !everything {
        return ids.iter().map(|id| api.document(kind, id)).collect();
    }
    let page = api.shells.store().page(kind, &Query { limit: MOST, ..Query::default() })?;
    if page.next.is_some() {
        let text = format!("There are more than {MOST}; name those that are wanted by aasIds and submodelIds.");
        return Err(ApiError::new(Reason::TooLarge, text));
    }
    Ok(page.documents.iter().map(|(_, text)| parse(text)).collect())
}

/// The values of all keys of all references in a document: what may be a concept.
fn mentioned<'a>(value: &'a Value, ids: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            if let (Some(Value::String(_)), Some(Value::Array(keys))) = (members.get("type"), members.get("keys")) {
                ids.extend(keys.iter().filter_map(|key| key["value"].as_str()));
            }
            members.values().for_each(|member| mentioned(member, ids));
        }
        Value::Array(items) => items.iter().for_each(|item| mentioned(item, ids)),
        _ => {}
    }
}

enum Form {
    Json,
}

impl Form {
    fn of(call: &Call) -> Result<Self, ApiError> {
        let accept = call.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
        let accepts = |kind: &str| accept.split(',').any(|part| part.split(';').next().unwrap_or("").trim() == kind);
        if accepts("application/json") || accepts("*/*") || accepts("application/*") || accept.is_empty() {
            return Ok(Self::Json);
        }
        Err(ApiError::new(Reason::NotAcceptable, "There is application/json."))
    }

    fn answer(self, environment: &Value) -> Answer {
        match self {
            Self::Json => Ok(json(StatusCode::OK, environment)),
        }
    }
}
