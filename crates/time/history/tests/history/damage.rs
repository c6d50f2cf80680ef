//! Whatever happens to the bytes: an error that names the place, or the identical answer; never another one.

use crate::{law, law::scratch, model::value};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use trine_base::{Instant, Sample, SignalId};
use trine_history::{Held, History, HistoryError, HistoryOptions, SignalFilter};

fn options() -> HistoryOptions {
    HistoryOptions { slice_rows: 80, page_rows: 16, ..law::options() }
}

fn samples(position: u64) -> Vec<Sample> {
    let sample = |n: i64| {
        let (value, quality) = value(n as u8, n + position as i64);
        Sample {
            signal: SignalId(n as u32 + 1),
            source: Instant::from_ms(position as i64 * 10 + n),
            quality,
            value,
        }
    };
    (0..7).map(sample).collect()
}

fn written() -> TempDir {
    let dir = scratch();
    let (history, _) = History::open(dir.path(), options()).unwrap();
    for position in 1..=90 {
        history.append(Instant::from_ms(2000 + position as i64), position, &samples(position)).unwrap();
        if position % 30 == 0 {
            history.seal().unwrap();
        }
    }
    dir
}

fn answers(dir: &Path) -> Result<Vec<Held>, HistoryError> {
    let (history, _) = History::open(dir, options())?;
    let everything = (Instant::from_ms(-1), Instant::from_ms(10_000));
    let mut all = history.range(&SignalFilter::All, everything.0, everything.1, None, 10_000)?.samples;
    for at in [5, 123, 456, 777, 2000] {
        all.extend(history.at(&SignalFilter::All, Instant::from_ms(at), None)?);
        all.extend(history.at(&SignalFilter::one(SignalId(3)), Instant::from_ms(at), None)?);
    }
    Ok(all)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.retain(|path| !path.ends_with("lock"));
    all.sort();
    all
}

/// Spoils one file of a copy and checks that nothing wrong is read and that the damage is named.
fn spoil(original: &Path, expected: &[Held], file: &Path, what: &str, how: impl Fn(&Path)) {
    let dir = scratch();
    copy(original, dir.path());
    let file = dir.path().join(file.strip_prefix(original).unwrap());
    how(&file);
    if let Ok(found) = answers(dir.path()) {
        assert_eq!(found, expected, "{what} of {}", file.display());
    }
    match History::open(dir.path(), options()) {
        Ok((history, _)) => {
            let damage = history.verify();
            assert!(
                damage.iter().any(|damage| damage.file == file),
                "{what} of {}: {damage:?}",
                file.display()
            );
        }
        Err(HistoryError::Damaged { file: named, .. }) => assert_eq!(named, file),
        Err(HistoryError::Version { path, .. }) => assert_eq!(path, file),
        Err(other) => panic!("{what} of {}: {other}", file.display()),
    }
}

#[test]
fn a_flipped_bit_is_found_and_named() {
    let original = written();
    let expected = answers(original.path()).unwrap();
    let mut noise = 0x1234_5678_9ABC_DEF1u64;
    for file in files(original.path()) {
        let length = fs::metadata(&file).unwrap().len();
        for _ in 0..16 {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (at, bit) = ((noise >> 33) % length, noise >> 20 & 7);
            spoil(original.path(), &expected, &file, &format!("bit {bit} of byte {at}"), |path| {
                let mut bytes = fs::read(path).unwrap();
                bytes[at as usize] ^= 1 << bit;
                fs::write(path, bytes).unwrap();
            });
        }
    }
}

#[test]
fn a_file_cut_short_or_gone_is_found_and_named() {
    let original = written();
    let expected = answers(original.path()).unwrap();
    for file in files(original.path()) {
        let length = fs::metadata(&file).unwrap().len();
        for keep in [0, 1, length / 2, length - 1] {
            spoil(original.path(), &expected, &file, &format!("the first {keep} bytes"), |path| {
                fs::File::options().write(true).open(path).unwrap().set_len(keep).unwrap();
            });
        }
        spoil(original.path(), &expected, &file, "nothing", |path| fs::remove_file(path).unwrap());
    }
}

#[test]
fn opening_tells_of_segments_that_are_gone() {
    let dir = written();
    let gone = files(dir.path()).into_iter().find(|path| path.ends_with("samples.parquet")).unwrap();
    fs::remove_file(&gone).unwrap();
    let (_, report) = History::open(dir.path(), options()).unwrap();
    assert_eq!(report.damage.len(), 1);
    assert_eq!(report.damage[0].file, gone.parent().unwrap());
}
