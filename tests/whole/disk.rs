//! A full disk: a clear error or patience, nothing lost, and recovery once there is space.
//!
//! The disk is a small file system in memory. Where a test may not mount one, it says so and passes, unless
//! `TRINE_TOOLS` promises that it can.

use anyhow::{Context as _, Result};
use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};
use trine_tests::{Trine, binary, get, get_json};

/// A mounted file system of so many megabytes.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().ok()?;
        let size = format!("size={megabytes}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { folder });
        }
        eprintln!(
            "skipped: a small file system cannot be mounted here; the log's own tests cover a full disk"
        );
        None
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes all the space that is left.
    fn fill(&self) -> Result<PathBuf> {
        let path = self.path().join("filler");
        let mut file = File::create(&path)?;
        for size in [1 << 20, 1 << 12] {
            let block = vec![7; size];
            while file.write_all(&block).is_ok() {}
        }
        Ok(path)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, because the program that was killed may not be quite gone.
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).output();
    }
}

#[test]
fn a_disk_without_space_is_named_at_the_start() {
    let Some(disk) = SmallDisk::mount(8) else { return };
    let mut command = Command::new(binary().unwrap());
    let output = command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(disk.path().join("data"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("no space"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_disk_that_fills_up_loses_nothing_and_goes_on_when_there_is_space() {
    let Some(disk) = SmallDisk::mount(300) else { return };
    let data = disk.path().join("data");
    let mut trine = Trine::start(&["demo", "--past", "0"], &data).unwrap();
    let records = |trine: &Trine| metric(trine, "trine_log_next_record").unwrap();
    let before = records(&trine);
    let filler = disk.fill().unwrap();
    // The log's space is reserved, so it goes on; whatever else needs space must wait or say so, not fall over.
    for _ in 0..100 {
        assert_eq!(get(&trine, "/healthz").unwrap().status, 200);
        get_json(&trine, "/api/v1/site").unwrap();
    }
    assert!(trine.is_running());
    let during = records(&trine);
    assert!(during >= before);
    trine.kill_9().unwrap();
    std::fs::remove_file(filler).unwrap();
    let trine = Trine::start(&["demo", "--past", "0"], &data).unwrap();
    assert!(records(&trine) >= during, "everything that was durable is there");
    let started = records(&trine);
    while records(&trine) <= started {}
    assert!(trine.stop().unwrap().success());
}

fn metric(trine: &Trine, name: &str) -> Result<f64> {
    let page = get(trine, "/metrics")?.text();
    let line = page
        .lines()
        .find(|line| line.split([' ', '{']).next() == Some(name))
        .with_context(|| page.clone())?;
    Ok(line.rsplit(' ').next().unwrap_or_default().parse()?)
}

/// Segments are sealed all the time, so that the disk is full in the middle of it.
#[test]
fn a_disk_that_fills_up_while_sealing_loses_nothing_and_seals_when_there_is_space() {
    let Some(disk) = SmallDisk::mount(300) else { return };
    let data = disk.path().join("data");
    let config = disk.path().join("trine.toml");
    std::fs::write(&config, "[history]\nseal-samples = 2000\nseal-seconds = 1\n").unwrap();
    let config = config.to_str().unwrap().to_owned();
    let start = || Trine::start(&["demo", "--past", "0", "--config", &config], &data).unwrap();
    let mut trine = start();
    let records = |trine: &Trine| metric(trine, "trine_log_next_record").unwrap();
    let sealed = || segments(&data);
    let until = |more: usize| {
        let before = sealed();
        while sealed() < before + more {
            std::thread::yield_now();
        }
    };
    until(2);
    let filler = disk.fill().unwrap();
    let (full, filled) = (records(&trine), sealed());
    while records(&trine) < full + 200.0 {
        assert_eq!(get(&trine, "/healthz").unwrap().status, 200);
    }
    assert!(trine.is_running());
    assert!(sealed() <= filled + 1, "nothing is sealed without space");
    let during = records(&trine);
    std::fs::remove_file(filler).unwrap();
    until(1);
    trine.kill_9().unwrap();
    let trine = start();
    assert!(records(&trine) >= during, "everything that was durable is there");
    until(1);
    assert!(trine.stop().unwrap().success());
}

/// Sealed segments, whole or in the making.
fn segments(data: &Path) -> usize {
    let folders = std::fs::read_dir(data.join("history/segments")).map(Iterator::flatten);
    let whole = |folder: &std::fs::DirEntry| folder.path().extension().is_none();
    folders.map_or(0, |folders| folders.filter(whole).count())
}
