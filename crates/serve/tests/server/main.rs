//! The server over real sockets on a small plant, and its wire against the golden files and `openapi.json`.

mod bad_input;
mod branches;
mod calls;
mod contract;
mod exports;
mod golden;
mod http;
mod meet;
mod past_and_live;
mod plant;
mod schema;
mod socket;
mod stall;
mod stop;
mod views;
