//! The documents of observations, and of errors.

use super::buffer::{Buffer, Observation};
use super::items::Item;
use std::borrow::Cow;
use std::fmt::Write;
use trine_base::Instant;

/// Writes observations; those outside the scope are left out.
pub(super) fn document<'a>(
    buffer: &Buffer,
    observations: impl Iterator<Item = &'a Observation>,
    scope: &std::ops::Range<usize>,
    next: u64,
    sender: &str,
    now: Instant,
) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MTConnectStreams ");
    out.push_str("xmlns=\"urn:mtconnect.org:MTConnectStreams:2.0\" xmlns:x=\"urn:trine:mtconnect\">\n");
    header(&mut out, buffer, sender, now, Some(next));
    out.push_str("<Streams>\n");
    let mut sorted: Vec<_> = observations.filter(|o| scope.contains(&o.item)).collect();
    sorted.sort_by_key(|observation| (category(buffer, observation), observation.item, observation.sequence));
    for behind in &buffer.devices {
        let device = &behind.device;
        let own: Vec<_> = sorted.iter().filter(|o| behind.items.contains(&o.item)).collect();
        let name = escaped(&device.name);
        let _ = writeln!(out, "<DeviceStream name=\"{name}\" uuid=\"{}\">", escaped(&device.key));
        // One component stream for the device; the data item ids tell the rest.
        let _ =
            write!(out, "<ComponentStream component=\"Device\" name=\"{name}\" componentId=\"d-{name}\">");
        for (rank, element) in [(0, "Samples"), (1, "Events"), (2, "Condition")] {
            let mut of_kind = own.iter().filter(|o| category(buffer, o) == rank).peekable();
            if of_kind.peek().is_some() {
                let _ = write!(out, "<{element}>");
                of_kind.for_each(|o| observation(&mut out, &buffer.items[o.item], o));
                let _ = write!(out, "</{element}>");
            }
        }
        out.push_str("</ComponentStream></DeviceStream>\n");
    }
    out.push_str("</Streams>\n</MTConnectStreams>\n");
    out
}

fn category(buffer: &Buffer, observation: &Observation) -> u8 {
    match buffer.items[observation.item].category {
        "SAMPLE" => 0,
        "EVENT" => 1,
        _ => 2,
    }
}

fn observation(out: &mut String, item: &Item, observation: &Observation) {
    let Observation { sequence, at, value, quality, .. } = observation;
    let id = escaped(&item.id);
    if item.category == "CONDITION" {
        let (level, told) = Item::condition(value, *quality);
        let _ = write!(
            out,
            "<{level} dataItemId=\"{id}\" sequence=\"{sequence}\" timestamp=\"{at}\" type=\"SYSTEM\""
        );
        let Some(told) = told else { return out.push_str("/>\n") };
        let severity = told.priority.map(|priority| priority.to_string()).unwrap_or_default();
        for (name, text) in
            [("nativeCode", &told.code), ("nativeSeverity", &severity), ("qualifier", &told.qualifier)]
        {
            if !text.is_empty() {
                let _ = write!(out, " {name}=\"{}\"", escaped(text));
            }
        }
        let _ = writeln!(out, ">{}</{level}>", escaped(&told.message));
        return;
    }
    let (element, text) = (&item.element, item.text(value, *quality));
    let _ = writeln!(
        out,
        "<{element} dataItemId=\"{id}\" sequence=\"{sequence}\" timestamp=\"{at}\">{}</{element}>",
        escaped(&text)
    );
}

/// Part 1.0, 6.x Header; a device document has no sequence numbers.
pub(super) fn header(out: &mut String, buffer: &Buffer, sender: &str, now: Instant, next: Option<u64>) {
    let _ = write!(
        out,
        "<Header creationTime=\"{now}\" sender=\"{}\" instanceId=\"{}\" version=\"2.0\" bufferSize=\"{}\"",
        escaped(sender),
        buffer.instance,
        buffer.size
    );
    if let Some(next) = next {
        let (first, last) = (buffer.first(), buffer.next() - 1);
        let _ = write!(out, " firstSequence=\"{first}\" lastSequence=\"{last}\" nextSequence=\"{next}\"");
    }
    out.push_str("/>\n");
}

/// Part 1.0, 7 Error documents.
pub(super) fn error(code: &str, words: &str, buffer: &Buffer, sender: &str, now: Instant) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<MTConnectError xmlns=\"urn:mtconnect.org:MTConnectError:2.0\">\n");
    header(&mut out, buffer, sender, now, None);
    let _ = writeln!(out, "<Errors><Error errorCode=\"{code}\">{}</Error></Errors>", escaped(words));
    out.push_str("</MTConnectError>\n");
    out
}

/// A text as it may stand in XML; control characters that XML does not allow become spaces.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, '<' | '>' | '&' | '"' | '\'') && !c.is_control();
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}
