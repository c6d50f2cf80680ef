//! Flipped bits, removed files and forged frames: always found, never cut, never skipped.

use super::{OPTIONS, Oracle, disk::Disk};
use crate::{
    Damage, Fault, LogError, Reader,
    frame::{self, FRAME_HEADER},
    header::HEADER,
    queue::Entry,
    recover,
    segment::name_of,
};
use std::{collections::VecDeque, sync::Arc};

/// A closed log of several segments.
fn closed_log() -> (Disk, u64) {
    let disk = Disk::new(7);
    let (mut tail, _) = recover::open(Arc::new(disk.clone()), OPTIONS).unwrap();
    let mut oracle = Oracle::default();
    for _ in 0..8 {
        assert!(oracle.submit(&mut tail, 3));
    }
    (disk, tail.next)
}

/// Opens and reads everything.
fn read_all(disk: &Disk) -> Result<Vec<Vec<u8>>, LogError> {
    let (tail, recovery) = recover::open(Arc::new(disk.clone()), OPTIONS)?;
    Reader::new(Arc::clone(&tail.shared), recovery.first).map(|record| Ok(record?.payload)).collect()
}

fn damage(disk: &Disk) -> Damage {
    match read_all(disk) {
        Err(LogError::Damaged(damage)) => *damage,
        Err(other) => panic!("another error: {other}"),
        Ok(records) => panic!("opened with {} records", records.len()),
    }
}

#[test]
fn a_flipped_bit_anywhere_is_found() {
    let (disk, next) = closed_log();
    let whole = read_all(&disk.copy()).unwrap();
    assert_eq!(whole.len() as u64, next);
    let (mut found, mut harmless) = (0, 0);
    for name in disk.names() {
        let length = disk.tamper(&name, |bytes| bytes.len());
        for at in (0..length * 8).step_by(if length > 200 { 3 } else { 1 }) {
            let copy = disk.copy();
            copy.tamper(&name, |bytes| bytes[at / 8] ^= 1 << (at % 8));
            match read_all(&copy) {
                Err(LogError::Damaged(_) | LogError::Version { .. }) => found += 1,
                // The watermark is a second opinion, and what lies after the last record holds nothing.
                Ok(records) => {
                    assert_eq!(records, whole, "{name}, bit {at}");
                    harmless += 1;
                }
                Err(other) => panic!("{name}, bit {at}: {other}"),
            }
        }
    }
    assert!(found > 5_000 && harmless > 100, "{found} found, {harmless} harmless");
}

#[test]
fn damage_is_named_and_nothing_is_changed() {
    let (disk, next) = closed_log();
    let last = disk.names().into_iter().rfind(|name| name.ends_with(".seg")).unwrap();
    disk.tamper(&last, |bytes| bytes[HEADER + FRAME_HEADER + 1] ^= 1);
    let before: Vec<Vec<u8>> =
        disk.names().iter().map(|name| disk.tamper(name, |bytes| bytes.clone())).collect();
    let damage = damage(&disk);
    assert_eq!((damage.offset, damage.fault, damage.acknowledged), (HEADER as u64, Fault::Checksum, next));
    let message = LogError::damaged(damage).to_string();
    assert!(message.contains(&last) && message.contains("backup"), "{message}");
    let after: Vec<Vec<u8>> =
        disk.names().iter().map(|name| disk.tamper(name, |bytes| bytes.clone())).collect();
    assert_eq!(before, after);
}

#[test]
fn without_the_watermark_file_the_frames_still_tell_all_but_the_last_group() {
    let disk = Disk::new(7);
    let (mut tail, _) = recover::open(Arc::new(disk.clone()), OPTIONS).unwrap();
    let mut oracle = Oracle::default();
    assert!(oracle.submit(&mut tail, 2) && oracle.submit(&mut tail, 1));
    disk.tamper("watermark", Vec::clear);
    let copy = disk.copy();
    copy.tamper(&name_of(0), |bytes| bytes[HEADER + 1] ^= 1);
    assert_eq!(damage(&copy).acknowledged, 2, "the last group was written knowing of the one before");
    let last = usize::try_from(tail.offset).unwrap() - 1;
    disk.tamper(&name_of(0), |bytes| bytes[last] ^= 1);
    assert_eq!(
        read_all(&disk).unwrap().len(),
        2,
        "nothing on the disk knows that the last group was promised"
    );
}

#[test]
fn a_missing_file_is_found() {
    let (disk, _) = closed_log();
    let segments: Vec<String> = disk.names().into_iter().filter(|name| name.ends_with(".seg")).collect();
    assert!(segments.len() > 3);
    for name in segments.iter().map(String::as_str).chain(["start"]) {
        let copy = disk.copy();
        crate::storage::Storage::remove(&copy, name).unwrap();
        assert_eq!(damage(&copy).fault, Fault::Missing, "{name}");
    }
    disk.tamper(segments.last().unwrap(), |bytes| bytes.truncate(HEADER));
    assert_eq!(damage(&disk).fault, Fault::Missing);
}

#[test]
fn a_segment_of_another_log_is_found() {
    let (disk, _) = closed_log();
    let other = Disk::new(8);
    let (mut tail, _) = recover::open(Arc::new(other.clone()), OPTIONS).unwrap();
    assert!(Oracle::default().submit(&mut tail, 1));
    let bytes = other.tamper(&name_of(0), |bytes| bytes.clone());
    disk.tamper(&name_of(0), |own| *own = bytes);
    assert_eq!(damage(&disk).fault, Fault::Missing);
}

/// Whoever recomputes the checksum but not every later link of the chain is found.
#[test]
fn a_forged_frame_is_found() {
    let (disk, _) = closed_log();
    disk.tamper(&name_of(0), |bytes| {
        let seed = frame::seed(bytes[8..24].try_into().unwrap());
        let length = frame::u32_at(bytes, HEADER + 4) as usize;
        let end = HEADER + FRAME_HEADER + length;
        bytes[end - 1] ^= 1;
        let crc = crc32c::crc32c_append(seed, &bytes[HEADER + 4..end]);
        bytes[HEADER..HEADER + 4].copy_from_slice(&crc.to_le_bytes());
    });
    let damage = damage(&disk);
    assert_eq!((damage.position, damage.fault), (0, Fault::Chain));
}

/// The frames of a torn group may be whole behind a hole. New records must not run into them.
#[test]
fn what_was_cut_is_never_met_again() {
    let disk = Disk::new(7);
    let append = |payloads: &[&[u8]]| {
        let (mut tail, _) = recover::open(Arc::new(disk.clone()), OPTIONS).unwrap();
        let entries = payloads.iter().map(|payload| Entry::new(payload.to_vec(), 0));
        let (mut group, pending): (VecDeque<_>, Vec<_>) = entries.unzip();
        tail.commit(&mut group);
        pending.into_iter().for_each(|pending| assert!(pending.wait().is_ok()));
    };
    append(&[b"lost", b"whole", b"whole"]);
    disk.tamper("watermark", Vec::clear);
    disk.tamper(&name_of(0), |bytes| bytes[HEADER + FRAME_HEADER] ^= 1);
    append(&[b"anew"]);
    assert_eq!(read_all(&disk).unwrap(), [b"anew"]);
}
