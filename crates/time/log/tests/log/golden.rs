//! A log that version 1 wrote must be read by every later version.

use crate::small;
use std::{fs, path::Path};
use trine_log::Log;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/log-v1");
const RECORDS: u64 = 40;

fn payload(position: u64) -> Vec<u8> {
    (0..position * 13 % 400).map(|i| (i * position) as u8).collect()
}

/// `UPDATE_GOLDEN=1` writes the log where it is missing; it is never written again.
fn write_if_asked() {
    if std::env::var_os("UPDATE_GOLDEN").is_none() || Path::new(GOLDEN).exists() {
        return;
    }
    let (log, _) = Log::open(Path::new(GOLDEN), small()).unwrap();
    for position in 0..RECORDS {
        log.append(payload(position), position as u8).unwrap().wait().unwrap();
    }
    log.drop_before(25).unwrap();
}

#[test]
fn a_log_of_version_1_is_read_and_continued() {
    write_if_asked();
    let dir = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(GOLDEN).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
    }
    let (log, recovery) = Log::open(dir.path(), small()).unwrap();
    assert_eq!((recovery.next, recovery.truncated), (RECORDS, None));
    assert!(recovery.first > 0 && recovery.first <= 25);
    for (record, position) in log.read(recovery.first).zip(recovery.first..) {
        let record = record.unwrap();
        assert_eq!(
            (record.position, record.kind, record.payload),
            (position, position as u8, payload(position))
        );
    }
    assert_eq!(log.verify().unwrap().next, RECORDS);
    assert_eq!(log.append("next", 0).unwrap().wait().unwrap(), RECORDS);
}
