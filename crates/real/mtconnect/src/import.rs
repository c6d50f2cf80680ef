//! The past of a shop floor from the raw lines of its adapters: every line kept, at its own time.
//!
//! Importing the same files again announces the same things and signals and delivers the same samples at the same
//! instants, so it changes nothing of what the past says.

use crate::adapter::{AdapterError, AdapterFile, Batch, Report, reports};
use crate::catalog::Catalog;
use crate::devices::{self, DevicesError};
use crate::observe::Shape;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;
use trine_base::{Instant, Sample, Value};
use trine_connector::{ConnectionDescription, ConnectionState, Delivery, Port, Sink, SinkError, SystemClock};
use trine_world::ValueKind;

/// Deliveries that may be on their way to the disk at a time.
const DELIVERIES_MAX: usize = 8;
/// Malformed lines that are named in the report; the others are counted.
const NOTES_MAX: usize = 100;

/// Why an import ended early. What was delivered before stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The device document cannot be used.
    #[error("the device document cannot be used")]
    Devices(#[from] DevicesError),
    /// A file cannot be opened.
    #[error(transparent)]
    File(#[from] AdapterError),
    /// The site cannot record.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// How far an import is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Bytes read, of all files.
    pub bytes: u64,
    /// Bytes to read.
    pub bytes_total: u64,
    /// Lines read.
    pub lines: u64,
    /// Samples delivered.
    pub samples: u64,
    /// The file being read.
    pub file: PathBuf,
}

/// What an import brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// Lines read.
    pub lines: u64,
    /// Samples delivered.
    pub samples: u64,
    /// Lines, or the rests of lines, that could not be read.
    pub malformed: u64,
    /// Commands of the adapter protocol, which say nothing of the machine.
    pub commands: u64,
    /// Devices.
    pub things: u64,
    /// Signals, those that no document describes included.
    pub signals: u64,
    /// Earliest time stamp.
    pub first: Option<Instant>,
    /// Latest time stamp.
    pub last: Option<Instant>,
    /// The first of what went wrong, as `file:line: why`.
    pub notes: Vec<String>,
}

/// Reads device document and adapter files into the site, under a connection thing called `mtconnect-import`.
///
/// # Errors
/// When the document or a file cannot be opened, or the site cannot record. Malformed lines are no errors: they are
/// counted and named in the report.
pub async fn import(
    devices_xml: &Path,
    files: &[PathBuf],
    sink: Arc<dyn Sink>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<ImportReport, ImportError> {
    let devices = devices::read(devices_xml)?;
    let opened = files.iter().map(|path| AdapterFile::open(path)).collect::<Result<Vec<_>, _>>()?;
    let connection = ConnectionDescription {
        name: "mtconnect-import".to_owned(),
        technology: "mtconnect".to_owned(),
        endpoint: devices_xml.display().to_string(),
    };
    let port = Port::open(sink, Arc::new(SystemClock), &connection).await?;
    let mut importer = Importer::start(port, devices).await?;
    let bytes_total = files.iter().filter_map(|path| path.metadata().ok()).map(|data| data.len()).sum();
    importer.read_all(opened, bytes_total, progress).await?;
    importer.finish().await
}

struct Importer {
    port: Port,
    catalog: Catalog,
    deliveries: VecDeque<Delivery>,
    report: ImportReport,
}

/// A batch on its way from the thread that reads files.
struct Read {
    path: Arc<PathBuf>,
    batch: Batch,
    bytes: u64,
}

impl Importer {
    async fn start(port: Port, devices: Vec<devices::Device>) -> Result<Self, SinkError> {
        let (catalog, announced) = Catalog::announced(&port, devices).await?;
        let report = ImportReport { notes: announced.refused, ..ImportReport::default() };
        port.change(ConnectionState::Connected, "").await?;
        Ok(Self { port, catalog, deliveries: VecDeque::new(), report })
    }

    async fn read_all(
        &mut self,
        files: Vec<AdapterFile>,
        bytes_total: u64,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<(), SinkError> {
        // Files are read and unzipped on a thread of their own, a few batches ahead of the disk.
        let (sender, mut batches) = mpsc::channel(4);
        let reader = tokio::task::spawn_blocking(move || read_files(files, &sender));
        while let Some(Read { path, batch, bytes }) = batches.recv().await {
            self.take(&path, batch).await?;
            let ImportReport { lines, samples, .. } = self.report;
            progress(Progress { bytes, bytes_total, lines, samples, file: path.to_path_buf() });
        }
        drop(reader);
        Ok(())
    }

    async fn take(&mut self, path: &Path, batch: Batch) -> Result<(), SinkError> {
        self.report.lines += batch.lines;
        self.report.commands += batch.commands;
        for malformed in batch.malformed {
            self.malformed(path, malformed.number, &malformed.why);
        }
        let stem = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let device = self.catalog.device_of_file(&stem);
        let mut found: Vec<(usize, Report)> = Vec::with_capacity(batch.reports.len());
        for line in batch.reports {
            let catalog = &self.catalog;
            let mut shape =
                |item: &str| catalog.by_word(device, item).map_or(Shape::Guess, |at| catalog.slot(at).shape);
            let (reports, outcome) = reports(line.at, &line.rest, &mut shape);
            found.extend(reports.into_iter().map(|report| (device, report)));
            if let Err(why) = outcome {
                self.malformed(path, line.number, &why);
            }
        }
        self.deliver(found).await
    }

    async fn deliver(&mut self, found: Vec<(usize, Report)>) -> Result<(), SinkError> {
        let mut slots = Vec::with_capacity(found.len());
        for (device, report) in &found {
            let known = self.catalog.by_word(*device, &report.item);
            slots.push(known.unwrap_or_else(|| self.discover(*device, report)));
        }
        let refused = self.catalog.announce_unknown(&self.port).await?;
        refused.into_iter().for_each(|why| self.note(why));
        let mut samples = Vec::with_capacity(found.len());
        for (slot, (_, report)) in slots.into_iter().zip(found) {
            self.report.first = self.report.first.into_iter().chain([report.at]).min();
            self.report.last = self.report.last.into_iter().chain([report.at]).max();
            match self.catalog.slot(slot).signal {
                Some(signal) => samples.push(sample(signal, report)),
                None => self.note(format!("the site refused the signal of `{}`", report.item)),
            }
        }
        self.report.samples += samples.len() as u64;
        if self.deliveries.len() >= DELIVERIES_MAX {
            self.await_oldest().await?;
        }
        if !samples.is_empty() {
            let delivery = self.port.deliver(samples).await?;
            self.deliveries.push_back(delivery);
        }
        Ok(())
    }

    fn discover(&mut self, device: usize, report: &Report) -> usize {
        let condition = report.value.as_text().and_then(trine_world::Condition::parse);
        let (kind, shape) = match &report.value {
            Value::Number(_) => (ValueKind::Number, Shape::Guess),
            _ if condition.is_some() => (ValueKind::Text, Shape::Condition),
            _ => (ValueKind::Text, Shape::Guess),
        };
        self.catalog.put_unknown(device, &report.item, kind, shape)
    }

    async fn await_oldest(&mut self) -> Result<(), SinkError> {
        match self.deliveries.pop_front() {
            Some(delivery) => delivery.await,
            None => Ok(()),
        }
    }

    async fn finish(mut self) -> Result<ImportReport, ImportError> {
        while !self.deliveries.is_empty() {
            self.await_oldest().await?;
        }
        self.port.change(ConnectionState::Stopped, "").await?;
        let (things, signals) = self.catalog.size();
        Ok(ImportReport { things: things as u64, signals: signals as u64, ..self.report })
    }

    fn malformed(&mut self, path: &Path, number: u64, why: &str) {
        self.report.malformed += 1;
        self.port.count_lost(1);
        self.note(format!("{}:{number}: {why}", path.display()));
    }

    fn note(&mut self, note: String) {
        if self.report.notes.len() < NOTES_MAX {
            self.report.notes.push(note);
        }
    }
}

fn sample(signal: trine_base::SignalId, report: Report) -> Sample {
    Sample { signal, source: report.at, quality: report.quality, value: report.value }
}

/// Reads until everything is read or nobody wants it any more.
fn read_files(files: Vec<AdapterFile>, sender: &mpsc::Sender<Read>) {
    let mut before = 0;
    for mut file in files {
        let path = Arc::new(file.path().to_owned());
        while let Some(batch) = file.next() {
            let bytes = before + file.bytes();
            if sender.blocking_send(Read { path: path.clone(), batch, bytes }).is_err() {
                return;
            }
        }
        before += file.bytes();
    }
}
