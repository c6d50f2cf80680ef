//! The answer to `probe`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trine_mtconnect::fuzz::probe(bytes));
