//! A frame of the view socket, as the tests' client reads it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = trine_tests::Frame::parse(bytes);
});
