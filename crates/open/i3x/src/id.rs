//! Element ids: readable, lasting, one for each thing, signal and type.
//!
//! Spec: i3X 1.0, "ElementId and DisplayName": no white space at the ends, nothing that cannot be printed, unique
//! within the platform.

/// The object that everything stands in.
pub(crate) const SITE: &str = "site";

pub(crate) fn of_thing(key: &str) -> String {
    format!("thing/{}", escaped(key))
}

pub(crate) fn of_signal(key: &str) -> String {
    format!("signal/{}", escaped(key))
}

pub(crate) fn of_class(class: &str) -> String {
    format!("class/{}", escaped(class))
}

/// What an id of an object stands for.
#[derive(Debug, PartialEq)]
pub(crate) enum Named {
    Site,
    Thing(String),
    Signal(String),
}

/// Reads an id of an object.
pub(crate) fn parse(id: &str) -> Option<Named> {
    if id == SITE {
        return Some(Named::Site);
    }
    let (kind, rest) = id.split_once('/')?;
    match kind {
        "thing" => Some(Named::Thing(unescaped(rest)?)),
        "signal" => Some(Named::Signal(unescaped(rest)?)),
        _ => None,
    }
}

/// Percent signs stand for what an id cannot hold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let end = text.trim_end().len();
    for (at, c) in text.char_indices() {
        if c.is_control() || c == '%' || at >= end {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        } else {
            out.push(c);
        }
    }
    out
}

fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let hex = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_an_id_that_leads_back() {
        for key in ["press", "connection/b/G N/ü%20", " a\tb\u{7f} ", "", "x\u{a0}", "\n"] {
            let id = of_thing(key);
            assert_eq!(parse(&id), Some(Named::Thing(key.to_owned())), "{id}");
            assert!(id == id.trim() && !id.contains(char::is_control), "{id:?}");
        }
        assert_eq!(parse("site"), Some(Named::Site));
        for odd in ["", "thing", "class/press", "thing/%", "thing/%G0", "signal/%FF"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
