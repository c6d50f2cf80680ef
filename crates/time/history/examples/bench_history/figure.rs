//! Figures and percentiles.

use std::time::{Duration, Instant};

/// Prints one figure.
pub fn print(name: &str, value: f64, unit: &str, beside: Option<(&str, f64)>) {
    let (beside, beside_value) = match beside {
        Some((name, value)) => (format!("\"{name}\""), format!("{value:.3}")),
        None => ("null".into(), "null".into()),
    };
    println!(
        r#"{{"name":"{name}","value":{value:.3},"unit":"{unit}","beside":{beside},"beside_value":{beside_value}}}"#
    );
}

/// Times each call and prints the median and the 99th percentile in milliseconds.
pub fn percentiles(name: &str, calls: usize, call: impl FnMut(usize)) {
    percentiles_after(name, calls, || {}, call);
}

/// The same, with something done before each call that is not timed.
pub fn percentiles_after(name: &str, calls: usize, mut before: impl FnMut(), mut call: impl FnMut(usize)) {
    let mut took: Vec<Duration> = Vec::with_capacity(calls);
    for n in 0..calls {
        before();
        let start = Instant::now();
        call(n);
        took.push(start.elapsed());
    }
    took.sort();
    let at = |part: f64| took[((calls - 1) as f64 * part).round() as usize].as_secs_f64() * 1e3;
    print(&format!("{name} p50"), at(0.5), "ms", None);
    print(&format!("{name} p99"), at(0.99), "ms", None);
}
