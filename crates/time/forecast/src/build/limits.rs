//! Limits of the pieces between two stations (CONWIP): which operations let pieces in and out, and how many are inside.

use super::Builder;
use std::collections::BTreeSet;
use std::sync::Arc;
use trine_base::ThingId;
use trine_simulate::flow::{OutcomeKind, WipLimit as FlowLimit, WipShare};
use trine_world::WipLimit;

impl Builder<'_, '_> {
    pub(super) fn limits(&mut self) {
        for (thing, drafts) in self.wiring.drafts.clone() {
            for (operation, draft) in drafts.iter().enumerate() {
                if let Some(limit) = &draft.limit {
                    self.limit(thing, operation, limit);
                }
            }
        }
    }

    fn limit(&mut self, thing: ThingId, operation: usize, limit: &WipLimit) {
        let name = self.name(thing);
        let until = self
            .past
            .world
            .thing_by_key(&limit.until)
            .and_then(|until| self.stations.get(&until.id))
            .copied();
        let (Some(until), Some(own)) = (until, self.stations.get(&thing).copied()) else {
            let key: &Arc<str> = &limit.until;
            self.assumptions.of(
                (thing, &name),
                "limit of pieces",
                "no limit".into(),
                &format!("its limit ends at `{key}`, which is no station of the plant"),
                "name a station in the limit",
            );
            return;
        };
        let index = self.flow.wip_limits.len() as u32;
        let inside = self.stretch(own, operation, until);
        let first = &mut self.flow.stations[own as usize].operations[operation];
        let entering = first.takes.first().map_or(1, |pieces| pieces.count);
        first.enters = Some(WipShare { limit: index, pieces: entering });
        let mut jobs_of = BTreeSet::from([(own, operation as u32)]);
        for (at, station) in (0u32..).zip(&mut self.flow.stations) {
            for (number, operation_of) in (0u32..).zip(&mut station.operations) {
                let taken = operation_of.takes.iter().filter(|p| inside.contains(&(p.buffer, p.material)));
                let taken: u32 = taken.map(|pieces| pieces.count).sum();
                let is_own = (at, number as usize) == (own, operation);
                let share = WipShare { limit: index, pieces: if is_own { entering } else { taken } };
                if at == until && taken > 0 {
                    operation_of.leaves.push(share);
                } else if taken > 0 || is_own {
                    let scraps =
                        operation_of.outcomes.iter().any(|outcome| outcome.kind == OutcomeKind::Scrap);
                    if scraps {
                        operation_of.leaves_as_scrap.push(share);
                    }
                    jobs_of.insert((at, number));
                }
            }
        }
        let count = self.inside_now(&inside, &jobs_of);
        self.flow.wip_limits.push(FlowLimit { name, pieces: limit.pieces.max(1), inside: count });
    }

    /// Buffers and materials between the two.
    fn stretch(&self, own: u32, operation: usize, until: u32) -> BTreeSet<(u32, u32)> {
        let first = &self.flow.stations[own as usize].operations[operation];
        let gives = |operation: &trine_simulate::flow::Operation| {
            let good = operation.outcomes.iter().flat_map(|outcome| &outcome.gives);
            good.map(|pieces| (pieces.buffer, pieces.material)).collect::<Vec<_>>()
        };
        let mut inside: BTreeSet<(u32, u32)> = gives(first).into_iter().collect();
        loop {
            let mut more = Vec::new();
            for (at, station) in (0u32..).zip(&self.flow.stations) {
                for operation in station.operations.iter().filter(|_| at != until) {
                    if operation.takes.iter().any(|p| inside.contains(&(p.buffer, p.material))) {
                        more.extend(gives(operation));
                    }
                }
            }
            for transport in &self.flow.transports {
                let goes = inside.iter().filter(|(buffer, material)| {
                    *buffer == transport.from && transport.material.is_none_or(|only| only == *material)
                });
                more.extend(goes.map(|(_, material)| (transport.to, *material)));
            }
            let before = inside.len();
            inside.extend(more);
            if inside.len() == before {
                return inside;
            }
        }
    }

    fn inside_now(&self, inside: &BTreeSet<(u32, u32)>, jobs_of: &BTreeSet<(u32, u32)>) -> u32 {
        let state = &self.flow.state;
        let waiting =
            state.waiting.iter().filter(|piece| inside.contains(&(piece.buffer, piece.material))).count()
                as u32;
        let jobs = state
            .stations
            .iter()
            .flat_map(|start| start.jobs.iter().map(move |job| (start.station, job.operation)));
        let carried = state.vehicles.iter().filter_map(|vehicle| vehicle.load);
        let carried = carried.filter(|(transport, material, _)| {
            inside.contains(&(self.flow.transports[*transport as usize].to, *material))
        });
        waiting
            + jobs.filter(|job| jobs_of.contains(job)).count() as u32
            + carried.map(|(.., count)| count).sum::<u32>()
    }
}
