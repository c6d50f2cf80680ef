//! Going through a thing, and noting where one is.

use super::Constraint;
use crate::fault::{Step, path_of};
use crate::{Fault, FaultKind, Version};

/// How many faults one report lists.
const FAULTS_MAX: usize = 1000;

/// A way through a thing.
pub(super) struct Walk {
    pub(super) version: Version,
    pub(super) faults: Vec<Fault>,
    /// Whether the elements are of a template, where somebody knows.
    pub(super) template: Option<bool>,
    steps: Vec<Step>,
}

impl Walk {
    pub(super) fn new(version: Version) -> Self {
        Self { version, faults: Vec::new(), template: None, steps: Vec::new() }
    }

    /// Notes a fault here.
    pub(super) fn report(&mut self, kind: FaultKind) {
        match self.faults.len().cmp(&FAULTS_MAX) {
            std::cmp::Ordering::Less => self.faults.push(Fault { path: path_of(&self.steps), kind }),
            std::cmp::Ordering::Equal => {
                self.faults.push(Fault { path: "$".into(), kind: FaultKind::TooMany(FAULTS_MAX) });
            }
            std::cmp::Ordering::Greater => {}
        }
    }

    /// Notes that a constraint does not hold here.
    pub(super) fn violated(&mut self, constraint: Constraint) {
        self.report(FaultKind::Constraint(constraint));
    }

    /// Notes that a constraint does not hold here, unless it does.
    pub(super) fn demand(&mut self, constraint: Constraint, holds: bool) {
        if !holds {
            self.violated(constraint);
        }
    }

    /// Notes that 3.0 wants a member that is not there; 3.1 does not want it.
    pub(super) fn wanted_by_3_0(&mut self, name: &'static str, there: bool) {
        if !there && self.version == Version::V3_0 {
            self.report(FaultKind::Missing(name));
        }
    }

    /// Goes into a member.
    pub(super) fn member(&mut self, name: &'static str, then: impl FnOnce(&mut Self)) {
        self.steps.push(Step::Member(name));
        then(self);
        self.steps.pop();
    }

    /// Goes into each item of a list.
    pub(super) fn each<'t, T>(
        &mut self,
        name: &'static str,
        items: &'t [T],
        mut then: impl FnMut(&mut Self, &'t T),
    ) {
        self.steps.push(Step::Member(name));
        for (index, item) in items.iter().enumerate() {
            self.steps.push(Step::Item(index));
            then(self, item);
            self.steps.pop();
        }
        self.steps.pop();
    }
}
