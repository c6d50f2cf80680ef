//! The archive: a reader that trusts nothing, and a writer.
//!
//! Only the central directory says what is there. A part is unpacked into no more memory than its limit, whatever
//! the directory claims, and is compared with its length and checksum.
//!
//! ```text
//! [local header | data]*  [central directory entry]*  [end of central directory]
//!                         46 bytes + name + extra     22 bytes + comment
//! ```
//!
//! Spec: PKWARE APPNOTE 6.3.10, 4.3; methods 0 (stored) and 8 (deflate), the two that OPC allows.

use super::fault::{Limits, PackageFault, PackageFaultKind as Kind};
use super::names;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::collections::BTreeSet;
use std::io::{Read, Write};

/// Below this size no ratio is suspicious.
const SMALL_BYTES: u64 = 1 << 20;
const END_BYTES: usize = 22;
const ENTRY_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;

/// A file of the archive.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// What the directory says of a file.
struct Header<'a> {
    name: &'a [u8],
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    unpacked: u64,
    offset: usize,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// Reads all files that are sound; what is wrong goes to `faults`.
pub(super) fn read(bytes: &[u8], limits: &Limits, faults: &mut Vec<PackageFault>) -> Vec<Entry> {
    let headers = match directory(bytes, limits) {
        Ok(headers) => headers,
        Err(kind) => {
            faults.push(PackageFault::new("", kind));
            return Vec::new();
        }
    };
    let (mut entries, mut seen, mut left) = (Vec::new(), BTreeSet::new(), limits.total_bytes_max);
    for header in &headers {
        let name = String::from_utf8_lossy(header.name).into_owned();
        if name.ends_with('/') && header.unpacked == 0 {
            continue;
        }
        let result = match names::sound(&name) {
            false => Err(Kind::BadName),
            true if !seen.insert(name.to_ascii_lowercase()) => Err(Kind::DuplicateName),
            true => unpack(bytes, header, limits, left),
        };
        match result {
            Ok(content) => {
                left -= content.len() as u64;
                entries.push(Entry { name, bytes: content });
            }
            Err(kind) => faults.push(PackageFault::new(name, kind)),
        }
    }
    entries
}

/// Reads the central directory.
fn directory<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Vec<Header<'a>>, Kind> {
    let end = find_end(bytes).ok_or(Kind::NoArchive("its end is missing"))?;
    let cut = || Kind::NoArchive("its directory is cut off");
    let count = usize::from(u16_at(bytes, end + 10).ok_or_else(cut)?);
    let size = u32_at(bytes, end + 12).ok_or_else(cut)?;
    let start = u32_at(bytes, end + 16).ok_or_else(cut)?;
    if u16_at(bytes, end + 4) != Some(0) || u16_at(bytes, end + 8).map(usize::from) != Some(count) {
        return Err(Kind::Unsupported("an archive of several volumes"));
    }
    if count == 0xffff || size == u32::MAX || start == u32::MAX {
        return Err(Kind::Unsupported("ZIP64"));
    }
    if count > limits.parts_max {
        return Err(Kind::TooManyParts { found: count, limit: limits.parts_max });
    }
    let mut at = start as usize;
    let mut headers = Vec::with_capacity(count);
    for _ in 0..count {
        let (header, next) = header_at(bytes, at).ok_or_else(cut)?;
        headers.push(header);
        at = next;
    }
    Ok(headers)
}

/// Where the end record begins: the last one whose comment fits.
fn find_end(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END_BYTES)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    (first..=last).rev().find(|at| {
        bytes[*at..].starts_with(b"PK\x05\x06")
            && u16_at(bytes, at + 20)
                .is_some_and(|comment| at + END_BYTES + usize::from(comment) == bytes.len())
    })
}

fn header_at(bytes: &[u8], at: usize) -> Option<(Header<'_>, usize)> {
    if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
        return None;
    }
    let (name, extra, comment) = (u16_at(bytes, at + 28)?, u16_at(bytes, at + 30)?, u16_at(bytes, at + 32)?);
    let name_at = at + ENTRY_BYTES;
    let name_end = name_at + usize::from(name);
    let header = Header {
        name: bytes.get(name_at..name_end)?,
        flags: u16_at(bytes, at + 8)?,
        method: u16_at(bytes, at + 10)?,
        crc: u32_at(bytes, at + 16)?,
        packed: u32_at(bytes, at + 20)?.into(),
        unpacked: u32_at(bytes, at + 24)?.into(),
        offset: u32_at(bytes, at + 42)? as usize,
    };
    Some((header, name_end + usize::from(extra) + usize::from(comment)))
}

/// Unpacks one file.
fn unpack(bytes: &[u8], header: &Header<'_>, limits: &Limits, left: u64) -> Result<Vec<u8>, Kind> {
    if header.flags & 0x2041 != 0 {
        return Err(Kind::Encrypted);
    }
    let limit = limits.part_bytes_max.min(left);
    if header.unpacked > limit {
        return Err(Kind::TooLarge(limit));
    }
    if header.unpacked > SMALL_BYTES && header.unpacked / header.packed.max(1) > limits.ratio_max {
        return Err(Kind::Bomb(limits.ratio_max));
    }
    let packed = packed(bytes, header).ok_or(Kind::Damaged("its content is cut off"))?;
    let content = match header.method {
        0 => packed.to_vec(),
        8 => inflate(packed, header.unpacked)?,
        _ => return Err(Kind::Unsupported("a compression other than deflate")),
    };
    let mut crc = Crc::new();
    crc.update(&content);
    if content.len() as u64 != header.unpacked {
        return Err(Kind::Damaged("its length is not the one of the directory"));
    }
    if crc.sum() != header.crc {
        return Err(Kind::Damaged("its checksum is wrong"));
    }
    Ok(content)
}

/// The packed bytes of a file.
fn packed<'a>(bytes: &'a [u8], header: &Header<'_>) -> Option<&'a [u8]> {
    if !bytes.get(header.offset..)?.starts_with(b"PK\x03\x04") {
        return None;
    }
    let name = usize::from(u16_at(bytes, header.offset + 26)?);
    let extra = usize::from(u16_at(bytes, header.offset + 28)?);
    let start = header.offset + LOCAL_BYTES + name + extra;
    bytes.get(start..start.checked_add(usize::try_from(header.packed).ok()?)?)
}

/// Unpacks to no more than one byte beyond what the directory says.
fn inflate(packed: &[u8], unpacked: u64) -> Result<Vec<u8>, Kind> {
    let mut content = Vec::new();
    let mut reader = DeflateDecoder::new(packed).take(unpacked + 1);
    reader.read_to_end(&mut content).map_err(|_| Kind::Damaged("its content does not unpack"))?;
    Ok(content)
}

/// Writes an archive. The same files give the same bytes: the time of each is the first day that ZIP knows.
pub(super) fn write(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let offset = out.len();
        let mut crc = Crc::new();
        crc.update(content);
        let packed = deflate(content);
        let stored = packed.len() >= content.len();
        let (method, data): (u16, &[u8]) = if stored { (0, content) } else { (8, &packed) };
        let common = common_header(name, method, crc.sum(), data.len(), content.len());
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(data);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&common);
        // No comment, first volume, no attributes.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&(offset as u32).to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let start = out.len() as u32;
    let count = (entries.len() as u16).to_le_bytes();
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out
}

/// What a local header and a directory entry have in common: version 2.0, UTF-8 names, 1980-01-01.
fn common_header(name: &str, method: u16, crc: u32, packed: usize, unpacked: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(26);
    header.extend_from_slice(&20_u16.to_le_bytes());
    header.extend_from_slice(&0x0800_u16.to_le_bytes());
    header.extend_from_slice(&method.to_le_bytes());
    header.extend_from_slice(&[0, 0, 0x21, 0]);
    header.extend_from_slice(&crc.to_le_bytes());
    header.extend_from_slice(&(packed as u32).to_le_bytes());
    header.extend_from_slice(&(unpacked as u32).to_le_bytes());
    header.extend_from_slice(&(name.len() as u16).to_le_bytes());
    header.extend_from_slice(&[0, 0]);
    header
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).and_then(|()| encoder.finish()).expect("memory takes what is written")
}
