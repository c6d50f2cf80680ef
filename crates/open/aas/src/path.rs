//! IdShort paths: how an element in a tree is named, found and changed in its place.
//!
//! ```text
//! Collection.List[2].Property
//! ```
//!
//! Spec: IDTA-01002, clause IdShortPath.

use crate::{ElementBody, KeyType, Submodel, SubmodelElement, Text};
use std::fmt;
use std::str::FromStr;

/// How many steps a path may have; no tree that is read nests deeper.
const STEPS_MAX: usize = 128;

/// The way to an element, from the submodel down. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdShortPath(Vec<PathStep>);

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathStep {
    /// To the child of this name.
    Name(Text),
    /// To the child at this place of a list.
    Index(usize),
}

/// Why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParsePathError {
    /// It has no step, or an empty one.
    #[error("the idShort path has an empty step")]
    Empty,
    /// A step is neither an idShort nor an index.
    #[error("`{0}` is neither an idShort nor an index in brackets")]
    Step(String),
    /// It has too many steps.
    #[error("the idShort path has more than {STEPS_MAX} steps")]
    TooLong,
}

/// Why a tree was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// There is nothing at the path.
    #[error("there is no element `{0}`")]
    NotFound(IdShortPath),
    /// The element at the path can have no children.
    #[error("a {0} has no elements in it")]
    NoContainer(KeyType),
    /// A sibling has that name already.
    #[error("there is already an element `{0}`")]
    Taken(Text),
    /// The element has no name where it needs one.
    #[error("the element needs an idShort")]
    NoName,
    /// The element's name is not the one that the path says.
    #[error("the idShort is `{found}`, the path says `{expected}`")]
    OtherName {
        /// What the path says.
        expected: Text,
        /// What the element says.
        found: Text,
    },
}

impl IdShortPath {
    /// The path to a child of a submodel.
    #[must_use]
    pub fn name(id_short: impl Into<Text>) -> Self {
        Self(vec![PathStep::Name(id_short.into())])
    }

    /// The path of one more step.
    #[must_use]
    pub fn child(&self, step: PathStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Its steps.
    #[must_use]
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// The path of the container and the last step; the container of the first step is the submodel, `None`.
    #[must_use]
    pub fn split_last(&self) -> (Option<Self>, &PathStep) {
        let (last, above) = self.0.split_last().expect("a path has a step");
        ((!above.is_empty()).then(|| Self(above.to_vec())), last)
    }
}

impl FromStr for IdShortPath {
    type Err = ParsePathError;

    fn from_str(text: &str) -> Result<Self, ParsePathError> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() || steps.is_empty() {
            let (step, after) = first_step(rest, steps.is_empty())?;
            steps.push(step);
            rest = after;
            if steps.len() > STEPS_MAX {
                return Err(ParsePathError::TooLong);
            }
        }
        Ok(Self(steps))
    }
}

/// Takes one step off a path's text.
fn first_step(text: &str, first: bool) -> Result<(PathStep, &str), ParsePathError> {
    if let Some(inner) = text.strip_prefix('[') {
        let (digits, after) = inner.split_once(']').ok_or_else(|| ParsePathError::Step(cut(text)))?;
        let canonical = digits == "0" || !digits.starts_with('0');
        let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let index = digits.parse().ok().filter(|_| canonical && all_digits);
        return Ok((PathStep::Index(index.ok_or_else(|| ParsePathError::Step(cut(text)))?), after));
    }
    let text = match text.strip_prefix('.') {
        Some(name) if !first => name,
        None if first => text,
        _ => return Err(ParsePathError::Step(cut(text))),
    };
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    if name.is_empty() {
        return Err(ParsePathError::Empty);
    }
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(word) {
        return Err(ParsePathError::Step(cut(name)));
    }
    Ok((PathStep::Name(name.into()), after))
}

/// As much of a text as an error repeats.
fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

impl fmt::Display for IdShortPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Name(name) if at == 0 => f.write_str(name)?,
                PathStep::Name(name) => write!(f, ".{name}")?,
                PathStep::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The place of a step among siblings.
fn place(siblings: &[SubmodelElement], step: &PathStep, in_list: bool) -> Option<usize> {
    match step {
        PathStep::Name(name) if !in_list => siblings.iter().position(|it| it.id_short.as_ref() == Some(name)),
        PathStep::Index(index) if in_list && *index < siblings.len() => Some(*index),
        _ => None,
    }
}

/// The variables of an operation are reached by their names, but are no children.
fn variable<'a>(element: &'a SubmodelElement, step: &PathStep) -> Option<&'a SubmodelElement> {
    let (ElementBody::Operation(operation), PathStep::Name(name)) = (&element.body, step) else {
        return None;
    };
    let all = [&operation.input_variables, &operation.output_variables, &operation.inoutput_variables];
    all.into_iter().flatten().map(|it| &it.value).find(|it| it.id_short.as_ref() == Some(name))
}

fn is_list(element: &SubmodelElement) -> bool {
    matches!(element.body, ElementBody::SubmodelElementList(_))
}

/// The child of an element.
fn step_into<'a>(element: &'a SubmodelElement, step: &PathStep) -> Option<&'a SubmodelElement> {
    let siblings = element.children();
    match place(siblings, step, is_list(element)) {
        Some(at) => Some(&siblings[at]),
        None => variable(element, step),
    }
}

fn step_into_mut<'a>(element: &'a mut SubmodelElement, step: &PathStep) -> Option<&'a mut SubmodelElement> {
    let in_list = is_list(element);
    let siblings = element.children_mut()?;
    let at = place(siblings, step, in_list)?;
    Some(&mut siblings[at])
}

impl Submodel {
    /// The element at a path.
    #[must_use]
    pub fn element(&self, path: &IdShortPath) -> Option<&SubmodelElement> {
        let (first, rest) = path.steps().split_first()?;
        let at = place(&self.submodel_elements, first, false)?;
        rest.iter().try_fold(&self.submodel_elements[at], step_into)
    }

    /// The element at a path, to be changed.
    pub fn element_mut(&mut self, path: &IdShortPath) -> Option<&mut SubmodelElement> {
        let (first, rest) = path.steps().split_first()?;
        let at = place(&self.submodel_elements, first, false)?;
        rest.iter().try_fold(&mut self.submodel_elements[at], step_into_mut)
    }

    /// Adds an element at the end of the submodel, or of the element at `container`. Returns its path.
    ///
    /// # Errors
    ///
    /// When the container is not there or can have no children, or the element has no name or a name that is taken.
    pub fn add(
        &mut self,
        container: Option<&IdShortPath>,
        element: SubmodelElement,
    ) -> Result<IdShortPath, ChangeError> {
        let (siblings, in_list) = self.siblings_mut(container)?;
        let step = if in_list {
            PathStep::Index(siblings.len())
        } else {
            let name = element.id_short.clone().ok_or(ChangeError::NoName)?;
            if siblings.iter().any(|it| it.id_short.as_ref() == Some(&name)) {
                return Err(ChangeError::Taken(name));
            }
            PathStep::Name(name)
        };
        siblings.push(element);
        Ok(container.map_or_else(|| IdShortPath(vec![step.clone()]), |above| above.child(step.clone())))
    }

    /// Replaces the element at a path, and returns the old one; where there is none, adds it and returns `None`.
    /// An element without a name takes the one of the path.
    ///
    /// # Errors
    ///
    /// When the container is not there or can have no children, or the element's name is another than the path's.
    pub fn put(
        &mut self,
        path: &IdShortPath,
        mut element: SubmodelElement,
    ) -> Result<Option<SubmodelElement>, ChangeError> {
        let (container, last) = path.split_last();
        let (siblings, in_list) = self.siblings_mut(container.as_ref())?;
        if let PathStep::Name(expected) = last {
            let found = element.id_short.get_or_insert_with(|| expected.clone());
            if found != expected {
                return Err(ChangeError::OtherName { expected: expected.clone(), found: found.clone() });
            }
        }
        match place(siblings, last, in_list) {
            Some(at) => Ok(Some(std::mem::replace(&mut siblings[at], element))),
            None if matches!(last, PathStep::Name(_)) != in_list
                && (!in_list || *last == PathStep::Index(siblings.len())) =>
            {
                siblings.push(element);
                Ok(None)
            }
            None => Err(ChangeError::NotFound(path.clone())),
        }
    }

    /// Takes the element at a path out; what comes after it in a list moves up.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn remove(&mut self, path: &IdShortPath) -> Result<SubmodelElement, ChangeError> {
        let (container, last) = path.split_last();
        let not_found = || ChangeError::NotFound(path.clone());
        let (siblings, in_list) = self.siblings_mut(container.as_ref()).map_err(|_| not_found())?;
        let at = place(siblings, last, in_list).ok_or_else(not_found)?;
        Ok(siblings.remove(at))
    }

    /// The children of the submodel or of an element, and whether they are those of a list.
    fn siblings_mut(
        &mut self,
        container: Option<&IdShortPath>,
    ) -> Result<(&mut Vec<SubmodelElement>, bool), ChangeError> {
        let Some(path) = container else { return Ok((&mut self.submodel_elements, false)) };
        let element = self.element_mut(path).ok_or_else(|| ChangeError::NotFound(path.clone()))?;
        let (in_list, kind) = (is_list(element), element.model_type());
        let siblings = element.children_mut().ok_or(ChangeError::NoContainer(kind))?;
        Ok((siblings, in_list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataTypeDefXsd, SubmodelElementList};

    fn property(name: &str) -> SubmodelElement {
        SubmodelElement::property(name, DataTypeDefXsd::Int, "1")
    }

    fn tree() -> Submodel {
        let mut inner = property("x");
        inner.id_short = None;
        let list = SubmodelElementList {
            order_relevant: None,
            semantic_id_list_element: None,
            type_value_list_element: KeyType::Property,
            value_type_list_element: Some(DataTypeDefXsd::Int),
            value: vec![inner.clone(), inner],
        };
        let list = SubmodelElement::new("b", ElementBody::SubmodelElementList(Box::new(list)));
        let mut submodel = Submodel::new("urn:sm");
        submodel.submodel_elements.push(SubmodelElement::new(
            "a",
            ElementBody::SubmodelElementCollection(vec![list, property("c")]),
        ));
        submodel
    }

    fn path(text: &str) -> IdShortPath {
        text.parse().unwrap()
    }

    #[test]
    fn paths_are_read_and_written() {
        for text in ["a", "a.b[2].c", "a[0][10]", "A_1.b-c", "[3].x"] {
            assert_eq!(path(text).to_string(), text);
        }
    }

    #[test]
    fn texts_that_are_no_paths_are_refused() {
        for text in
            ["", ".", "a.", "a..b", "a[", "a[x]", "a[-1]", "a[01]", "a[]", "1a", "a b", "a[1]b", "ä", "a[+1]"]
        {
            assert!(text.parse::<IdShortPath>().is_err(), "{text}");
        }
        assert_eq!(
            "a.".repeat(200).trim_end_matches('.').parse::<IdShortPath>(),
            Err(ParsePathError::TooLong)
        );
    }

    #[test]
    fn elements_are_found() {
        let tree = tree();
        assert_eq!(tree.element(&path("a.b")).unwrap().model_type(), KeyType::SubmodelElementList);
        assert!(tree.element(&path("a.b[1]")).is_some());
        for missing in ["b", "a.b[2]", "a[0]", "a.b.x", "a.c.d"] {
            assert!(tree.element(&path(missing)).is_none(), "{missing}");
        }
    }

    #[test]
    fn elements_are_added_once() {
        let mut tree = tree();
        assert_eq!(tree.add(Some(&path("a")), property("d")).unwrap().to_string(), "a.d");
        assert_eq!(tree.add(Some(&path("a")), property("d")), Err(ChangeError::Taken("d".into())));
        let unnamed = tree.element(&path("a.b[0]")).unwrap().clone();
        assert_eq!(tree.add(Some(&path("a.b")), unnamed.clone()).unwrap().to_string(), "a.b[2]");
        assert_eq!(tree.add(None, unnamed), Err(ChangeError::NoName));
        assert_eq!(
            tree.add(Some(&path("a.c")), property("x")),
            Err(ChangeError::NoContainer(KeyType::Property))
        );
        assert!(matches!(tree.add(Some(&path("z")), property("x")), Err(ChangeError::NotFound(_))));
    }

    #[test]
    fn elements_are_put_and_removed() {
        let mut tree = tree();
        assert!(tree.put(&path("a.c"), property("c")).unwrap().is_some());
        assert!(tree.put(&path("a.new"), property("new")).unwrap().is_none());
        assert!(matches!(tree.put(&path("a.c"), property("q")), Err(ChangeError::OtherName { .. })));
        assert!(matches!(tree.put(&path("a.b[9]"), property("q")), Err(ChangeError::NotFound(_))));
        tree.remove(&path("a.b[0]")).unwrap();
        assert!(tree.element(&path("a.b[1]")).is_none(), "what came after moved up");
        assert!(matches!(tree.remove(&path("a.b[1]")), Err(ChangeError::NotFound(_))));
    }
}
