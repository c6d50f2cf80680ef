//! Units: UNECE Recommendation 20 codes as the identity, UCUM text for the screen.
//!
//! Spec: UNECE Recommendation No. 20; OPC 10000-8 (OPC UA Part 8) 5.6.4.3 for the integer form of a code.

use serde::{Deserialize, Serialize};

/// A unit by its common code and by the text that people read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// UNECE Rec. 20 common code; empty when the source named none that is known.
    pub code: String,
    /// UCUM, or the source's own words when the code is empty.
    pub text: String,
}

/// `(UNECE code, UCUM, other spellings that sources use)`.
const UNITS: &[(&str, &str, &[&str])] = &[
    ("MMT", "mm", &["MILLIMETER", "millimetre", "millimeter"]),
    ("MTR", "m", &["METER", "metre", "meter"]),
    ("4H", "um", &["MICROMETER", "µm", "μm", "micrometre"]),
    ("DD", "deg", &["DEGREE", "°", "degrees"]),
    ("C81", "rad", &["RADIAN"]),
    ("CEL", "Cel", &["CELSIUS", "°C", "degC", "C"]),
    ("KEL", "K", &["KELVIN"]),
    ("P1", "%", &["PERCENT", "percent"]),
    ("RPM", "{rpm}", &["REVOLUTION/MINUTE", "rpm", "r/min", "1/min", "min-1"]),
    ("C16", "mm/s", &["MILLIMETER/SECOND"]),
    ("H81", "mm/min", &["MILLIMETER/MINUTE"]),
    ("MTS", "m/s", &["METER/SECOND"]),
    ("WTT", "W", &["WATT", "watt"]),
    ("KWT", "kW", &["KILOWATT", "kilowatt"]),
    ("KWH", "kW.h", &["KILOWATT_HOUR", "kWh"]),
    ("WHR", "W.h", &["WATT_HOUR", "Wh"]),
    ("AMP", "A", &["AMPERE", "ampere"]),
    ("VLT", "V", &["VOLT", "volt"]),
    ("HTZ", "Hz", &["HERTZ", "hertz"]),
    ("BAR", "bar", &["BAR"]),
    ("PAL", "Pa", &["PASCAL", "pascal"]),
    ("KPA", "kPa", &["KILOPASCAL"]),
    ("NEW", "N", &["NEWTON", "newton"]),
    ("NU", "N.m", &["NEWTON_METER", "Nm", "N·m"]),
    ("KGM", "kg", &["KILOGRAM", "kilogram"]),
    ("GRM", "g", &["GRAM"]),
    ("LTR", "L", &["LITER", "l", "litre"]),
    ("L2", "L/min", &["LITER/MINUTE", "l/min"]),
    ("SEC", "s", &["SECOND", "second"]),
    ("C26", "ms", &["MILLISECOND", "millisecond"]),
    ("MIN", "min", &["MINUTE", "minute"]),
    ("HUR", "h", &["HOUR", "hour"]),
    ("C62", "1", &["COUNT", "one", "EA", "pcs"]),
    ("2N", "dB", &["DECIBEL"]),
];

impl Unit {
    /// The unit that a source means by a UNECE code, a UCUM text, an MTConnect unit or a common spelling.
    /// What is not known keeps its own words and has no code.
    #[must_use]
    pub fn named(text: &str) -> Self {
        let text = text.trim();
        let known = UNITS
            .iter()
            .find(|(code, ucum, _)| *code == text || *ucum == text)
            .or_else(|| UNITS.iter().find(|(_, _, others)| others.contains(&text)));
        match known {
            Some((code, ucum, _)) => Self { code: (*code).into(), text: (*ucum).into() },
            None => Self { code: String::new(), text: text.into() },
        }
    }
}

/// The integer by which OPC UA engineering-unit information names a UNECE code: its characters as big-endian bytes.
#[must_use]
pub fn opcua_unit_id(code: &str) -> Option<i32> {
    let bytes = code.as_bytes();
    if bytes.is_empty() || bytes.len() > 4 || !code.is_ascii() {
        return None;
    }
    Some(bytes.iter().fold(0, |id, byte| id << 8 | i32::from(*byte)))
}

/// The UNECE code behind an OPC UA unit id, where it is one.
#[must_use]
pub fn unit_code_from_opcua(unit_id: i32) -> Option<String> {
    let bytes: Vec<u8> = unit_id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let is_code = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_alphanumeric);
    is_code.then(|| bytes.into_iter().map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_one_unit_are_one_unit() {
        for text in ["CEL", "Cel", "CELSIUS", "°C", " degC "] {
            assert_eq!(Unit::named(text), Unit { code: "CEL".into(), text: "Cel".into() });
        }
        assert_eq!(Unit::named("furlong").code, "");
    }

    #[test]
    fn opcua_ids_follow_part_8() {
        // OPC 10000-8, 5.6.4.3: the code "MTR" has the id 5067858.
        assert_eq!(opcua_unit_id("MTR"), Some(5_067_858));
        for (code, _, _) in UNITS {
            assert_eq!(unit_code_from_opcua(opcua_unit_id(code).unwrap()).as_deref(), Some(*code));
        }
        assert_eq!(unit_code_from_opcua(-1), None);
    }
}
