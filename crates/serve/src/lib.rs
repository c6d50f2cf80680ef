//! The server: REST, the view socket and the web client, over one site.
//!
//! The contract is `docs/wire.md` and `openapi.json`. Nothing here decides what is true: handlers check what a client
//! asks, ask the site, and translate. Every limit on a client has a clear error.

mod accept;
mod api;
mod connections;
mod fanout;
pub mod frame;
mod limits;
mod meet;
mod metrics;
mod origin;
mod params;
mod problem;
mod server;
mod view;

pub use api::export;
pub use connections::{Connections, NewConnection, NoConnections};
pub use problem::Problem;
pub use server::{ServeError, ServeOptions, Server};
