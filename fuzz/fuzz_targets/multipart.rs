//! The stream of parts that an agent sends.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trine_mtconnect::fuzz::stream(bytes));
