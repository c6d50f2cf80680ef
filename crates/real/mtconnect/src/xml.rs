//! XML as outside sources send it: read element by element within limits, never trusted.
//!
//! There is no entity but the five that XML predefines and character references: a document type declaration is
//! refused, so that no entity can expand into gigabytes. Namespace prefixes of elements are dropped, because
//! vendors choose them freely.
//!
//! Spec: XML 1.0 (Fifth Edition), 4.6 Predefined Entities.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// How deep elements may nest.
const DEPTH_MAX: usize = 64;
/// How many bytes a document may have.
pub(crate) const BYTES_MAX: usize = 64 << 20;

/// Why a document was refused.
#[derive(Debug, thiserror::Error)]
pub enum XmlError {
    /// It breaks the grammar.
    #[error("not well-formed XML near byte {at}")]
    Syntax {
        /// Where.
        at: u64,
        /// How.
        #[source]
        source: quick_xml::Error,
    },
    /// It ends inside an element, or has none.
    #[error("the document is cut off or empty")]
    CutOff,
    /// It has a document type declaration.
    #[error("the document has a DOCTYPE, which is refused because its entities could expand without end")]
    Doctype,
    /// It refers to an entity that XML does not predefine.
    #[error("the document uses the entity `&{0};`, which nobody defined")]
    Entity(String),
    /// Its elements nest too deep.
    #[error("elements nest deeper than {DEPTH_MAX}")]
    TooDeep,
    /// It is too large.
    #[error("the document has {0} bytes; {BYTES_MAX} are taken")]
    TooLarge(usize),
    /// It is not UTF-8.
    #[error("the document is not UTF-8")]
    Encoding(#[from] std::str::Utf8Error),
}

/// What a document consists of, in its order.
pub(crate) enum Node<'a> {
    /// An element begins.
    Start(&'a str, Attributes<'a>),
    /// A piece of its text; one element's text can come in several.
    Text(&'a str),
    /// The element ends.
    End,
}

/// The attributes of one element.
pub(crate) struct Attributes<'a>(&'a BytesStart<'a>);

impl<'a> Attributes<'a> {
    /// The value of an attribute, its references resolved.
    pub(crate) fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        let found = attributes.flatten().find(|attribute| attribute.key.as_ref() == name)?;
        found.normalized_value(XmlVersion::Implicit1_0).ok()
    }

    /// All attributes that can be read.
    fn all(&self) -> Vec<(String, String)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        let readable = attributes.flatten().filter_map(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((attribute.key.as_ref().to_owned(), value.into_owned()))
        });
        readable.collect()
    }
}

/// Goes through a document and shows each node to `visit`.
pub(crate) fn walk(text: &str, visit: &mut dyn FnMut(Node<'_>)) -> Result<(), XmlError> {
    if text.len() > BYTES_MAX {
        return Err(XmlError::TooLarge(text.len()));
    }
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let (mut depth, mut roots) = (0_usize, 0_usize);
    loop {
        let at = reader.buffer_position();
        match reader.read_event().map_err(|source| XmlError::Syntax { at, source })? {
            Event::Start(start) => {
                depth += 1;
                roots += usize::from(depth == 1);
                if depth > DEPTH_MAX {
                    return Err(XmlError::TooDeep);
                }
                visit(Node::Start(start.local_name().as_ref(), Attributes(&start)));
            }
            Event::End(_) => {
                depth -= 1;
                visit(Node::End);
            }
            Event::Text(text) => visit(Node::Text(&text.xml10_content())),
            Event::CData(text) => visit(Node::Text(&text.xml10_content())),
            Event::GeneralRef(reference) => visit(Node::Text(&resolved(&reference.xml10_content())?)),
            Event::DocType(_) => return Err(XmlError::Doctype),
            Event::Eof if depth == 0 && roots > 0 => return Ok(()),
            Event::Eof => return Err(XmlError::CutOff),
            _ => {}
        }
    }
}

fn resolved(name: &str) -> Result<String, XmlError> {
    let known = match name.strip_prefix('#') {
        Some(number) => number
            .strip_prefix('x')
            .map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32)
            .map(String::from),
        None => quick_xml::escape::resolve_predefined_entity(name).map(str::to_owned),
    };
    known.ok_or_else(|| XmlError::Entity(name.chars().take(40).collect()))
}

/// An element with all that is in it; for small documents.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Name without its prefix.
    pub name: String,
    /// Attributes with their prefixes.
    pub attributes: Vec<(String, String)>,
    /// Its own text, trimmed.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Element>,
}

impl Element {
    /// Reads a document.
    pub(crate) fn parse(text: &str) -> Result<Self, XmlError> {
        let mut open = vec![Self::default()];
        walk(text, &mut |node| match node {
            Node::Start(name, attributes) => {
                open.push(Self { name: name.to_owned(), attributes: attributes.all(), ..Self::default() });
            }
            Node::Text(text) => open.last_mut().into_iter().for_each(|element| element.text.push_str(text)),
            Node::End => {
                if let Some(mut done) = open.pop() {
                    done.text = done.text.trim().to_owned();
                    open.last_mut()
                        .into_iter()
                        .for_each(|parent| parent.children.push(std::mem::take(&mut done)));
                }
            }
        })?;
        let root = open.pop().and_then(|document| document.children.into_iter().next());
        root.ok_or(XmlError::CutOff)
    }

    /// An attribute; empty when it is not there.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of the child of this name: `DataItems`, `Components`.
    pub(crate) fn within(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name == name).flat_map(|child| &child.children)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_and_prefixes_dropped() {
        let root = Element::parse("<m:a x='1 &amp; 2'>5 &lt; &#54; <![CDATA[<7>]]><b/></m:a>").unwrap();
        assert_eq!((root.name.as_str(), root.text.as_str()), ("a", "5 < 6 <7>"));
        assert_eq!(root.attribute("x"), "1 & 2");
        assert!(root.child("b").is_some());
    }

    #[test]
    fn bombs_and_stumps_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b 'cccc'>]><a>&b;</a>";
        assert!(matches!(Element::parse(bomb), Err(XmlError::Doctype)));
        assert!(matches!(Element::parse("<a>&b;</a>"), Err(XmlError::Entity(_))));
        assert!(matches!(Element::parse(&"<a>".repeat(100)), Err(XmlError::TooDeep)));
        for stump in ["", "  ", "<a><b></b>", "<a", "<a></b>", "<?xml version='1.0'?>"] {
            assert!(Element::parse(stump).is_err(), "{stump}");
        }
    }
}
