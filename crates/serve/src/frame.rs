//! The binary frame of the view socket: what holds, or what changed, at an instant.
//!
//! ```text
//! offset   type     field
//!  0       u32      magic 0x31465254 "TRF1"
//!  4       u8       kind: 1 keyframe, 2 delta
//!  5       u8       flags: bit 0 live, bit 1 playback runs
//!  6       u16      epoch
//!  8       i64      instant, ns since the Unix epoch
//! 16       u32      n, updates
//! 20       u32      t, bytes of the text section
//! 24       f64[n]   value; text: its offset in the text section; absent: NaN
//! 24+8n    f32[n]   age at the instant, s
//! 24+12n   u32[n]   signal
//! 24+16n   u16[n]   upper half of the OPC UA status code
//! 24+18n   u8[n]    type: 0 absent, 1 boolean, 2 integer, 3 number, 4 text
//! 24+19n   t bytes  texts: u16 length, UTF-8
//! ```
//!
//! Little-endian; structure of arrays, so that the client reads it in place.

use bytes::Bytes;
use trine_base::{Held, Instant, Value};

/// First bytes of every frame.
pub const MAGIC: u32 = 0x3146_5254;
/// Bytes before the arrays.
pub const HEADER_BYTES: usize = 24;
/// Bytes per update in the arrays.
pub const UPDATE_BYTES: usize = 19;
/// Longest text that travels in a frame, bytes; the whole text is in the samples.
const TEXT_BYTES: usize = 1000;

/// Whether a frame holds everything or what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// Everything of the interest.
    Keyframe = 1,
    /// What changed since the frame before.
    Delta = 2,
}

/// What stands in front of the updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHead {
    /// Whether it holds everything.
    pub kind: FrameKind,
    /// Whether the view is live.
    pub live: bool,
    /// Whether playback runs.
    pub playing: bool,
    /// The client's number of the view.
    pub epoch: u16,
    /// The instant that the view stands at.
    pub instant: Instant,
}

/// Writes a frame.
#[must_use]
pub fn encode(head: FrameHead, updates: &[Held]) -> Bytes {
    let n = updates.len();
    let mut texts = Vec::new();
    let mut out = Vec::with_capacity(HEADER_BYTES + n * UPDATE_BYTES);
    out.extend_from_slice(&MAGIC.to_le_bytes());
    out.push(head.kind as u8);
    out.push(u8::from(head.live) | u8::from(head.playing) << 1);
    out.extend_from_slice(&head.epoch.to_le_bytes());
    out.extend_from_slice(&head.instant.as_ns().to_le_bytes());
    out.extend_from_slice(&u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    for held in updates {
        out.extend_from_slice(&number(&held.value, &mut texts).to_le_bytes());
    }
    for held in updates {
        out.extend_from_slice(&(head.instant.seconds_since(held.source) as f32).to_le_bytes());
    }
    for held in updates {
        out.extend_from_slice(&held.signal.0.to_le_bytes());
    }
    for held in updates {
        out.extend_from_slice(&held.quality.upper().to_le_bytes());
    }
    out.extend(updates.iter().map(|held| type_of(&held.value)));
    let text_bytes = u32::try_from(texts.len()).unwrap_or(u32::MAX);
    out[20..24].copy_from_slice(&text_bytes.to_le_bytes());
    out.extend_from_slice(&texts);
    out.into()
}

/// The same frame for a view of another epoch.
#[must_use]
pub fn with_epoch(frame: &Bytes, epoch: u16) -> Bytes {
    let mut copy = frame.to_vec();
    copy[6..8].copy_from_slice(&epoch.to_le_bytes());
    copy.into()
}

fn number(value: &Value, texts: &mut Vec<u8>) -> f64 {
    match value {
        Value::Text(text) => {
            let offset = texts.len();
            let cut = &text[..text.floor_char_boundary(TEXT_BYTES)];
            texts.extend_from_slice(&(cut.len() as u16).to_le_bytes());
            texts.extend_from_slice(cut.as_bytes());
            offset as f64
        }
        other => other.as_f64().unwrap_or(f64::NAN),
    }
}

fn type_of(value: &Value) -> u8 {
    match value {
        Value::Absent => 0,
        Value::Boolean(_) => 1,
        Value::Integer(_) => 2,
        Value::Number(_) => 3,
        Value::Text(_) => 4,
    }
}
