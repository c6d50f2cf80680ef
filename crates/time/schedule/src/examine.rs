//! The examination of a problem before any search begins: all that is wrong with it is found at once.

use crate::{
    fault::{ProblemFault, Subject},
    problem::{Breaks, Job, Machine, MachineId, Operation, OperationId, Planned, Problem},
};

/// Times and sums of durations have to stay below this, so that no sum overflows.
const LONGEST: i128 = 1 << 58;

impl Problem {
    /// Whether a search can begin.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn check(&self) -> Result<(), Vec<ProblemFault>> {
        let mut faults = Vec::new();
        self.check_weights(&mut faults);
        self.check_prices(&mut faults);
        for (at, machine) in self.machines.iter().enumerate() {
            check_machine(&self.machine_subject(MachineId(at)), machine, &mut faults);
        }
        for (at, job) in self.jobs.iter().enumerate() {
            check_job(&Subject::Job(at, job.name.clone()), job, &mut faults);
        }
        for (id, step) in self.operations() {
            self.check_operation(id, step, &mut faults);
        }
        self.check_frozen(&mut faults);
        self.check_size(&mut faults);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    pub(crate) fn machine_subject(&self, id: MachineId) -> Subject {
        Subject::Machine(id, self.machines.get(id.0).map(|machine| machine.name.clone()).unwrap_or_default())
    }

    pub(crate) fn subject(&self, id: OperationId) -> Subject {
        let job = &self.jobs[id.job];
        Subject::Operation(id, Box::new([job.name.clone(), job.operations[id.operation].name.clone()]))
    }

    fn check_weights(&self, out: &mut Vec<ProblemFault>) {
        let weights = self.objective;
        let named = [
            ("the weight of the makespan", weights.makespan),
            ("the weight of lateness", weights.tardiness),
            ("the weight of energy", weights.energy),
            ("the weight of pins", weights.pins),
        ];
        let negative = named.into_iter().filter(|(_, weight)| *weight < 0);
        out.extend(negative.map(|(name, weight)| ProblemFault::Negative(Subject::Problem, name, weight)));
    }

    fn check_prices(&self, out: &mut Vec<ProblemFault>) {
        let mut slots: Vec<_> = self.prices.iter().map(|slot| slot.interval).collect();
        slots.sort_unstable();
        let backwards = slots.iter().filter(|slot| slot.from >= slot.to);
        out.extend(backwards.map(|slot| ProblemFault::Interval(Subject::Problem, slot.from, slot.to)));
        let twice = slots.windows(2).filter(|pair| pair[1].from < pair[0].to);
        out.extend(twice.map(|pair| ProblemFault::Prices(Subject::Problem, pair[1].from)));
    }

    fn check_operation(&self, id: OperationId, step: &Operation, out: &mut Vec<ProblemFault>) {
        let subject = || self.subject(id);
        if step.frozen.is_some() {
            return;
        }
        if step.alternatives.is_empty() {
            out.push(ProblemFault::NoMachine(subject()));
            return;
        }
        let faults_before = out.len();
        for (at, alternative) in step.alternatives.iter().enumerate() {
            let machine = alternative.machine;
            if step.alternatives[..at].iter().any(|other| other.machine == machine) {
                out.push(ProblemFault::MachineTwice(subject(), self.machine_subject(machine)));
            }
            if alternative.duration < 1 {
                let named = self.machine_subject(machine);
                out.push(ProblemFault::Duration(subject(), named, alternative.duration));
            }
            match self.machines.get(machine.0) {
                Some(described) => self.check_family(id, step, machine, described, out),
                None => out.push(ProblemFault::UnknownMachine(subject(), machine)),
            }
        }
        if let Some(pin) = step.pin.filter(|pin| step.duration_on(pin.machine).is_none()) {
            out.push(ProblemFault::Pin(subject(), pin.machine));
        }
        if out.len() == faults_before && !self.is_ever_possible(step) {
            out.push(ProblemFault::NeverOpen(subject()));
        }
    }

    fn check_family(
        &self,
        id: OperationId,
        step: &Operation,
        machine: MachineId,
        described: &Machine,
        out: &mut Vec<ProblemFault>,
    ) {
        let families = described.setups.as_ref().map(|setups| setups.times.len());
        if let Some(families) = families.filter(|families| step.family >= *families) {
            let named = self.machine_subject(machine);
            out.push(ProblemFault::Family(self.subject(id), named, step.family, families));
        }
    }

    /// Whether one of its machines is open long enough at least once.
    fn is_ever_possible(&self, step: &Operation) -> bool {
        let allowed = step
            .alternatives
            .iter()
            .filter(|alternative| step.pin.is_none_or(|pin| pin.machine == alternative.machine));
        let mut possible = allowed.map(|alternative| {
            let machine = &self.machines[alternative.machine.0];
            longest_open(machine, self.start) >= i128::from(alternative.duration)
        });
        possible.any(|is_possible| is_possible)
    }

    fn check_frozen(&self, out: &mut Vec<ProblemFault>) {
        let mut rows = vec![Vec::new(); self.machines.len()];
        for (id, step) in self.operations() {
            let Some(frozen) = step.frozen else { continue };
            match rows.get_mut(frozen.machine.0) {
                Some(row) => row.push((frozen, id)),
                None => out.push(ProblemFault::UnknownMachine(self.subject(id), frozen.machine)),
            }
            self.check_frozen_operation(id, frozen, out);
        }
        for mut row in rows {
            row.sort_unstable_by_key(|(frozen, id)| (frozen.start, frozen.end, *id));
            let overlaps = row.windows(2).filter(|pair| pair[1].0.start < pair[0].0.end);
            let named = |pair: &[(Planned, OperationId)]| (self.subject(pair[0].1), self.subject(pair[1].1));
            out.extend(overlaps.map(named).map(|(a, b)| ProblemFault::FrozenOverlap(a, b)));
        }
    }

    fn check_frozen_operation(&self, id: OperationId, frozen: Planned, out: &mut Vec<ProblemFault>) {
        if frozen.end <= frozen.start {
            out.push(ProblemFault::Interval(self.subject(id), frozen.start, frozen.end));
        }
        let job = &self.jobs[id.job];
        let is_done = |before: usize| {
            let before = job.operations.get(before).and_then(|before| before.frozen);
            before.is_some_and(|before| before.end <= frozen.start)
        };
        if !job.before(id.operation).all(is_done) {
            out.push(ProblemFault::FrozenBefore(self.subject(id)));
        }
        let machine = self.machines.get(frozen.machine.0);
        let step = &job.operations[id.operation];
        if let Some(machine) = machine {
            self.check_family(id, step, frozen.machine, machine, out);
        }
    }

    /// The plan that does one operation after the other, after the last of all dates, must have times that fit.
    fn check_size(&self, out: &mut Vec<ProblemFault>) {
        let setup = |machine: &Machine| {
            let times = machine.setups.iter().flat_map(|setups| setups.times.iter().flatten());
            times.copied().max().unwrap_or(0)
        };
        let setup = self.machines.iter().map(setup).max().unwrap_or(0);
        let longest = |step: &Operation| {
            let durations = step.alternatives.iter().map(|alternative| alternative.duration);
            i128::from(durations.max().unwrap_or(0).max(0)) + i128::from(setup.max(0))
        };
        let work: i128 = self.operations().map(|(_, step)| longest(step)).sum();
        let closed = self.machines.iter().flat_map(|machine| &machine.closed);
        let closed = closed.flat_map(|interval| [interval.from, interval.to]).filter(|at| *at != i64::MAX);
        let jobs = self.jobs.iter().flat_map(|job| [job.release, job.due]).flatten();
        let frozen = self.operations().filter_map(|(_, step)| step.frozen);
        let pins = self.operations().filter_map(|(_, step)| Some(step.pin?.start));
        let dates =
            closed.chain(jobs).chain(frozen.flat_map(|frozen| [frozen.start, frozen.end])).chain(pins);
        let farthest = dates.map(|at| (i128::from(at) - i128::from(self.start)).abs()).max().unwrap_or(0);
        let end = i128::from(self.start) + farthest + work;
        if farthest + work >= LONGEST || end >= i128::from(i64::MAX) {
            out.push(ProblemFault::TooLarge(Subject::Problem));
        }
    }
}

fn check_machine(subject: &Subject, machine: &Machine, out: &mut Vec<ProblemFault>) {
    let backwards = machine.closed.iter().filter(|closed| closed.from >= closed.to);
    out.extend(backwards.map(|closed| ProblemFault::Interval(subject.clone(), closed.from, closed.to)));
    if machine.power < 0 {
        out.push(ProblemFault::Negative(subject.clone(), "its power", machine.power));
    }
    let Some(setups) = &machine.setups else { return };
    let families = setups.times.len();
    if setups.times.iter().any(|row| row.len() != families) || setups.mounted.is_some_and(|at| at >= families)
    {
        out.push(ProblemFault::SetupShape(subject.clone()));
    }
    let negative = setups.times.iter().flatten().filter(|time| **time < 0);
    out.extend(negative.map(|time| ProblemFault::Negative(subject.clone(), "a set-up time", *time)));
}

fn check_job(subject: &Subject, job: &Job, out: &mut Vec<ProblemFault>) {
    if let (Some(due), Some(release)) = (job.due, job.release)
        && due < release
    {
        out.push(ProblemFault::DueBeforeRelease(subject.clone(), due, release));
    }
    if job.weight < 0 {
        out.push(ProblemFault::Negative(subject.clone(), "its weight", job.weight));
    }
    let count = job.operations.len();
    let Subject::Job(at, name) = subject else { return };
    let faults_before = out.len();
    for (operation, step) in job.operations.iter().enumerate() {
        let unknown = job.before(operation).filter(|before| *before >= count);
        let id = OperationId { job: *at, operation };
        let named = Subject::Operation(id, Box::new([name.clone(), step.name.clone()]));
        out.extend(unknown.map(|before| ProblemFault::UnknownBefore(named.clone(), before)));
    }
    if out.len() == faults_before && has_circle(job) {
        out.push(ProblemFault::Circle(subject.clone()));
    }
}

fn has_circle(job: &Job) -> bool {
    let count = job.operations.len();
    let mut done = vec![false; count];
    let mut left = count;
    loop {
        let ready: Vec<usize> =
            (0..count).filter(|&at| !done[at] && job.before(at).all(|before| done[before])).collect();
        if ready.is_empty() {
            return left > 0;
        }
        left -= ready.len();
        ready.into_iter().for_each(|at| done[at] = true);
    }
}

/// The longest piece of work that a machine can do from an instant on.
fn longest_open(machine: &Machine, start: i64) -> i128 {
    let mut closed = machine.closed.clone();
    closed.sort_unstable();
    let (mut at, mut longest, mut sum) = (i128::from(start), 0, 0);
    for interval in closed {
        let open = i128::from(interval.from) - at;
        if open > 0 {
            longest = longest.max(open);
            sum += open;
        }
        if interval.to == i64::MAX {
            return if machine.breaks == Breaks::Fit { longest } else { sum };
        }
        at = at.max(i128::from(interval.to));
    }
    i128::MAX
}
