//! The two text forms in which the research on job shops exchanges its problems.

use crate::problem::{Alternative, Job, Machine, MachineId, Operation, Problem};
use thiserror::Error;

/// A text is not a problem in the form that it should be in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormatError {
    /// A number is missing or is none.
    #[error("there should be {expected} after {read} numbers, but there is {found}")]
    Number {
        /// What the number would have meant.
        expected: &'static str,
        /// How many numbers were read before.
        read: usize,
        /// The word in its place, or the end of the text.
        found: String,
    },
    /// A machine is named that the first line does not count.
    #[error("machine {0} is used, but there are only {1}")]
    Machine(i64, usize),
    /// So many jobs, machines or operations cannot be meant.
    #[error("{0} {1} are too many, or too few")]
    Count(i64, &'static str),
}

/// A job shop in the form of Taillard and of the OR-Library: jobs and machines, then for each job a line with machine
/// (from 0) and duration of each operation. Lines that start with `#` are comments.
///
/// # Errors
/// The text is not in this form.
pub fn job_shop(text: &str) -> Result<Problem, FormatError> {
    let mut numbers = Numbers::new(text);
    let jobs = numbers.count("jobs")?;
    let machines = numbers.count("machines")?;
    let operation = |numbers: &mut Numbers<'_>| {
        let machine = numbers.machine(machines, 0)?;
        let duration = numbers.next("a duration")?;
        Ok(step(vec![Alternative { machine, duration }]))
    };
    let jobs = (0..jobs).map(|_| (0..machines).map(|_| operation(&mut numbers)).collect());
    Ok(problem(machines, jobs.collect::<Result<_, _>>()?))
}

/// A flexible job shop in the form of Brandimarte: jobs and machines, then for each job the number of operations, and
/// for each of them the number of machines that can do it, with machine and duration of each. Machines are counted
/// from 0 if machine 0 is used, else from 1. What else stands on the first line is ignored.
///
/// # Errors
/// The text is not in this form.
pub fn flexible_job_shop(text: &str) -> Result<Problem, FormatError> {
    let read = |first| flexible(text, first);
    read(1).or_else(|_| read(0))
}

fn flexible(text: &str, first: i64) -> Result<Problem, FormatError> {
    let (head, rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut numbers = Numbers::new(head);
    let jobs = numbers.count("jobs")?;
    let machines = numbers.count("machines")?;
    let mut numbers = Numbers::new(rest);
    let mut job = || {
        let count = numbers.count("operations")?;
        (0..count).map(|_| flexible_step(&mut numbers, machines, first)).collect()
    };
    let jobs = (0..jobs).map(|_| job()).collect::<Result<Vec<Vec<Operation>>, _>>()?;
    Ok(problem(machines, jobs))
}

fn flexible_step(numbers: &mut Numbers<'_>, machines: usize, first: i64) -> Result<Operation, FormatError> {
    let count = numbers.count("machines of an operation")?;
    let alternative = |_| {
        let machine = numbers.machine(machines, first)?;
        Ok(Alternative { machine, duration: numbers.next("a duration")? })
    };
    Ok(step((0..count).map(alternative).collect::<Result<_, _>>()?))
}

fn step(alternatives: Vec<Alternative>) -> Operation {
    Operation { alternatives, ..Operation::default() }
}

fn problem(machines: usize, jobs: Vec<Vec<Operation>>) -> Problem {
    let machine = |at: usize| Machine { name: format!("M{}", at + 1), ..Machine::default() };
    let job = |(at, operations)| Job { name: format!("J{}", at + 1), operations, ..Job::default() };
    Problem {
        machines: (0..machines).map(machine).collect(),
        jobs: jobs.into_iter().enumerate().map(job).collect(),
        ..Problem::default()
    }
}

struct Numbers<'a> {
    words: Box<dyn Iterator<Item = &'a str> + 'a>,
    read: usize,
}

impl<'a> Numbers<'a> {
    fn new(text: &'a str) -> Self {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
        Self { words: Box::new(lines.flat_map(str::split_whitespace)), read: 0 }
    }

    fn next(&mut self, expected: &'static str) -> Result<i64, FormatError> {
        let word = self.words.next();
        let wrong = || {
            let found = word.map_or("the end".into(), |word| format!("\u{201c}{word}\u{201d}"));
            FormatError::Number { expected, read: self.read, found }
        };
        let number = word.and_then(|word| word.parse().ok()).ok_or_else(wrong)?;
        self.read += 1;
        Ok(number)
    }

    fn count(&mut self, what: &'static str) -> Result<usize, FormatError> {
        let number = self.next(what)?;
        usize::try_from(number)
            .ok()
            .filter(|count| (1..=100_000).contains(count))
            .ok_or(FormatError::Count(number, what))
    }

    fn machine(&mut self, machines: usize, first: i64) -> Result<MachineId, FormatError> {
        let number = self.next("a machine")?;
        let found = usize::try_from(number - first).ok().filter(|machine| *machine < machines);
        found.map(MachineId).ok_or(FormatError::Machine(number, machines))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_shop_is_read() {
        let problem = job_shop("# a comment\n2 2\n0 3 1 4\n1 2 0 5\n").unwrap();
        assert_eq!((problem.jobs.len(), problem.machines.len()), (2, 2));
        let expected = Alternative { machine: MachineId(1), duration: 2 };
        assert_eq!(problem.jobs[1].operations[0].alternatives, [expected]);
    }

    #[test]
    fn a_flexible_job_shop_is_read_from_either_count() {
        let from_one = flexible_job_shop("1 2 1.5\n2 1 2 7 2 1 3 2 4\n").unwrap();
        let from_zero = flexible_job_shop("1 2\n2 1 1 7 2 0 3 1 4\n").unwrap();
        assert_eq!(from_one, from_zero);
        assert_eq!(from_one.jobs[0].operations[1].duration_on(MachineId(1)), Some(4));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let told = |text| job_shop(text).unwrap_err().to_string();
        assert_eq!(told("2 x"), "there should be machines after 1 numbers, but there is \u{201c}x\u{201d}");
        assert_eq!(told("1 2 0 3 2 1"), "machine 2 is used, but there are only 2");
        assert_eq!(told("0 2"), "0 jobs are too many, or too few");
        assert_eq!(told("1 1 0"), "there should be a duration after 3 numbers, but there is the end");
    }
}
