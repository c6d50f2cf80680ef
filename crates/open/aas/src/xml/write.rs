//! From the types to XML text.

use super::namespace;
use super::shape::{CONTENT, Shape, lower_first, shape};
use crate::tree::Tree;
use crate::{Environment, Version, xsd};
use std::borrow::Cow;

/// Why something cannot be written as XML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnwritableXml {
    /// XML cannot say a character.
    #[error(
        "`{member}` has the character {character:?}, which XML cannot have; write it as JSON, or remove it"
    )]
    Character {
        /// The member that has it.
        member: String,
        /// The character.
        character: char,
    },
}

/// Writes a document.
pub(super) fn document(environment: &Environment, version: Version) -> Result<Vec<u8>, UnwritableXml> {
    let json = crate::json::write(environment);
    let tree: Tree<'_> = serde_json::from_slice(&json).expect("what was just written can be read");
    let mut writer = Writer { out: String::with_capacity(json.len() * 2) };
    writer.out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<environment xmlns=\"");
    writer.out.push_str(namespace(version));
    writer.out.push_str("\">");
    writer.members("environment", &tree)?;
    writer.out.push_str("</environment>\n");
    Ok(writer.out.into_bytes())
}

struct Writer {
    out: String,
}

type Done = Result<(), UnwritableXml>;

impl Writer {
    /// Writes an element around something.
    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self) -> Done) -> Done {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        content(self)?;
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Ok(())
    }

    /// Writes the members of an object of a class.
    fn members(&mut self, class: &str, object: &Tree<'_>) -> Done {
        let Tree::Object(members) = object else { return self.scalar(class, object) };
        for (name, value) in members {
            if name == "modelType" {
                continue;
            }
            match shape(class, name) {
                Some(shape) => self.element(name, |it| it.member(name, shape, value))?,
                None => self.unknown(name, value)?,
            }
        }
        Ok(())
    }

    fn member(&mut self, name: &str, shape: Shape, value: &Tree<'_>) -> Done {
        match (shape, value) {
            (Shape::List(item), Tree::List(items)) => items.iter().try_for_each(|it| self.item(item, it)),
            (Shape::Wrapped, it) => self.item("", it),
            (Shape::Object, it) => self.members(name, it),
            (_, it) => self.content(name, it),
        }
    }

    /// Writes an object of a list, named by its list or by its model type.
    fn item(&mut self, name: &str, value: &Tree<'_>) -> Done {
        let name = match value {
            Tree::Object(members) if name.is_empty() => {
                let model_type = members.iter().find(|(name, _)| name == "modelType");
                let word =
                    model_type.and_then(|(_, it)| if let Tree::Text(it) = it { Some(it) } else { None });
                lower_first(word.map_or("item", |word| word))
            }
            _ if name.is_empty() => "item".to_owned(),
            _ => name.to_owned(),
        };
        let name = sound_name(&name);
        self.element(&name, |it| it.members(&name, value))
    }

    /// Writes a member that the metamodel does not know.
    fn unknown(&mut self, name: &str, value: &Tree<'_>) -> Done {
        let name = sound_name(name);
        self.element(&name, |it| it.content(&name, value))
    }

    fn content(&mut self, name: &str, value: &Tree<'_>) -> Done {
        match value {
            Tree::Object(members) => members.iter().try_for_each(|(member, value)| match value {
                Tree::List(items) if member == CONTENT => {
                    items.iter().try_for_each(|it| self.content(name, it))
                }
                value => self.unknown(member, value),
            }),
            Tree::List(items) => items.iter().try_for_each(|it| self.unknown("item", it)),
            scalar => self.scalar(name, scalar),
        }
    }

    fn scalar(&mut self, name: &str, value: &Tree<'_>) -> Done {
        match value {
            Tree::Text(text) => self.text(name, text),
            Tree::Bool(it) => self.text(name, if *it { "true" } else { "false" }),
            Tree::Number(it) => self.text(name, &it.to_string()),
            Tree::Null => Ok(()),
            other => self.content(name, other),
        }
    }

    fn text(&mut self, member: &str, text: &str) -> Done {
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                '\r' => self.out.push_str("&#13;"),
                character if !xsd::is_xml_char(character) => {
                    return Err(UnwritableXml::Character { member: member.to_owned(), character });
                }
                c => self.out.push(c),
            }
        }
        Ok(())
    }
}

/// A name that XML takes; strange characters become underscores.
fn sound_name(name: &str) -> Cow<'_, str> {
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if starts && name.chars().all(sound) && name.matches(':').count() == 0 {
        return Cow::Borrowed(name);
    }
    let rest: String = name.chars().map(|c| if sound(c) && c != ':' { c } else { '_' }).collect();
    Cow::Owned(if rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        rest
    } else {
        format!("_{rest}")
    })
}
