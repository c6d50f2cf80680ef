//! Samples to bytes.

use super::{
    VERSION, tag,
    varint::{push, zigzag},
};
use std::collections::HashMap;
use trine_base::{Instant, Sample, Value};

/// Appends a batch to `out`. A number that is not finite is written as what [`Sample::sound`] makes of it.
pub fn encode(recorded: Instant, samples: &[Sample], out: &mut Vec<u8>) {
    out.reserve(32 + samples.len() * 16);
    let power = time_unit(samples);
    out.extend_from_slice(&[VERSION, power]);
    out.extend_from_slice(&recorded.as_ns().to_le_bytes());
    push(out, samples.len() as u64);
    let Some(first) = samples.first() else { return };
    let mut before = 0;
    for sample in samples {
        let signal = i64::from(sample.signal.0);
        push(out, zigzag(signal - before));
        before = signal;
    }
    out.extend_from_slice(&first.source.as_ns().to_le_bytes());
    match power {
        9 => push_times::<1_000_000_000>(samples, out),
        6 => push_times::<1_000_000>(samples, out),
        3 => push_times::<1_000>(samples, out),
        _ => push_times::<1>(samples, out),
    }
    push_runs(samples, quality_of, out, |quality, out| out.extend_from_slice(&quality.to_le_bytes()));
    push_runs(samples, tag_of, out, |tag, out| out.push(tag));
    push_booleans(samples, out);
    push_integers(samples, out);
    push_numbers(samples, out);
    push_texts(samples, out);
}

/// The coarsest unit in which every step between source times is whole.
fn time_unit(samples: &[Sample]) -> u8 {
    let mut power = 9;
    for pair in samples.windows(2) {
        let step = pair[1].source.as_ns().wrapping_sub(pair[0].source.as_ns());
        while step % unit_ns(power) != 0 {
            power -= 3;
        }
        if power == 0 {
            break;
        }
    }
    power
}

const fn unit_ns(power: u8) -> i64 {
    match power {
        9 => 1_000_000_000,
        6 => 1_000_000,
        3 => 1_000,
        _ => 1,
    }
}

fn push_times<const UNIT_NS: i64>(samples: &[Sample], out: &mut Vec<u8>) {
    let mut before = samples[0].source.as_ns();
    for sample in &samples[1..] {
        let source = sample.source.as_ns();
        push(out, zigzag(source.wrapping_sub(before) / UNIT_NS));
        before = source;
    }
}

fn push_runs<T: PartialEq + Copy>(
    samples: &[Sample],
    of: impl Fn(&Sample) -> T,
    out: &mut Vec<u8>,
    write: impl Fn(T, &mut Vec<u8>),
) {
    let mut rest = samples;
    while let Some(first) = rest.first() {
        let value = of(first);
        let length = rest.iter().position(|sample| of(sample) != value).unwrap_or(rest.len());
        push(out, length as u64);
        write(value, out);
        rest = &rest[length..];
    }
}

fn is_sound(sample: &Sample) -> bool {
    !matches!(sample.value, Value::Number(x) if !x.is_finite())
}

fn quality_of(sample: &Sample) -> u32 {
    if is_sound(sample) { sample.quality.0 } else { trine_base::Quality::BAD_OUT_OF_RANGE.0 }
}

fn tag_of(sample: &Sample) -> u8 {
    match &sample.value {
        Value::Boolean(_) => tag::BOOLEAN,
        Value::Integer(_) => tag::INTEGER,
        Value::Number(x) if x.is_finite() => tag::NUMBER,
        Value::Absent | Value::Number(_) => tag::ABSENT,
        Value::Text(_) => tag::TEXT,
    }
}

fn push_booleans(samples: &[Sample], out: &mut Vec<u8>) {
    let (mut bits, mut used) = (0u8, 0);
    for sample in samples {
        let Value::Boolean(value) = sample.value else { continue };
        bits |= u8::from(value) << used;
        used += 1;
        if used == 8 {
            out.push(bits);
            (bits, used) = (0, 0);
        }
    }
    if used > 0 {
        out.push(bits);
    }
}

fn push_integers(samples: &[Sample], out: &mut Vec<u8>) {
    for sample in samples {
        if let Value::Integer(value) = sample.value {
            push(out, zigzag(value));
        }
    }
}

fn push_numbers(samples: &[Sample], out: &mut Vec<u8>) {
    let numbers = || {
        samples.iter().filter_map(|sample| match sample.value {
            Value::Number(x) if x.is_finite() => Some(x),
            _ => None,
        })
    };
    if numbers().next().is_none() {
        return;
    }
    let fits_f32 = numbers().all(|x| f64::from(x as f32).to_bits() == x.to_bits());
    out.push(u8::from(fits_f32));
    if fits_f32 {
        numbers().for_each(|x| out.extend_from_slice(&(x as f32).to_le_bytes()));
    } else {
        numbers().for_each(|x| out.extend_from_slice(&x.to_le_bytes()));
    }
}

fn push_texts(samples: &[Sample], out: &mut Vec<u8>) {
    let texts = || samples.iter().filter_map(|sample| sample.value.as_text());
    if texts().next().is_none() {
        return;
    }
    let mut known: HashMap<&str, u64> = HashMap::new();
    let mut words: Vec<&str> = Vec::new();
    let mut indices: Vec<u64> = Vec::new();
    for text in texts() {
        let index = *known.entry(text).or_insert_with(|| {
            words.push(text);
            words.len() as u64 - 1
        });
        indices.push(index);
    }
    push(out, words.len() as u64);
    for word in words {
        push(out, word.len() as u64);
        out.extend_from_slice(word.as_bytes());
    }
    indices.into_iter().for_each(|index| push(out, index));
}
