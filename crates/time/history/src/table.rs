//! An open Parquet file of ours: footer, page index, and columns read by rows.
//!
//! Every file of the history begins with the same two columns: the signal, by which rows are sorted, and a time, by
//! which the rows of a signal are. The page index of these two leads to the few pages that a question needs.

use crate::{checked::CheckedFile, columns::Resolution, error::HistoryError};
use parquet::{
    basic::{LogicalType, TimeUnit},
    column::reader::ColumnReaderImpl,
    data_type::{DataType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader},
        page_index::{column_index::ColumnIndexMetaData, offset_index::PageLocation},
        serialized_reader::SerializedPageReader,
    },
};
use std::{ops::Range, path::PathBuf, sync::Arc};

const SIGNAL: usize = 0;
const TIME: usize = 1;

/// An open Parquet file of ours: footer and page index decoded.
pub(crate) struct Table {
    file: Arc<CheckedFile>,
    meta: ParquetMetaData,
    names: &'static [&'static str],
}

impl Table {
    pub fn open(file: CheckedFile, names: &'static [&'static str]) -> Result<Self, HistoryError> {
        let path = file.path().to_owned();
        let damaged = |error| HistoryError::from_parquet(&path, "its footer".into(), error);
        // The default policy skips the index in silence, and a read of one hour would decode the whole row group.
        let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Required);
        let meta = reader.parse_and_finish(&file).map_err(damaged)?;
        let schema = meta.file_metadata().schema_descr();
        let named = |index: usize| schema.column(index).name() == names[index];
        if schema.num_columns() != names.len() || !(0..names.len()).all(named) {
            return Err(HistoryError::damaged(
                &path,
                "its schema",
                "these are not the columns of a history file",
            ));
        }
        Ok(Self { file: Arc::new(file), meta, names })
    }

    pub fn groups(&self) -> usize {
        self.meta.num_row_groups()
    }

    pub fn rows(&self, group: usize) -> usize {
        self.meta.row_group(group).num_rows().max(0) as usize
    }

    pub fn file(&self) -> &CheckedFile {
        &self.file
    }

    /// Some rows of a column.
    pub fn column(&self, group: usize, index: usize, rows: Range<usize>) -> Column<'_> {
        Column { table: self, group, index, rows }
    }

    /// The rows of one signal in a row group: the page index says which pages to look at.
    pub fn rows_of(&self, group: usize, signal: u32) -> Result<Range<usize>, HistoryError> {
        let pages = self.pages_overlapping(group, SIGNAL, &(0..self.rows(group)), |low, high| {
            low as u32 <= signal && signal <= high as u32
        })?;
        let Some(rows) = pages else { return Ok(0..0) };
        let column = self.column(group, SIGNAL, rows.clone());
        let signals = column.required::<Int32Type>()?;
        let start = signals.partition_point(|found| (*found as u32) < signal);
        let end = signals.partition_point(|found| (*found as u32) <= signal);
        Ok(rows.start + start..rows.start + end)
    }

    /// Of the rows of one signal, those on pages that may hold source times within `[from, to]`.
    pub fn rows_between(
        &self,
        group: usize,
        rows: Range<usize>,
        from: i64,
        to: i64,
    ) -> Result<Range<usize>, HistoryError> {
        let unit = self.column(group, TIME, rows.clone()).resolution().ns();
        let pages = self.pages_overlapping(group, TIME, &rows, |low, high| {
            low.saturating_mul(unit) <= to && high.saturating_mul(unit) >= from
        })?;
        Ok(pages.map_or(rows.start..rows.start, |pages| pages.start.max(rows.start)..pages.end.min(rows.end)))
    }

    /// The rows from the first to the last page, among those that touch `rows`, whose bounds satisfy `wanted`.
    fn pages_overlapping(
        &self,
        group: usize,
        index: usize,
        rows: &Range<usize>,
        wanted: impl Fn(i64, i64) -> bool,
    ) -> Result<Option<Range<usize>>, HistoryError> {
        let column = self.column(group, index, rows.clone());
        let page_index = self.meta.page_index_for_row_group(group);
        let (Some(bounds), Some(offsets)) = (page_index.column_index(index), page_index.offset_index(index))
        else {
            return Err(column.damaged("it has no page index".into()));
        };
        let starts = offsets.page_locations();
        let mut found: Option<Range<usize>> = None;
        for page in 0..starts.len() {
            let start = starts[page].first_row_index.max(0) as usize;
            let end =
                starts.get(page + 1).map_or(self.rows(group), |next| next.first_row_index.max(0) as usize);
            let touches = start < rows.end && end > rows.start;
            let Some((low, high)) = bounds_of(bounds, page).filter(|_| touches) else { continue };
            if wanted(low, high) {
                found = Some(found.map_or(start, |found| found.start)..end);
            }
        }
        Ok(found)
    }
}

fn bounds_of(index: &ColumnIndexMetaData, page: usize) -> Option<(i64, i64)> {
    match index {
        ColumnIndexMetaData::INT32(index) => {
            Some((i64::from(*index.min_value(page)?), i64::from(*index.max_value(page)?)))
        }
        ColumnIndexMetaData::INT64(index) => Some((*index.min_value(page)?, *index.max_value(page)?)),
        _ => None,
    }
}

fn unit(logical: Option<&LogicalType>) -> Resolution {
    match logical {
        Some(LogicalType::Timestamp(time)) if time.unit == TimeUnit::MILLIS => Resolution::Milli,
        Some(LogicalType::Timestamp(time)) if time.unit == TimeUnit::MICROS => Resolution::Micro,
        _ => Resolution::Nano,
    }
}

/// Some rows of one column of one row group.
pub(crate) struct Column<'a> {
    table: &'a Table,
    group: usize,
    index: usize,
    rows: Range<usize>,
}

impl Column<'_> {
    fn resolution(&self) -> Resolution {
        let schema = self.table.meta.file_metadata().schema_descr();
        unit(schema.column(self.index).logical_type_ref())
    }

    fn place(&self) -> String {
        format!("row group {}, column {}", self.group, self.table.names[self.index])
    }

    fn path(&self) -> PathBuf {
        self.table.file.path().to_owned()
    }

    pub fn damaged(&self, why: String) -> HistoryError {
        HistoryError::damaged(&self.path(), self.place(), why)
    }

    fn pages(&self) -> Result<Vec<PageLocation>, HistoryError> {
        let index = self.table.meta.page_index_for_row_group(self.group);
        let locations = index.page_locations(self.index).cloned();
        locations.ok_or_else(|| self.damaged("it has no page index".into()))
    }

    fn reader<T: DataType>(&self) -> Result<ColumnReaderImpl<T>, HistoryError> {
        let meta = self.table.meta.row_group(self.group).column(self.index);
        let rows = self.table.rows(self.group);
        let file = Arc::clone(&self.table.file);
        let open = || {
            let pages = SerializedPageReader::new(file, meta, rows, Some(self.pages()?))
                .map_err(|e| self.error(e))?;
            let mut reader = ColumnReaderImpl::new(meta.column_descr_ptr(), Box::new(pages));
            if self.rows.start > 0 {
                reader.skip_records(self.rows.start).map_err(|e| self.error(e))?;
            }
            Ok(reader)
        };
        open()
    }

    fn error(&self, error: ParquetError) -> HistoryError {
        HistoryError::from_parquet(&self.path(), self.place(), error)
    }

    /// The values of a column that has no nulls.
    pub fn required<T: DataType>(&self) -> Result<Vec<T::T>, HistoryError> {
        let mut values = Vec::with_capacity(self.rows.len());
        if self.rows.is_empty() {
            return Ok(values);
        }
        let mut reader = self.reader::<T>()?;
        while values.len() < self.rows.len() {
            let wanted = self.rows.len() - values.len();
            let (rows, ..) =
                reader.read_records(wanted, None, None, &mut values).map_err(|e| self.error(e))?;
            if rows == 0 {
                return Err(self.damaged("it has fewer rows than its row group".into()));
            }
        }
        Ok(values)
    }

    /// The values of a time column, ns.
    pub fn times(&self) -> Result<Vec<i64>, HistoryError> {
        let unit = self.resolution().ns();
        let mut times = self.required::<Int64Type>()?;
        for time in &mut times {
            *time = time.saturating_mul(unit);
        }
        Ok(times)
    }

    /// Whether the page index says that these rows are all null, which most value columns of one signal are.
    fn is_all_null(&self) -> bool {
        let index = self.table.meta.page_index_for_row_group(self.group);
        let (Some(bounds), Some(offsets)) = (index.column_index(self.index), index.offset_index(self.index))
        else {
            return false;
        };
        let starts = offsets.page_locations();
        let page_of = |row: usize| starts.partition_point(|page| page.first_row_index as usize <= row);
        let pages = page_of(self.rows.start).saturating_sub(1)..page_of(self.rows.end - 1);
        pages.into_iter().all(|page| bounds.is_null_page(page))
    }

    /// Visits each value that is there with its row, counted from the first row asked for.
    pub fn each<T: DataType>(&self, mut visit: impl FnMut(usize, &T::T)) -> Result<(), HistoryError> {
        if self.rows.is_empty() || self.is_all_null() {
            return Ok(());
        }
        let mut reader = self.reader::<T>()?;
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        let mut done = 0;
        while done < self.rows.len() {
            levels.clear();
            values.clear();
            let wanted = self.rows.len() - done;
            let (rows, ..) = reader
                .read_records(wanted, Some(&mut levels), None, &mut values)
                .map_err(|e| self.error(e))?;
            if rows == 0 {
                return Err(self.damaged("it has fewer rows than its row group".into()));
            }
            let present = levels.iter().enumerate().filter(|(_, level)| **level > 0);
            for ((row, _), value) in present.zip(&values) {
                visit(done + row, value);
            }
            done += rows;
        }
        Ok(())
    }
}
