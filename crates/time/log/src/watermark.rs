//! The file `watermark`: up to where records were acknowledged, as far as is known.
//!
//! ```text
//! offset  type    field                        two slots of 512 bytes, written in turn, little-endian
//!  0      u8[4]   "TRWM"
//!  4      u32     format version, 1
//!  8      u8[16]  id of the log
//! 24      u64     durable: every position below was acknowledged
//! 32      u32     crc32c of bytes 0..32
//! ```
//!
//! It is written after each sync and never waited for, so it may lag behind after a power cut, and may be missing.
//! It cannot run ahead: what it vouches for was synced before it was written. Frames carry the same watermark, one
//! group late; this file covers the last group too, so that damage there is not taken for a torn write.

use crate::{
    frame::{LogId, u32_at, u64_at},
    storage::{Storage, StorageFile, read_exact_at},
};
use std::{io, sync::Arc};

pub(crate) const WATERMARK: &str = "watermark";
const SLOT: u64 = 512;
const LENGTH: usize = 36;
const VERSION: u32 = 1;

/// The open file.
pub(crate) struct Watermark {
    file: Arc<dyn StorageFile>,
    id: LogId,
    next_slot: u64,
}

impl Watermark {
    /// What the file of this log says; 0 when it says nothing that can be believed.
    pub(crate) fn read(storage: &dyn Storage, id: &LogId) -> u64 {
        let Ok(file) = storage.open(WATERMARK) else { return 0 };
        (0..2).map(|slot| read_slot(&*file, slot * SLOT, id)).max().unwrap_or(0)
    }

    /// Opens the file to write, and makes it anew where it is missing.
    pub(crate) fn open(storage: &dyn Storage, id: LogId) -> io::Result<Self> {
        let file = storage.open(WATERMARK).or_else(|_| storage.create(WATERMARK))?;
        // The slot with the lower mark is the one to lose in a torn write.
        let next_slot = u64::from(read_slot(&*file, 0, &id) > read_slot(&*file, SLOT, &id));
        Ok(Self { file, id, next_slot })
    }

    /// Notes that every position below `durable` is on disk. A failure only means that less is known after a crash.
    pub(crate) fn write(&mut self, durable: u64) {
        let mut bytes = [0; LENGTH];
        bytes[0..4].copy_from_slice(b"TRWM");
        bytes[4..8].copy_from_slice(&VERSION.to_le_bytes());
        bytes[8..24].copy_from_slice(&self.id);
        bytes[24..32].copy_from_slice(&durable.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..32]);
        bytes[32..].copy_from_slice(&crc.to_le_bytes());
        if let Err(error) = self.file.write_at(&bytes, self.next_slot * SLOT) {
            tracing::debug!(%error, durable, "the log's watermark was not written");
        }
        self.next_slot ^= 1;
    }

    /// Makes the last mark durable, where that costs nobody time: between segments and at the end.
    pub(crate) fn sync(&self) {
        if let Err(error) = self.file.sync_all() {
            tracing::debug!(%error, "the log's watermark was not synced");
        }
    }
}

fn read_slot(file: &dyn StorageFile, offset: u64, id: &LogId) -> u64 {
    let Ok(bytes) = read_exact_at(file, offset, LENGTH) else { return 0 };
    let is_sound = bytes.len() == LENGTH
        && bytes[0..4] == *b"TRWM"
        && u32_at(&bytes, 4) == VERSION
        && bytes[8..24] == *id
        && u32_at(&bytes, 32) == crc32c::crc32c(&bytes[..32]);
    if is_sound { u64_at(&bytes, 24) } else { 0 }
}
