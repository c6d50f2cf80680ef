//! Names and messages as they may be shown: bounded, in one piece, without characters that disguise.

/// Longest name, characters.
const NAME_CHARACTERS: usize = 40;
/// Longest message, characters.
const TEXT_CHARACTERS: usize = 1000;

/// A name: one line, single spaces, nothing invisible; none when nothing is left.
#[must_use]
pub fn clean_name(said: &str) -> Option<String> {
    let visible: String = said.chars().take(NAME_CHARACTERS * 8).filter(|c| !is_disguise(*c)).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(NAME_CHARACTERS).collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

/// A message: lines stay, nothing invisible; none when nothing is left.
#[must_use]
pub fn clean_text(said: &str) -> Option<String> {
    let keeps = |c: &char| *c == '\n' || !is_disguise(*c);
    let text: String = said.chars().filter(keeps).take(TEXT_CHARACTERS).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Controls, and the format characters that reverse, hide or stack what is read.
fn is_disguise(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{00AD}' | '\u{E0000}'..='\u{E007F}' | '\u{FFF9}'..='\u{FFFB}')
        || c.is_control() && !c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_bounded_line() {
        assert_eq!(clean_name("  Anna\n\tvan \u{202E}Dyk ").as_deref(), Some("Anna van Dyk"));
        assert_eq!(clean_name("\u{200B}\u{FEFF} \u{0000}"), None);
        assert_eq!(clean_name(&"é".repeat(1 << 20)).unwrap().chars().count(), 40);
        assert_eq!(clean_name("王芳").as_deref(), Some("王芳"));
        assert_eq!(clean_name("<script>alert(1)</script>").as_deref(), Some("<script>alert(1)</script>"));
    }

    #[test]
    fn messages_keep_their_lines() {
        assert_eq!(clean_text(" a\r\nb\u{7} ").as_deref(), Some("a\r\nb"));
        assert_eq!(clean_text("\n \n"), None);
        assert_eq!(clean_text(&"x".repeat(5000)).unwrap().len(), 1000);
    }
}
