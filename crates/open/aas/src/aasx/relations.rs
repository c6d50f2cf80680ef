//! Relations: which part belongs to which, and as what.
//!
//! Spec: IDTA-01005, clause Relationship types; ECMA-376 Part 2, clause Relationships.

use super::fault::PackageFaultKind;
use quick_xml::Reader;
use quick_xml::events::Event;

/// The namespace of the table.
const NAMESPACE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const THUMBNAIL: &str = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail";

/// That one part belongs to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// Its name in the table.
    pub id: String,
    /// The URI that says as what.
    pub type_uri: String,
    /// Where it leads, as the table says it.
    pub target: String,
    /// Whether the table says that the target is outside; real files say so of parts that are inside.
    pub external: bool,
}

/// As what a part belongs to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// The beginning of all that is of the shell.
    Origin,
    /// An environment.
    Spec,
    /// A file that an environment names.
    Supplement,
    /// A small picture.
    Thumbnail,
    /// Something else.
    Other,
}

impl RelationKind {
    /// The kind that a URI names: the present one, or one that older tools wrote.
    #[must_use]
    pub fn of(uri: &str) -> Self {
        if uri == THUMBNAIL {
            return Self::Thumbnail;
        }
        let bare =
            uri.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
        match bare.strip_prefix("admin-shell.io/aasx/relationships/") {
            Some("aasx-origin") => Self::Origin,
            Some("aas-spec" | "aas-spec-split") => Self::Spec,
            Some("aas-suppl") => Self::Supplement,
            _ => Self::Other,
        }
    }

    /// The URI of the present specification.
    pub(super) fn uri(self) -> &'static str {
        match self {
            Self::Origin => "http://admin-shell.io/aasx/relationships/aasx-origin",
            Self::Spec => "http://admin-shell.io/aasx/relationships/aas-spec",
            Self::Supplement | Self::Other => "http://admin-shell.io/aasx/relationships/aas-suppl",
            Self::Thumbnail => THUMBNAIL,
        }
    }
}

/// The name of an element, and its attributes.
type Row = (String, Vec<(String, String)>);

/// Each element of a small table with its attributes; the table of relations and the one of content types.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, PackageFaultKind> {
    let fault = |text: &str| PackageFaultKind::Table(text.to_owned());
    let text = std::str::from_utf8(bytes).map_err(|_| fault("it is not UTF-8"))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut rows = Vec::new();
    let mut open = 0_usize;
    loop {
        match reader.read_event().map_err(|error| fault(&error.to_string()))? {
            event @ (Event::Start(_) | Event::Empty(_)) => {
                open += usize::from(matches!(event, Event::Start(_)));
                let (Event::Start(start) | Event::Empty(start)) = event else { continue };
                let mut attributes = start.attributes();
                let pairs = attributes.with_checks(false).flatten().filter_map(|it| {
                    let value = it.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
                    Some((AsRef::<str>::as_ref(&it.key).to_owned(), value.into_owned()))
                });
                let local = start.local_name();
                rows.push((AsRef::<str>::as_ref(&local).to_owned(), pairs.collect()));
            }
            Event::End(_) => open = open.saturating_sub(1),
            Event::DocType(_) => return Err(fault("it has a DOCTYPE")),
            Event::Eof if open == 0 && !rows.is_empty() => return Ok(rows),
            Event::Eof => return Err(fault("it is cut off or empty")),
            _ => {}
        }
    }
}

/// The value of an attribute.
pub(super) fn attribute<'a>(row: &'a [(String, String)], name: &str) -> Option<&'a str> {
    row.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Reads the relations of one part.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Relation>, PackageFaultKind> {
    let relation = |(name, row): &(String, Vec<(String, String)>)| {
        (name == "Relationship").then_some(())?;
        Some(Relation {
            id: attribute(row, "Id").unwrap_or_default().to_owned(),
            type_uri: attribute(row, "Type")?.to_owned(),
            target: attribute(row, "Target")?.to_owned(),
            external: attribute(row, "TargetMode") == Some("External"),
        })
    };
    Ok(rows(bytes)?.iter().filter_map(relation).collect())
}

/// Writes the relations of one part.
pub(super) fn write(relations: &[Relation]) -> Vec<u8> {
    let mut out =
        format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Relationships xmlns=\"{NAMESPACE}\">");
    for relation in relations {
        let [id, kind, target] = [&relation.id, &relation.type_uri, &relation.target].map(|it| escaped(it));
        let mode = if relation.external { " TargetMode=\"External\"" } else { "" };
        out.push_str(&format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"{mode}/>"));
    }
    out.push_str("</Relationships>");
    out.into_bytes()
}

/// A text as the value of an attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
