//! What is asked, and what is answered.

use super::buffer::Buffer;
use super::{Tools, probe, streams};
use std::ops::Range;
use std::time::Duration;
use trine_base::Instant;

/// Observations in one document when nobody says how many, and at most.
const COUNT: usize = 100;

/// The answer to a request.
pub(super) enum Answer {
    /// A document, and whether it is an error.
    Document(u16, String),
    /// Documents without end.
    Stream(Stream),
}

/// A stream that was asked for.
pub(super) struct Stream {
    pub scope: Range<usize>,
    pub from: u64,
    pub count: usize,
    pub interval: Duration,
    pub heartbeat: Duration,
    /// `current` with an interval: always the newest, never the past.
    pub current: bool,
}

/// Answers `GET` of a path such as `/M1/sample?from=5&count=10`.
pub(super) fn answer(
    target: &str,
    buffer: &Buffer,
    tools: Option<&Tools>,
    sender: &str,
    now: Instant,
) -> Answer {
    let refuse = |status, code, words: &str| {
        Answer::Document(status, streams::error(code, words, buffer, sender, now))
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let levels: Vec<&str> = path.split('/').filter(|level| !level.is_empty()).collect();
    if let (["asset" | "assets"], Some(tools)) = (levels.as_slice(), tools) {
        return Answer::Document(200, tools.document(buffer, sender, now));
    }
    let (device, request) = match levels.as_slice() {
        [] => (None, "probe"),
        [request @ ("probe" | "current" | "sample")] => (None, *request),
        [device] => (Some(*device), "probe"),
        [device, request @ ("probe" | "current" | "sample")] => (Some(*device), *request),
        _ => return refuse(404, "INVALID_URI", "the path is not understood"),
    };
    let Some(scope) = buffer.scope(device) else {
        return refuse(404, "NO_DEVICE", "there is no such device");
    };
    if request == "probe" {
        return Answer::Document(200, probe::document(buffer, &scope, sender, now));
    }
    match asked(query, buffer, request == "current") {
        Err(words) => refuse(404, "OUT_OF_RANGE", &words),
        Ok((stream, true)) => Answer::Stream(Stream { scope, ..stream }),
        Ok((stream, false)) => {
            Answer::Document(200, document(buffer, &Stream { scope, ..stream }, sender, now).0)
        }
    }
}

/// The next document of a stream, and the number to go on from.
pub(super) fn document(buffer: &Buffer, stream: &Stream, sender: &str, now: Instant) -> (String, u64) {
    if stream.current {
        let next = buffer.next();
        return (streams::document(buffer, buffer.newest.iter(), &stream.scope, next, sender, now), next);
    }
    let (found, next) = buffer.from(stream.from, stream.count);
    (streams::document(buffer, found.into_iter(), &stream.scope, next, sender, now), next)
}

/// The parameters, and whether a stream is wanted.
fn asked(query: &str, buffer: &Buffer, current: bool) -> Result<(Stream, bool), String> {
    let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let number = |name: &str| -> Result<Option<u64>, String> {
        let found = pairs.iter().find(|(key, _)| *key == name);
        found.map(|(_, text)| text.parse().map_err(|_| format!("`{name}` is no number"))).transpose()
    };
    let from = number("from")?.unwrap_or_else(|| buffer.first());
    let count = number("count")?.unwrap_or(COUNT.min(buffer.size) as u64);
    if !current && (from < buffer.first() || from > buffer.next()) {
        return Err(format!("`from` must lie between {} and {}", buffer.first(), buffer.next()));
    }
    if count == 0 || count > buffer.size as u64 {
        return Err(format!("`count` must lie between 1 and {}", buffer.size));
    }
    let interval = number("interval")?;
    let stream = Stream {
        scope: 0..0,
        from,
        count: count as usize,
        interval: Duration::from_millis(interval.unwrap_or_default().max(5)),
        heartbeat: Duration::from_millis(number("heartbeat")?.unwrap_or(10_000).max(10)),
        current,
    };
    Ok((stream, interval.is_some()))
}
