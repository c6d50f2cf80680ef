//! The API as clients see it: requests go through the whole router over a site in a folder of its own.

mod bad_input;
mod elements;
mod files;
mod kit;
mod lists;
mod operations;
mod registries;
mod versions;
