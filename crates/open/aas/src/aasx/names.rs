//! Names of parts: which are sound, and where a relation leads.
//!
//! Spec: ECMA-376 Part 2, clause Part Names.

/// How long a name may be.
const NAME_BYTES_MAX: usize = 2048;

/// Whether a name stays in the package on every system that could unpack it.
pub(super) fn sound(name: &str) -> bool {
    let strange = |c: char| c.is_control() || matches!(c, '\\' | '\u{fffd}');
    let drive = name.as_bytes().get(1) == Some(&b':');
    !name.is_empty()
        && name.len() <= NAME_BYTES_MAX
        && !drive
        && !name.contains(strange)
        && name.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}

/// The part that a target means, seen from a source part; `None` when it leads out of the package.
pub(super) fn resolve(source: &str, target: &str) -> Option<String> {
    let target = percent_decoded(target.split(['#', '?']).next().unwrap_or_default())?;
    let mut segments: Vec<&str> = Vec::new();
    let relative = match target.strip_prefix('/') {
        Some(absolute) => absolute,
        None => {
            segments.extend(source.split('/'));
            segments.pop();
            &target
        }
    };
    for segment in relative.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()?),
            name => segments.push(name),
        }
    }
    let name = segments.join("/");
    sound(&name).then_some(name)
}

/// The text with its escapes resolved.
fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match (bytes[at], pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

/// The part that holds the relations of a part; the empty name is the package.
pub(super) fn relations_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// The part whose relations a part holds.
pub(super) fn source_of(relations: &str) -> Option<String> {
    let (folder, file) = relations.rsplit_once('/')?;
    let file = file.strip_suffix(".rels")?;
    match folder.strip_suffix("_rels")? {
        "" => Some(file.to_owned()),
        folder => folder.ends_with('/').then(|| format!("{folder}{file}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_out_are_not_sound() {
        for name in ["../a", "/a", "a/../b", "a//b", "C:/a", "a\\b", "", "a/", "a\0", "./a"] {
            assert!(!sound(name), "{name}");
        }
        assert!(sound("[Content_Types].xml") && sound("aasx/ä b.xml"));
    }

    #[test]
    fn targets_are_resolved_within_the_package() {
        assert_eq!(resolve("aasx/a.xml", "/b/c").as_deref(), Some("b/c"));
        assert_eq!(resolve("aasx/a.xml", "c%20d").as_deref(), Some("aasx/c d"));
        assert_eq!(resolve("aasx/a.xml", "../c").as_deref(), Some("c"));
        assert_eq!(resolve("a", "../../etc/passwd"), None);
        assert_eq!(resolve("a", "%2e%2e/x"), None);
    }

    #[test]
    fn relations_belong_to_their_part() {
        for part in ["", "a", "aasx/a.xml"] {
            assert_eq!(source_of(&relations_of(part)).as_deref(), Some(part));
        }
    }
}
