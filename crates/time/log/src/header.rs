//! The header of a segment, and the file `start`, which is the header of the first segment once more.
//!
//! ```text
//! offset  type    field                                                        little-endian
//!   0     u8[4]   "TRLG" in a segment, "TRLS" in the file `start`
//!   4     u32     format version, 1
//!   8     u8[16]  id of the log
//!  24     u64     number of the segment: 0 for the first ever, then counting up
//!  32     u64     position of its first record
//!  40     u8[32]  chain before its first record
//!  72     u8[52]  zero
//! 124     u32     crc32c of bytes 0..124
//! 128     …       frames (in a segment)
//! ```
//!
//! The numbers show that a segment is missing; `start` shows whether segments before the first one were dropped by
//! retention or lost, and remembers the chain from which the rest can be verified.

use crate::{
    error::{Damage, Fault, LogError},
    frame::{Chain, LogId, u32_at, u64_at},
    storage::{self, Storage},
};

/// The length of a header.
pub(crate) const HEADER: usize = 128;
/// The file that says where the log starts.
pub(crate) const START: &str = "start";
const VERSION: u32 = 1;

/// Which file a header stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Segment,
    Start,
}

impl Role {
    fn magic(self) -> [u8; 4] {
        match self {
            Self::Segment => *b"TRLG",
            Self::Start => *b"TRLS",
        }
    }
}

/// Where a segment stands in its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) id: LogId,
    pub(crate) number: u64,
    pub(crate) first: u64,
    pub(crate) chain: Chain,
}

impl Header {
    pub(crate) fn encode(&self, role: Role) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[0..4].copy_from_slice(&role.magic());
        bytes[4..8].copy_from_slice(&VERSION.to_le_bytes());
        bytes[8..24].copy_from_slice(&self.id);
        bytes[24..32].copy_from_slice(&self.number.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.first.to_le_bytes());
        bytes[40..72].copy_from_slice(&self.chain);
        let crc = crc32c::crc32c(&bytes[..124]);
        bytes[124..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads a header; `file` names it in errors, `position` is what is lost without it.
    pub(crate) fn decode(bytes: &[u8], role: Role, file: &str, position: u64) -> Result<Self, LogError> {
        let damaged = || {
            let (offset, acknowledged) = (0, position);
            let damage = Damage { file: file.into(), offset, position, acknowledged, fault: Fault::Header };
            Err(LogError::damaged(damage))
        };
        if bytes.len() < HEADER || bytes[0..4] != role.magic() {
            return damaged();
        }
        let version = u32_at(bytes, 4);
        // A later version may have moved the checksum, so the version is looked at first.
        if version != VERSION && crc32c::crc32c(&bytes[..124]) == u32_at(bytes, 124) {
            return Err(LogError::Version { file: file.into(), found: version, known: VERSION });
        }
        if crc32c::crc32c(&bytes[..124]) != u32_at(bytes, 124) || bytes[72..124] != [0; 52] {
            return damaged();
        }
        Ok(Self {
            id: bytes[8..24].try_into().expect("16 bytes"),
            number: u64_at(bytes, 24),
            first: u64_at(bytes, 32),
            chain: bytes[40..72].try_into().expect("32 bytes"),
        })
    }
}

/// Replaces the file `start`, durably and at once.
pub(crate) fn write_start(storage: &dyn Storage, header: &Header) -> Result<(), LogError> {
    storage::replace(storage, START, &header.encode(Role::Start))
}

/// Reads the file `start`.
pub(crate) fn read_start(storage: &dyn Storage) -> Result<Header, LogError> {
    let bytes = storage::read_whole(storage, START, HEADER)?;
    Header::decode(&bytes, Role::Start, &storage.path(START), 0)
}
