//! The Parquet form of a block: which columns, in which encodings, and why.
//!
//! | column          | type                    | meaning |
//! |-----------------|-------------------------|---------|
//! | `signal`        | UINT32                  | the signal's id; rows are sorted by it within a row group |
//! | `source_time`   | TIMESTAMP UTC           | by the source's clock; ms, µs or ns, the coarsest that loses nothing |
//! | `recorded_time` | TIMESTAMP UTC           | when it became known here; ms, µs or ns likewise |
//! | `status`        | UINT32                  | OPC UA status code; 0 is good |
//! | `number`        | DOUBLE, null            | a number with more digits than a decimal |
//! | `integer`       | INT64, null             | a whole number; or, where `scale` is not null, a decimal times 10^scale |
//! | `scale`         | INT32, null             | digits behind the point of a decimal |
//! | `boolean`       | BOOLEAN, null           | true or false |
//! | `text`          | STRING, null            | a text or the word of an enumeration |
//!
//! All value columns null: the source said that it had no value. As one number, in DuckDB:
//! `coalesce(number, integer / pow(10, coalesce(scale, 0)), boolean::int)`; the division gives back the same double
//! to the bit. Measured readings are decimals; as scaled integers they take a third of their size as doubles.

use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties, WriterVersion},
    },
    schema::{
        parser::parse_message_type,
        types::{ColumnPath, TypePtr},
    },
};
use std::sync::Arc;

pub(crate) const SIGNAL: usize = 0;
pub(crate) const SOURCE: usize = 1;
pub(crate) const RECORDED: usize = 2;
pub(crate) const STATUS: usize = 3;
pub(crate) const NUMBER: usize = 4;
pub(crate) const INTEGER: usize = 5;
pub(crate) const SCALE: usize = 6;
pub(crate) const BOOLEAN: usize = 7;
pub(crate) const TEXT: usize = 8;

/// The columns' names, by their index.
pub(crate) const NAMES: [&str; 9] =
    ["signal", "source_time", "recorded_time", "status", "number", "integer", "scale", "boolean", "text"];

/// What a time column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Resolution {
    Milli,
    Micro,
    Nano,
}

impl Resolution {
    /// The coarsest that represents all of these.
    pub fn of<'a>(times: impl IntoIterator<Item = &'a i64>) -> Self {
        let mut coarsest = Self::Milli;
        for ns in times {
            while ns % coarsest.ns() != 0 {
                coarsest = if coarsest == Self::Milli { Self::Micro } else { Self::Nano };
            }
        }
        coarsest
    }

    pub fn finer(self, other: Self) -> Self {
        if self.ns() < other.ns() { self } else { other }
    }

    pub const fn ns(self) -> i64 {
        match self {
            Self::Milli => 1_000_000,
            Self::Micro => 1_000,
            Self::Nano => 1,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Milli => "MILLIS",
            Self::Micro => "MICROS",
            Self::Nano => "NANOS",
        }
    }
}

/// How one file is to be written; chosen from its rows.
pub(crate) struct Layout {
    pub source: Resolution,
    pub recorded: Resolution,
    /// Few distinct source times, many rows: the plant samples in step, and a dictionary is smaller than deltas.
    pub source_in_step: bool,
    pub page_rows: usize,
    pub zstd_level: i32,
}

impl Layout {
    pub fn schema(&self) -> Result<TypePtr, ParquetError> {
        let text = format!(
            "message samples {{
                required int32 signal (INTEGER(32,false));
                required int64 source_time (TIMESTAMP({},true));
                required int64 recorded_time (TIMESTAMP({},true));
                required int32 status (INTEGER(32,false));
                optional double number;
                optional int64 integer;
                optional int32 scale;
                optional boolean boolean;
                optional binary text (STRING);
            }}",
            self.source.name(),
            self.recorded.name()
        );
        parse_message_type(&text).map(Arc::new)
    }

    pub fn properties(&self, about: &[(&str, String)]) -> Result<WriterProperties, ParquetError> {
        let about =
            about.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone())).collect();
        let mut builder = WriterProperties::builder()
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_created_by(concat!("trine-history ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(self.zstd_level)?))
            .set_data_page_row_count_limit(self.page_rows)
            .set_write_batch_size(self.page_rows.min(1_000))
            .set_key_value_metadata(Some(about))
            .set_dictionary_enabled(true)
            .set_dictionary_page_size_limit(8 << 20)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_column_index_truncate_length(Some(8))
            .set_statistics_truncate_length(Some(8))
            .set_write_page_header_statistics(false);
        // Bounds and null counts per page: which pages hold a signal or a time, and which value columns to pass over.
        for index in [SIGNAL, SOURCE, NUMBER, INTEGER, SCALE, BOOLEAN, TEXT] {
            builder = builder.set_column_statistics_enabled(column(index), EnabledStatistics::Page);
        }
        let source = (SOURCE, Encoding::DELTA_BINARY_PACKED);
        for (index, encoding) in [
            (!self.source_in_step).then_some(source),
            Some((SIGNAL, Encoding::DELTA_BINARY_PACKED)),
            Some((NUMBER, Encoding::BYTE_STREAM_SPLIT)),
            Some((INTEGER, Encoding::DELTA_BINARY_PACKED)),
        ]
        .into_iter()
        .flatten()
        {
            builder = builder
                .set_column_dictionary_enabled(column(index), false)
                .set_column_encoding(column(index), encoding);
        }
        builder = builder.set_column_encoding(column(TEXT), Encoding::DELTA_LENGTH_BYTE_ARRAY);
        Ok(builder.build())
    }
}

fn column(index: usize) -> ColumnPath {
    ColumnPath::from(NAMES[index])
}
