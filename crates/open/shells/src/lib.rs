//! The store of asset shells: shells, submodels, concept descriptions, registry entries, links and files of a site.
//!
//! ```text
//! change ─▶ fact in the site's log (durable) ─▶ Store: documents (file) + index (memory) ─▶ readers
//! ```
//! The log is the truth, so shells have a past and survive whatever the rest of the site survives. What is here follows
//! from it: a file of documents that is only appended to, and in memory for each document its identifier, where it
//! stands, and ordered sets of what it is searched by. A million documents cost their identifiers and keys in memory and
//! nothing is parsed until somebody asks for it.

mod blobs;
pub mod derived;
mod documents;
mod error;
pub mod import;
mod keys;
mod locks;
mod query;
mod shells;
mod snapshot;
mod store;
mod table;

pub use blobs::{BlobId, Blobs};
pub use error::ShellsError;
pub use keys::{Field, asset_key, reference_key};
pub use locks::Lock;
pub use query::{Page, Query};
pub use shells::{Change, Shells};
pub use store::{Store, StoreSize};
pub use trine_world::ShellKind as Kind;
