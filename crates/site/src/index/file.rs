//! A chapter as a file.
//!
//! ```text
//! line 1       trine-facts-index 1 CRC LENGTH
//! LENGTH bytes JSON: Head, CRC-32 over them
//! the rest     records:  position (difference) · offset in the segment (signed difference) · facts in it
//!              entries:  number (difference) · instant (signed difference) · kind (u8) · thing + 1, or 0
//! ```
//! Numbers as in `bytes`. The head has a CRC-32 and the length of the rest.

use super::{
    bytes::{Bytes, put, put_signed},
    register::{Entry, Kind, Place, Register},
};
use crate::index::Wanted;
use serde::{Deserialize, Serialize};
use trine_base::{Instant, ThingId};

const MAGIC: &str = "trine-facts-index 1";
/// Things above it share bits with those below, which costs a look in vain at most.
const THINGS: u32 = 1 << 20;

/// What a chapter covers, and what can be in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The log's id, hexadecimal.
    pub log: String,
    /// First record that it covers.
    pub record: u64,
    /// First record that it no longer covers.
    pub next: u64,
    /// Numbers of its first and last fact.
    pub numbers: (u64, u64),
    /// Facts in it.
    pub facts: u64,
    /// First and last instant.
    pub span: (Instant, Instant),
    kinds: Vec<KindHead>,
    records: u64,
    bytes: u64,
    crc: u32,
}

/// Facts of one kind in a chapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct KindHead {
    #[serde(flatten)]
    kind: Kind,
    /// A bit for each thing that they are about, eight a byte, hexadecimal.
    things: String,
}

impl Head {
    /// Whether a wanted fact may be in it.
    pub fn may_have(&self, wanted: &Wanted<'_>) -> bool {
        let (first, last) = self.span;
        wanted.reaches(first, last)
            && (wanted.is_beyond(self.numbers.0) || wanted.is_beyond(self.numbers.1))
            && self.kinds.iter().any(|of| {
                wanted.takes_kind(&of.kind) && wanted.thing().is_none_or(|thing| of.has_thing(thing))
            })
    }
}

impl KindHead {
    fn new(kind: &Kind, entries: impl Iterator<Item = Entry>) -> Self {
        let mut bits = Vec::new();
        for thing in entries.filter_map(|entry| entry.thing) {
            let bit = (thing.0 % THINGS) as usize;
            if bits.len() <= bit / 8 {
                bits.resize(bit / 8 + 1, 0);
            }
            bits[bit / 8] |= 1 << (bit % 8);
        }
        Self { kind: kind.clone(), things: hex(&bits) }
    }

    fn has_thing(&self, thing: ThingId) -> bool {
        let bit = thing.0 % THINGS;
        let digits = self.things.get((bit / 8 * 2) as usize..(bit / 8 * 2 + 2) as usize);
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        byte.is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }
}

/// The file's bytes for a register that holds facts, and its head.
pub(crate) fn encode(log: [u8; 16], register: &Register) -> Option<(Head, Vec<u8>)> {
    let (first, last) = (register.entries.first()?, register.entries.last()?);
    let body = body(register);
    let instants = || register.entries.iter().map(|entry| Instant::from_ns(entry.at));
    let head = Head {
        log: hex(&log),
        record: register.records.first()?.position,
        next: register.records.last()?.position + 1,
        numbers: (first.number, last.number),
        facts: register.entries.len() as u64,
        span: (instants().min()?, instants().max()?),
        kinds: kinds(register),
        records: register.records.len() as u64,
        bytes: body.len() as u64,
        crc: crc32fast::hash(&body),
    };
    let json = serde_json::to_vec(&head).ok()?;
    let mut bytes = first_line(&json).into_bytes();
    bytes.extend(json);
    bytes.extend(body);
    Some((head, bytes))
}

fn first_line(json: &[u8]) -> String {
    format!("{MAGIC} {:08x} {}\n", crc32fast::hash(json), json.len())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn kinds(register: &Register) -> Vec<KindHead> {
    let of =
        |kind: usize| register.entries.iter().copied().filter(move |entry| usize::from(entry.kind) == kind);
    register.kinds.iter().enumerate().map(|(n, kind)| KindHead::new(kind, of(n))).collect()
}

fn body(register: &Register) -> Vec<u8> {
    let mut out = Vec::with_capacity(register.entries.len() * 12);
    let mut before = Place { position: 0, offset: None };
    let mut counts = vec![0u64; register.records.len()];
    register.entries.iter().for_each(|entry| counts[entry.record as usize] += 1);
    for (place, count) in register.records.iter().zip(counts) {
        put(&mut out, place.position.wrapping_sub(before.position));
        put_signed(&mut out, place.offset.unwrap_or(0).wrapping_sub(before.offset.unwrap_or(0)) as i64);
        put(&mut out, count);
        before = *place;
    }
    let (mut number, mut at) = (0, 0);
    for entry in &register.entries {
        put(&mut out, entry.number.wrapping_sub(number));
        put_signed(&mut out, entry.at.wrapping_sub(at));
        out.push(entry.kind);
        put(&mut out, entry.thing.map_or(0, |thing| u64::from(thing.0) + 1));
        (number, at) = (entry.number, entry.at);
    }
    out
}

/// The head of a file, and where what follows it begins; `None` where it is damaged.
///
/// `bytes` are the file's first, `length` the length of the whole.
pub(crate) fn head(bytes: &[u8], length: u64) -> Option<(Head, usize)> {
    let start = bytes.iter().take(64).position(|byte| *byte == b'\n')? + 1;
    let line = std::str::from_utf8(&bytes[..start]).ok()?;
    let json_length: usize = line.trim_end().rsplit(' ').next()?.parse().ok()?;
    let json = bytes.get(start..start.checked_add(json_length)?)?;
    if line != first_line(json) {
        return None;
    }
    let head: Head = serde_json::from_slice(json).ok()?;
    let body = start + json_length;
    let is_sound = head.record < head.next && length == body as u64 + head.bytes;
    is_sound.then_some((head, body))
}

/// The entries of a file whose head is already known; `None` where it is damaged or another's.
pub(crate) fn decode(known: &Head, bytes: &[u8]) -> Option<Register> {
    let (found, start) = head(bytes, bytes.len() as u64)?;
    let body = &bytes[start..];
    if found != *known || crc32fast::hash(body) != found.crc {
        return None;
    }
    let mut bytes = Bytes(body);
    let (mut records, mut owners) = (Vec::new(), Vec::new());
    let (mut position, mut offset) = (0u64, 0u64);
    for record in 0..u32::try_from(found.records).ok()? {
        position = position.wrapping_add(bytes.number()?);
        offset = offset.wrapping_add(bytes.signed()? as u64);
        records.push(Place { position, offset: Some(offset) });
        let count = u32::try_from(bytes.number()?).ok()?;
        // An entry takes four bytes at least, so that a count cannot ask for more than there is.
        if u64::from(count) > found.bytes {
            return None;
        }
        owners.extend((0..count).map(|line| (record, line)));
    }
    let (mut number, mut at) = (0u64, 0i64);
    let mut entries = Vec::with_capacity(owners.len());
    for (record, line) in owners {
        number = number.wrapping_add(bytes.number()?);
        at = at.wrapping_add(bytes.signed()?);
        let kind = bytes.byte().filter(|kind| usize::from(*kind) < found.kinds.len())?;
        let thing = match bytes.number()? {
            0 => None,
            thing => Some(ThingId(u32::try_from(thing - 1).ok()?)),
        };
        entries.push(Entry { number, at, thing, kind, record, line });
    }
    let kinds = found.kinds.into_iter().map(|of| of.kind).collect();
    bytes.0.is_empty().then_some(Register { records, entries, kinds })
}
