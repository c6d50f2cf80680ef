//! Bytes as text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Pairs of hexadecimal digits.
pub(super) fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Base64 with its padding; single spaces may stand between the characters.
pub(super) fn is_base64(text: &str) -> bool {
    if text.contains([' ', '\n', '\r', '\t']) {
        let bare: String = text.split_ascii_whitespace().collect();
        return STANDARD.decode(bare).is_ok();
    }
    STANDARD.decode(text).is_ok()
}
