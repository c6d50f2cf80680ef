//! The server over real sockets, and its wire against the golden files.

mod golden;
