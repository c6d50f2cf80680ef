//! Figures.

/// Prints one figure.
pub fn print(name: &str, value: f64, unit: &str, beside: Option<(&str, f64)>) {
    let line = serde_json::json!({
        "name": name,
        "value": value,
        "unit": unit,
        "beside": beside.map(|(name, _)| name),
        "beside_value": beside.map(|(_, value)| value),
    });
    println!("{line}");
}

/// How far a makespan is above another, in percent.
pub fn gap(cost: i64, best: i64) -> f64 {
    (cost - best) as f64 / best as f64 * 100.0
}

/// The mean; nothing of nothing.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}
