//! A real shop floor: raw adapter files, imported one after the other as one would type it, and their size.

use crate::figure;
use std::{collections::HashMap, fs, path::Path, process::Command, time::Instant as Clock};
use trine_base::{Instant, Quality, Sample, SignalId, Value};
use trine_history::{History, HistoryOptions};

const BATCH: usize = 1_000;

/// Imports the folder's `*.txt.gz` and prints bytes per sample.
pub fn run(folder: &Path) {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "gz"));
    files.sort();
    let dir = tempfile::tempdir().unwrap();
    let (history, _) = History::open(dir.path(), HistoryOptions::default()).unwrap();
    let mut import =
        Import { history: &history, ids: HashMap::new(), position: 0, samples: 0, append_s: 0.0 };
    let raw: u64 = files.iter().map(|path| path.metadata().unwrap().len()).sum();
    files.iter().for_each(|path| import.file(path));
    let (samples, append_s) = (import.samples as f64, import.append_s);
    let start = Clock::now();
    history.seal().unwrap();
    let seal_s = start.elapsed().as_secs_f64();
    drop(history);
    let (_, report) = History::open(dir.path(), HistoryOptions::default()).unwrap();
    let gz = raw as f64 / samples;
    figure::print("nist append", append_s * 1e9 / samples, "ns/sample", None);
    figure::print("nist seal", samples / seal_s, "samples/s", None);
    figure::print(
        "nist size",
        report.bytes as f64 / samples,
        "bytes/sample",
        Some(("gzipped raw lines", gz)),
    );
    if let Ok(keep) = std::env::var("BENCH_KEEP") {
        let copied = Command::new("cp").arg("-r").arg(dir.path()).arg(keep).status();
        assert!(copied.unwrap().success());
    }
}

struct Import<'a> {
    history: &'a History,
    ids: HashMap<String, u32>,
    position: u64,
    samples: usize,
    append_s: f64,
}

impl Import<'_> {
    fn file(&mut self, path: &Path) {
        let machine = path.file_name().unwrap().to_string_lossy().split('-').next().unwrap().to_owned();
        let text = Command::new("zcat").arg(path).output().unwrap().stdout;
        let text = String::from_utf8_lossy(&text);
        let samples: Vec<Sample> = text.lines().flat_map(|line| self.line(&machine, line)).collect();
        for batch in samples.chunks(BATCH) {
            self.position += 1;
            let recorded = Instant::from_ms(1_790_000_000_000 + self.position as i64 * 37);
            let start = Clock::now();
            self.history.append(recorded, self.position, batch).unwrap();
            self.append_s += start.elapsed().as_secs_f64();
            self.samples += batch.len();
        }
    }

    fn line(&mut self, machine: &str, line: &str) -> Vec<Sample> {
        let words: Vec<&str> = line.split('|').collect();
        let Ok(source) = words[0].parse::<Instant>() else { return Vec::new() };
        let pairs: Vec<(&str, String)> = match words.len() {
            // Conditions have a level, a code, a severity, a qualifier and a text.
            6 | 7 => vec![(words[1], words[2..].join("|"))],
            _ => words[1..].chunks_exact(2).map(|pair| (pair[0], pair[1].to_owned())).collect(),
        };
        pairs
            .into_iter()
            .map(|(item, value)| self.sample(format!("{machine}/{item}"), source, &value))
            .collect()
    }

    fn sample(&mut self, item: String, source: Instant, text: &str) -> Sample {
        let next = self.ids.len() as u32 + 1;
        let signal = SignalId(*self.ids.entry(item).or_insert(next));
        let is_absent = text.split('|').next().is_some_and(|word| word.eq_ignore_ascii_case("unavailable"));
        match text.parse::<f64>() {
            _ if is_absent => Sample { signal, source, quality: Quality::BAD_NO_DATA, value: Value::Absent },
            Ok(x) if x.is_finite() => Sample::good(signal, source, Value::Number(x)),
            _ => Sample::good(signal, source, Value::text(text)),
        }
    }
}
