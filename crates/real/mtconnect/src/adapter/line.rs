//! One line taken apart: which item reports what.

use crate::observe::{self, Reported, Shape};
use trine_base::{Instant, Quality, Value};

/// Longest name of an item that is taken, bytes.
const NAME_MAX: usize = 256;

/// What one item reports.
#[derive(Debug, PartialEq)]
pub(crate) struct Report {
    /// As the line writes it: `Xabs`, `Mazak01:Xabs`.
    pub item: String,
    /// When; of a time series each value has its own.
    pub at: Instant,
    /// What.
    pub value: Value,
    /// How good.
    pub quality: Quality,
}

/// The fields of a line. A quoted field may hold the separator, escaped: `"a \| b"`.
pub(crate) struct Fields<'a>(Option<&'a str>);

impl<'a> Fields<'a> {
    pub(crate) fn new(rest: &'a str) -> Self {
        Self(Some(rest))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = std::borrow::Cow<'a, str>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0?;
        if let Some((quoted, after)) = rest.strip_prefix('"').and_then(quoted) {
            self.0 = after;
            return Some(quoted.into());
        }
        let (field, after) = rest.split_once('|').map_or((rest, None), |(field, after)| (field, Some(after)));
        self.0 = after;
        Some(field.into())
    }
}

/// The content of a quoted field and what follows; `None` when the quotation mark is just a letter of the text.
fn quoted(text: &str) -> Option<(String, Option<&str>)> {
    let end = text.match_indices('"').map(|(at, _)| at).find(|at| {
        let after = &text[at + 1..];
        after.is_empty() || after.starts_with('|')
    })?;
    let inner = &text[..end];
    let bare = inner.replace("\\|", "").contains('|');
    (!bare).then(|| (inner.replace("\\|", "|"), text[end + 1..].strip_prefix('|')))
}

/// The reports of a line. How many fields an item takes depends on what it is, so `shape` is asked for each.
///
/// # Errors
/// In words, when the line does not come out even. What was read of it before is kept.
pub(crate) fn reports(
    at: Instant,
    rest: &str,
    shape: &mut dyn FnMut(&str) -> Shape,
) -> (Vec<Report>, Result<(), String>) {
    let mut fields = Fields::new(rest);
    let mut reports = Vec::with_capacity(1);
    let mut outcome = Ok(());
    while let Some(item) = fields.next() {
        if let Err(why) = report(at, &item, &mut fields, shape, &mut reports) {
            outcome = Err(why);
            break;
        }
    }
    (reports, outcome)
}

fn report(
    at: Instant,
    item: &str,
    fields: &mut Fields<'_>,
    shape: &mut dyn FnMut(&str) -> Shape,
    reports: &mut Vec<Report>,
) -> Result<(), String> {
    let item = item.trim();
    if item.is_empty() || item.len() > NAME_MAX || item.chars().any(char::is_control) {
        return Err(format!("`{}` is no name of an item", item.chars().take(40).collect::<String>()));
    }
    let mut field = || fields.next().unwrap_or_default();
    let mut push =
        |at, (value, quality): Reported| reports.push(Report { item: item.to_owned(), at, value, quality });
    if item.starts_with('@') {
        // `@ASSET@|id|type|xml` and its kin: one text, whatever is in it.
        let whole: Vec<_> = fields.by_ref().collect();
        push(at, observe::text(&whole.join("|")));
        return Ok(());
    }
    match shape(item) {
        Shape::Condition => {
            let (level, code, severity, qualifier) = (field(), field(), field(), field());
            push(at, observe::condition(&level, &code, &severity, &qualifier, &field()));
        }
        Shape::Message => {
            let code = field();
            push(at, observe::message(&code, &field()));
        }
        Shape::Series => {
            let (_count, rate) = (field(), field());
            let values = observe::series(at, rate.trim().parse().ok(), &field());
            values.into_iter().for_each(|(at, reported)| push(at, reported));
        }
        Shape::Value(kind) => push(at, observe::value(kind, &owed(fields, item)?)),
        Shape::Guess => guessed(at, &owed(fields, item)?, fields, &mut push),
    }
    Ok(())
}

fn owed<'a>(fields: &mut Fields<'a>, item: &str) -> Result<std::borrow::Cow<'a, str>, String> {
    fields.next().ok_or_else(|| format!("`{item}` has no value"))
}

/// An item that nobody described, with a level and four fields behind it, reports a condition.
fn guessed(at: Instant, first: &str, fields: &mut Fields<'_>, push: &mut dyn FnMut(Instant, Reported)) {
    let is_level =
        ["NORMAL", "WARNING", "FAULT", "UNAVAILABLE"].iter().any(|l| l.eq_ignore_ascii_case(first));
    let rest = Fields(fields.0);
    if is_level && rest.count() == 4 {
        let mut field = || fields.next().unwrap_or_default();
        let (code, severity, qualifier) = (field(), field(), field());
        push(at, observe::condition(first, &code, &severity, &qualifier, &field()));
    } else {
        push(at, observe::guess(first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trine_world::ValueKind;

    fn read(rest: &str) -> (Vec<(String, Value)>, Result<(), String>) {
        let mut shape = |item: &str| match item {
            "x" | "y" => Shape::Value(ValueKind::Number),
            "c" => Shape::Condition,
            "m" => Shape::Message,
            "s" => Shape::Series,
            _ => Shape::Guess,
        };
        let (reports, outcome) = reports(Instant::EPOCH, rest, &mut shape);
        (reports.into_iter().map(|report| (report.item, report.value)).collect(), outcome)
    }

    #[test]
    fn pairs_and_the_longer_forms() {
        assert_eq!(read("x|1|y|2").0, [("x".into(), Value::Number(1.0)), ("y".into(), Value::Number(2.0))]);
        assert_eq!(read("c|FAULT|7|1|HIGH|hot|x|3").0[0], ("c".into(), Value::text("FAULT|7|1|HIGH|hot")));
        assert_eq!(read("c|FAULT|7|1|HIGH|hot|x|3").0.len(), 2, "what follows a condition is read too");
        assert_eq!(read("m|E1|door open").0, [("m".into(), Value::text("E1|door open"))]);
        assert_eq!(read("s|3|100|1 2 3").0.len(), 3);
        assert_eq!(read("new|Fault|7|1|HIGH|hot").0, [("new".into(), Value::text("FAULT|7|1|HIGH|hot"))]);
        assert_eq!(read("new|NORMAL|x|3").0.len(), 2, "a word that is also a level");
        assert_eq!(read(r#"new|"a \| b"|x|3"#).0[0], ("new".into(), Value::text("a | b")));
        assert_eq!(
            read("@ASSET@|T1|Tool|<a x='|'/>").0,
            [("@ASSET@".into(), Value::text("T1|Tool|<a x='|'/>"))]
        );
    }

    #[test]
    fn a_line_that_does_not_come_out_even_keeps_what_was_read() {
        let (reports, outcome) = read("x|1|y");
        assert_eq!(reports.len(), 1);
        assert_eq!(outcome.unwrap_err(), "`y` has no value");
        assert!(read("").1.is_err());
        assert!(read(&format!("{}|1", "n".repeat(300))).1.is_err());
    }
}
