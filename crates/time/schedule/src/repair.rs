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

impl Problem {
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

    /// A machine is down: it is closed, and a frozen operation that it was at goes on afterwards, as much later as the
    /// machine was down.
    ///
    /// # Errors
    /// The problem does not have the machine, or the interval does not end after it begins.
    pub fn break_down(&mut self, machine: MachineId, down: Interval) -> Result<(), ProblemFault> {
        let subject = self.machine_subject(machine);
        if down.from >= down.to {
            return Err(ProblemFault::Interval(subject, down.from, down.to));
        }
        let Some(described) = self.machines.get_mut(machine.0) else {
            return Err(ProblemFault::UnknownMachine(subject, machine));
        };
        described.closed.push(down);
        let steps = self.jobs.iter_mut().flat_map(|job| &mut job.operations);
        let frozen = steps.filter_map(|step| step.frozen.as_mut());
        let is_at_it =
            |at: &crate::Planned| at.machine == machine && at.start <= down.from && at.end > down.from;
        for planned in frozen.filter(|at| is_at_it(at)) {
            planned.end = planned.end.saturating_add(down.to.saturating_sub(down.from));
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
        later.break_down(MachineId(2), Interval { from: 2, to: 12 }).unwrap();
        let repaired = planned(&later, Some(&plan));
        assert_eq!(repaired.get(at).unwrap().end, before.end + 10);
        assert!(later.break_down(MachineId(9), Interval { from: 2, to: 12 }).is_err());
        assert!(later.break_down(MachineId(0), Interval { from: 2, to: 2 }).is_err());
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
