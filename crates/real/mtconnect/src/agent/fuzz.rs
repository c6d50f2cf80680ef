//! The agent's part of the doors for the fuzzer.

use super::multipart::Multipart;
use super::streams::Document;

/// A document of observations or of errors.
pub(crate) fn streams(text: &str) {
    if let Ok(document) = Document::parse(text) {
        std::hint::black_box((document.error(), document.observations.len()));
    }
}

/// A document of assets.
pub(crate) fn assets(text: &str) {
    if let Ok(Some(assets)) = super::assets::parse(text) {
        for asset in assets {
            std::hint::black_box(asset.describe("connection/fuzz", Some("machine")));
        }
    }
}

/// A body of parts that comes in pieces.
pub(crate) fn multipart(bytes: &[u8], piece: usize) {
    let mut parts = Multipart::new("fuzz");
    for bytes in bytes.chunks(piece) {
        parts.feed(bytes);
        while let Ok(Some(text)) = parts.part() {
            std::hint::black_box(text);
        }
    }
}
