//! The log through its public face.

mod golden;
mod kill;
mod waiting;

use std::sync::Arc;
use trine_log::{Log, LogError, LogOptions, Place};

fn small() -> LogOptions {
    LogOptions { segment_bytes: 4096, max_pending_bytes: 1024 }
}

#[test]
fn what_is_acknowledged_is_there_after_opening_again() {
    let dir = tempfile::tempdir().unwrap();
    let (log, recovery) = Log::open(dir.path(), small()).unwrap();
    assert_eq!((recovery.first, recovery.next), (0, 0));
    let pending: Vec<_> = (0..500u32).map(|i| log.append(i.to_le_bytes().repeat(9), 7).unwrap()).collect();
    for (i, pending) in pending.into_iter().enumerate() {
        assert_eq!(pending.wait().unwrap(), i as u64);
    }
    let verified = log.verify().unwrap();
    drop(log);
    let (log, recovery) = Log::open(dir.path(), small()).unwrap();
    assert_eq!((recovery.next, &recovery.truncated), (500, &None));
    assert!(recovery.segments > 5, "{recovery:?}");
    assert_eq!(log.verify().unwrap(), verified);
    for from in [0, 1, 77, 250, 499, 500, 1000] {
        let read: Vec<_> = log.read(from).map(Result::unwrap).collect();
        assert_eq!(read.len() as u64, 500u64.saturating_sub(from));
        for (record, position) in read.iter().zip(from..) {
            assert_eq!((record.position, record.kind), (position, 7));
            assert_eq!(record.payload, (position as u32).to_le_bytes().repeat(9));
        }
    }
}

#[test]
fn one_log_is_open_once() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = Log::open(dir.path(), small()).unwrap();
    assert!(matches!(Log::open(dir.path(), small()), Err(LogError::Locked { .. })));
    drop(log);
    Log::open(dir.path(), small()).unwrap();
}

#[test]
fn many_threads_append_and_one_reader_follows() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = Log::open(dir.path(), LogOptions::default()).unwrap();
    let log = Arc::new(log);
    std::thread::scope(|scope| {
        for thread in 0..8u8 {
            let log = &log;
            scope.spawn(move || {
                for i in 0..20u8 {
                    log.append([thread, i], thread).unwrap().wait().unwrap();
                }
            });
        }
        let mut reader = log.read(0);
        let mut next_of = [0u8; 8];
        while reader.position() < 160 {
            let Some(record) = reader.next() else {
                std::thread::yield_now();
                continue;
            };
            let [thread, i] = record.unwrap().payload[..] else { panic!("two bytes") };
            assert_eq!(next_of[usize::from(thread)], i, "the order of a thread is kept");
            next_of[usize::from(thread)] += 1;
        }
    });
    assert_eq!(log.durable(), 160);
}

#[test]
fn retention_drops_whole_segments_and_the_rest_still_verifies() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = Log::open(dir.path(), small()).unwrap();
    for i in 0..100u32 {
        log.append(vec![i as u8; 300], 0).unwrap().wait().unwrap();
    }
    let chain = log.verify().unwrap().chain;
    let first = log.drop_before(50).unwrap();
    assert!(first > 30 && first <= 50, "{first}");
    assert!(matches!(log.read(0).next(), Some(Err(LogError::Dropped { .. }))));
    assert_eq!(log.read(first).count(), 100 - first as usize);
    drop(log);
    let (log, recovery) = Log::open(dir.path(), small()).unwrap();
    assert_eq!((recovery.first, recovery.next), (first, 100));
    assert_eq!(log.verify().unwrap().chain, chain);
    assert_eq!(log.drop_before(u64::MAX).unwrap(), log.first());
    assert_eq!(log.append("more", 0).unwrap().wait().unwrap(), 100);
}

#[test]
fn a_record_that_cannot_fit_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = Log::open(dir.path(), small()).unwrap();
    let most = small().max_record_bytes();
    assert!(matches!(log.append(vec![1; most + 1], 0), Err(LogError::TooLarge { .. })));
    assert_eq!(log.append(vec![1; most], 0).unwrap().wait().unwrap(), 0);
    assert_eq!(log.append(vec![2; most], 0).unwrap().wait().unwrap(), 1);
    assert_eq!(log.read(0).count(), 2);
}

#[test]
fn a_place_leads_to_its_record_and_a_wrong_one_only_costs_the_search() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = Log::open(dir.path(), small()).unwrap();
    for i in 0..200u32 {
        log.append(i.to_le_bytes().repeat(40), 0).unwrap().wait().unwrap();
    }
    let mut reader = log.read(0);
    let mut places = Vec::new();
    while let Some(record) = reader.next() {
        record.unwrap();
        places.push(reader.place().unwrap());
    }
    assert_eq!(places.len(), 200);
    let id = log.id();
    drop(log);
    let (log, _) = Log::open(dir.path(), small()).unwrap();
    assert_eq!(log.id(), id);
    for (n, place) in places.iter().enumerate() {
        for wrong in [0, 1, 64, 4096, u64::MAX - place.offset] {
            let place = Place { offset: place.offset.wrapping_add(wrong), ..*place };
            let read: Vec<_> = log.read_at(place).take(30).map(Result::unwrap).collect();
            assert_eq!(read.len(), 30.min(200 - n), "{place:?}");
            for (record, i) in read.iter().zip(n as u32..) {
                assert_eq!(record.payload, i.to_le_bytes().repeat(40), "{place:?}");
            }
        }
    }
    assert!(log.read_at(Place { position: 200, offset: 128 }).next().is_none(), "beyond the end");
}
