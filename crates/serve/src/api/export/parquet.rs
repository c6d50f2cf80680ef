//! Parquet: a row group a page, zstd. The columns are those of the Arrow stream, the words as plain strings whose
//! dictionary Parquet makes by itself.
//!
//! Spec: Apache Parquet format 2.11, logical types.

use super::labels::Label;
use super::{ExportError, Labels, Pages};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;
use std::io::Write;
use std::sync::Arc;
use trine_base::{Held, Instant};

const SCHEMA: &str = "message samples {
    required int64 time (TIMESTAMP(NANOS,true));
    required int64 recorded (TIMESTAMP(NANOS,true));
    required int32 signal (INTEGER(32,false));
    optional binary thing (STRING);
    optional binary name (STRING);
    optional binary unit (STRING);
    optional double number;
    optional binary text (STRING);
    required int32 status (INTEGER(32,false));
}";

pub(super) fn write(
    mut pages: Pages<'_>,
    labels: &Labels,
    out: &mut (impl Write + Send),
) -> Result<u64, ExportError> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties()?))?;
    let words = Words::of(labels);
    let mut rows = 0;
    while let Some(page) = pages.next()? {
        let mut group = writer.next_row_group()?;
        put_page(&mut group, &page, labels, &words)?;
        group.close()?;
        rows += page.len() as u64;
    }
    writer.close()?;
    Ok(rows)
}

fn properties() -> Result<WriterProperties, ParquetError> {
    let plain = |builder: parquet::file::properties::WriterPropertiesBuilder, column: &str, encoding| {
        let column = ColumnPath::from(column);
        builder.set_column_dictionary_enabled(column.clone(), false).set_column_encoding(column, encoding)
    };
    let builder = WriterProperties::builder()
        .set_created_by(concat!("trine ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?));
    let builder = plain(builder, "time", Encoding::DELTA_BINARY_PACKED);
    Ok(plain(builder, "recorded", Encoding::DELTA_BINARY_PACKED).build())
}

/// The labels as Parquet wants them, by signal id; copies share their bytes.
struct Words([Vec<ByteArray>; 3]);

impl Words {
    fn of(labels: &Labels) -> Self {
        let column =
            |word: fn(&Label) -> &str| labels.all().map(|label| ByteArray::from(word(label))).collect();
        Self([column(|label| &label.thing), column(|label| &label.name), column(|label| &label.unit)])
    }
}

type Group<'a, W> = SerializedRowGroupWriter<'a, W>;

fn put_page<W: Write + Send>(
    group: &mut Group<'_, W>,
    page: &[Held],
    labels: &Labels,
    words: &Words,
) -> Result<(), ParquetError> {
    let times = |time: fn(&Held) -> Instant| page.iter().map(|held| time(held).as_ns()).collect::<Vec<_>>();
    // The columns are unsigned; Parquet keeps the bits in a signed integer.
    let bits = |of: fn(&Held) -> u32| page.iter().map(|held| of(held).cast_signed()).collect::<Vec<_>>();
    put::<Int64Type, W>(group, &times(|held| held.source))?;
    put::<Int64Type, W>(group, &times(|held| held.recorded))?;
    put::<Int32Type, W>(group, &bits(|held| held.signal.0))?;
    for column in &words.0 {
        let word = |held: &Held| labels.place(held.signal).map(|place| column[place].clone());
        put_optional::<ByteArrayType, W>(group, page.iter().map(word))?;
    }
    put_optional::<DoubleType, W>(group, page.iter().map(|held| held.value.as_f64()))?;
    put_optional::<ByteArrayType, W>(
        group,
        page.iter().map(|held| held.value.as_text().map(ByteArray::from)),
    )?;
    put::<Int32Type, W>(group, &bits(|held| held.quality.0))
}

fn put<T: DataType, W: Write + Send>(group: &mut Group<'_, W>, values: &[T::T]) -> Result<(), ParquetError> {
    put_column::<T, W>(group, values, None)
}

fn put_optional<T: DataType, W: Write + Send>(
    group: &mut Group<'_, W>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let (mut present, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    put_column::<T, W>(group, &present, Some(&levels))
}

fn put_column<T: DataType, W: Write + Send>(
    group: &mut Group<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".into()));
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}
