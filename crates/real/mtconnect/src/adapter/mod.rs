//! Raw adapter lines, the way machines report before an agent has seen them: files of them, plain or gzipped.
//!
//! ```text
//! 2017-04-25T19:22:34.880506Z|Xabs|12.5|Zabs|-3            pairs of item and value
//! 2017-04-25T19:22:34.880506Z|servo|FAULT|404|1|HIGH|hot   a condition has four fields more
//! 2017-04-25T19:22:34.880506Z|@ASSET@|T1|CuttingTool|<…>   an asset
//! * shdrVersion: 2.0                                       a command of the protocol
//! ```
//!
//! Spec: the reference agent's description of the adapter protocol (SHDR) 2.0; MTConnect itself leaves it open.

mod line;

pub(crate) use line::{Report, reports};

use crate::observe;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use trine_base::Instant;

/// Lines in a batch.
const BATCH_LINES: usize = 4_096;
/// A longer line is refused; the rest of it is skipped.
const LINE_MAX: u64 = 4 << 20;

/// A file of adapter lines; an iterator of batches.
pub struct AdapterFile {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    taken: Arc<AtomicU64>,
    line: u64,
    ended: bool,
}

/// A stretch of lines.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many lines of the file it covers.
    pub lines: u64,
    /// Lines with reports.
    pub reports: Vec<Line>,
    /// Commands of the protocol (`* …`), which say nothing of the machine.
    pub commands: u64,
    /// Lines that could not be read, and why.
    pub malformed: Vec<Malformed>,
}

/// A line with reports.
#[derive(Debug)]
pub struct Line {
    /// Its number within the file, from 1.
    pub number: u64,
    /// When, by its time stamp.
    pub at: Instant,
    /// What follows the time stamp.
    pub rest: String,
}

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Its number within the file, from 1.
    pub number: u64,
    /// Why.
    pub why: String,
}

/// The file cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open {path}")]
pub struct AdapterError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

impl AdapterFile {
    /// Opens a file; gzip is known by its first bytes.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, AdapterError> {
        let refuse = |source| AdapterError { path: path.to_owned(), source };
        let taken = Arc::<AtomicU64>::default();
        let file = Counted { inner: File::open(path).map_err(refuse)?, taken: taken.clone() };
        let mut buffered = BufReader::with_capacity(1 << 16, file);
        let is_gzip = buffered.fill_buf().map_err(refuse)?.starts_with(&[0x1f, 0x8b]);
        let reader: Box<dyn BufRead + Send> = if is_gzip {
            Box::new(BufReader::new(MultiGzDecoder::new(buffered)))
        } else {
            Box::new(buffered)
        };
        Ok(Self { path: path.to_owned(), reader, taken, line: 0, ended: false })
    }

    /// Lines that are in memory already.
    #[cfg(feature = "fuzz")]
    pub(crate) fn over(path: &Path, reader: impl BufRead + Send + 'static) -> Self {
        Self { path: path.to_owned(), reader: Box::new(reader), taken: Arc::default(), line: 0, ended: false }
    }

    /// The path that it was opened by.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes taken from the disk so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// The next line without its end, or `None` at the end of the file.
    fn next_line(&mut self) -> io::Result<Option<Result<String, String>>> {
        let mut bytes = Vec::new();
        self.reader.by_ref().take(LINE_MAX).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        if bytes.len() as u64 == LINE_MAX && bytes.last() != Some(&b'\n') {
            self.reader.skip_until(b'\n')?;
            return Ok(Some(Err(format!("the line is longer than {LINE_MAX} bytes"))));
        }
        while bytes.last().is_some_and(|end| matches!(end, b'\n' | b'\r')) {
            bytes.pop();
        }
        // Controllers write their own code pages; a broken letter is no reason to lose the value.
        Ok(Some(Ok(String::from_utf8_lossy(&bytes).into_owned())))
    }

    /// Takes in the lines of an asset that is written over several lines, up to the one that ends with the mark.
    fn multiline(&mut self, first: String) -> io::Result<Result<String, String>> {
        let Some(mark) =
            first.rsplit('|').next().filter(|end| end.starts_with("--multiline--")).map(str::to_owned)
        else {
            return Ok(Ok(first));
        };
        let mut whole = first[..first.len() - mark.len()].to_owned();
        while (whole.len() as u64) < LINE_MAX {
            match self.next_line()? {
                Some(Ok(line)) if line.trim() == mark => return Ok(Ok(whole)),
                Some(Ok(line)) => {
                    whole.push_str(&line);
                    whole.push('\n');
                }
                Some(Err(why)) => return Ok(Err(why)),
                None => break,
            }
        }
        Ok(Err(format!("`{mark}` has no end")))
    }

    fn read_batch(&mut self, batch: &mut Batch) -> io::Result<()> {
        while batch.lines < BATCH_LINES as u64 {
            let before = self.line;
            let Some(line) = self.next_line()? else {
                self.ended = true;
                break;
            };
            let line = match line {
                Ok(line) => self.multiline(line)?,
                refused => refused,
            };
            batch.lines += self.line - before;
            batch.take(before + 1, line);
        }
        Ok(())
    }
}

impl Iterator for AdapterFile {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        if self.ended {
            return None;
        }
        let mut batch = Batch::default();
        if let Err(error) = self.read_batch(&mut batch) {
            self.ended = true;
            batch.malformed.push(Malformed {
                number: self.line + 1,
                why: format!("the file cannot be read on: {error}"),
            });
        }
        (batch.lines > 0 || !batch.malformed.is_empty()).then_some(batch)
    }
}

impl Batch {
    fn take(&mut self, number: u64, line: Result<String, String>) {
        match line.and_then(|line| parsed(&line).map_err(str::to_owned)) {
            Ok(Parsed::Report(at, rest)) => self.reports.push(Line { number, at, rest }),
            Ok(Parsed::Command) => self.commands += 1,
            Ok(Parsed::Blank) => {}
            Err(why) => self.malformed.push(Malformed { number, why }),
        }
    }
}

enum Parsed {
    Report(Instant, String),
    Command,
    Blank,
}

fn parsed(line: &str) -> Result<Parsed, &'static str> {
    let line = line.trim_start_matches('\u{feff}');
    if line.trim().is_empty() {
        return Ok(Parsed::Blank);
    }
    if line.starts_with('*') {
        return Ok(Parsed::Command);
    }
    let (stamp, rest) = line.split_once('|').ok_or("the line has no `|`")?;
    let at = observe::instant(stamp).ok_or("the line does not begin with a time stamp")?;
    Ok(Parsed::Report(at, rest.to_owned()))
}

struct Counted {
    inner: File,
    taken: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
