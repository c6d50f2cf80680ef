//! Tiers: what every signal did in every minute and in every hour, so that a plot of a year reads no second.
//!
//! ```text
//! tiers/<step>_<start>_<id>/
//!   buckets.parquet     one row a (signal, step) that has samples: signal, start, count, bad, numbers,
//!                       min, max, sum, first, last (null where no number is)
//!   checks              CRC32C of each 8 KiB (see checked.rs)
//! ```
//! A chunk covers a stretch of source time by everything that the log held up to a position. Samples that arrive late
//! for it make it stale: raw samples answer until [`crate::History::enforce`] has built it anew.

use crate::{
    buckets::Tally,
    checked::{self, CheckedFile},
    columns::Resolution,
    encode::{Optional, put},
    error::HistoryError,
    manifest::{TierMeta, sync_dir, write_durably},
    store::Store,
    table::Table,
};
use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    data_type::{DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::{parser::parse_message_type, types::ColumnPath},
};
use std::{collections::BTreeMap, fs, ops::Range, sync::Arc};

/// The columns of a tier file.
pub(crate) const NAMES: [&str; 10] =
    ["signal", "start", "count", "bad", "numbers", "min", "max", "sum", "first", "last"];
const SCHEMA: &str = "message buckets {
    required int32 signal (INTEGER(32,false));
    required int64 start (TIMESTAMP(MILLIS,true));
    required int64 count;
    required int64 bad;
    required int64 numbers;
    optional double min;
    optional double max;
    optional double sum;
    optional double first;
    optional double last;
}";
const COUNTS: Range<usize> = 2..5;
const NUMBERS: Range<usize> = 5..10;
const BUCKETS: &str = "buckets.parquet";
/// Steps in milliseconds are what the file counts in.
const UNIT: i64 = Resolution::Milli.ns();

/// The finest tier's step, ns.
pub(crate) const MINUTE: i64 = 60_000_000_000;
/// The coarsest tier's step, ns.
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Up to so many signals are read page by page; above, the whole chunk is.
const FEW: usize = 32;

/// Tallies by (signal, start of the step in ns).
pub(crate) type Tallies = BTreeMap<(u32, i64), Tally>;

/// The files' bytes for some tallies.
fn encode(tallies: &Tallies, page_rows: usize, zstd_level: i32) -> Result<Vec<u8>, ParquetError> {
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("trine-history ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(zstd_level)?))
        .set_data_page_row_count_limit(page_rows)
        .set_write_batch_size(page_rows.min(1_000))
        .set_write_page_header_statistics(false);
    for column in &NAMES[..NUMBERS.start] {
        builder = delta(builder, column);
    }
    let schema = parse_message_type(SCHEMA).map(Arc::new)?;
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(builder.build()))?;
    let mut group = writer.next_row_group()?;
    put::<Int32Type>(
        &mut group,
        &tallies.keys().map(|(signal, _)| *signal as i32).collect::<Vec<_>>(),
        None,
    )?;
    put::<Int64Type>(&mut group, &tallies.keys().map(|(_, start)| start / UNIT).collect::<Vec<_>>(), None)?;
    for field in Tally::COUNTS {
        let counts: Vec<i64> = tallies.values().map(|tally| *field(&mut tally.clone()) as i64).collect();
        put::<Int64Type>(&mut group, &counts, None)?;
    }
    for field in Tally::NUMBERS {
        let mut column = Optional::with_rows(tallies.len());
        for (row, tally) in tallies.values().enumerate().filter(|(_, tally)| tally.numbers > 0) {
            column.set(row, *field(&mut tally.clone()));
        }
        put::<DoubleType>(&mut group, &column.values, Some(&column.levels))?;
    }
    group.close()?;
    writer.into_inner()
}

type Builder = parquet::file::properties::WriterPropertiesBuilder;

fn delta(builder: Builder, column: &str) -> Builder {
    let column = ColumnPath::from(column);
    builder
        .set_column_dictionary_enabled(column.clone(), false)
        .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED)
}

impl Store {
    /// Writes a chunk and makes it durable; it exists once the manifest names it.
    pub fn write_tier(&self, mut meta: TierMeta, tallies: &Tallies) -> Result<TierMeta, HistoryError> {
        let bytes = encode(tallies, self.page_rows, self.zstd_level).map_err(HistoryError::Encode)?;
        let checks = checked::encode(&bytes, &[]);
        let folder = self.tier_folder(&meta.name);
        let beside = folder.with_extension("tmp");
        fs::create_dir_all(&beside).map_err(HistoryError::io("create", &beside))?;
        write_durably(&beside.join(BUCKETS), &bytes)?;
        write_durably(&beside.join(checked::FILE), &checks)?;
        sync_dir(&beside)?;
        fs::rename(&beside, &folder).map_err(HistoryError::io("name", &folder))?;
        sync_dir(self.tiers_dir())?;
        meta.bytes = (bytes.len() + checks.len()) as u64;
        meta.rows = tallies.len() as u64;
        Ok(meta)
    }

    /// The checked file of a chunk.
    pub fn open_tier_file(&self, meta: &TierMeta) -> Result<CheckedFile, HistoryError> {
        let folder = self.tier_folder(&meta.name);
        let checks = checked::load(&folder)?;
        CheckedFile::open(folder.join(BUCKETS), checks.samples)
    }

    fn tier(&self, meta: &TierMeta) -> Result<Arc<Table>, HistoryError> {
        self.tiers.get_or(meta.id, || Ok((Table::open(self.open_tier_file(meta)?, &NAMES)?, 1)))
    }

    /// The tallies of one signal with starts in `[from, to)`, in order.
    pub fn tallies(
        &self,
        meta: &TierMeta,
        signal: u32,
        from: i64,
        to: i64,
    ) -> Result<Vec<(i64, Tally)>, HistoryError> {
        let table = self.tier(meta)?;
        let rows = table.rows_of(0, signal)?;
        let rows = table.rows_between(0, rows, from, to - 1)?;
        let mut all = read(&table, rows)?;
        all.retain(|(start, _)| (from..to).contains(start));
        Ok(all)
    }

    /// The tallies of the wanted signals, or of all, with starts in `[from, to)`: (signal, start, tally).
    pub fn tallies_of(
        &self,
        meta: &TierMeta,
        wanted: Option<&[u32]>,
        from: i64,
        to: i64,
    ) -> Result<Vec<(u32, i64, Tally)>, HistoryError> {
        let mut out = Vec::new();
        if let Some(few) = wanted.filter(|wanted| wanted.len() <= FEW) {
            for signal in few {
                let tallies = self.tallies(meta, *signal, from, to)?;
                out.extend(tallies.into_iter().map(|(start, tally)| (*signal, start, tally)));
            }
            return Ok(out);
        }
        let table = self.tier(meta)?;
        let rows = 0..table.rows(0);
        let signals = table.column(0, 0, rows.clone()).required::<Int32Type>()?;
        let tallies = read(&table, rows)?;
        let is_wanted = |signal: u32| wanted.is_none_or(|wanted| wanted.binary_search(&signal).is_ok());
        for (signal, (start, tally)) in signals.into_iter().zip(tallies) {
            if (from..to).contains(&start) && is_wanted(signal as u32) {
                out.push((signal as u32, start, tally));
            }
        }
        Ok(out)
    }
}

/// Some rows of a tier file.
fn read(table: &Table, rows: Range<usize>) -> Result<Vec<(i64, Tally)>, HistoryError> {
    let column = |index: usize| table.column(0, index, rows.clone());
    let starts = column(1).times()?;
    let mut all: Vec<(i64, Tally)> = starts.into_iter().map(|start| (start, Tally::default())).collect();
    for (index, field) in COUNTS.zip(Tally::COUNTS) {
        for (row, count) in column(index).required::<Int64Type>()?.into_iter().enumerate() {
            *field(&mut all[row].1) = count.max(0) as u64;
        }
    }
    for (index, field) in NUMBERS.zip(Tally::NUMBERS) {
        column(index).each::<DoubleType>(|row, x| *field(&mut all[row].1) = *x)?;
    }
    Ok(all)
}
