//! What happened since a plan was made, told to its problem: time went on, a machine broke, somebody dragged an
//! operation.
//!
//! A repair is a search that is started with the plan: `Search::new(&changed, seed, Some(&plan))`. It has a plan at
//! once, the old one pushed to where it is possible again, and makes it better for as long as the caller can wait.

use crate::{
    fault::ProblemFault,
    problem::{Interval, MachineId, OperationId, Pin, Problem},
    schedule::Schedule,
};

/// The rest of a plan: a problem without what is done, and the plan of it as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest {
    /// What is left, from the instant on.
    pub problem: Problem,
    /// How it was planned; to start a search with.
    pub plan: Schedule,
    /// What each operation was in the whole problem, job after job.
    pub was: Vec<Vec<OperationId>>,
}

/// What becomes of an operation whose machine breaks under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupted {
    /// It goes on afterwards, as much later as the machine was down.
    GoesOn,
    /// It is free again: it begins anew, on any of its machines.
    BeginsAnew,
}

impl Problem {
    /// The problem from an instant on, without the operations that the plan has done by then; what runs is frozen as
    /// it was planned, and jobs that are done are gone.
    #[must_use]
    pub fn rest(&self, plan: &Schedule, now: i64) -> Rest {
        let later = self.after(plan, now);
        let mut rest = Rest {
            problem: Self { jobs: Vec::new(), ..later.clone() },
            plan: Schedule::default(),
            was: Vec::new(),
        };
        for (job, whole) in later.jobs.iter().enumerate() {
            let id = |operation| OperationId { job, operation };
            let is_done =
                |operation: &usize| plan.get(id(*operation)).is_some_and(|planned| planned.end <= now);
            let left: Vec<usize> =
                (0..whole.operations.len()).filter(|operation| !is_done(operation)).collect();
            if left.is_empty() {
                continue;
            }
            let step = |operation: &usize| {
                // What comes before an operation that is done is done too.
                let place_of = |before: usize| left.iter().position(|other| *other == before);
                let after = Some(whole.before(*operation).filter_map(place_of).collect());
                crate::Operation { after, ..whole.operations[*operation].clone() }
            };
            let operations = left.iter().map(step).collect();
            rest.problem.jobs.push(crate::Job { operations, ..whole.clone() });
            rest.plan.jobs.push(left.iter().filter_map(|operation| plan.get(id(*operation))).collect());
            rest.was.push(left.into_iter().map(id).collect());
        }
        rest
    }

    /// The problem from an instant on: what the plan has started by then is frozen as it was planned.
    ///
    /// Where reality went another way, set [`Operation::frozen`](crate::Operation::frozen) to what it did.
    #[must_use]
    pub fn after(&self, plan: &Schedule, now: i64) -> Self {
        let mut later = self.clone();
        later.start = self.start.max(now);
        for (id, planned) in plan.operations().filter(|(_, planned)| planned.start < now) {
            let step = later.jobs.get_mut(id.job).and_then(|job| job.operations.get_mut(id.operation));
            if let Some(step) = step.filter(|step| step.frozen.is_none()) {
                step.frozen = Some(planned);
            }
        }
        later
    }

    /// A machine is down: it is closed meanwhile, and what it was at goes on afterwards, or begins anew.
    ///
    /// # Errors
    /// The problem does not have the machine, or the interval does not end after it begins.
    pub fn break_down(
        &mut self,
        machine: MachineId,
        down: Interval,
        interrupted: Interrupted,
    ) -> Result<(), ProblemFault> {
        let subject = self.machine_subject(machine);
        if down.from >= down.to {
            return Err(ProblemFault::Interval(subject, down.from, down.to));
        }
        let Some(described) = self.machines.get_mut(machine.0) else {
            return Err(ProblemFault::UnknownMachine(subject, machine));
        };
        described.closed.push(down);
        let is_at_it = |step: &&mut crate::Operation| {
            let at = step.frozen.filter(|at| at.machine == machine);
            at.is_some_and(|at| at.start <= down.from && at.end > down.from)
        };
        let steps = self.jobs.iter_mut().flat_map(|job| &mut job.operations);
        for step in steps.filter(is_at_it) {
            match (interrupted, &mut step.frozen) {
                (Interrupted::GoesOn, Some(planned)) => {
                    planned.end = planned.end.saturating_add(down.to.saturating_sub(down.from));
                }
                _ => (step.frozen, step.pin) = (None, None),
            }
        }
        Ok(())
    }

    /// Somebody drags an operation to a machine and an instant: it is pinned there, and the search makes room.
    ///
    /// # Errors
    /// The operation does not exist or is frozen, or the machine cannot do it.
    pub fn drag(&mut self, id: OperationId, machine: MachineId, start: i64) -> Result<(), ProblemFault> {
        let Some(step) = self.operation(id) else {
            return Err(ProblemFault::UnknownOperation(id));
        };
        if step.frozen.is_some() {
            return Err(ProblemFault::DragsFrozen(self.subject(id)));
        }
        if step.duration_on(machine).is_none() {
            return Err(ProblemFault::Pin(self.subject(id), machine));
        }
        let start = start.max(self.start);
        self.jobs[id.job].operations[id.operation].pin = Some(Pin { machine, start });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Search, check, job_shop};

    fn problem() -> Problem {
        job_shop("3 3\n0 3 1 2 2 4\n1 4 0 2 2 3\n2 5 1 3 0 2\n").unwrap()
    }

    fn planned(problem: &Problem, warm: Option<&Schedule>) -> Schedule {
        let mut search = Search::new(problem, 1, warm).unwrap();
        search.step(500);
        let plan = search.best().unwrap();
        check(problem, &plan).unwrap();
        plan
    }

    #[test]
    fn history_is_frozen() {
        let plan = planned(&problem(), None);
        let later = problem().after(&plan, 4);
        let frozen: Vec<_> = later.operations().filter_map(|(id, step)| Some((id, step.frozen?))).collect();
        assert!(
            !frozen.is_empty() && frozen.iter().all(|(id, at)| at.start < 4 && plan.get(*id) == Some(*at))
        );
        assert_eq!(planned(&later, Some(&plan)).end(), plan.end());
    }

    #[test]
    fn work_in_progress_goes_on_after_a_breakdown() {
        let plan = planned(&problem(), None);
        let mut later = problem().after(&plan, 2);
        let (at, before) = plan.on_machine(MachineId(2))[0];
        assert!(before.start < 2 && before.end > 2);
        later.break_down(MachineId(2), Interval { from: 2, to: 12 }, Interrupted::GoesOn).unwrap();
        let repaired = planned(&later, Some(&plan));
        assert_eq!(repaired.get(at).unwrap().end, before.end + 10);
        assert!(later.break_down(MachineId(9), Interval { from: 2, to: 12 }, Interrupted::GoesOn).is_err());
        assert!(later.break_down(MachineId(0), Interval { from: 2, to: 2 }, Interrupted::GoesOn).is_err());
    }

    #[test]
    fn the_rest_has_no_more_than_is_left_and_what_broke_begins_anew() {
        let (whole, plan) = (problem(), planned(&problem(), None));
        let (_, running) = plan.operations().find(|(_, at)| at.end - at.start >= 2).unwrap();
        let now = running.start + 1;
        let mut rest = whole.rest(&plan, now);
        for (job, was) in rest.was.iter().enumerate() {
            for (operation, was) in was.iter().enumerate() {
                let at = plan.get(*was).unwrap();
                let step = &rest.problem.jobs[job].operations[operation];
                assert!(at.end > now);
                assert_eq!(step.frozen, (at.start < now).then_some(at));
                assert_eq!(step.alternatives, whole.operation(*was).unwrap().alternatives);
            }
        }
        let left: usize = rest.was.iter().map(Vec::len).sum();
        assert_eq!(left, plan.operations().filter(|(_, at)| at.end > now).count());
        assert_eq!(planned(&rest.problem, Some(&rest.plan)).end(), plan.end());
        let (_, busy) = rest.problem.operations().find(|(_, step)| step.frozen.is_some()).unwrap();
        let machine = busy.frozen.unwrap().machine;
        rest.problem
            .break_down(machine, Interval { from: now, to: now + 9 }, Interrupted::BeginsAnew)
            .unwrap();
        let repaired = planned(&rest.problem, Some(&rest.plan));
        assert!(repaired.on_machine(machine).iter().all(|(_, at)| at.start >= now + 9));
        assert!(whole.rest(&plan, plan.end().unwrap()).problem.jobs.is_empty());
    }

    #[test]
    fn a_dragged_operation_goes_where_it_was_dropped() {
        let plan = planned(&problem(), None);
        let mut changed = problem();
        let last = OperationId { job: 2, operation: 2 };
        let drop = plan.get(last).unwrap().start + 7;
        changed.drag(last, MachineId(0), drop).unwrap();
        assert_eq!(planned(&changed, Some(&plan)).get(last).unwrap().start, drop);
        let first = OperationId { job: 0, operation: 0 };
        assert!(changed.drag(first, MachineId(1), 0).is_err());
        assert!(changed.drag(OperationId { job: 0, operation: 9 }, MachineId(1), 0).is_err());
        let mut later = problem().after(&plan, 1);
        assert!(later.drag(plan.on_machine(MachineId(0))[0].0, MachineId(0), 5).is_err());
    }
}
