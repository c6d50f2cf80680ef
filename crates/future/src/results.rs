//! Figures and bands as files that a spreadsheet or a notebook reads.

use crate::Futures;
use crate::error::FutureError;
use crate::report::{Bands, Report};
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;
use trine_world::BranchId;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultFormat {
    /// Comma-separated, with a head line.
    Csv,
    /// Parquet.
    Parquet,
}

/// A column of a table.
enum Column {
    Text(Vec<String>),
    Number(Vec<f64>),
    Time(Vec<i64>),
}

/// Columns of the same length, by name; times are ms since the Unix epoch.
struct Table(Vec<(&'static str, Column)>);

impl Futures {
    /// The figures or the bands of a branch as a file.
    ///
    /// # Errors
    /// When there is no such branch, or it was not simulated.
    pub fn results(
        &self,
        id: &BranchId,
        is_bands: bool,
        format: ResultFormat,
    ) -> Result<Vec<u8>, FutureError> {
        let none =
            || FutureError::NotFound(format!("The branch `{id}` has no figures: it was not simulated."));
        let table = if is_bands {
            bands(&self.bands(id, None)?)
        } else {
            figures(&self.report(id)?.ok_or_else(none)?)
        };
        match format {
            ResultFormat::Csv => Ok(table.csv().into_bytes()),
            ResultFormat::Parquet => {
                table.parquet().map_err(|error| FutureError::Fault(format!("no Parquet: {error}")))
            }
        }
    }
}

fn figures(report: &Report) -> Table {
    let (mut name, mut unit) = (Vec::new(), Vec::new());
    let (mut mean, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
    for row in &report.kpis {
        name.push(row.kpi.clone());
        unit.push(row.unit.clone());
        mean.push(row.mean);
        low.push(row.low);
        high.push(row.high);
    }
    Table(vec![
        ("kpi", Column::Text(name)),
        ("unit", Column::Text(unit)),
        ("mean", Column::Number(mean)),
        ("low", Column::Number(low)),
        ("high", Column::Number(high)),
    ])
}

fn bands(bands: &Bands) -> Table {
    let (mut time, mut name, mut unit) = (Vec::new(), Vec::new(), Vec::new());
    let (mut p10, mut p50, mut p90, mut mean) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for series in &bands.series {
        for (at, t) in bands.t.iter().enumerate() {
            time.push(*t);
            name.push(series.name.clone());
            unit.push(series.unit.clone());
            let value = |curve: &[f32]| curve.get(at).copied().map_or(f64::NAN, f64::from);
            p10.push(value(&series.p10));
            p50.push(value(&series.p50));
            p90.push(value(&series.p90));
            mean.push(value(&series.mean));
        }
    }
    Table(vec![
        ("time", Column::Time(time)),
        ("series", Column::Text(name)),
        ("unit", Column::Text(unit)),
        ("p10", Column::Number(p10)),
        ("p50", Column::Number(p50)),
        ("p90", Column::Number(p90)),
        ("mean", Column::Number(mean)),
    ])
}

impl Table {
    fn rows(&self) -> usize {
        self.0.first().map_or(0, |(_, column)| match column {
            Column::Text(values) => values.len(),
            Column::Number(values) => values.len(),
            Column::Time(values) => values.len(),
        })
    }

    fn csv(&self) -> String {
        let head: Vec<&str> = self.0.iter().map(|(name, _)| *name).collect();
        let mut out = head.join(",");
        out.push_str("\r\n");
        for row in 0..self.rows() {
            let cells: Vec<String> = self.0.iter().map(|(_, column)| column.cell(row)).collect();
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        }
        out
    }

    fn parquet(&self) -> Result<Vec<u8>, ParquetError> {
        let field = |(name, column): &(&str, Column)| match column {
            Column::Text(_) => format!("required binary {name} (STRING);"),
            Column::Number(_) => format!("required double {name};"),
            Column::Time(_) => format!("required int64 {name} (TIMESTAMP(MILLIS,true));"),
        };
        let fields: Vec<String> = self.0.iter().map(field).collect();
        let schema = Arc::new(parse_message_type(&format!("message results {{ {} }}", fields.join(" ")))?);
        let properties = WriterProperties::builder()
            .set_created_by(concat!("trine ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .build();
        let mut out = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut out, schema, Arc::new(properties))?;
        let mut group = writer.next_row_group()?;
        for (_, column) in &self.0 {
            let Some(mut place) = group.next_column()? else { break };
            match column {
                Column::Text(values) => {
                    let values: Vec<ByteArray> =
                        values.iter().map(|text| ByteArray::from(text.as_str())).collect();
                    place.typed::<ByteArrayType>().write_batch(&values, None, None)?;
                }
                Column::Number(values) => {
                    place.typed::<DoubleType>().write_batch(values, None, None)?;
                }
                Column::Time(values) => {
                    place.typed::<Int64Type>().write_batch(values, None, None)?;
                }
            }
            place.close()?;
        }
        group.close()?;
        writer.close()?;
        Ok(out)
    }
}

impl Column {
    fn cell(&self, row: usize) -> String {
        match self {
            Self::Number(values) => values[row].to_string(),
            Self::Time(values) => trine_base::Instant::from_ms(values[row]).to_string(),
            Self::Text(values) => quoted(&values[row]),
        }
    }
}

/// A cell of text by RFC 4180; one that a spreadsheet would take for a formula is made plain.
fn quoted(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@']);
    let plain = if is_formula { format!("'{text}") } else { text.to_owned() };
    if plain.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", plain.replace('"', "\"\"")) } else { plain }
}
