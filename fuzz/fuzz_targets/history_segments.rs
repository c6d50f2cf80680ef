//! A history whose files were spoilt, footers and checks above all: it answers or names the damage.
#![no_main]

use std::sync::OnceLock;
use trine_base::{Instant, Sample, SignalId, Value};
use trine_fuzz::Good;
use trine_history::{History, HistoryOptions, SignalFilter};

static GOOD: OnceLock<(tempfile::TempDir, Good)> = OnceLock::new();

fn options() -> HistoryOptions {
    HistoryOptions { background: false, ..HistoryOptions::default() }
}

fn good() -> &'static (tempfile::TempDir, Good) {
    GOOD.get_or_init(|| {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let (history, _) = History::open(folder.path(), options()).unwrap();
        for second in 0..200_i64 {
            let at = Instant::from_ms(second * 1000);
            let words = ["idle", "running"];
            let samples = [
                Sample::good(SignalId(1), at, Value::Number(second as f64 / 7.0)),
                Sample::good(SignalId(2), at, Value::Integer(second)),
                Sample::good(SignalId(3), at, Value::text(words[second as usize % 2])),
            ];
            history.append(at, second as u64 + 1, &samples).unwrap();
        }
        history.seal().unwrap();
        drop(history);
        let good = Good::of(folder.path());
        (folder, good)
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (folder, good) = good();
    good.spoil(bytes);
    let Ok((history, _)) = History::open(folder.path(), options()) else { return };
    let _ = history.at(&SignalFilter::All, Instant::from_ms(100_000), None);
    let _ = history.range(&SignalFilter::All, Instant::EPOCH, Instant::from_ms(300_000), None, 1_000);
});
