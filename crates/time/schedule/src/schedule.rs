//! A plan: when and where every operation is done.

use crate::problem::{MachineId, OperationId, Planned};
use serde::{Deserialize, Serialize};

/// When and where every operation of a problem is done, by job and place in the job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// `jobs[job][operation]`.
    pub jobs: Vec<Vec<Planned>>,
}

impl Schedule {
    /// When and where an operation is done, if the plan has it.
    #[must_use]
    pub fn get(&self, id: OperationId) -> Option<Planned> {
        self.jobs.get(id.job)?.get(id.operation).copied()
    }

    /// Everything, job after job.
    pub fn operations(&self) -> impl Iterator<Item = (OperationId, Planned)> {
        self.jobs.iter().enumerate().flat_map(|(job, steps)| {
            steps
                .iter()
                .enumerate()
                .map(move |(operation, planned)| (OperationId { job, operation }, *planned))
        })
    }

    /// What a machine does, in the order in which it does it: one row of a Gantt chart.
    #[must_use]
    pub fn on_machine(&self, machine: MachineId) -> Vec<(OperationId, Planned)> {
        let mut row: Vec<_> = self.operations().filter(|(_, planned)| planned.machine == machine).collect();
        row.sort_by_key(|(id, planned)| (planned.start, planned.end, *id));
        row
    }

    /// The first instant at which everything is done.
    #[must_use]
    pub fn end(&self) -> Option<i64> {
        self.operations().map(|(_, planned)| planned.end).max()
    }
}
