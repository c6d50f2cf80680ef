//! Limits of the pieces in a stretch of the plant (CONWIP): who would begin asks, who leaves makes room.

use super::{Run, Trace, WipShare};

impl<T: Trace> Run<'_, T> {
    /// Whether there is room for what an operation would let in.
    #[inline]
    pub fn may_enter(&self, share: Option<WipShare>) -> bool {
        share.is_none_or(|share| {
            let inside = self.s.wip_limits[share.limit as usize];
            inside.saturating_add(share.pieces) <= self.l.model.wip_limits[share.limit as usize].pieces
        })
    }

    /// An operation begins: it lets pieces in, and others out.
    pub fn pass_limits(&mut self, station: u32, operation: u32) {
        if self.s.wip_limits.is_empty() {
            return;
        }
        let spec = self.spec_of(station, operation);
        if let Some(share) = spec.enters {
            self.s.wip_limits[share.limit as usize] += share.pieces;
        }
        self.leave_limits(&spec.leaves);
    }

    /// The pieces of a job were scrapped.
    pub fn scrap_from_limits(&mut self, station: u32, operation: u32) {
        if !self.s.wip_limits.is_empty() {
            let spec = self.spec_of(station, operation);
            self.leave_limits(&spec.leaves_as_scrap);
        }
    }

    fn leave_limits(&mut self, shares: &[WipShare]) {
        for share in shares {
            let inside = &mut self.s.wip_limits[share.limit as usize];
            *inside = inside.saturating_sub(share.pieces);
            for station in &self.l.limit_stations[share.limit as usize] {
                self.queue_station(*station);
            }
        }
    }
}

impl<'a, T> Run<'a, T> {
    /// An operation as the model describes it, by its number among those of all stations.
    fn spec_of(&self, station: u32, operation: u32) -> &'a super::Operation {
        let first = self.l.stations[station as usize].operations.0;
        &self.l.model.stations[station as usize].operations[(operation - first) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use crate::Distribution;

    /// A fast machine before a slow one, with room for 50 pieces between them and a limit of `pieces`.
    fn line(pieces: u32, scrap: f64) -> FlowModel {
        let at = |buffer| vec![Pieces { material: 0, buffer, count: 1 }];
        let good = |buffer| Outcome { chance: 1.0, kind: OutcomeKind::Good, gives: at(buffer) };
        let mut first = Operation {
            takes: at(0),
            time_s: Distribution::Constant(10.0),
            outcomes: vec![good(1)],
            enters: Some(WipShare { limit: 0, pieces: 1 }),
            ..Operation::default()
        };
        if scrap > 0.0 {
            first.outcomes[0].chance = 1.0 - scrap;
            first.outcomes.push(Outcome { chance: scrap, kind: OutcomeKind::Scrap, gives: Vec::new() });
            first.leaves_as_scrap = vec![WipShare { limit: 0, pieces: 1 }];
        }
        let second = Operation {
            takes: at(1),
            time_s: Distribution::Constant(60.0),
            outcomes: vec![good(2)],
            leaves: vec![WipShare { limit: 0, pieces: 1 }],
            ..Operation::default()
        };
        let station = |name: &str, operation| Station {
            name: name.into(),
            slots: 1,
            operations: vec![operation],
            ..Station::default()
        };
        let buffer = |capacity| Buffer { capacity, ..Buffer::default() };
        FlowModel {
            materials: vec![Material { name: "part".into(), family: 0 }],
            buffers: vec![buffer(2), buffer(50), buffer(2)],
            stations: vec![station("fast", first), station("slow", second)],
            sources: vec![Source { name: "in".into(), gives: at(0)[0], arrivals: Arrivals::Always }],
            sinks: vec![Sink { name: "out".into(), buffer: 2, is_output: true, every_s: None }],
            wip_limits: vec![WipLimit { name: "loop".into(), pieces, inside: 0 }],
            ..FlowModel::default()
        }
    }

    #[test]
    fn no_more_pieces_are_inside_than_may_be() {
        for (pieces, scrap) in [(1, 0.0), (4, 0.0), (4, 0.3)] {
            let mut run = Flow::start(&line(pieces, scrap), 3).expect("the model is sound");
            let mut most = 0;
            for step in 1..400 {
                run.run_until(step * 30_000_000_000);
                most = most.max(run.model.level(1));
            }
            assert!(most <= pieces, "{most} of {pieces}");
            assert!(most + 1 >= pieces, "the limit is used: {most} of {pieces}");
            let done = Summary::of(&run, &Prices::default()).output;
            let least = if pieces == 1 { 160 } else { 190 };
            assert!(done >= least, "scrap does not use the limit up: {done} pieces came out");
        }
    }

    #[test]
    fn a_limit_that_is_not_there_is_named() {
        let mut model = line(4, 0.0);
        model.wip_limits.clear();
        assert!(check(&model).iter().any(|fault| fault.to_string().contains("limit")), "{:?}", check(&model));
    }
}
