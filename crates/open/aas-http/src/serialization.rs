//! Everything of a scope in one file: JSON, XML or AASX, as the client accepts it.

use crate::api::{Answer, Call};
use crate::files::{disposition, octets};
use crate::packages::AASX;
use crate::page::parse;
use crate::route::Scope;
use crate::{Api, ApiError, Reason, Version};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use trine_aas::aasx::{Package, SpecFormat};
use trine_aas::{Environment, json, xml};
use trine_shells::{BlobId, Kind, Query};

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
    let version = call.version;
    let work = move || write(&api, environment(&api, &wanted, whole)?, form, version);
    let written = tokio::task::spawn_blocking(work).await;
    let bytes = written.map_err(|_| ApiError::new(Reason::Internal, "The server could not answer."))??;
    Ok(match form {
        Form::Json => typed(bytes, "application/json"),
        Form::Xml => typed(bytes, "application/xml"),
        Form::Package => {
            let mut response = octets(bytes, &disposition("shells.aasx"));
            let kind = HeaderValue::from_static("application/asset-administration-shell-package+xml");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
    })
}

fn typed(bytes: Vec<u8>, kind: &'static str) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, kind)], bytes).into_response()
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

fn environment(api: &Api, wanted: &Wanted, whole: bool) -> Result<Value, ApiError> {
    let everything = whole && wanted.shells.is_empty() && wanted.submodels.is_empty();
    let shells = gather(api, Kind::Shell, &wanted.shells, everything)?;
    let submodels = gather(api, Kind::Submodel, &wanted.submodels, everything)?;
    let concepts = match (wanted.concepts, everything) {
        (false, _) => Vec::new(),
        (true, true) => gather(api, Kind::Concept, &[], true)?,
        (true, false) => {
            let mut ids = BTreeSet::new();
            shells.iter().chain(&submodels).for_each(|document| mentioned(document, &mut ids));
            let known: Vec<String> = ids
                .into_iter()
                .filter(|id| api.shells.store().has(Kind::Concept, id))
                .map(Into::into)
                .collect();
            gather(api, Kind::Concept, &known, false)?
        }
    };
    let mut environment = Map::new();
    let lists =
        [("assetAdministrationShells", shells), ("submodels", submodels), ("conceptDescriptions", concepts)];
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
        let text =
            format!("There are more than {MOST}; name those that are wanted by aasIds and submodelIds.");
        return Err(ApiError::new(Reason::TooLarge, text));
    }
    Ok(page.documents.iter().map(|(_, text)| parse(text)).collect())
}

/// The values of all keys of all references in a document: what may be a concept.
fn mentioned<'a>(value: &'a Value, ids: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            if let (Some(Value::String(_)), Some(Value::Array(keys))) =
                (members.get("type"), members.get("keys"))
            {
                ids.extend(keys.iter().filter_map(|key| key["value"].as_str()));
            }
            members.values().for_each(|member| mentioned(member, ids));
        }
        Value::Array(items) => items.iter().for_each(|item| mentioned(item, ids)),
        _ => {}
    }
}

/// A form that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Xml,
    Package,
}

impl Form {
    /// The first form in the client's list that there is; JSON when it takes anything.
    fn of(call: &Call) -> Result<Self, ApiError> {
        let accept =
            call.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
        let known = |part: &str| match part.split(';').next().unwrap_or_default().trim() {
            "" | "*/*" | "application/*" | "application/json" => Some(Self::Json),
            "application/xml" | "text/xml" => Some(Self::Xml),
            kind if kind.starts_with(AASX) => Some(Self::Package),
            _ => None,
        };
        let there = format!("There are application/json, application/xml and {AASX}.");
        accept.split(',').find_map(known).ok_or_else(|| ApiError::new(Reason::NotAcceptable, there))
    }
}

/// The environment as a document or a package of the metamodel.
fn write(api: &Api, environment: Value, form: Form, version: Version) -> Result<Vec<u8>, ApiError> {
    if form == Form::Json {
        return Ok(environment.to_string().into_bytes());
    }
    let owners = owners(&environment);
    let reading = json::read_value::<Environment>(environment);
    let environment = reading.value.unwrap_or_default();
    let metamodel = match version {
        Version::V3_0 => trine_aas::Version::V3_0,
        Version::V3_1 => trine_aas::Version::V3_1,
    };
    let unwritable = |error: xml::UnwritableXml| ApiError::conflict(format!("XML cannot say it: {error}"));
    if form == Form::Xml {
        return xml::write(&environment, metamodel).map_err(unwritable);
    }
    let mut package = Package::new(environment, SpecFormat::Json);
    for owner in owners {
        for (path, file) in api.files_of(&owner)? {
            let kind = file["contentType"].as_str().unwrap_or("application/octet-stream");
            let blob = file["blob"].as_str().and_then(BlobId::parse);
            let bytes = blob.map(|blob| api.shells.blobs().get(&blob)).transpose()?.flatten();
            if let Some(bytes) = bytes
                && package.add_file(&path, kind, bytes).is_none()
            {
                tracing::warn!("no package can have a part `{path}`; it was left away");
            }
        }
    }
    package.write().map_err(unwritable)
}

/// Whose files belong into the package.
fn owners(environment: &Value) -> Vec<String> {
    let lists = ["assetAdministrationShells", "submodels"].into_iter();
    let items = lists.flat_map(|list| environment[list].as_array().into_iter().flatten());
    items.filter_map(|item| item["id"].as_str()).map(Into::into).collect()
}
