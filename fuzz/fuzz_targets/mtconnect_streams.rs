//! The answers to `current`, `sample` and `assets`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trine_mtconnect::fuzz::documents(bytes));
