//! The parts of an endless answer, as they come.
//!
//! Spec: RFC 2046, 5.1; MTConnect Part 1.0: each part has `Content-type` and `Content-length`. Some agents leave out
//! the length; then a part ends where the next boundary begins.

use crate::xml::BYTES_MAX;

/// Lines before a part in bytes at most.
const HEADERS_MAX: usize = 16 << 10;

/// Takes bytes, gives parts.
pub(super) struct Multipart {
    boundary: Vec<u8>,
    buffer: Vec<u8>,
    /// Length of the part being read, or `None` while its headers are.
    body: Option<Option<usize>>,
}

/// What comes is not what was promised.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum MultipartError {
    #[error("a part of the stream has no headers")]
    Headers,
    #[error("a part of the stream has more than {BYTES_MAX} bytes")]
    TooLarge,
    #[error("a part of the stream is not UTF-8")]
    Encoding,
}

impl Multipart {
    pub(super) fn new(boundary: &str) -> Self {
        Self { boundary: format!("--{boundary}").into_bytes(), buffer: Vec::new(), body: None }
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next part that is complete.
    pub(super) fn part(&mut self) -> Result<Option<String>, MultipartError> {
        let Some(length) = self.body_length()? else { return Ok(None) };
        let end = match length {
            Some(length) => (self.buffer.len() >= length).then_some(length),
            None => find(&self.buffer, &self.boundary),
        };
        let Some(end) = end else {
            return if self.buffer.len() > BYTES_MAX { Err(MultipartError::TooLarge) } else { Ok(None) };
        };
        let body: Vec<u8> = self.buffer.drain(..end).collect();
        self.body = None;
        String::from_utf8(body).map(Some).map_err(|_| MultipartError::Encoding)
    }

    /// Reads on to where a part's body begins; `Some(length)` when that is reached.
    fn body_length(&mut self) -> Result<Option<Option<usize>>, MultipartError> {
        if let Some(length) = self.body {
            return Ok(Some(length));
        }
        let Some(start) = find(&self.buffer, &self.boundary) else {
            return if self.buffer.len() > HEADERS_MAX { Err(MultipartError::Headers) } else { Ok(None) };
        };
        let after = start + self.boundary.len();
        let ends = [(&b"\r\n\r\n"[..], 4), (&b"\n\n"[..], 2)];
        let headers =
            ends.iter().filter_map(|(end, skip)| Some((find(&self.buffer[after..], end)?, *skip))).min();
        let Some((length, skip)) = headers else {
            return if self.buffer.len() - after > HEADERS_MAX {
                Err(MultipartError::Headers)
            } else {
                Ok(None)
            };
        };
        let stated = content_length(&String::from_utf8_lossy(&self.buffer[after..after + length]));
        if stated.is_some_and(|stated| stated > BYTES_MAX) {
            return Err(MultipartError::TooLarge);
        }
        self.buffer.drain(..after + length + skip);
        self.body = Some(stated);
        Ok(Some(stated))
    }
}

fn content_length(headers: &str) -> Option<usize> {
    let lines = headers.lines().filter_map(|line| line.split_once(':'));
    let mut named = lines.filter(|(name, _)| name.trim().eq_ignore_ascii_case("content-length"));
    named.next()?.1.trim().parse().ok()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(stream: &[u8], step: usize) -> Vec<String> {
        let mut multipart = Multipart::new("xy");
        let mut out = Vec::new();
        for chunk in stream.chunks(step.max(1)) {
            multipart.feed(chunk);
            while let Ok(Some(part)) = multipart.part() {
                out.push(part.trim().to_owned());
            }
        }
        out
    }

    #[test]
    fn parts_come_whole_however_they_are_cut() {
        let with = b"--xy\r\nContent-type: text/xml\r\nContent-length: 4\r\n\r\n<a/>\r\n--xy\r\nContent-length: 4\r\n\r\n<b/>\r\n";
        let without = b"preamble--xy\nContent-type: text/xml\n\n<a/>\n--xy\n\n<b/>\n--xy--";
        for step in 1..40 {
            assert_eq!(parts(with, step), ["<a/>", "<b/>"]);
            assert_eq!(parts(without, step), ["<a/>", "<b/>"]);
        }
    }

    #[test]
    fn endless_headers_and_bodies_are_refused() {
        let mut multipart = Multipart::new("xy");
        multipart.feed(&vec![b'x'; HEADERS_MAX + 1]);
        assert_eq!(multipart.part(), Err(MultipartError::Headers));
        let mut multipart = Multipart::new("xy");
        multipart.feed(b"--xy\r\nContent-length: 99999999999\r\n\r\n");
        assert_eq!(multipart.part(), Err(MultipartError::TooLarge));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), step in 1_usize..50) {
            parts(&bytes, step);
            parts(&[b"--xy\r\n".as_slice(), &bytes].concat(), step);
        }
    }
}
