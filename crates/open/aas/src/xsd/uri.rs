//! References as RFC 3986 and RFC 3987 write them.

use core::net::Ipv6Addr;

/// Whether a text is an IRI or a relative one.
#[must_use]
pub fn is_any_uri(text: &str) -> bool {
    let (text, fragment) = split(text, '#');
    let (text, query) = split(text, '?');
    let part = |text: &str| is_made_of(text, ":@/?");
    if !fragment.is_none_or(part) || !query.is_none_or(|query| part(&without_private(query))) {
        return false;
    }
    match text.find([':', '/']) {
        Some(at) if text[at..].starts_with(':') => is_scheme(&text[..at]) && is_hierarchy(&text[at + 1..]),
        _ => is_hierarchy(text),
    }
}

/// What stands before and after the first mark.
fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// An authority with a path, or a path.
fn is_hierarchy(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("//") else { return is_made_of(text, ":@/") };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    is_authority(authority) && is_made_of(path, ":@/")
}

fn is_authority(text: &str) -> bool {
    let (user, host) = text.rsplit_once('@').map_or((None, text), |(user, host)| (Some(user), host));
    if !user.is_none_or(|user| is_made_of(user, ":")) {
        return false;
    }
    let (host, port) = match host.strip_prefix('[') {
        Some(literal) => match literal.split_once(']') {
            Some((address, rest)) if is_literal(address) => ("", rest),
            _ => return false,
        },
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port = port.strip_prefix(':').or_else(|| port.is_empty().then_some(""));
    is_made_of(host, "") && port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An address between brackets: IPv6, or a future kind.
fn is_literal(text: &str) -> bool {
    if let Some(future) = text.strip_prefix(['v', 'V']) {
        let (version, address) = split(future, '.');
        return !version.is_empty()
            && version.bytes().all(|byte| byte.is_ascii_hexdigit())
            && address.is_some_and(|it| !it.is_empty() && it.is_ascii() && is_made_of(it, ":"));
    }
    text.parse::<Ipv6Addr>().is_ok()
}

/// Whether a text consists of unreserved characters, escapes, sub-delimiters, and the marks in `also`.
fn is_made_of(text: &str, also: &str) -> bool {
    let bytes = text.as_bytes();
    text.char_indices().all(|(at, c)| match c {
        '%' => bytes.get(at + 1..at + 3).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit)),
        c if c.is_ascii_alphanumeric() => true,
        c if c.is_ascii() => "-._~!$&'()*+,;=".contains(c) || also.contains(c),
        c => is_ucs(c),
    })
}

/// The characters beyond ASCII that an IRI may have.
fn is_ucs(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0xa0..=0xd7ff | 0xf900..=0xfdcf | 0xfdf0..=0xffef)
        || (0x1_0000..=0xe_fffd).contains(&code)
            && code & 0xffff <= 0xfffd
            && !(0xe_0000..=0xe_0fff).contains(&code)
}

/// A query may also have private characters.
fn without_private(query: &str) -> String {
    let private =
        |c: &char| matches!(u32::from(*c), 0xe000..=0xf8ff | 0xf_0000..=0xf_fffd | 0x10_0000..=0x10_fffd);
    query.chars().filter(|c| !private(c)).collect()
}
