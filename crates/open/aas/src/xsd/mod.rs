//! XML schema's simple types: whether a text is a value of one.
//!
//! Both are checked, the lexical space (how it is written) and the value space (that the day is in the calendar,
//! that the number fits).
//!
//! Spec: XML Schema Part 2: Datatypes, 1.0 second edition for the lexical forms, with `-0001` and year zero refused
//! as there; RFC 3986 and RFC 3987 for `xs:anyURI`.

mod binary;
mod number;
mod time;
mod uri;

use crate::DataTypeDefXsd as T;

pub use uri::is_any_uri;

/// Whether a text is a value of a type.
#[must_use]
pub fn is_valid(kind: T, text: &str) -> bool {
    match kind {
        T::String => text.chars().all(is_xml_char),
        T::Boolean => matches!(text, "true" | "false" | "1" | "0"),
        T::AnyUri => is_any_uri(text),
        T::Base64Binary => binary::is_base64(text),
        T::HexBinary => binary::is_hex(text),
        T::Decimal => number::is_decimal(text),
        T::Double => number::is_double(text),
        T::Float => number::is_float(text),
        T::Date => time::is_date(text),
        T::DateTime => time::is_date_time(text),
        T::Time => time::is_time(text),
        T::Duration => time::is_duration(text),
        T::GDay => time::is_g_day(text),
        T::GMonth => time::is_g_month(text),
        T::GMonthDay => time::is_g_month_day(text),
        T::GYear => time::is_g_year(text),
        T::GYearMonth => time::is_g_year_month(text),
        integer => number::is_integer_of(integer, text),
    }
}

/// Whether values of a type are numbers.
#[must_use]
pub fn is_numeric(kind: T) -> bool {
    matches!(kind, T::Decimal | T::Double | T::Float) || number::is_integer_type(kind)
}

/// Whether a text is an `xs:dateTime` in UTC.
#[must_use]
pub fn is_date_time_utc(text: &str) -> bool {
    time::is_date_time(text) && ["Z", "+00:00", "-00:00"].iter().any(|zone| text.ends_with(zone))
}

/// Whether a text is an `xs:duration`.
#[must_use]
pub fn is_duration(text: &str) -> bool {
    time::is_duration(text)
}

/// Whether a text is `xs:base64Binary`.
#[must_use]
pub fn is_base64(text: &str) -> bool {
    binary::is_base64(text)
}

/// Whether a character may stand in XML 1.0, and so in any string of the metamodel (AASd-130).
#[must_use]
pub fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(type, values, texts that are none)`.
    const TABLE: &[(T, &[&str], &[&str])] = &[
        (T::Boolean, &["true", "false", "1", "0"], &["True", "", "2", "yes"]),
        (T::Byte, &["-128", "127", "+5", "007"], &["128", "-129", "", "1.0", "1e1", " 1", "٣"]),
        (T::Short, &["-32768", "32767"], &["32768", "-32769"]),
        (
            T::Int,
            &["2147483647", "-2147483648", "-0"],
            &["2147483648", "-2147483649", "1_0", "0x1", "+", "--1"],
        ),
        (T::Long, &["9223372036854775807"], &["9223372036854775808"]),
        (T::UnsignedByte, &["0", "255", "-0"], &["256", "-1"]),
        (T::UnsignedShort, &["65535"], &["65536"]),
        (T::UnsignedInt, &["4294967295"], &["4294967296"]),
        (T::UnsignedLong, &["18446744073709551615"], &["18446744073709551616"]),
        (T::Integer, &["123456789012345678901234567890", "-5"], &["1.5", ""]),
        (T::PositiveInteger, &["1", "99999999999999999999"], &["0", "-1", "000"]),
        (T::NonNegativeInteger, &["0", "5", "-0"], &["-1"]),
        (T::NegativeInteger, &["-1", "-99999999999999999999"], &["0", "1", "-0"]),
        (T::NonPositiveInteger, &["0", "-1"], &["1"]),
        (T::Decimal, &["1", "-1.50", ".5", "5.", "+0.1"], &["1e5", "INF", "NaN", ".", "", "1,5"]),
        (
            T::Double,
            &["1", "1.5e3", "-INF", "INF", "NaN", ".5", "1E-400"],
            &["inf", "nan", "1e", "", "0x1p3", "1e999"],
        ),
        (T::Float, &["3.4e38", "INF"], &["3.5e38", "+INF", "infinity"]),
        (
            T::Date,
            &["2024-02-29", "2024-01-31Z", "-0044-03-15", "12024-01-01+14:00"],
            &[
                "2023-02-29",
                "2024-13-01",
                "2024-04-31",
                "24-01-01",
                "0000-01-01",
                "2024-1-1",
                "2024-01-01+14:01",
                "012024-01-01",
            ],
        ),
        (
            T::DateTime,
            &["2024-02-29T23:59:59.999Z", "2024-01-01T24:00:00", "2000-02-29T00:00:00-05:30"],
            &[
                "1900-02-29T00:00:00",
                "2024-01-01",
                "2024-01-01T24:00:01",
                "2024-01-01T23:60:00",
                "2024-01-01 00:00:00",
                "2024-01-01T00:00:60Z",
                "2024-01-01T00:00:00.Z",
            ],
        ),
        (
            T::Time,
            &["00:00:00", "24:00:00.0", "12:30:15.5+01:00"],
            &["24:00:01", "1:00:00", "12:60:00", "12:00"],
        ),
        (
            T::Duration,
            &["P1Y2M3DT4H5M6.7S", "-P1D", "PT0.5S", "P1YT1S"],
            &["P", "PT", "1D", "P1S", "P1.5D", "PT1.S", "P-1D", "P1DT"],
        ),
        (T::GDay, &["---31", "---01Z"], &["---32", "--01", "---1"]),
        (T::GMonth, &["--12", "--01+02:00"], &["--13", "-01", "--1"]),
        (T::GMonthDay, &["--02-29", "--12-31"], &["--02-30", "--04-31", "--13-01"]),
        (T::GYear, &["2024", "-0001", "12024Z"], &["24", "0000", "02024", "+2024"]),
        (T::GYearMonth, &["2024-12", "2024-01Z"], &["2024-13", "2024", "2024-1"]),
        (T::HexBinary, &["", "0aFF"], &["0", "0g", "0x00", "0 0a"]),
        (T::Base64Binary, &["", "AQID", "AQ==", "AQ I D"], &["AQ", "AQ=", "A===", "AR==", "A*ID", "=AAA"]),
        (
            T::AnyUri,
            &["", "http://a/b?c#d", "urn:x:y", "../a", "http://[::1]:80/", "grüße/%20", "#f", "0173-1#02"],
            &["http://a b", "%zz", "a\\b", "http://[::1", "a#b#c", ":x", "<a>", "http://a:b/"],
        ),
        (T::String, &["", "täglich\n", "😀"], &["\u{0}", "\u{b}", "\u{fffe}"]),
    ];

    #[test]
    fn each_type_takes_its_values_and_no_others() {
        let mut seen = std::collections::BTreeSet::new();
        for (kind, values, others) in TABLE {
            seen.insert(*kind);
            values.iter().for_each(|text| assert!(is_valid(*kind, text), "{kind} {text:?} is one"));
            others.iter().for_each(|text| assert!(!is_valid(*kind, text), "{kind} {text:?} is none"));
        }
        assert_eq!(seen.len(), T::ALL.len(), "each type has a line");
    }

    #[test]
    fn a_value_of_a_megabyte_is_judged() {
        let long = "9".repeat(1 << 20);
        assert!(is_valid(T::Integer, &long) && !is_valid(T::Int, &long) && is_valid(T::Decimal, &long));
        assert!(is_valid(T::AnyUri, &"a".repeat(1 << 20)) && !is_valid(T::Double, &long));
    }
}
