//! The laws of the batch codec.

use super::{BatchError, decode, encode};
use proptest::prelude::*;
use trine_base::{Instant, Quality, Sample, SignalId, Value};

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Absent),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        prop_oneof![-1e3..1e3f64, any::<f64>()].prop_map(Value::Number),
        any::<f32>().prop_map(|x| Value::Number(f64::from(x))),
        "[a-c]{0,2}|.{0,20}".prop_map(Value::text),
    ]
}

fn sample() -> impl Strategy<Value = Sample> {
    let source = prop_oneof![any::<i64>(), (0..1000i64).prop_map(|ms| ms * 1_000_000)];
    let quality = prop_oneof![Just(0), Just(0x8000_0000), any::<u32>()];
    (prop_oneof![0..50u32, any::<u32>()], source, quality, value()).prop_map(
        |(signal, source, quality, value)| {
            let (signal, source, quality) = (SignalId(signal), Instant::from_ns(source), Quality(quality));
            Sample { signal, source, quality, value }
        },
    )
}

proptest! {
    #[test]
    fn what_goes_in_comes_out(
        recorded in any::<i64>(),
        samples in proptest::collection::vec(sample(), 0..200),
    ) {
        let recorded = Instant::from_ns(recorded);
        let mut bytes = b"before".to_vec();
        encode(recorded, &samples, &mut bytes);
        let (back_recorded, back) = decode(&bytes[6..]).unwrap();
        let sound: Vec<Sample> = samples.into_iter().map(Sample::sound).collect();
        prop_assert_eq!((back_recorded, back), (recorded, sound));
    }

    #[test]
    fn a_part_of_a_batch_is_no_batch(samples in proptest::collection::vec(sample(), 1..20)) {
        let mut bytes = Vec::new();
        encode(Instant::EPOCH, &samples, &mut bytes);
        for length in 0..bytes.len() {
            prop_assert!(decode(&bytes[..length]).is_err());
        }
        bytes.push(0);
        prop_assert_eq!(decode(&bytes), Err(BatchError::Trailing(1)));
    }

    #[test]
    fn garbage_is_an_error_or_a_batch_but_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut headed = vec![1, 0];
        headed.extend_from_slice(&bytes);
        let _ = decode(&bytes);
        let _ = decode(&headed);
    }
}

/// Whole batches with a few bytes changed get much deeper into the decoder than garbage does.
#[test]
fn mutated_batches_never_panic() {
    let mut random = 0x9E37_79B9_7F4A_7C15u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let samples = mixed(64);
    let mut whole = Vec::new();
    encode(Instant::from_ns(1), &samples, &mut whole);
    let (mut refused, mut taken) = (0, 0);
    for _ in 0..100_000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + next() % 3 {
            let at = next() as usize % bytes.len();
            bytes[at] = [0, 1, 0x7F, 0x80, 0xFF, next() as u8][next() as usize % 6];
        }
        match decode(&bytes) {
            Ok((_, samples)) => {
                taken += 1;
                assert!(samples.len() <= bytes.len());
                assert!(samples.iter().all(|sample| sample.value.as_f64().is_none_or(f64::is_finite)));
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 10_000 && taken > 10_000, "{refused} refused, {taken} taken");
}

#[test]
fn a_count_that_cannot_be_asks_for_no_memory() {
    let mut bytes = vec![1, 0];
    bytes.extend_from_slice(&[0; 8]);
    bytes.extend_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]);
    assert_eq!(decode(&bytes), Err(BatchError::Impossible("count")));
}

#[test]
fn a_number_that_is_none_arrives_as_bad() {
    let sample = Sample {
        signal: SignalId(1),
        source: Instant::EPOCH,
        quality: Quality::GOOD,
        value: Value::Number(f64::INFINITY),
    };
    let mut bytes = Vec::new();
    encode(Instant::EPOCH, std::slice::from_ref(&sample), &mut bytes);
    assert_eq!(decode(&bytes).unwrap().1, vec![sample.sound()]);
}

/// A batch like a machine's: numbers, words, counters, a bad one now and then.
fn mixed(count: u32) -> Vec<Sample> {
    (0..count)
        .map(|i| {
            let signal = SignalId(100 + i % 16);
            let source = Instant::from_ms(1_795_411_200_000 + i64::from(i / 16) * 20);
            let value = match i % 16 {
                0 => Value::text(["ACTIVE", "READY", "STOPPED"][i as usize / 16 % 3]),
                1 => Value::Integer(i64::from(i) * 1_000 - 5),
                2 => Value::Boolean(i % 3 == 0),
                3 => Value::Absent,
                _ => Value::Number(f64::from(i) * 0.37),
            };
            let quality = if i % 16 == 3 { Quality::BAD_NO_DATA } else { Quality::GOOD };
            Sample { signal, source, quality, value }
        })
        .collect()
}

/// Batches that were written once must be read by every later version. `UPDATE_GOLDEN=1` writes missing ones.
#[test]
fn golden_batches_are_still_read() {
    let cases = [
        ("empty", Vec::new()),
        ("one", vec![Sample::good(SignalId(7), Instant::from_ns(-1), Value::Number(0.1))]),
        (
            "singles",
            (0..9)
                .map(|i| Sample::good(SignalId(3), Instant::from_ms(i), Value::Number(i as f64 / 4.0)))
                .collect(),
        ),
        ("mixed", mixed(48)),
    ];
    for (name, samples) in cases {
        let recorded = Instant::from_ns(1_795_411_200_123_456_789);
        let path = format!("{}/tests/golden/batch-v1-{name}.bin", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() && !std::path::Path::new(&path).exists() {
            let mut bytes = Vec::new();
            encode(recorded, &samples, &mut bytes);
            std::fs::write(&path, bytes).unwrap();
        }
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(decode(&bytes).unwrap(), (recorded, samples), "{name}");
    }
}
