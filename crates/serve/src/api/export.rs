//! Taking the data along: samples of a stretch of time as CSV, Arrow or Parquet, a page in memory at a time.
//!
//! [`write()`] is what `trine export` calls with a file. Over HTTP the same code writes into a channel of a few chunks:
//! a client that reads slowly slows the export, and one that stops reading ends it. An error before the first chunk is
//! a problem document; a later one cuts the body, so that no half file looks whole.

mod arrow;
mod csv;
mod labels;
mod pages;
mod parquet;
mod stream;

use crate::Problem;
use crate::params::{Params, optional_instant, signals, span, track};
use crate::server::App;
use ::arrow_schema::ArrowError;
use ::parquet::errors::ParquetError;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use labels::Labels;
use pages::Pages;
use serde::Deserialize;
use std::io::{self, BufWriter, Write};
use std::str::FromStr;
use std::sync::Arc;
use trine_base::Instant;
use trine_history::SignalFilter;
use trine_site::{SiteError, Track};

/// Bytes that are handed on together.
const CHUNK_BYTES: usize = 256 << 10;

/// The form of an exported file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, a header line, UTF-8.
    Csv,
    /// Arrow IPC stream.
    Arrow,
    /// Parquet, zstd.
    Parquet,
}

/// The name of a form that is not known.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{0}` is not one of csv, arrow, parquet")]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name {
            "csv" => Ok(Self::Csv),
            "arrow" => Ok(Self::Arrow),
            "parquet" => Ok(Self::Parquet),
            other => Err(UnknownFormat(other.chars().take(40).collect())),
        }
    }
}

impl Format {
    fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Arrow => "application/vnd.apache.arrow.stream",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    fn disposition(self) -> &'static str {
        match self {
            Self::Csv => "attachment; filename=\"trine.csv\"",
            Self::Arrow => "attachment; filename=\"trine.arrows\"",
            Self::Parquet => "attachment; filename=\"trine.parquet\"",
        }
    }
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The past cannot be read.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// Nobody takes what is written.
    #[error("cannot write the export: {0}")]
    Write(#[from] io::Error),
    /// A page could not be brought into Arrow form.
    #[error("cannot encode Arrow: {0}")]
    Arrow(#[from] ArrowError),
    /// A page could not be brought into Parquet form.
    #[error("cannot encode Parquet: {0}")]
    Parquet(#[from] ParquetError),
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Site(error) => error.into(),
            other => {
                tracing::error!("an export failed: {other}");
                Self::internal()
            }
        }
    }
}

/// Writes the samples with source time in `[from, to)` as known at an instant, by time and then by signal, and gives
/// how many there were. Memory is bounded by a page of samples, whatever the stretch.
///
/// # Errors
/// When the past cannot be read or `out` does not take it; `out` then holds a part of the file.
pub fn write(
    track: &Track,
    filter: &SignalFilter,
    from: Instant,
    to: Instant,
    known: Option<Instant>,
    format: Format,
    out: &mut (impl Write + Send),
) -> Result<u64, ExportError> {
    let labels = Labels::of(&track.world_at(track.end())?);
    let pages = Pages::new(track, filter, from, to, known);
    let mut out = BufWriter::with_capacity(CHUNK_BYTES, out);
    let rows = match format {
        Format::Csv => csv::write(pages, &labels, &mut out)?,
        Format::Arrow => arrow::write(pages, &labels, &mut out)?,
        Format::Parquet => parquet::write(pages, &labels, &mut out)?,
    };
    out.flush()?;
    Ok(rows)
}

/// Query of [`export`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct What {
    signals: Option<String>,
    branch: Option<String>,
    from: String,
    to: Option<String>,
    as_known_at: Option<String>,
    format: Option<String>,
}

/// `GET /api/v1/export`.
pub(super) async fn export(
    State(app): State<Arc<App>>,
    Params(query): Params<What>,
) -> Result<Response, Problem> {
    let track = track(&app.site, query.branch.as_deref())?;
    let now = app.site.now();
    let (from, to) = span(&query.from, query.to.as_deref(), now, track.end())?;
    let known = optional_instant("asKnownAt", query.as_known_at.as_deref(), now)?;
    let filter = match query.signals.as_deref() {
        None | Some("" | "all") => SignalFilter::All,
        Some(ids) => SignalFilter::Set(signals(ids)?.into_iter().collect()),
    };
    let format: Format = query
        .format
        .as_deref()
        .unwrap_or("csv")
        .parse()
        .map_err(|error: UnknownFormat| Problem::invalid(format!("format: {error}")))?;
    let body = stream::body(&app, move |out| write(&track, &filter, from, to, known, format, out)).await?;
    let headers =
        [(header::CONTENT_TYPE, format.content_type()), (header::CONTENT_DISPOSITION, format.disposition())];
    Ok((headers, body).into_response())
}
