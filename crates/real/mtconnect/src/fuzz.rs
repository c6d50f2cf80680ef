//! Doors for the fuzzer to what is private: bytes of an outside source in, nothing out. A panic is a finding.

use crate::adapter::{AdapterFile, reports};
use crate::agent::fuzz::{assets, multipart, streams};
use crate::devices;
use crate::observe::Shape;
use std::path::Path;
use trine_world::ValueKind;

/// The answer to `probe`, and what is announced of it.
pub fn probe(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(devices) = devices::parse(text)
    {
        std::hint::black_box(devices::announcement("connection/fuzz", &devices));
    }
}

/// The answers to `current`, `sample` and `assets`.
pub fn documents(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        streams(text);
        assets(text);
    }
}

/// A stream of parts, in pieces of the length that the first byte says.
pub fn stream(bytes: &[u8]) {
    if let Some((piece, bytes)) = bytes.split_first() {
        multipart(bytes, usize::from(*piece).max(1));
    }
}

/// A file of adapter lines; what an item is follows from its first letter.
pub fn adapter(bytes: &[u8]) {
    let bytes = bytes.to_vec();
    for batch in AdapterFile::over(Path::new("fuzz"), std::io::Cursor::new(bytes)) {
        for line in batch.reports {
            let mut shape = |item: &str| match item.bytes().next() {
                Some(b'c') => Shape::Condition,
                Some(b'm') => Shape::Message,
                Some(b's') => Shape::Series,
                Some(b'n') => Shape::Value(ValueKind::Number),
                Some(b'b') => Shape::Value(ValueKind::Boolean),
                _ => Shape::Guess,
            };
            let _ = std::hint::black_box(reports(line.at, &line.rest, &mut shape));
        }
    }
}
