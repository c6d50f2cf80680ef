//! Reading, changing and recording one document while nobody else changes it.

use crate::page::parse;
use crate::route::Scope;
use crate::{Api, ApiError};
use serde_json::Value;
use trine_shells::{Change, Field, Kind, Lock};

/// What people call a kind of document.
pub(crate) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Shell => "Asset Administration Shell",
        Kind::Submodel => "submodel",
        Kind::Concept => "concept description",
        Kind::ShellDescriptor => "descriptor of a shell",
        Kind::SubmodelDescriptor => "descriptor of a submodel",
        Kind::AssetLinks => "set of asset links",
        Kind::Package => "package",
        Kind::File => "file",
    }
}

/// There is no such document.
pub(crate) fn missing(kind: Kind, id: &str) -> ApiError {
    let start: String = id.chars().take(200).collect();
    ApiError::not_found(format!("There is no {} `{start}`.", name(kind)))
}

impl Api {
    /// A document as text.
    pub(crate) fn text(&self, kind: Kind, id: &str) -> Result<String, ApiError> {
        let text = self.shells.store().get(kind, id)?.ok_or_else(|| missing(kind, id))?;
        Ok(text.to_string())
    }

    /// A document.
    pub(crate) fn document(&self, kind: Kind, id: &str) -> Result<Value, ApiError> {
        Ok(parse(&self.text(kind, id)?))
    }

    /// Refuses a kind of document that is not there.
    pub(crate) fn must_have(&self, kind: Kind, id: &str) -> Result<(), ApiError> {
        if self.shells.store().has(kind, id) { Ok(()) } else { Err(missing(kind, id)) }
    }

    /// The submodel that a scope names, if it is there and belongs to the scope's shell.
    pub(crate) fn scoped(&self, scope: &Scope) -> Result<String, ApiError> {
        let id = scope.submodel.clone().unwrap_or_default();
        if let Some(shell) = &scope.shell {
            self.must_have(Kind::Shell, shell)?;
            if !self.refers(shell, &id) {
                return Err(ApiError::not_found(format!(
                    "The shell `{shell}` does not refer to a submodel `{id}`."
                )));
            }
        }
        self.must_have(Kind::Submodel, &id)?;
        Ok(id)
    }

    /// Whether a shell refers to a submodel.
    pub(crate) fn refers(&self, shell: &str, submodel: &str) -> bool {
        let query = trine_shells::Query {
            fields: vec![(Field::Submodel, submodel.to_owned())],
            after: None,
            limit: usize::MAX,
        };
        self.shells.store().ids(Kind::Shell, &query).0.iter().any(|id| **id == *shell)
    }

    /// Records a document that is not to be there yet.
    pub(crate) async fn create(&self, kind: Kind, id: &str, document: &Value) -> Result<(), ApiError> {
        let lock = self.shells.hold(&[(kind, id)]).await;
        if self.shells.store().has(kind, id) {
            return Err(exists(kind, id));
        }
        self.record(&lock, vec![Change::put(kind, id, document.to_string())]).await
    }

    /// Records a document whether it is there or not; gives whether it is new.
    pub(crate) async fn replace(&self, kind: Kind, id: &str, document: &Value) -> Result<bool, ApiError> {
        let lock = self.shells.hold(&[(kind, id)]).await;
        let is_new = !self.shells.store().has(kind, id);
        self.record(&lock, vec![Change::put(kind, id, document.to_string())]).await?;
        Ok(is_new)
    }

    /// Changes a document that is there.
    pub(crate) async fn update<T>(
        &self,
        kind: Kind,
        id: &str,
        change: impl FnOnce(&mut Value) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let lock = self.shells.hold(&[(kind, id)]).await;
        let mut document = self.document(kind, id)?;
        let given = change(&mut document)?;
        self.record(&lock, vec![Change::put(kind, id, document.to_string())]).await?;
        Ok(given)
    }

    /// Removes a document that is there.
    pub(crate) async fn remove(&self, kind: Kind, id: &str) -> Result<(), ApiError> {
        let lock = self.shells.hold(&[(kind, id)]).await;
        self.must_have(kind, id)?;
        self.record(&lock, vec![Change::remove(kind, id)]).await
    }

    /// Records changes.
    pub(crate) async fn record(&self, lock: &Lock, changes: Vec<Change>) -> Result<(), ApiError> {
        Ok(self.shells.record(lock, &self.origin, changes).await?)
    }
}

/// There is one already.
pub(crate) fn exists(kind: Kind, id: &str) -> ApiError {
    ApiError::conflict(format!("There is a {} `{id}` already.", name(kind)))
}

/// The identifier that a body says, which must be the one in the path.
pub(crate) fn same_id(body: &Value, id: &str) -> Result<(), ApiError> {
    match body["id"].as_str() {
        Some(said) if said == id => Ok(()),
        _ => Err(ApiError::conflict("The identifier in the body is not the one in the path.")),
    }
}
