//! What a path means. Paths are walked segment by segment, so that a superpath is the same resource in a scope, and not a
//! second set of handlers.

use crate::ApiError;
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

/// Through what a resource was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The shell, if it was reached through one: what is reached must belong to it.
    pub shell: Option<String>,
    /// The submodel, where the resource is in one.
    pub submodel: Option<String>,
}

/// The part of a resource that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Normal,
    /// `$metadata`.
    Metadata,
    /// `$value`.
    Value,
    /// `$reference`.
    Reference,
    /// `$path`.
    Path,
}

/// A resource. Identifiers are decoded, and are what the path said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The shells of a scope, in full or as references.
    Shells(Scope, Content),
    /// A shell, in full or as a reference.
    Shell(String, Content),
    /// Its asset information.
    AssetInformation(String),
    /// Its thumbnail.
    Thumbnail(String),
    /// Its references to submodels.
    SubmodelRefs(String),
    /// One of them: shell and submodel.
    SubmodelRef(String, String),
    /// All submodels.
    Submodels(Content),
    /// The submodel of the scope.
    Submodel(Scope, Content),
    /// Its elements.
    Elements(Scope, Content),
    /// One of them, by idShort path.
    Element(Scope, String, Content),
    /// The file of an element.
    Attachment(Scope, String),
    /// Having an operation done.
    Invoke(Scope, String, Invocation),
    /// How far it is: path and handle.
    OperationStatus(Scope, String, String),
    /// What came of it: path, handle, and whether values only.
    OperationResult(Scope, String, String, bool),
    /// All concept descriptions.
    Concepts,
    /// One of them.
    Concept(String),
    /// All entries of the shell registry.
    ShellDescriptors,
    /// One of them.
    ShellDescriptor(String),
    /// The submodels of one of them.
    NestedDescriptors(String),
    /// One of these: shell and submodel.
    NestedDescriptor(String, String),
    /// All entries of the submodel registry.
    SubmodelDescriptors,
    /// One of them.
    SubmodelDescriptor(String),
    /// Changing many entries of a registry: of shells, or of submodels.
    Bulk(bool),
    /// How far that is.
    BulkStatus(String),
    /// What came of it.
    BulkResult(String),
    /// Shells by asset ids in the query.
    Lookup,
    /// Shells by asset ids in the body.
    LookupByLink,
    /// The asset ids that lead to a shell.
    AssetLinks(String),
    /// All packages.
    Packages,
    /// One of them.
    Package(String),
    /// Everything of a scope in one file.
    Serialization(Scope),
    /// What this server can.
    Description,
    /// A query in the language of the specification.
    Query(Queried),
}

/// How an operation is invoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// Whether the client does not wait.
    pub is_async: bool,
    /// Whether arguments are values only.
    pub is_value_only: bool,
}

/// What a query is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queried {
    /// Shells.
    Shells,
    /// Submodels.
    Submodels,
    /// Concept descriptions.
    Concepts,
    /// Entries of the shell registry.
    ShellDescriptors,
    /// Entries of the submodel registry.
    SubmodelDescriptors,
}

/// The site's own shell and its first submodel: what `/aas` and `/submodel` at the base mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Identifier of the shell.
    pub shell: String,
    /// Identifier of the submodel.
    pub submodel: String,
}

/// Reads an identifier from a path or a query: base64url of UTF-8, with or without padding.
pub(crate) fn decode_id(text: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()?;
    String::from_utf8(bytes).ok().filter(|id| !id.is_empty())
}

/// Writes an identifier as paths and cursors have it.
#[must_use]
pub(crate) fn encode_id(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

/// An identifier in a path. What is no base64url may be the identifier itself: it is looked for as it stands.
fn id_of(text: &str) -> String {
    decode_id(text).unwrap_or_else(|| text.to_owned())
}

impl Route {
    /// What these segments mean.
    ///
    /// # Errors
    /// When they mean nothing.
    pub fn of(segments: &[&str], own: &Own) -> Result<Self, ApiError> {
        match segments {
            ["shells", rest @ ..] => shells(rest),
            ["aas", rest @ ..] => shell(own.shell.clone(), rest),
            ["submodels", rest @ ..] => submodels(rest),
            ["submodel", rest @ ..] => {
                submodel(Scope { shell: None, submodel: Some(own.submodel.clone()) }, rest)
            }
            ["concept-descriptions"] => Ok(Self::Concepts),
            ["concept-descriptions", id] => Ok(Self::Concept(id_of(id))),
            ["shell-descriptors", rest @ ..] => descriptors(rest),
            ["submodel-descriptors"] => Ok(Self::SubmodelDescriptors),
            ["submodel-descriptors", id] => Ok(Self::SubmodelDescriptor(id_of(id))),
            ["lookup", "shells"] => Ok(Self::Lookup),
            ["lookup", "shellsByAssetLink"] => Ok(Self::LookupByLink),
            ["lookup", "shells", id] => Ok(Self::AssetLinks(id_of(id))),
            ["packages"] => Ok(Self::Packages),
            ["packages", id] => Ok(Self::Package(id_of(id))),
            ["bulk", rest @ ..] => bulk(rest),
            ["query", what] => query(what),
            rest => service(Scope::default(), rest),
        }
    }
}

fn nothing<T>() -> Result<T, ApiError> {
    Err(ApiError::not_found("There is no such resource in the API of Asset Administration Shells."))
}

/// What every service has, and the shells that belong to it.
fn service(scope: Scope, rest: &[&str]) -> Result<Route, ApiError> {
    match rest {
        ["description"] => Ok(Route::Description),
        ["serialization"] => Ok(Route::Serialization(scope)),
        ["shells"] => Ok(Route::Shells(scope, Content::Normal)),
        _ => nothing(),
    }
}

fn shells(rest: &[&str]) -> Result<Route, ApiError> {
    match rest {
        [] => Ok(Route::Shells(Scope::default(), Content::Normal)),
        ["$reference"] => Ok(Route::Shells(Scope::default(), Content::Reference)),
        [id, rest @ ..] => shell(id_of(id), rest),
    }
}

fn shell(id: String, rest: &[&str]) -> Result<Route, ApiError> {
    match rest {
        [] => Ok(Route::Shell(id, Content::Normal)),
        ["aas", rest @ ..] => shell(id, rest),
        ["$reference"] => Ok(Route::Shell(id, Content::Reference)),
        ["asset-information"] => Ok(Route::AssetInformation(id)),
        ["asset-information", "thumbnail"] => Ok(Route::Thumbnail(id)),
        ["submodel-refs"] => Ok(Route::SubmodelRefs(id)),
        ["submodel-refs", submodel] => Ok(Route::SubmodelRef(id, id_of(submodel))),
        ["submodels", sub, rest @ ..] => {
            submodel(Scope { shell: Some(id), submodel: Some(id_of(sub)) }, rest)
        }
        rest => service(Scope { shell: Some(id), submodel: None }, rest),
    }
}

fn submodels(rest: &[&str]) -> Result<Route, ApiError> {
    match rest {
        [] => Ok(Route::Submodels(Content::Normal)),
        [one] if content(one).is_some() => Ok(Route::Submodels(content(one).unwrap_or(Content::Normal))),
        [id, rest @ ..] => submodel(Scope { shell: None, submodel: Some(id_of(id)) }, rest),
    }
}

fn content(segment: &str) -> Option<Content> {
    match segment {
        "$metadata" => Some(Content::Metadata),
        "$value" => Some(Content::Value),
        "$reference" => Some(Content::Reference),
        "$path" => Some(Content::Path),
        _ => None,
    }
}

fn submodel(scope: Scope, rest: &[&str]) -> Result<Route, ApiError> {
    match rest {
        [] => Ok(Route::Submodel(scope, Content::Normal)),
        ["submodel", rest @ ..] => submodel(scope, rest),
        ["submodel-elements", rest @ ..] => elements(scope, rest),
        [one] if content(one).is_some() => {
            Ok(Route::Submodel(scope, content(one).unwrap_or(Content::Normal)))
        }
        rest => service(scope, rest),
    }
}

fn elements(scope: Scope, rest: &[&str]) -> Result<Route, ApiError> {
    if rest.is_empty() {
        return Ok(Route::Elements(scope, Content::Normal));
    }
    if let [one] = rest
        && let Some(content) = content(one)
    {
        return Ok(Route::Elements(scope, content));
    }
    let [path, rest @ ..] = rest else { return nothing() };
    let path = (*path).to_owned();
    let invoke = |is_async, is_value_only| Invocation { is_async, is_value_only };
    Ok(match rest {
        [] => Route::Element(scope, path, Content::Normal),
        ["attachment"] => Route::Attachment(scope, path),
        ["invoke"] => Route::Invoke(scope, path, invoke(false, false)),
        ["invoke", "$value"] => Route::Invoke(scope, path, invoke(false, true)),
        // The official document misspells it on one of its paths.
        ["invoke-async" | "invoke-asnyc"] => Route::Invoke(scope, path, invoke(true, false)),
        ["invoke-async", "$value"] => Route::Invoke(scope, path, invoke(true, true)),
        ["operation-status", handle] => Route::OperationStatus(scope, path, id_of(handle)),
        ["operation-results", handle] => Route::OperationResult(scope, path, id_of(handle), false),
        ["operation-results", handle, "$value"] => Route::OperationResult(scope, path, id_of(handle), true),
        [one] => match content(one) {
            Some(content) => Route::Element(scope, path, content),
            None => return nothing(),
        },
        _ => return nothing(),
    })
}

fn descriptors(rest: &[&str]) -> Result<Route, ApiError> {
    Ok(match rest {
        [] => Route::ShellDescriptors,
        [id] => Route::ShellDescriptor(id_of(id)),
        [id, "submodel-descriptors"] => Route::NestedDescriptors(id_of(id)),
        [id, "submodel-descriptors", submodel] => Route::NestedDescriptor(id_of(id), id_of(submodel)),
        _ => return nothing(),
    })
}

fn bulk(rest: &[&str]) -> Result<Route, ApiError> {
    Ok(match rest {
        ["shell-descriptors"] => Route::Bulk(true),
        ["submodel-descriptors"] => Route::Bulk(false),
        ["status", handle] => Route::BulkStatus(id_of(handle)),
        ["result", handle] => Route::BulkResult(id_of(handle)),
        _ => return nothing(),
    })
}

fn query(what: &str) -> Result<Route, ApiError> {
    Ok(Route::Query(match what {
        "shells" => Queried::Shells,
        "submodels" => Queried::Submodels,
        "concept-descriptions" => Queried::Concepts,
        "shell-descriptors" => Queried::ShellDescriptors,
        "submodel-descriptors" => Queried::SubmodelDescriptors,
        _ => return nothing(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Option<Route> {
        let own = Own { shell: "own".into(), submodel: "plate".into() };
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        Route::of(&segments, &own).ok()
    }

    #[test]
    fn a_superpath_is_the_same_resource_in_a_scope() {
        let scope = |shell: Option<&str>| Scope { shell: shell.map(Into::into), submodel: Some("m".into()) };
        assert_eq!(
            of("/submodels/bQ/submodel-elements/A.B/$value"),
            Some(Route::Element(scope(None), "A.B".into(), Content::Value))
        );
        assert_eq!(
            of("/shells/cw/submodels/bQ/submodel-elements/A.B/$value"),
            Some(Route::Element(scope(Some("s")), "A.B".into(), Content::Value))
        );
        assert_eq!(of("/shells/cw/aas/submodels/bQ/submodel/$path"), of("/shells/cw/submodels/bQ/$path"));
        assert_eq!(of("/aas/"), Some(Route::Shell("own".into(), Content::Normal)));
    }

    #[test]
    fn an_identifier_that_is_no_base64_is_taken_as_it_stands() {
        assert_eq!(of("/shells/urn:x"), Some(Route::Shell("urn:x".into(), Content::Normal)));
        assert_eq!(of("/shells/cw=="), Some(Route::Shell("s".into(), Content::Normal)));
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for path in ["/", "/nothing", "/submodels/bQ/submodel-elements/a/b/c/d", "/bulk", "/query/x"] {
            assert_eq!(of(path), None, "{path}");
        }
    }
}
