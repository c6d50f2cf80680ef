//! An Arrow IPC stream: a record batch a page.
//!
//! ```text
//! time, recorded     timestamp[ns, UTC]
//! signal             uint32
//! thing, name, unit  dictionary<int32, utf8>, sent once
//! number             double, null: booleans as 0 and 1, integers
//! text               utf8, null
//! status             uint32, OPC UA status code
//! ```
//!
//! Spec: Arrow columnar format 1.5, IPC streaming format.

use super::labels::Label;
use super::{ExportError, Labels, Pages};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray, TimestampNanosecondArray,
    UInt32Array,
};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use std::io::Write;
use std::sync::Arc;
use trine_base::{Held, Instant};

pub(super) fn write(mut pages: Pages<'_>, labels: &Labels, out: &mut impl Write) -> Result<u64, ExportError> {
    let schema = Arc::new(schema());
    let words = Words::of(labels);
    let mut writer = StreamWriter::try_new(out, &schema)?;
    let mut rows = 0;
    while let Some(page) = pages.next()? {
        let columns = columns(&page, labels, &words)?;
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
        rows += page.len() as u64;
    }
    writer.finish()?;
    Ok(rows)
}

fn schema() -> Schema {
    let time = || DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()));
    let words = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    Schema::new(vec![
        Field::new("time", time(), false),
        Field::new("recorded", time(), false),
        Field::new("signal", DataType::UInt32, false),
        Field::new("thing", words(), true),
        Field::new("name", words(), true),
        Field::new("unit", words(), true),
        Field::new("number", DataType::Float64, true),
        Field::new("text", DataType::Utf8, true),
        Field::new("status", DataType::UInt32, false),
    ])
}

/// The dictionaries, by signal id. The same arrays go into every batch, so that they are written once.
struct Words([ArrayRef; 3]);

impl Words {
    fn of(labels: &Labels) -> Self {
        let column = |word: fn(&Label) -> &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(labels.all().map(word)))
        };
        Self([column(|label| &label.thing), column(|label| &label.name), column(|label| &label.unit)])
    }
}

fn columns(page: &[Held], labels: &Labels, words: &Words) -> Result<Vec<ArrayRef>, ArrowError> {
    let times = |time: fn(&Held) -> Instant| -> ArrayRef {
        let ns = page.iter().map(|held| time(held).as_ns());
        Arc::new(TimestampNanosecondArray::from_iter_values(ns).with_timezone("UTC"))
    };
    let places: Int32Array = page
        .iter()
        .map(|held| labels.place(held.signal).and_then(|place| i32::try_from(place).ok()))
        .collect();
    let numbers: Float64Array = page.iter().map(|held| held.value.as_f64()).collect();
    let texts: StringArray = page.iter().map(|held| held.value.as_text()).collect();
    let mut columns = vec![
        times(|held| held.source),
        times(|held| held.recorded),
        Arc::new(UInt32Array::from_iter_values(page.iter().map(|held| held.signal.0))),
    ];
    for values in &words.0 {
        let column = DictionaryArray::<Int32Type>::try_new(places.clone(), Arc::clone(values))?;
        columns.push(Arc::new(column));
    }
    columns.push(Arc::new(numbers));
    columns.push(Arc::new(texts));
    columns.push(Arc::new(UInt32Array::from_iter_values(page.iter().map(|held| held.quality.0))));
    Ok(columns)
}
