//! The patterns of texts.

/// Any text. That XML can write each character is a constraint (AASd-130), which an export to XML reports.
pub(crate) fn any(_: &str) -> bool {
    true
}

/// The same, and not empty.
pub(crate) fn some(text: &str) -> bool {
    !text.is_empty()
}

/// An idShort.
pub(crate) fn id_short(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// A language tag: subtags of letters and digits. Spec: BCP 47.
pub(crate) fn language(text: &str) -> bool {
    let is_subtag =
        |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    let mut tags = text.split('-');
    tags.next().is_some_and(|first| is_subtag(first) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && tags.all(is_subtag)
        && (text.len() > 1)
}

/// A version or revision number.
pub(crate) fn version(text: &str) -> bool {
    text == "0" || (!text.starts_with('0') && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
}

/// A media type. Spec: RFC 2046.
pub(crate) fn media_type(text: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    let (essence, parameters) = text.split_once(';').unwrap_or((text, "a=b"));
    let is_typed = essence
        .trim_end_matches([' ', '\t'])
        .split_once('/')
        .is_some_and(|(a, b)| is_token(a) && is_token(b));
    let is_parameter = |part: &str| {
        part.trim_matches([' ', '\t']).split_once('=').is_some_and(|(name, value)| {
            is_token(name)
                && (is_token(value) || value.len() > 1 && value.starts_with('"') && value.ends_with('"'))
        })
    };
    // A quoted value may hold a semicolon.
    is_typed && (parameters.contains('"') || parameters.split(';').all(is_parameter))
}

/// A path or URI. Spec: RFC 2396.
pub(crate) fn uri(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.!~*'()%;/?:@&=+$,#".contains(&b))
}

/// An instant in UTC.
pub(crate) fn instant(text: &str) -> bool {
    let rest = text.strip_prefix('-').unwrap_or(text);
    let Some((date, time)) = rest.split_once('T') else { return false };
    let Some(time) = ["Z", "+00:00", "-00:00"].iter().find_map(|zone| time.strip_suffix(zone)) else {
        return false;
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let within = |part: &str, least: u8, most: u8| {
        part.len() == 2 && part.parse().is_ok_and(|n: u8| (least..=most).contains(&n))
    };
    let mut date = date.split('-');
    let (year, month, day) =
        (date.next().unwrap_or(""), date.next().unwrap_or(""), date.next().unwrap_or(""));
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut clock = clock.split(':');
    let (hour, minute, second) =
        (clock.next().unwrap_or(""), clock.next().unwrap_or(""), clock.next().unwrap_or(""));
    date.next().is_none()
        && clock.next().is_none()
        && digits(year)
        && year.len() >= 4
        && digits(fraction)
        && within(month, 1, 12)
        && within(day, 1, 31)
        && within(hour, 0, 24)
        && within(minute, 0, 59)
        && within(second, 0, 59)
}

/// A duration. Spec: XML Schema 1.0, 3.2.6.
pub(crate) fn duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('-').unwrap_or(text).strip_prefix('P') else { return false };
    let (date, time) = match rest.split_once('T') {
        Some((_, "")) => return false,
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    !rest.is_empty() && parts(date, "YMD") && parts(time, "HMS")
}

/// Numbers, each with a unit, in the order of the units.
fn parts(text: &str, units: &str) -> bool {
    let (mut number, mut units) = (String::new(), units.chars());
    for c in text.chars() {
        if c.is_ascii_digit() || c == '.' {
            number.push(c);
            continue;
        }
        let is_number = number.bytes().any(|b| b.is_ascii_digit()) && (c == 'S' || !number.contains('.'));
        if !is_number || !units.any(|unit| unit == c) {
            return false;
        }
        number.clear();
    }
    number.is_empty()
}

/// Base64 of bytes.
pub(crate) fn base64(text: &str) -> bool {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_tell_sound_from_unsound() {
        type Case = (fn(&str) -> bool, &'static [&'static str], &'static [&'static str]);
        let cases: [Case; 7] = [
            (id_short, &["Ab", "a_b", "A1", "a-b"], &["", "1a", "a-", "a b", "é"]),
            (language, &["de", "en-GB", "zh-Hans-CN", "x-whatever"], &["", "d", "de-", "12", "de_DE"]),
            (version, &["0", "1", "9999"], &["", "01", "a", "-1"]),
            (media_type, &["text/plain", "a/b; c=d", "a/b;c=\"d e\""], &["", "text", "a/b;", "a /b"]),
            (uri, &["/aasx/files/doc.pdf", "http://a.b/c?d#e"], &["", "a b", "ä"]),
            (
                instant,
                &["2022-04-01T12:00:00Z", "-0001-01-01T00:00:00.5+00:00"],
                &["", "2022-04-01", "2022-13-01T00:00:00Z", "2022-04-01T12:00:00"],
            ),
            (duration, &["P1D", "PT1M30.5S", "-P1Y"], &["", "P", "PT", "1D", "P1S", "P1M1Y"]),
        ];
        for (fits, sound, unsound) in cases {
            assert!(sound.iter().all(|text| fits(text)), "{sound:?}");
            assert!(
                !unsound.iter().any(|text| fits(text)),
                "{:?}",
                unsound.iter().filter(|text| fits(text)).collect::<Vec<_>>()
            );
        }
    }
}
