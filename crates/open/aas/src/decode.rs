//! From the tree to the types: reads on after each fault, so that a report is complete.
//!
//! A member that cannot be understood is not lost: its object keeps it among the [`Unknown`] members and writes it
//! back as it came.

use crate::fault::{Step, path_of};
use crate::model::{Reference, SharedReference, Unknown};
use crate::tree::Tree;
use crate::{Fault, FaultKind, Pool, Text};
use std::borrow::Cow;
use std::cmp::Ordering;

/// How many faults one report lists.
const FAULTS_MAX: usize = 1000;
/// How much of a strange word a report repeats.
const WORD_CHARS_MAX: usize = 80;

/// What can be read out of a tree. `None` means that a fault was reported.
pub(crate) trait Decode: Sized {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self>;
}

/// A member that may be absent.
pub(crate) trait Member: Sized + Default {
    /// Reads it where it is present.
    fn read(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self>;
    /// Whether it is not written.
    fn is_absent(&self) -> bool;
}

/// Where the reader is, what it found wrong, and the pool it shares texts in.
pub(crate) struct Context<'a> {
    steps: Vec<Step>,
    faults: Vec<Fault>,
    pub(crate) pool: &'a mut Pool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(pool: &'a mut Pool) -> Self {
        Self { steps: Vec::new(), faults: Vec::new(), pool }
    }

    /// Reports a fault at the present place.
    pub(crate) fn report(&mut self, kind: FaultKind) {
        match self.faults.len().cmp(&FAULTS_MAX) {
            Ordering::Less => self.faults.push(Fault { path: path_of(&self.steps), kind }),
            Ordering::Equal => {
                self.faults.push(Fault { path: "$".into(), kind: FaultKind::TooMany(FAULTS_MAX) });
            }
            Ordering::Greater => {}
        }
    }

    /// Reports that something else is there than expected.
    pub(crate) fn wrong_type<T>(&mut self, expected: &'static str, found: &Tree<'_>) -> Option<T> {
        self.report(FaultKind::WrongType { expected, found: found.type_name() });
        None
    }

    /// Reports a word that its enumeration does not have.
    pub(crate) fn unknown_word<T>(&mut self, of: &'static str, value: &str) -> Option<T> {
        self.report(FaultKind::UnknownWord { of, value: value.chars().take(WORD_CHARS_MAX).collect() });
        None
    }

    /// All that was found wrong.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Goes into a member or an item, does something there, and comes back.
    pub(crate) fn at<T>(&mut self, step: Step, then: impl FnOnce(&mut Self) -> T) -> T {
        self.steps.push(step);
        let result = then(self);
        self.steps.pop();
        result
    }
}

/// The members of an object while it is being read.
pub(crate) struct Fields<'t, 'a> {
    members: &'t [(Cow<'a, str>, Tree<'a>)],
    taken: Vec<bool>,
    known: Vec<&'static str>,
    /// Those that were there but could not be understood.
    kept: Unknown,
}

impl<'t, 'a> Fields<'t, 'a> {
    /// Opens an object.
    pub(crate) fn of(tree: &'t Tree<'a>, cx: &mut Context<'_>) -> Option<Self> {
        let Tree::Object(members) = tree else { return cx.wrong_type("an object", tree) };
        Some(Self {
            members,
            taken: vec![false; members.len()],
            known: Vec::with_capacity(16),
            kept: Unknown::default(),
        })
    }

    /// The first member of a name that was not asked for yet.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<&'t Tree<'a>> {
        self.known.push(name);
        let at = self.members.iter().position(|(key, _)| key == name)?;
        self.taken[at] = true;
        Some(&self.members[at].1)
    }

    /// A member that must be there.
    pub(crate) fn required<T: Decode>(&mut self, name: &'static str, cx: &mut Context<'_>) -> Option<T> {
        match self.take(name) {
            Some(tree) => cx.at(Step::Member(name), |cx| T::decode(tree, cx)),
            None => {
                cx.report(FaultKind::Missing(name));
                None
            }
        }
    }

    /// A member that may be absent; one that is not understood is kept raw.
    pub(crate) fn optional<T: Member>(&mut self, name: &'static str, cx: &mut Context<'_>) -> T {
        let Some(tree) = self.take(name) else { return T::default() };
        cx.at(Step::Member(name), |cx| T::read(tree, cx)).unwrap_or_else(|| {
            self.kept.keep(name, tree.to_value());
            T::default()
        })
    }

    /// What nobody asked for, and what was not understood.
    pub(crate) fn rest(mut self, cx: &mut Context<'_>) -> Unknown {
        for ((name, tree), taken) in self.members.iter().zip(&self.taken) {
            if *taken {
                continue;
            }
            if self.known.contains(&name.as_ref()) || !self.kept.keep(name, tree.to_value()) {
                cx.report(FaultKind::Duplicate(short(name)));
            } else {
                cx.report(FaultKind::UnknownMember(short(name)));
            }
        }
        self.kept
    }
}

/// A name as a report repeats it.
fn short(name: &str) -> String {
    name.chars().take(WORD_CHARS_MAX).collect()
}

impl Decode for Text {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        match tree {
            Tree::Text(text) => Some(cx.pool.text(text)),
            other => cx.wrong_type("a string", other),
        }
    }
}

impl Decode for bool {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        match tree {
            Tree::Bool(it) => Some(*it),
            other => cx.wrong_type("a boolean", other),
        }
    }
}

impl Decode for SharedReference {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        let reference = Reference::decode(tree, cx)?;
        Some(cx.pool.reference(reference))
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        T::decode(tree, cx).map(Box::new)
    }
}

impl<T: Decode> Member for Option<T> {
    fn read(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        T::decode(tree, cx).map(Some)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        let Tree::List(items) = tree else { return cx.wrong_type("a list", tree) };
        if items.is_empty() {
            cx.report(FaultKind::EmptyList);
        }
        let mut sound = true;
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match cx.at(Step::Item(index), |cx| T::decode(item, cx)) {
                Some(item) => list.push(item),
                None => sound = false,
            }
        }
        sound.then_some(list)
    }
}

impl<T: Decode> Member for Vec<T> {
    fn read(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        Self::decode(tree, cx)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Fields<'_, '_> {
    /// The `modelType`, which must be there; reports one that is not `expected`.
    pub(crate) fn model_type(&mut self, expected: &'static str, cx: &mut Context<'_>) -> Option<Text> {
        let found: Text = self.required("modelType", cx)?;
        if found != expected {
            cx.at(Step::Member("modelType"), |cx| cx.unknown_word::<()>(expected, &found));
        }
        Some(found)
    }
}
