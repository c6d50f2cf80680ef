//! Lengths and patterns of texts.
//!
//! Spec: IDTA-01001, clause Primitive and Simple Data Types; BCP 47 (RFC 5646); RFC 7231 media types.

use super::Constraint;
use super::walk::Walk;
use crate::{DataTypeDefXsd, FaultKind, LangString, Text, Version, xsd};

impl Walk {
    /// A text of at least one and at most `max` characters.
    pub(super) fn text(&mut self, name: &'static str, text: &str, max: usize) {
        self.member(name, |it| {
            if text.is_empty() || text.len() > max && text.chars().count() > max {
                it.report(FaultKind::Length { max });
            }
            it.demand(Constraint::Aasd130, text.chars().all(xsd::is_xml_char));
        });
    }

    /// The same, where it is given.
    pub(super) fn optional_text(&mut self, name: &'static str, text: &Option<Text>, max: usize) {
        if let Some(text) = text {
            self.text(name, text, max);
        }
    }

    /// An id: 3.0 wrote at most 2000 characters, 3.1 2048.
    pub(super) fn id(&mut self, name: &'static str, text: &str) {
        let max = self.id_chars_max();
        self.text(name, text, max);
    }

    /// How long ids and paths may be.
    pub(super) fn id_chars_max(&self) -> usize {
        if self.version == Version::V3_0 { 2000 } else { 2048 }
    }

    /// A text that must have a form.
    pub(super) fn form(&mut self, name: &'static str, text: &str, what: &'static str, holds: bool) {
        if !holds {
            let text = text.chars().take(80).collect();
            self.member(name, |it| it.report(FaultKind::Form { what, text }));
        }
    }

    /// A MIME type: 3.0 wrote at most 100 characters, 3.1 128.
    pub(super) fn content_type(&mut self, text: &Option<Text>) {
        let Some(text) = text else { return };
        self.text("contentType", text, if self.version == Version::V3_0 { 100 } else { 128 });
        self.form("contentType", text, "a MIME type", is_mime(text));
    }

    /// A path or URL.
    pub(super) fn path(&mut self, name: &'static str, text: &str) {
        self.id(name, text);
        self.form(name, text, "a path or URI", xsd::is_any_uri(text));
    }

    /// Texts in languages.
    pub(super) fn lang_strings(&mut self, name: &'static str, texts: &[LangString], max: usize) {
        self.each(name, texts, |it, text| {
            it.form("language", &text.language, "a language tag", is_language(&text.language));
            it.text("text", &text.text, max);
        });
    }

    /// A value of a type.
    pub(super) fn value(&mut self, name: &'static str, kind: DataTypeDefXsd, text: &Option<Text>) {
        let Some(text) = text else { return };
        self.member(name, |it| {
            it.demand(Constraint::Aasd130, text.chars().all(xsd::is_xml_char));
            if !text.is_empty() && !xsd::is_valid(kind, text) {
                it.report(FaultKind::Value { kind, text: text.chars().take(80).collect() });
            }
        });
    }

    /// An idShort.
    pub(super) fn id_short(&mut self, text: &Option<Text>) {
        let Some(text) = text else { return };
        self.text("idShort", text, 128);
        let holds = is_id_short(text, self.version);
        self.member("idShort", |it| it.demand(Constraint::Aasd002, holds));
    }
}

/// Whether a text is an idShort. 3.1 allows hyphens inside, and wants two characters.
pub(super) fn is_id_short(text: &str, version: Version) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic());
    match version {
        Version::V3_0 => starts && text.chars().all(word),
        Version::V3_1 => {
            starts && text.len() >= 2 && text.ends_with(word) && text.chars().all(|c| word(c) || c == '-')
        }
    }
}

/// Whether a text is a version or a revision.
pub(super) fn is_version(text: &str) -> bool {
    text == "0" || !text.starts_with('0') && !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

/// Whether a text is a MIME type with its parameters.
pub(super) fn is_mime(text: &str) -> bool {
    let (kind, rest) = text.split_at(text.find([';', ' ', '\t']).unwrap_or(text.len()));
    kind.split_once('/').is_some_and(|(kind, sub)| is_token(kind) && is_token(sub)) && are_parameters(rest)
}

/// `; name=token; name="quoted"`.
fn are_parameters(mut rest: &str) -> bool {
    let blank = [' ', '\t'];
    while !rest.is_empty() {
        let Some(parameter) = rest.trim_start_matches(blank).strip_prefix(';') else { return false };
        let Some((name, value)) = parameter.trim_start_matches(blank).split_once('=') else { return false };
        if !is_token(name) {
            return false;
        }
        let end = match value.strip_prefix('"') {
            Some(quoted) => match quoted_end(quoted) {
                Some(end) => end + 2,
                None => return false,
            },
            None => value.find([';', ' ', '\t']).unwrap_or(value.len()),
        };
        if !value.starts_with('"') && !is_token(&value[..end]) {
            return false;
        }
        rest = &value[end..];
    }
    true
}

/// Where the closing quote is.
fn quoted_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at),
            c if c.is_control() && c != '\t' => return None,
            _ => {}
        }
    }
    None
}

/// Tags that are older than the grammar.
const GRANDFATHERED: &[&str] = &[
    "en-GB-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-enochian",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "sgn-BE-FR",
    "sgn-BE-NL",
    "sgn-CH-DE",
    "art-lojban",
    "cel-gaulish",
    "no-bok",
    "no-nyn",
    "zh-guoyu",
    "zh-hakka",
    "zh-min",
    "zh-min-nan",
    "zh-xiang",
];

/// Whether a text is a language tag.
pub(super) fn is_language(text: &str) -> bool {
    if GRANDFATHERED.contains(&text) {
        return true;
    }
    let parts: Vec<&str> = text.split('-').collect();
    let sound =
        |part: &&str| (1..=8).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphanumeric());
    parts.iter().all(sound) && is_tag(&parts)
}

fn letters(part: &str) -> bool {
    part.bytes().all(|it| it.is_ascii_alphabetic())
}

/// Language, extended languages, script, region, variants, extensions, private use: in this order.
fn is_tag(parts: &[&str]) -> bool {
    let private = |parts: &[&str]| parts[0].eq_ignore_ascii_case("x") && parts.len() > 1;
    if private(parts) {
        return true;
    }
    if !letters(parts[0]) || parts[0].len() < 2 {
        return false;
    }
    let mut rest = &parts[1..];
    let mut skip = |most: usize, holds: &dyn Fn(&str) -> bool| {
        let count = rest.iter().take(most).take_while(|it| holds(it)).count();
        rest = &rest[count..];
    };
    if parts[0].len() <= 3 {
        skip(3, &|it| it.len() == 3 && letters(it));
    }
    skip(1, &|it| it.len() == 4 && letters(it));
    skip(1, &|it| it.len() == 2 && letters(it) || it.len() == 3 && it.bytes().all(|c| c.is_ascii_digit()));
    skip(usize::MAX, &|it| it.len() >= 5 || it.len() == 4 && it.as_bytes()[0].is_ascii_digit());
    are_extensions(rest)
}

/// Singletons, each with at least one part of two to eight characters; `x` takes all that follows.
fn are_extensions(mut rest: &[&str]) -> bool {
    while let Some(singleton) = rest.first() {
        if singleton.len() != 1 {
            return false;
        }
        if singleton.eq_ignore_ascii_case("x") {
            return rest.len() > 1;
        }
        let count = rest[1..].iter().take_while(|it| it.len() >= 2).count();
        if count == 0 {
            return false;
        }
        rest = &rest[1 + count..];
    }
    true
}

/// Whether a tag is English.
pub(super) fn is_english(tag: &str) -> bool {
    tag.split('-').next().is_some_and(|language| language.eq_ignore_ascii_case("en"))
}
