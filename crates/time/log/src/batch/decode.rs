//! Bytes to samples; never panics, never believes a count that the bytes cannot hold.

use super::{
    BatchError, VERSION, tag,
    varint::{Cursor, unzigzag},
};
use std::sync::Arc;
use trine_base::{Instant, Quality, Sample, SignalId, Value};

/// Reads a batch: when it became known, and its samples.
pub fn decode(bytes: &[u8]) -> Result<(Instant, Vec<Sample>), BatchError> {
    let mut cursor = Cursor { rest: bytes };
    let version = cursor.byte("version")?;
    if version != VERSION {
        return Err(BatchError::Version(version));
    }
    let power = cursor.byte("time unit")?;
    let recorded = Instant::from_ns(i64::from_le_bytes(cursor.array("recorded time")?));
    let count = cursor.count("count")?;
    let mut samples = Vec::with_capacity(count);
    if count > 0 {
        read_signals(&mut cursor, count, &mut samples)?;
        read_times(&mut cursor, power, &mut samples)?;
        read_runs(&mut cursor, &mut samples, "qualities", |cursor, run| {
            let quality = Quality(u32::from_le_bytes(cursor.array("qualities")?));
            run.iter_mut().for_each(|sample| sample.quality = quality);
            Ok(())
        })?;
        read_values(&mut cursor, &mut samples)?;
    }
    match cursor.rest.len() {
        0 => Ok((recorded, samples)),
        more => Err(BatchError::Trailing(more)),
    }
}

fn read_signals(cursor: &mut Cursor<'_>, count: usize, samples: &mut Vec<Sample>) -> Result<(), BatchError> {
    let mut signal = 0i64;
    for _ in 0..count {
        signal = signal.wrapping_add(unzigzag(cursor.varint("signals")?));
        let id = u32::try_from(signal).map_err(|_| BatchError::Impossible("signal"))?;
        samples.push(Sample {
            signal: SignalId(id),
            source: Instant::EPOCH,
            quality: Quality::GOOD,
            value: Value::Absent,
        });
    }
    Ok(())
}

fn read_times(cursor: &mut Cursor<'_>, power: u8, samples: &mut [Sample]) -> Result<(), BatchError> {
    let unit_ns: i64 = match power {
        0 => 1,
        3 => 1_000,
        6 => 1_000_000,
        9 => 1_000_000_000,
        _ => return Err(BatchError::Impossible("time unit")),
    };
    let mut time_ns = i64::from_le_bytes(cursor.array("first time")?);
    let (first, rest) = samples.split_first_mut().expect("read only for a count above 0");
    first.source = Instant::from_ns(time_ns);
    for sample in rest {
        let step = unzigzag(cursor.varint("times")?);
        time_ns = time_ns.wrapping_add(step.wrapping_mul(unit_ns));
        sample.source = Instant::from_ns(time_ns);
    }
    Ok(())
}

/// Reads runs until they cover all samples, and shows each its part.
fn read_runs<'a>(
    cursor: &mut Cursor<'a>,
    samples: &mut [Sample],
    field: &'static str,
    mut read: impl FnMut(&mut Cursor<'a>, &mut [Sample]) -> Result<(), BatchError>,
) -> Result<(), BatchError> {
    let mut rest = samples;
    while !rest.is_empty() {
        let length = usize::try_from(cursor.varint(field)?).unwrap_or(usize::MAX);
        if length == 0 || length > rest.len() {
            return Err(BatchError::Impossible(field));
        }
        let (run, after) = rest.split_at_mut(length);
        read(cursor, run)?;
        rest = after;
    }
    Ok(())
}

/// The types come before the columns, so they are gone through once to know each column's length and once for
/// each column to know whose values they are.
fn read_values(cursor: &mut Cursor<'_>, samples: &mut [Sample]) -> Result<(), BatchError> {
    let types = cursor.rest;
    let mut counts = [0usize; 5];
    read_runs(cursor, samples, "types", |cursor, run| {
        let tag = cursor.byte("types")?;
        *counts.get_mut(usize::from(tag)).ok_or(BatchError::Impossible("type"))? += run.len();
        Ok(())
    })?;
    for tag in [tag::BOOLEAN, tag::INTEGER, tag::NUMBER, tag::TEXT] {
        let count = counts[usize::from(tag)];
        if count == 0 {
            continue;
        }
        let mut column = Column::open(cursor, tag, count)?;
        read_runs(&mut Cursor { rest: types }, samples, "types", |types, run| {
            if types.byte("types")? != tag {
                return Ok(());
            }
            for sample in run {
                column.fill(cursor, sample)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The values of one type, in the order of their samples.
enum Column<'a> {
    Booleans { bits: &'a [u8], next: usize },
    Integers,
    Numbers,
    Singles,
    Texts(Vec<Arc<str>>),
}

impl<'a> Column<'a> {
    fn open(cursor: &mut Cursor<'a>, tag: u8, count: usize) -> Result<Self, BatchError> {
        match tag {
            tag::BOOLEAN => {
                let bits = cursor.take(count.div_ceil(8), "booleans")?;
                let last = bits[bits.len() - 1];
                let padding = last >> ((count - 1) % 8) >> 1;
                if padding == 0 {
                    Ok(Self::Booleans { bits, next: 0 })
                } else {
                    Err(BatchError::Impossible("padding"))
                }
            }
            tag::INTEGER => Ok(Self::Integers),
            tag::NUMBER => match cursor.byte("numbers")? {
                0 => Ok(Self::Numbers),
                1 => Ok(Self::Singles),
                _ => Err(BatchError::Impossible("form of numbers")),
            },
            _ => Self::words(cursor).map(Self::Texts),
        }
    }

    fn words(cursor: &mut Cursor<'_>) -> Result<Vec<Arc<str>>, BatchError> {
        let count = cursor.count("texts")?;
        let mut words = Vec::with_capacity(count);
        for _ in 0..count {
            let length = cursor.count("texts")?;
            let bytes = cursor.take(length, "texts")?;
            words.push(std::str::from_utf8(bytes).map_err(|_| BatchError::Utf8)?.into());
        }
        Ok(words)
    }

    #[inline]
    fn fill(&mut self, cursor: &mut Cursor<'_>, sample: &mut Sample) -> Result<(), BatchError> {
        sample.value = match self {
            Self::Booleans { bits, next } => {
                let bit = bits[*next / 8] >> (*next % 8) & 1;
                *next += 1;
                Value::Boolean(bit == 1)
            }
            Self::Integers => Value::Integer(unzigzag(cursor.varint("integers")?)),
            Self::Numbers => number(f64::from_le_bytes(cursor.array("numbers")?))?,
            Self::Singles => number(f64::from(f32::from_le_bytes(cursor.array("numbers")?)))?,
            Self::Texts(words) => {
                let index = usize::try_from(cursor.varint("texts")?).unwrap_or(usize::MAX);
                Value::Text(Arc::clone(words.get(index).ok_or(BatchError::Impossible("text"))?))
            }
        };
        Ok(())
    }
}

/// No encoder writes a number that is not finite, so none may come in by a file.
fn number(x: f64) -> Result<Value, BatchError> {
    if x.is_finite() { Ok(Value::Number(x)) } else { Err(BatchError::Impossible("number")) }
}
