//! Blocks into the bytes of one Parquet file, one row group a block.

use crate::{
    block::{Block, Kind},
    columns::{self, Layout, Resolution},
    decimal,
    error::HistoryError,
};
use parquet::{
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::writer::{SerializedFileWriter, SerializedRowGroupWriter},
};
use std::sync::Arc;

/// Fewer distinct source times per row than one in this, and a dictionary of them is smaller than deltas.
const IN_STEP: usize = 16;

/// The layout that suits these blocks.
pub(crate) fn layout(blocks: &[&Block], page_rows: usize, zstd_level: i32) -> Layout {
    let finest = |resolution: Resolution, times: &[i64]| resolution.finer(Resolution::of(times));
    Layout {
        source: blocks.iter().fold(Resolution::Milli, |found, block| finest(found, &block.source)),
        recorded: blocks.iter().fold(Resolution::Milli, |found, block| finest(found, &block.recorded)),
        source_in_step: blocks.iter().all(|block| in_step(&block.source)),
        page_rows,
        zstd_level,
    }
}

fn in_step(times: &[i64]) -> bool {
    let mut distinct = std::collections::HashSet::new();
    times.iter().all(|time| {
        distinct.insert(*time);
        distinct.len() <= times.len() / IN_STEP
    })
}

/// The whole file, in memory: a segment is some ten megabytes, and its checksums are wanted before it is written.
pub(crate) fn file(
    blocks: &[&Block],
    layout: &Layout,
    about: &[(&str, String)],
) -> Result<Vec<u8>, HistoryError> {
    write(blocks, layout, about).map_err(HistoryError::Encode)
}

fn write(blocks: &[&Block], layout: &Layout, about: &[(&str, String)]) -> Result<Vec<u8>, ParquetError> {
    let properties = Arc::new(layout.properties(about)?);
    let mut writer = SerializedFileWriter::new(Vec::new(), layout.schema()?, properties)?;
    for block in blocks {
        let mut group = writer.next_row_group()?;
        row_group(&mut group, block, layout)?;
        group.close()?;
    }
    writer.into_inner()
}

pub(crate) type Group<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

fn row_group(group: &mut Group<'_>, block: &Block, layout: &Layout) -> Result<(), ParquetError> {
    let in_units =
        |times: &[i64], of: Resolution| -> Vec<i64> { times.iter().map(|ns| ns / of.ns()).collect() };
    put::<Int32Type>(group, &signals(block), None)?;
    put::<Int64Type>(group, &in_units(&block.source, layout.source), None)?;
    put::<Int64Type>(group, &in_units(&block.recorded, layout.recorded), None)?;
    put::<Int32Type>(group, &block.status.iter().map(|status| *status as i32).collect::<Vec<_>>(), None)?;
    let split = Split::of(block);
    put::<DoubleType>(group, &split.numbers.values, Some(&split.numbers.levels))?;
    put::<Int64Type>(group, &split.integers.values, Some(&split.integers.levels))?;
    put::<Int32Type>(group, &split.scales.values, Some(&split.scales.levels))?;
    put::<BoolType>(group, &split.booleans.values, Some(&split.booleans.levels))?;
    put::<ByteArrayType>(group, &split.texts.values, Some(&split.texts.levels))
}

pub(crate) fn put<T: DataType>(
    group: &mut Group<'_>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General(format!(
            "the schema has fewer than {} columns",
            columns::NAMES.len()
        )));
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

fn signals(block: &Block) -> Vec<i32> {
    let mut out = Vec::with_capacity(block.len());
    for (run, (signal, _)) in block.runs.iter().enumerate() {
        out.resize(block.run(run).end, *signal as i32);
    }
    out
}

/// An optional column: the values that are there, and for each row whether one is.
pub(crate) struct Optional<T> {
    pub values: Vec<T>,
    pub levels: Vec<i16>,
}

impl<T> Optional<T> {
    pub fn with_rows(rows: usize) -> Self {
        Self { values: Vec::new(), levels: vec![0; rows] }
    }

    pub fn set(&mut self, row: usize, value: T) {
        self.levels[row] = 1;
        self.values.push(value);
    }
}

/// The rows' values, sorted into the columns by what they are.
struct Split {
    numbers: Optional<f64>,
    integers: Optional<i64>,
    scales: Optional<i32>,
    booleans: Optional<bool>,
    texts: Optional<ByteArray>,
}

impl Split {
    fn of(block: &Block) -> Self {
        let rows = block.len();
        let mut split = Self {
            numbers: Optional::with_rows(rows),
            integers: Optional::with_rows(rows),
            scales: Optional::with_rows(rows),
            booleans: Optional::with_rows(rows),
            texts: Optional::with_rows(rows),
        };
        let texts: Vec<ByteArray> = block.texts.iter().map(|text| ByteArray::from(&**text)).collect();
        for run in 0..block.runs.len() {
            let rows = block.run(run);
            let numbers = rows.clone().filter(|row| block.kind[*row] == Kind::Number);
            let scale = decimal::common_scale(numbers.map(|row| f64::from_bits(block.bits[row])));
            for row in rows {
                split.add(row, block.kind[row], block.bits[row], scale, &texts);
            }
        }
        split
    }

    fn add(&mut self, row: usize, kind: Kind, bits: u64, scale: Option<usize>, texts: &[ByteArray]) {
        match kind {
            Kind::Absent => {}
            Kind::Boolean => self.booleans.set(row, bits != 0),
            Kind::Integer => self.integers.set(row, bits as i64),
            Kind::Text => self.texts.set(row, texts[bits as usize].clone()),
            Kind::Number => self.add_number(row, f64::from_bits(bits), scale),
        }
    }

    fn add_number(&mut self, row: usize, number: f64, scale: Option<usize>) {
        match scale.and_then(|scale| Some((decimal::mantissa(number, scale)?, scale))) {
            Some((mantissa, scale)) => {
                self.integers.set(row, mantissa);
                self.scales.set(row, scale as i32);
            }
            None => self.numbers.set(row, number),
        }
    }
}
