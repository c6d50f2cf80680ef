//! The index written down, so that a start reads it and not every document.
//!
//! ```text
//! "trine-shells 1\n"  CRC-32 (4)  body
//! body: log id (16)  next record  bytes of the file of documents  8 tables, one per kind in the order of Kind::ALL
//! table: count { id, offset, length, crc }   fields { number, count { value or 0, index of the document } }
//! ```
//! Numbers have seven bits a byte, texts their length before them. A value that repeats the one before is written as
//! length 0. It follows from the log, so one that is damaged or of another log is put aside, and the log is read.

use crate::documents::Place;
use crate::keys::Field;
use crate::table::Table;
use std::collections::BTreeMap;
use std::sync::Arc;

const MAGIC: &[u8] = b"trine-shells 1\n";

/// What a snapshot holds.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// The log that it was made from.
    pub log: [u8; 16],
    /// The first record that is not in it.
    pub next: u64,
    /// Bytes of the file of documents.
    pub length: u64,
    /// One per kind.
    pub tables: Vec<Table>,
}

/// Writes a snapshot; `None` when a document is in memory only.
pub(crate) fn write(log: [u8; 16], next: u64, length: u64, tables: &[Table]) -> Option<Vec<u8>> {
    let mut out = MAGIC.to_vec();
    out.extend([0; 4]);
    out.extend(log);
    put(&mut out, next);
    put(&mut out, length);
    for table in tables {
        write_table(&mut out, table)?;
    }
    let body = MAGIC.len() + 4;
    let check = crc32fast::hash(&out[body..]);
    out[MAGIC.len()..body].copy_from_slice(&check.to_le_bytes());
    Some(out)
}

fn write_table(out: &mut Vec<u8>, table: &Table) -> Option<()> {
    put(out, table.entries.len() as u64);
    let mut index = BTreeMap::new();
    for (n, (id, place)) in table.entries.iter().enumerate() {
        let Place::File { offset, length, check } = place else { return None };
        put_text(out, id);
        put(out, *offset);
        put(out, u64::from(*length));
        put(out, u64::from(*check));
        index.insert(Arc::as_ptr(id), n as u64);
    }
    put(out, table.fields.len() as u64);
    for (field, pairs) in &table.fields {
        put(out, *field as u64);
        put(out, pairs.len() as u64);
        let mut before: &str = "";
        for (value, id) in pairs {
            put_text(out, if **value == *before { "" } else { value });
            before = value;
            put(out, *index.get(&Arc::as_ptr(id))?);
        }
    }
    Some(())
}

/// Reads a snapshot; `None` when it is damaged.
pub(crate) fn read(bytes: &[u8]) -> Option<Snapshot> {
    let (check, body) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
    if crc32fast::hash(body) != u32::from_le_bytes(*check) {
        return None;
    }
    let (log, rest) = body.split_first_chunk::<16>()?;
    let mut input = Input(rest);
    let (next, length) = (input.number()?, input.number()?);
    let tables: Option<Vec<Table>> =
        trine_world::ShellKind::ALL.iter().map(|_| read_table(&mut input)).collect();
    Some(Snapshot { log: *log, next, length, tables: tables? })
}

fn read_table(input: &mut Input<'_>) -> Option<Table> {
    let mut ids = Vec::new();
    let mut entries = Vec::new();
    for _ in 0..input.number()? {
        let id: Arc<str> = input.text()?.into();
        let offset = input.number()?;
        let (length, check) = (input.number()?.try_into().ok()?, input.number()?.try_into().ok()?);
        entries.push((Arc::clone(&id), Place::File { offset, length, check }));
        ids.push(id);
    }
    let mut fields = BTreeMap::new();
    for _ in 0..input.number()? {
        let field = *Field::ALL.get(usize::try_from(input.number()?).ok()?)?;
        let mut pairs = Vec::new();
        let mut before: Arc<str> = "".into();
        for _ in 0..input.number()? {
            let value = input.text()?;
            if !value.is_empty() {
                before = value.into();
            }
            let id = ids.get(usize::try_from(input.number()?).ok()?)?;
            pairs.push((Arc::clone(&before), Arc::clone(id)));
        }
        fields.insert(field, pairs.into_iter().collect());
    }
    Some(Table { entries: entries.into_iter().collect(), fields })
}

fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            n |= u64::from(byte & 0x7F) << shift;
            if *byte < 0x80 {
                return Some(n);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> Vec<Table> {
        let mut tables: Vec<Table> = trine_world::ShellKind::ALL.iter().map(|_| Table::default()).collect();
        for n in 0..5_u32 {
            let keys = vec![(Field::IdShort, format!("name{n}")), (Field::SemanticId, "same".to_owned())];
            let place = Place::File { offset: u64::from(n) * 1000, length: 1000, check: n * 77 };
            tables[1].put(&format!("id{n}").into(), place, &Vec::new(), &keys);
        }
        tables
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = write([7; 16], 42, 5000, &tables()).unwrap();
        let read = read(&bytes).unwrap();
        assert_eq!((read.log, read.next, read.length), ([7; 16], 42, 5000));
        assert_eq!(format!("{:?}", read.tables), format!("{:?}", tables()));
    }

    #[test]
    fn any_flipped_byte_is_noticed() {
        let whole = write([7; 16], 42, 5000, &tables()).unwrap();
        for n in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[n] ^= 0x10;
            assert!(read(&bytes).is_none(), "byte {n}");
        }
    }
}
