//! A log whose files were spoilt: it opens or names the damage, and reads to its end or to the damage.
#![no_main]

use std::sync::OnceLock;
use trine_fuzz::Good;
use trine_log::{Log, LogOptions};

static GOOD: OnceLock<(tempfile::TempDir, Good)> = OnceLock::new();

fn good() -> &'static (tempfile::TempDir, Good) {
    GOOD.get_or_init(|| {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let options = LogOptions { segment_bytes: 4096, ..LogOptions::default() };
        let (log, _) = Log::open(folder.path(), options).unwrap();
        for number in 0..40_u8 {
            log.append(vec![number; 64 + usize::from(number)], 1).unwrap().wait().unwrap();
        }
        drop(log);
        let good = Good::of(folder.path());
        (folder, good)
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (folder, good) = good();
    good.spoil(bytes);
    let options = LogOptions { segment_bytes: 4096, ..LogOptions::default() };
    let Ok((log, _)) = Log::open(folder.path(), options) else { return };
    for record in log.read(log.first()) {
        std::hint::black_box(record.map(|record| record.payload.len()).ok());
    }
    let _ = log.verify();
});
