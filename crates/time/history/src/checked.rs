//! Files whose every byte is checked before it is believed: CRC32C per block of 8 KiB.
//!
//! Parquet has room for a checksum per page, but this crate's Parquet writer does not fill it, and footers and
//! indexes would stay unchecked. So each segment carries a third file with the checksums of the other two; reading
//! any range reads the blocks around it and checks them first. Half a thousandth of the size, about 2 µs a block.
//!
//! ```text
//! checks: | "TRNCHK01" | samples bytes u64 | keyframe bytes u64 | crc32c u32 per block … | crc32c u32 of all before |
//! ```
//! Little-endian; first the blocks of `samples.parquet`, then those of `keyframe.parquet`.

use crate::error::HistoryError;
use parquet::{
    errors::ParquetError,
    file::reader::{ChunkReader, Length},
};
use std::{
    fs::File,
    io::Cursor,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};

// The `bytes` crate is reached through the parquet crate's own signature.
use bytes::Bytes;

/// The name of the file with the checksums of its neighbours.
pub(crate) const FILE: &str = "checks";
const MAGIC: &[u8; 8] = b"TRNCHK01";
const HEAD: usize = 24;
const BLOCK: u64 = 8 * 1024;

fn block_crcs(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks(BLOCK as usize).map(crc32c::crc32c)
}

/// The third file of a segment, for the bytes of the other two.
pub(crate) fn encode(samples: &[u8], keyframe: &[u8]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend((samples.len() as u64).to_le_bytes());
    out.extend((keyframe.len() as u64).to_le_bytes());
    for crc in block_crcs(samples).chain(block_crcs(keyframe)) {
        out.extend(crc.to_le_bytes());
    }
    let all = crc32c::crc32c(&out);
    out.extend(all.to_le_bytes());
    out
}

/// Checksums of the two files of a segment.
pub(crate) struct Checks {
    pub samples: FileChecks,
    pub keyframe: FileChecks,
}

/// Checksums of one file.
#[derive(Clone)]
pub(crate) struct FileChecks {
    bytes: u64,
    crcs: Arc<[u32]>,
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8].iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// Reads the checksums of a folder's files.
pub(crate) fn load(folder: &Path) -> Result<Checks, HistoryError> {
    let path = folder.join(FILE);
    match std::fs::read(&path) {
        Ok(bytes) => decode(&path, &bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(HistoryError::damaged(&path, "the whole file", "it is missing"))
        }
        Err(error) => Err(HistoryError::io("read", &path)(error)),
    }
}

fn decode(path: &Path, bytes: &[u8]) -> Result<Checks, HistoryError> {
    let damaged = |why: &str| HistoryError::damaged(path, "checksums", why);
    let Some((body, tail)) = bytes.split_last_chunk::<4>().filter(|(body, _)| body.len() >= HEAD) else {
        return Err(damaged("the file is cut short"));
    };
    if crc32c::crc32c(body) != u32::from_le_bytes(*tail) || !body.starts_with(MAGIC) {
        return Err(damaged("its own checksum does not hold"));
    }
    let (samples, keyframe) = (u64_at(body, 8), u64_at(body, 16));
    let crcs: Vec<u32> = body[HEAD..].as_chunks::<4>().0.iter().map(|crc| u32::from_le_bytes(*crc)).collect();
    let split = samples.div_ceil(BLOCK) as usize;
    if crcs.len() as u64 != samples.div_ceil(BLOCK) + keyframe.div_ceil(BLOCK) {
        return Err(damaged("it has another number of blocks than it says"));
    }
    Ok(Checks {
        samples: FileChecks { bytes: samples, crcs: crcs[..split].into() },
        keyframe: FileChecks { bytes: keyframe, crcs: crcs[split..].into() },
    })
}

/// An open file that hands out only bytes whose checksum holds.
pub(crate) struct CheckedFile {
    file: File,
    path: PathBuf,
    checks: FileChecks,
}

impl CheckedFile {
    pub fn open(path: PathBuf, checks: FileChecks) -> Result<Self, HistoryError> {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(HistoryError::damaged(&path, "the whole file", "it is missing"));
            }
            Err(error) => return Err(HistoryError::io("open", &path)(error)),
        };
        let found = file.metadata().map_err(HistoryError::io("measure", &path))?.len();
        if found != checks.bytes {
            let why = format!("it has {found} bytes and was written with {}", checks.bytes);
            return Err(HistoryError::damaged(&path, "its end", why));
        }
        Ok(Self { file, path, checks })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes `[start, start + length)`, checked.
    pub fn read(&self, start: u64, length: usize) -> Result<Bytes, HistoryError> {
        let end = start.saturating_add(length as u64);
        if end > self.checks.bytes {
            let why = format!("bytes {start} to {end} are asked for, the file ends at {}", self.checks.bytes);
            return Err(HistoryError::damaged(&self.path, "its indexes", why));
        }
        let first = start / BLOCK;
        let from = first * BLOCK;
        let to = end.next_multiple_of(BLOCK).min(self.checks.bytes);
        let mut buffer = vec![0; (to - from) as usize];
        self.file.read_exact_at(&mut buffer, from).map_err(HistoryError::io("read", &self.path))?;
        for (block, crc) in (first..).zip(block_crcs(&buffer)) {
            if self.checks.crcs[block as usize] != crc {
                return Err(self.bad_block(block));
            }
        }
        let offset = (start - from) as usize;
        Ok(Bytes::from(buffer).slice(offset..offset + length))
    }

    fn bad_block(&self, block: u64) -> HistoryError {
        let place = format!("bytes {} to {}", block * BLOCK, ((block + 1) * BLOCK).min(self.checks.bytes));
        HistoryError::damaged(&self.path, place, "the checksum does not hold")
    }

    /// Reads everything and names each block whose checksum does not hold.
    pub fn verify(&self) -> Vec<HistoryError> {
        let blocks = 0..self.checks.bytes.div_ceil(BLOCK);
        let length = |block: u64| (self.checks.bytes - block * BLOCK).min(BLOCK) as usize;
        blocks.filter_map(|block| self.read(block * BLOCK, length(block)).err()).collect()
    }
}

impl Length for CheckedFile {
    fn len(&self) -> u64 {
        self.checks.bytes
    }
}

impl ChunkReader for CheckedFile {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let rest = self.checks.bytes.saturating_sub(start);
        self.get_bytes(start, rest as usize).map(Cursor::new)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        self.read(start, length).map_err(|error| ParquetError::External(Box::new(error)))
    }
}
