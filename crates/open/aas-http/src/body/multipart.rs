//! The parts of a form. Names and file names are taken as clients write them, with any character in quotes.
//!
//! Spec: RFC 7578, multipart/form-data; RFC 2046, 5.1.

/// Parts that are taken.
const PARTS: usize = 1000;

/// One part.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub name: String,
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    pub content: &'a [u8],
}

/// What separates the parts, as the media type says it; `None` for another media type.
pub(super) fn boundary(media_type: &str) -> Option<String> {
    let (essence, parameters) = media_type.split_once(';')?;
    if !essence.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then_some(value.trim())
    })?;
    let value = value.trim_matches('"');
    (1..=200).contains(&value.len()).then(|| value.to_owned())
}

/// The parts of a body; `None` when it is not whole or has too many.
pub(super) fn parts<'a>(body: &'a [u8], boundary: &str) -> Option<Vec<Part<'a>>> {
    let mark = format!("--{boundary}").into_bytes();
    let mut rest = after(body, &mark)?;
    let mut parts = Vec::new();
    let between = [b"\r\n".as_slice(), &mark].concat();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let start = rest.strip_prefix(b"\r\n")?;
        let end = find(start, &between)?;
        if parts.len() == PARTS {
            return None;
        }
        parts.push(part(&start[..end])?);
        rest = &start[end + between.len()..];
    }
}

fn part(bytes: &[u8]) -> Option<Part<'_>> {
    let (head, content) = match find(bytes, b"\r\n\r\n") {
        Some(end) => (&bytes[..end], &bytes[end + 4..]),
        None => (bytes, &b""[..]),
    };
    let head = String::from_utf8_lossy(head);
    let mut part = Part { name: String::new(), file_name: None, content_type: None, content };
    for line in head.split("\r\n") {
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.trim().to_ascii_lowercase().as_str() {
            "content-type" => part.content_type = Some(value.trim().to_owned()),
            "content-disposition" => {
                part.name = quoted(value, "name").unwrap_or_default();
                part.file_name = quoted(value, "filename");
            }
            _ => {}
        }
    }
    Some(part)
}

/// A parameter in quotes.
fn quoted(value: &str, parameter: &str) -> Option<String> {
    let mut from = 0;
    loop {
        let at = from + value[from..].find(&format!("{parameter}=\""))?;
        // Not the end of a longer name.
        if value[..at].ends_with([' ', ';', '\t']) {
            let rest = &value[at + parameter.len() + 2..];
            return Some(rest[..rest.find('"').unwrap_or(rest.len())].to_owned());
        }
        from = at + 1;
    }
}

fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    find(bytes, mark).map(|at| &bytes[at + mark.len()..])
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"--X\r\nContent-Disposition: form-data; name=\"fileName\"\r\n\r\na.pdf\r\n--X\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"b.pdf\"\r\nContent-Type: application/pdf\r\n\r\n\
        1\r\n2\r\n--X--\r\n";

    #[test]
    fn parts_are_told_apart() {
        let parts = parts(FORM, "X").unwrap();
        assert_eq!((parts[0].name.as_str(), parts[0].content), ("fileName", &b"a.pdf"[..]));
        assert_eq!((parts[1].name.as_str(), parts[1].content), ("file", &b"1\r\n2"[..]));
        assert_eq!(parts[1].file_name.as_deref(), Some("b.pdf"));
        assert_eq!(parts[1].content_type.as_deref(), Some("application/pdf"));
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        for end in 0..FORM.len() - 4 {
            assert_eq!(parts(&FORM[..end], "X"), None, "{end}");
        }
    }

    #[test]
    fn the_boundary_is_in_the_media_type() {
        assert_eq!(boundary("multipart/form-data; boundary=\"a b\"").as_deref(), Some("a b"));
        assert_eq!(boundary("multipart/form-data"), None);
        assert_eq!(boundary("application/json; boundary=X"), None);
    }
}
