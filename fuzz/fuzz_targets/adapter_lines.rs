//! A file of adapter lines.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trine_mtconnect::fuzz::adapter(bytes));
