//! What edge nodes send, as a conversation.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| trine_sparkplug::fuzz::conversation(bytes));
