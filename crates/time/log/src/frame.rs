//! The disk form of one record.
//!
//! ```text
//! offset  type    field                                                        little-endian
//!  0      u32     crc32c of everything from byte 4 to the end of the payload, seeded with the log's id
//!  4      u32     length of the payload
//!  8      u64     position: 0 for the first record ever, then counting up
//! 16      u64     durable: every position below was on disk when this frame was written
//! 24      u8      kind, the caller's
//! 25      u8[7]   zero
//! 32      u8[32]  chain: BLAKE3(chain before ‖ bytes 4..32 ‖ payload)
//! 64      …       payload
//! ```
//!
//! The checksum finds damage, the chain finds frames that are whole but do not belong here, the watermark says
//! what was promised. The checksum is seeded so that a copy of another log inside a payload is no frame of this one.

/// The length of a frame without its payload.
pub(crate) const FRAME_HEADER: usize = 64;

/// A link of the hash chain.
pub(crate) type Chain = [u8; 32];

/// Which log a file belongs to, drawn at random when the log is made.
pub(crate) type LogId = [u8; 16];

/// The header of a frame, without what is derived from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub(crate) crc: u32,
    pub(crate) length: u32,
    pub(crate) position: u64,
    pub(crate) durable: u64,
    pub(crate) kind: u8,
    pub(crate) reserved_is_zero: bool,
    pub(crate) chain: Chain,
}

impl FrameHeader {
    /// Reads the fields without judging them.
    pub(crate) fn parse(bytes: &[u8; FRAME_HEADER]) -> Self {
        Self {
            crc: u32_at(bytes, 0),
            length: u32_at(bytes, 4),
            position: u64_at(bytes, 8),
            durable: u64_at(bytes, 16),
            kind: bytes[24],
            reserved_is_zero: bytes[25..32] == [0; 7],
            chain: bytes[32..64].try_into().expect("32 bytes"),
        }
    }

    /// The length of the whole frame.
    pub(crate) fn frame_length(&self) -> u64 {
        FRAME_HEADER as u64 + u64::from(self.length)
    }
}

/// Appends a frame to `out` and answers its chain.
pub(crate) fn push(
    out: &mut Vec<u8>,
    seed: u32,
    before: &Chain,
    (position, durable): (u64, u64),
    kind: u8,
    payload: &[u8],
) -> Chain {
    let start = out.len();
    let length = u32::try_from(payload.len()).expect("the queue refuses records that are too large");
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&position.to_le_bytes());
    out.extend_from_slice(&durable.to_le_bytes());
    out.extend_from_slice(&[kind, 0, 0, 0, 0, 0, 0, 0]);
    let chain = link(before, &out[start + 4..start + 32], payload);
    out.extend_from_slice(&chain);
    out.extend_from_slice(payload);
    let crc = crc32c::crc32c_append(seed, &out[start + 4..]);
    out[start..start + 4].copy_from_slice(&crc.to_le_bytes());
    chain
}

/// The next link of the chain.
pub(crate) fn link(before: &Chain, header: &[u8], payload: &[u8]) -> Chain {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before).update(header).update(payload);
    *hasher.finalize().as_bytes()
}

/// The link before the first record of a log.
pub(crate) fn genesis(id: &LogId) -> Chain {
    *blake3::hash(id).as_bytes()
}

/// The start value of every checksum in a log.
pub(crate) fn seed(id: &LogId) -> u32 {
    crc32c::crc32c(id)
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes"))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"))
}
