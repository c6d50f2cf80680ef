//! The Asset Administration Shell API over a site's shells: repositories, registries, discovery, file server,
//! serialisation and self-description.
//!
//! ```text
//! /api/aas/{version}/…   version: v3.0 or v3.1 (v3 is the newest); v3.0-read and v3.1-read: nothing can be changed
//! ```
//! 3.0 and 3.1 differ in the form of a few answers ([`Version`]), so each has its own base. Each shell and each submodel is
//! a service of its own too: `…/shells/{id}` is the base of the Shell service, `…/submodels/{id}` that of the Submodel
//! service, with `/description` and `/serialization` below them, and `…/aas` and `…/submodel` for clients that expect
//! those names.
//!
//! A request becomes a [`route::Route`] and a method, the [`Gate`] says whether it may, a handler answers. Every error is a
//! `Result` with messages.
//!
//! Spec: IDTA-01002-3-0 and IDTA-01002-3-1 (Part 2, Application Programming Interfaces).

mod api;
mod body;
mod bulk;
mod change;
mod check;
mod concepts;
mod description;
mod discovery;
mod elements;
mod error;
mod files;
mod gate;
mod handles;
mod import;
mod modifier;
mod operations;
mod packages;
mod page;
mod params;
mod path;
mod query;
mod registry;
mod route;
mod serialization;
mod shells;
mod submodels;
mod value;
mod version;

pub use api::{Api, ApiOptions, router};
pub use error::{ApiError, Reason};
pub use gate::{Action, Gate, Open};
pub use operations::{Operations, Outcome, Unbound};
pub use route::{Route, Scope};
pub use value::{LiveValues, NoLiveValues};
pub use version::Version;
