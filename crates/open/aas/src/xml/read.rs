//! From XML text to the tree.
//!
//! Read within bounds and never trusted: no document type, no entity but the five of XML, no more than
//! [`DEPTH_MAX`] levels.

use super::shape::{CONTENT, Shape, has_model_type, shape, upper_first};
use crate::fault::{Step, path_of};
use crate::tree::Tree;
use crate::{Fault, FaultKind, Version};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// How deep elements may nest: sixty levels of submodel elements, as in JSON.
const DEPTH_MAX: usize = 128;

/// A document as it was read.
pub(super) struct Document {
    pub(super) version: Version,
    pub(super) tree: Tree<'static>,
    pub(super) faults: Vec<Fault>,
}

/// An element and what is in it.
#[derive(Default)]
struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
    /// Attributes that are not namespaces.
    attributes: Vec<String>,
}

/// Reads a document.
pub(super) fn document(bytes: &[u8]) -> Result<Document, FaultKind> {
    let text = std::str::from_utf8(bytes).map_err(|error| FaultKind::Syntax(error.to_string()))?;
    let (root, namespace) = elements(text.trim_start_matches('\u{feff}'))?;
    let version = match namespace.trim_end_matches('/') {
        "https://admin-shell.io/aas/3/0" | "http://admin-shell.io/aas/3/0" => Version::V3_0,
        "https://admin-shell.io/aas/3/1" | "http://admin-shell.io/aas/3/1" => Version::V3_1,
        _ => return Err(FaultKind::Namespace(namespace.chars().take(200).collect())),
    };
    if root.name != "environment" {
        return Err(FaultKind::UnknownWord {
            of: "root element",
            value: root.name.chars().take(80).collect(),
        });
    }
    let mut understand = Understand { steps: Vec::new(), faults: Vec::new() };
    let tree = understand.object(root, None);
    Ok(Document { version, tree, faults: understand.faults })
}

/// Reads the elements, and the namespace of the root. The prefix of the root is dropped everywhere; others stay,
/// so that foreign elements are strange to the metamodel.
fn elements(text: &str) -> Result<(Element, String), FaultKind> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open = vec![Element::default()];
    let (mut prefix, mut namespace) = (None, String::new());
    loop {
        let at = reader.buffer_position();
        let syntax = |error: quick_xml::Error| FaultKind::Syntax(format!("{error} near byte {at}"));
        match reader.read_event().map_err(syntax)? {
            Event::Start(start) => {
                if open.len() > DEPTH_MAX {
                    return Err(FaultKind::TooDeep);
                }
                if prefix.is_none() {
                    let (own, found) = namespace_of(&start);
                    (prefix, namespace) = (Some(own), found);
                }
                open.push(begin(&start, prefix.as_deref().unwrap_or_default()));
            }
            Event::End(_) => {
                let done = open.pop().unwrap_or_default();
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Err(FaultKind::Syntax("an end without a beginning".into())),
                }
            }
            Event::Text(text) => push_text(&mut open, &text.xml10_content()),
            Event::CData(text) => push_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => push_text(&mut open, &resolved(&reference.xml10_content())?),
            Event::DocType(_) => return Err(FaultKind::Doctype),
            Event::Eof => break,
            _ => {}
        }
    }
    let mut document = open.pop().filter(|_| open.is_empty()).unwrap_or_default();
    match (document.children.pop(), document.children.is_empty() && document.text.trim().is_empty()) {
        (Some(root), true) => Ok((root, namespace)),
        _ => Err(FaultKind::Syntax("the document is cut off, empty, or has more than one root".into())),
    }
}

fn push_text(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// The prefix of an element and the namespace that it stands for.
fn namespace_of(start: &BytesStart<'_>) -> (String, String) {
    let name = start.name();
    let name: &str = name.as_ref();
    let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix).to_owned();
    let key = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
    let mut attributes = start.attributes();
    let found = attributes.with_checks(false).flatten().find(|it| it.key.as_ref() == key.as_str());
    let value = found
        .and_then(|it| it.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(Cow::into_owned));
    (prefix, value.unwrap_or_default())
}

fn begin(start: &BytesStart<'_>, prefix: &str) -> Element {
    let name = start.name();
    let name: &str = name.as_ref();
    let bare = match name.split_once(':') {
        Some((own, local)) if own == prefix => local,
        _ => name,
    };
    let mut attributes = start.attributes();
    let names = attributes.with_checks(false).flatten().map(|it| AsRef::<str>::as_ref(&it.key).to_owned());
    let strange =
        |name: &String| !name.starts_with("xmlns") && !name.starts_with("xsi:") && !name.starts_with("xml:");
    Element { name: bare.to_owned(), attributes: names.filter(strange).collect(), ..Element::default() }
}

/// The character that a reference stands for.
fn resolved(name: &str) -> Result<String, FaultKind> {
    let known = match name.strip_prefix('#') {
        Some(number) => number
            .strip_prefix('x')
            .map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32)
            .map(String::from),
        None => quick_xml::escape::resolve_predefined_entity(name).map(str::to_owned),
    };
    known.ok_or_else(|| FaultKind::Entity(name.chars().take(40).collect()))
}

/// Turns elements into the tree by their shapes.
struct Understand {
    steps: Vec<Step>,
    faults: Vec<Fault>,
}

impl Understand {
    fn report(&mut self, kind: FaultKind) {
        if self.faults.len() < 1000 {
            self.faults.push(Fault { path: path_of(&self.steps), kind });
        }
    }

    /// An object of members; its model type is `model_type`, or follows from the element's name.
    fn object(&mut self, element: Element, class: Option<&str>) -> Tree<'static> {
        self.check(&element);
        let class = class.unwrap_or(&element.name).to_owned();
        let mut members = Vec::with_capacity(element.children.len() + 1);
        for child in element.children {
            let name: Cow<'static, str> = child.name.clone().into();
            let value = match shape(&class, &child.name) {
                Some(shape) => self.member(child, shape),
                None => unknown(child),
            };
            members.push((name, value));
        }
        if has_model_type(&class) && self.wants_model_type(&class) {
            let word = if class == "dataSpecificationIec61360" {
                "DataSpecificationIec61360".to_owned()
            } else {
                upper_first(&class)
            };
            members.push(("modelType".into(), Tree::Text(word.into())));
        }
        Tree::Object(members)
    }

    /// `reference` and the like are classes without a model type.
    fn wants_model_type(&self, class: &str) -> bool {
        !matches!(class, "reference" | "environment")
    }

    /// Reports attributes and stray text.
    fn check(&mut self, element: &Element) {
        for name in &element.attributes {
            self.report(FaultKind::UnknownMember(format!("@{}", name.chars().take(80).collect::<String>())));
        }
        if !element.text.trim().is_empty() {
            self.report(FaultKind::StrayText);
        }
    }

    fn member(&mut self, element: Element, shape: Shape) -> Tree<'static> {
        match shape {
            Shape::Text | Shape::Bool if !element.children.is_empty() => unknown(element),
            Shape::Text => Tree::Text(element.text.into()),
            Shape::Bool => match element.text.trim() {
                "true" | "1" => Tree::Bool(true),
                "false" | "0" => Tree::Bool(false),
                _ => Tree::Text(element.text.into()),
            },
            Shape::Object => {
                let class = element.name.clone();
                self.object(element, Some(&class))
            }
            Shape::List(item) => self.list(element, item),
            Shape::Wrapped => self.wrapped(element),
        }
    }

    fn list(&mut self, element: Element, item_name: &str) -> Tree<'static> {
        self.check(&element);
        let mut items = Vec::with_capacity(element.children.len());
        for child in element.children {
            if !item_name.is_empty() && child.name != item_name {
                self.report(FaultKind::UnknownMember(child.name.chars().take(80).collect()));
            }
            items.push(if item_name.is_empty() {
                self.polymorph(child)
            } else {
                self.object(child, Some(item_name))
            });
        }
        Tree::List(items)
    }

    /// An object that is named by its model type; one of an unknown name says so in its model type.
    fn polymorph(&mut self, element: Element) -> Tree<'static> {
        let known = has_model_type(&element.name);
        let name = upper_first(&element.name);
        let mut tree = self.object(element, None);
        if !known && let Tree::Object(members) = &mut tree {
            members.push(("modelType".into(), Tree::Text(name.into())));
        }
        tree
    }

    fn wrapped(&mut self, mut element: Element) -> Tree<'static> {
        self.check(&element);
        match (element.children.pop(), element.children.is_empty()) {
            (Some(only), true) => self.polymorph(only),
            (Some(last), false) => {
                element.children.push(last);
                unknown(element)
            }
            (None, _) => Tree::Object(Vec::new()),
        }
    }
}

/// An element that the metamodel does not know: its text, or what is in it by names and in order.
fn unknown(element: Element) -> Tree<'static> {
    if element.children.is_empty() {
        return Tree::Text(element.text.into());
    }
    let content = element.children.into_iter();
    let content = content.map(|child| Tree::Object(vec![(child.name.clone().into(), unknown(child))]));
    Tree::Object(vec![(CONTENT.into(), Tree::List(content.collect()))])
}
