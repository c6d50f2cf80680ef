//! Changes of asset shells and of what belongs to them, as facts carry them.
//!
//! The world knows that a document changed, not what it says: a plant may have a million of them, and the world is
//! copied often. Their content is folded by whoever keeps shells.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What sort of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShellKind {
    /// An Asset Administration Shell.
    Shell,
    /// A submodel.
    Submodel,
    /// A concept description.
    Concept,
    /// Where a shell can be reached, for the registry.
    ShellDescriptor,
    /// Where a submodel can be reached, for the registry.
    SubmodelDescriptor,
    /// The asset ids that lead to a shell, for discovery.
    AssetLinks,
    /// A package on the file server.
    Package,
    /// A file that belongs to a shell, a submodel or a package.
    File,
}

impl ShellKind {
    /// Every sort.
    pub const ALL: [Self; 8] = [
        Self::Shell,
        Self::Submodel,
        Self::Concept,
        Self::ShellDescriptor,
        Self::SubmodelDescriptor,
        Self::AssetLinks,
        Self::Package,
        Self::File,
    ];
}

/// One document is there, is another one now, or is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShellChange {
    /// What sort of document.
    pub kind: ShellKind,
    /// Its identifier.
    pub id: Arc<str>,
    /// Its JSON text; `None`: it is gone.
    pub document: Option<Arc<str>>,
}
