//! Finding elements by what they mean.

use crate::{ElementBody, LangString, Property, SubmodelElement, Text};

/// The siblings in which something is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a>(pub &'a [SubmodelElement]);

/// What is common to all versions of a concept: `0173-1#02-AAO677#002` and `…#004` are one, and so are
/// `https://…/Record/1/0` and `…/Record/1/1`.
#[must_use]
pub fn concept(id: &str) -> &str {
    let mut id = id.trim().trim_end_matches('/');
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !id.contains("://") {
        return match id.rsplit_once('#') {
            Some((before, version)) if digits(version) => before,
            _ => id,
        };
    }
    while let Some((before, last)) = id.rsplit_once('/')
        && digits(last)
    {
        id = before;
    }
    id
}

/// Whether an element means one of these concepts, by its semantic id or a supplemental one.
#[must_use]
pub fn means(element: &SubmodelElement, concepts: &[&str]) -> bool {
    let ids = element.semantic_id.iter().chain(&element.details.supplemental_semantic_ids);
    let mut ids = ids.filter_map(|reference| reference.target());
    ids.any(|id| concepts.iter().any(|wanted| concept(id).eq_ignore_ascii_case(concept(wanted))))
}

/// Whether an element is named so; numbers at the end, which older templates use to count, do not matter.
fn named(element: &SubmodelElement, id_short: &str) -> bool {
    let bare = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').to_owned();
    element.id_short.as_ref().is_some_and(|name| name == id_short || bare(name) == id_short)
}

impl<'a> Look<'a> {
    /// All elements of a meaning; when there are none, all of a name.
    #[must_use]
    pub fn all(self, id_short: &str, concepts: &[&str]) -> Vec<&'a SubmodelElement> {
        let meant: Vec<_> = self.0.iter().filter(|it| means(it, concepts)).collect();
        if meant.is_empty() { self.0.iter().filter(|it| named(it, id_short)).collect() } else { meant }
    }

    /// The one element of a meaning; of several, the one that has the name too.
    #[must_use]
    pub fn one(self, id_short: &str, concepts: &[&str]) -> Option<&'a SubmodelElement> {
        let all = self.all(id_short, concepts);
        let by_name = all.iter().find(|it| it.id_short.as_deref() == Some(id_short));
        by_name.or(all.first()).copied()
    }

    /// What is in the one element of a meaning; nothing when it is absent.
    #[must_use]
    pub fn within(self, id_short: &str, concepts: &[&str]) -> Self {
        Self(self.one(id_short, concepts).map_or(&[], SubmodelElement::children))
    }

    /// The text of a value; of one in several languages, the English one or the first.
    #[must_use]
    pub fn text(self, id_short: &str, concepts: &[&str]) -> Option<Text> {
        self.one(id_short, concepts).and_then(text_of)
    }

    /// A number.
    #[must_use]
    pub fn number(self, id_short: &str, concepts: &[&str]) -> Option<f64> {
        self.text(id_short, concepts)?.trim().parse().ok().filter(|it: &f64| it.is_finite())
    }

    /// A text in all its languages.
    #[must_use]
    pub fn languages(self, id_short: &str, concepts: &[&str]) -> Vec<LangString> {
        match self.one(id_short, concepts).map(|it| &it.body) {
            Some(ElementBody::MultiLanguageProperty(it)) => it.value.clone(),
            Some(ElementBody::Property(Property { value: Some(text), .. })) => {
                vec![LangString::new("en", text.clone())]
            }
            _ => Vec::new(),
        }
    }

    /// The items of a list or a collection, and each single element of the meaning: older templates count instead
    /// of listing.
    #[must_use]
    pub fn each(self, id_short: &str, concepts: &[&str]) -> Vec<Look<'a>> {
        let mut items = Vec::new();
        for element in self.all(id_short, concepts) {
            match &element.body {
                ElementBody::SubmodelElementList(list) => items.extend(list.value.iter().map(Self::inside)),
                _ => items.push(Self::inside(element)),
            }
        }
        items
    }

    /// What is in an element.
    #[must_use]
    pub fn inside(element: &'a SubmodelElement) -> Self {
        Self(element.children())
    }
}

/// The text of an element's value, when it has one: a file's is its path.
#[must_use]
pub fn text_of(element: &SubmodelElement) -> Option<Text> {
    let text = match &element.body {
        ElementBody::Property(it) => it.value.clone(),
        ElementBody::File(it) => it.value.clone(),
        ElementBody::MultiLanguageProperty(it) => {
            let english = it.value.iter().find(|it| it.language.starts_with("en"));
            english.or(it.value.first()).map(|it| it.text.clone())
        }
        ElementBody::ReferenceElement(it) => it.as_ref()?.target().cloned(),
        _ => None,
    };
    text.filter(|text| !text.is_empty())
}

impl<'a> Look<'a> {
    /// What is in each item of the first of several names that has any.
    #[must_use]
    pub fn each_of(self, names: &[(&str, &str)]) -> Vec<Look<'a>> {
        let mut found = names.iter().map(|(name, concept)| self.each(name, &[concept]));
        found.find(|items| !items.is_empty()).unwrap_or_default()
    }

    /// Each item itself of the first of several names that has any.
    #[must_use]
    pub fn each_element(self, names: &[(&str, &str)]) -> Vec<&'a SubmodelElement> {
        for (name, concept) in names {
            let items: Vec<_> = self.all(name, &[concept]).into_iter().flat_map(leaves).collect();
            if !items.is_empty() {
                return items;
            }
        }
        Vec::new()
    }
}

/// The items of a list, or the element itself.
fn leaves(element: &SubmodelElement) -> Vec<&SubmodelElement> {
    match &element.body {
        ElementBody::SubmodelElementList(list) => list.value.iter().collect(),
        _ => vec![element],
    }
}
