//! The router, and the way of a request: path, gate, handler, answer.

use crate::body::Payload;
use crate::gate::{Action, Gate, Open};
use crate::handles::Handles;
use crate::operations::{Operations, Unbound};
use crate::params::{Params, percent};
use crate::route::{Content, Own, Route};
use crate::value::LiveValues;
use crate::{
    ApiError, NoLiveValues, Reason, Version, bulk, concepts, description, discovery, elements, files, import,
    operations, packages, query, registry, serialization, shells, submodels,
};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use serde_json::Value;
use std::sync::Arc;
use trine_shells::Shells;
use trine_world::Origin;

/// Where the API is; the segment behind it is the version.
pub(crate) const BASE: &str = "/api/aas";

/// What the API is made of.
pub struct ApiOptions {
    /// Who decides about access.
    pub gate: Arc<dyn Gate>,
    /// Who has operations done.
    pub operations: Arc<dyn Operations>,
    /// Who knows live values.
    pub live: Arc<dyn LiveValues>,
    /// Identifiers of the shell and of the submodel that `/aas` and `/submodel` at the base mean.
    pub own: (String, String),
}

impl Default for ApiOptions {
    fn default() -> Self {
        let own = ("urn:trine:site".to_owned(), "urn:trine:site:nameplate".to_owned());
        Self { gate: Arc::new(Open), operations: Arc::new(Unbound), live: Arc::new(NoLiveValues), own }
    }
}

/// The API over the shells of a site.
pub struct Api {
    pub(crate) shells: Shells,
    pub(crate) gate: Arc<dyn Gate>,
    pub(crate) operations: Arc<dyn Operations>,
    pub(crate) live: Arc<dyn LiveValues>,
    pub(crate) own: Own,
    pub(crate) handles: Handles,
    pub(crate) origin: Origin,
}

impl Api {
    /// The API with these options.
    #[must_use]
    pub fn new(shells: Shells, options: ApiOptions) -> Arc<Self> {
        let ApiOptions { gate, operations, live, own: (shell, submodel) } = options;
        let own = Own { shell, submodel };
        let (handles, origin) = (Handles::default(), Origin::new("api/aas"));
        Arc::new(Self { shells, gate, operations, live, own, handles, origin })
    }
}

/// A request that is understood so far.
pub(crate) struct Call {
    pub api: Arc<Api>,
    pub version: Version,
    /// The base of this version, such as `/api/aas/v3.1`.
    pub base: String,
    /// The path as it came, for addresses below it.
    pub path: String,
    pub params: Params,
    pub headers: HeaderMap,
    pub body: Payload,
}

/// What a handler gives.
pub(crate) type Answer = Result<Response, ApiError>;

/// The routes of the API.
pub fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/api/aas/import", post(import::answer))
        .route("/api/aas/{version}", any(answer))
        .route("/api/aas/{version}/", any(answer))
        .route("/api/aas/{version}/{*rest}", any(answer))
        .layer(DefaultBodyLimit::disable())
        .with_state(api)
}

async fn answer(State(api): State<Arc<Api>>, request: Request<Body>) -> Response {
    match dispatch(api, request).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn dispatch(api: Arc<Api>, request: Request<Body>) -> Answer {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let rest = path.strip_prefix(BASE).unwrap_or_default();
    let segments: Option<Vec<String>> =
        rest.split('/').filter(|part| !part.is_empty()).map(percent).collect();
    let segments =
        segments.ok_or_else(|| ApiError::not_found("The path is not UTF-8 in percent-encoding."))?;
    let Some((version, rest)) = segments.split_first() else { return Err(no_version()) };
    let base = format!("{BASE}/{version}");
    let (version, is_read_only) = match version.strip_suffix("-read") {
        Some(version) => (version, true),
        None => (version.as_str(), false),
    };
    let version = Version::parse(version).ok_or_else(no_version)?;
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let route = Route::of(&rest, &api.own)?;
    let methods = if is_read_only { reading(&route)? } else { methods(&route) };
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method };
    if !methods.split(", ").any(|allowed| allowed == method.as_str()) {
        let text = format!("This resource takes {methods}, and not {method}.");
        return Err(ApiError::new(Reason::NotAllowed(methods), text));
    }
    api.gate.may(&parts.headers, action(&method, &route), &route)?;
    let params = Params::of(parts.uri.query().unwrap_or_default())?;
    let path = path.trim_end_matches('/').to_owned();
    let call = Call { api, version, base, path, params, headers: parts.headers, body: body.into() };
    handle(call, &method, route).await
}

fn no_version() -> ApiError {
    ApiError::not_found("The API is at /api/aas/v3.1 and, as clients of 3.0 expect it, at /api/aas/v3.0.")
}

fn action(method: &Method, route: &Route) -> Action {
    match route {
        Route::Invoke(..) => Action::Invoke,
        Route::LookupByLink | Route::Query(_) => Action::Read,
        _ if method == Method::GET => Action::Read,
        _ => Action::Write,
    }
}

/// The methods that a resource takes.
fn methods(route: &Route) -> &'static str {
    match route {
        Route::Shells(scope, Content::Normal) if scope.shell.is_none() && scope.submodel.is_none() => {
            "GET, POST"
        }
        Route::Submodels(Content::Normal)
        | Route::Concepts
        | Route::ShellDescriptors
        | Route::SubmodelDescriptors
        | Route::NestedDescriptors(_)
        | Route::SubmodelRefs(_)
        | Route::Packages
        | Route::Elements(_, Content::Normal) => "GET, POST",
        Route::Shell(_, Content::Normal)
        | Route::Concept(_)
        | Route::ShellDescriptor(_)
        | Route::SubmodelDescriptor(_)
        | Route::NestedDescriptor(..)
        | Route::Thumbnail(_)
        | Route::Attachment(..)
        | Route::Package(_) => "GET, PUT, DELETE",
        Route::AssetInformation(_) => "GET, PUT",
        Route::SubmodelRef(..) => "DELETE",
        Route::Submodel(_, Content::Normal) => "GET, PUT, PATCH, DELETE",
        Route::Element(_, _, Content::Normal) => "GET, POST, PUT, PATCH, DELETE",
        Route::Submodel(_, Content::Metadata | Content::Value)
        | Route::Element(_, _, Content::Metadata | Content::Value) => "GET, PATCH",
        Route::AssetLinks(_) => "GET, POST, DELETE",
        Route::Bulk(_) => "POST, PUT, DELETE",
        Route::LookupByLink | Route::Query(_) | Route::Invoke(..) => "POST",
        Route::Shells(..)
        | Route::Shell(..)
        | Route::Submodels(_)
        | Route::Submodel(..)
        | Route::Elements(..)
        | Route::Element(..)
        | Route::OperationStatus(..)
        | Route::OperationResult(..)
        | Route::BulkStatus(_)
        | Route::BulkResult(_)
        | Route::Lookup
        | Route::Serialization(_)
        | Route::Description => "GET",
    }
}

/// The methods that a resource takes where nothing can be changed: the read profiles of the specification.
fn reading(route: &Route) -> Result<&'static str, ApiError> {
    match methods(route) {
        "POST" => Ok("POST"),
        all if all.starts_with("GET") => Ok("GET"),
        _ => Err(ApiError::not_found("This base is for reading; the resource can only be changed.")),
    }
}

async fn handle(call: Call, method: &Method, route: Route) -> Answer {
    match route {
        Route::Shells(scope, content) => shells::all(call, method, scope, content).await,
        Route::Shell(id, content) => shells::one(call, method, &id, content).await,
        Route::AssetInformation(id) => shells::asset_information(call, method, &id).await,
        Route::SubmodelRefs(id) => shells::submodel_refs(call, method, &id).await,
        Route::SubmodelRef(id, submodel) => shells::remove_submodel_ref(call, &id, &submodel).await,
        Route::Thumbnail(id) => files::thumbnail(call, method, &id).await,
        Route::Submodels(content) => submodels::all(call, method, content).await,
        Route::Submodel(scope, content) => submodels::one(call, method, &scope, content).await,
        Route::Elements(scope, content) => elements::all(call, method, &scope, content).await,
        Route::Element(scope, path, content) => elements::one(call, method, &scope, &path, content).await,
        Route::Attachment(scope, path) => files::attachment(call, method, &scope, &path).await,
        Route::Invoke(scope, path, how) => operations::invoke(call, &scope, &path, how).await,
        Route::OperationStatus(scope, path, handle) => operations::status(call, &scope, &path, &handle).await,
        Route::OperationResult(scope, path, handle, values) => {
            operations::result(call, &scope, &path, &handle, values).await
        }
        Route::Concepts => concepts::all(call, method).await,
        Route::Concept(id) => concepts::one(call, method, &id).await,
        Route::ShellDescriptors => registry::shells(call, method).await,
        Route::ShellDescriptor(id) => registry::shell(call, method, &id).await,
        Route::NestedDescriptors(id) => registry::nested(call, method, &id).await,
        Route::NestedDescriptor(id, submodel) => registry::nested_one(call, method, &id, &submodel).await,
        Route::SubmodelDescriptors => registry::submodels(call, method).await,
        Route::SubmodelDescriptor(id) => registry::submodel(call, method, &id).await,
        Route::Bulk(of_shells) => bulk::change(call, method, of_shells).await,
        Route::BulkStatus(handle) => bulk::status(&call, &handle),
        Route::BulkResult(handle) => bulk::result(&call, &handle),
        Route::Lookup => discovery::lookup(call).await,
        Route::LookupByLink => discovery::lookup_by_link(call).await,
        Route::AssetLinks(id) => discovery::links(call, method, &id).await,
        Route::Packages => packages::all(call, method).await,
        Route::Package(id) => packages::one(call, method, &id).await,
        Route::Serialization(scope) => serialization::serialize(call, &scope).await,
        Route::Description => Ok(json(StatusCode::OK, &description::profiles())),
        Route::Query(what) => query::answer(call, what).await,
    }
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    text(status, body.to_string())
}

/// An answer that is JSON already.
pub(crate) fn text(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Done, and nothing to say.
pub(crate) fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Something new, and where it is.
pub(crate) fn created(location: &str, body: &Value) -> Response {
    let mut response = json(StatusCode::CREATED, body);
    if let Ok(location) = location.parse() {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
