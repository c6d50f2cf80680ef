//! CSV: `time,recorded,signal,thing,name,unit,value,status`.
//!
//! Spec: RFC 4180. An absent value is an empty field, an empty text is `""`.

use super::{ExportError, Labels, Pages};
use std::borrow::Cow;
use std::io::{self, Write};
use trine_base::{Held, Value};

pub(super) fn write(mut pages: Pages<'_>, labels: &Labels, out: &mut impl Write) -> Result<u64, ExportError> {
    out.write_all(b"time,recorded,signal,thing,name,unit,value,status\r\n")?;
    let shared: Vec<String> = labels
        .all()
        .map(|label| format!("{},{},{}", quoted(&label.thing), quoted(&label.name), quoted(&label.unit)))
        .collect();
    let mut rows = 0;
    while let Some(page) = pages.next()? {
        for held in &page {
            let words = labels.place(held.signal).map_or(",,", |place| &shared[place]);
            row(held, words, out)?;
        }
        rows += page.len() as u64;
    }
    Ok(rows)
}

fn row(held: &Held, words: &str, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{},{},{},{words},", held.source, held.recorded, held.signal)?;
    match &held.value {
        Value::Absent => {}
        Value::Boolean(value) => write!(out, "{value}")?,
        Value::Integer(value) => write!(out, "{value}")?,
        // With a point or an exponent, so that a number is told from an integer and stays short.
        Value::Number(value) => write!(out, "{value:?}")?,
        Value::Text(text) if text.is_empty() => out.write_all(b"\"\"")?,
        Value::Text(text) => out.write_all(quoted(text).as_bytes())?,
    }
    write!(out, ",{}\r\n", held.quality.0)
}

fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}
