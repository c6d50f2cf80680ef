//! The plant by CESMII's i3X, so that a client that knows nothing of Trine can browse it, read it and follow it.
//!
//! Things and signals are objects: a thing is a composition whose components are its signals, and what it is part of is
//! its parent. Classes of things and kinds of values are object types. What the plant tells of itself is told from the
//! same world, present and past that everything else reads.
//!
//! Spec: i3X 1.0, Implementation Guide (release candidate), `cesmii/i3X`.

mod answer;
mod depth;
mod history;
mod id;
mod info;
mod objects;
mod request;
mod service;
mod space;
mod subscriptions;
mod types;
mod values;

pub use service::{BASE, router};
