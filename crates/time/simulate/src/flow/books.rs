//! The books of a run: pieces counted in more than one way, so that a piece that got lost is found out.

use super::layout::NONE;
use super::state::State;
use super::{Flow, Trace};

/// The pieces of a run, and their time in the plant, each counted twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Pieces in the plant as counted when they come and go.
    pub counted: u32,
    /// Pieces found in buffers, and in hands that offer them.
    pub in_lanes: u32,
    /// Pieces found in stations.
    pub in_stations: u32,
    /// Pieces found on vehicles.
    pub in_vehicles: u32,
    /// Pieces in the plant when statistics began.
    pub before: u64,
    /// Pieces that came to be since.
    pub made: u64,
    /// Pieces that ceased to be since.
    pub gone: u64,
    /// Time that pieces were in the plant since, by the pieces, ns.
    pub stay_ns: i128,
    /// The same by their number, ns.
    pub wip_area_ns: i128,
}

impl<T: Trace> Flow<T> {
    /// Counts everything.
    #[must_use]
    pub fn books(&self, now_ns: i64) -> Books {
        let state = &self.state;
        let lanes = state.lanes.iter().flat_map(|lane| state.list(lane.head));
        let slots = state.jobs.iter().flat_map(|job| state.list(job.head));
        let loads = state.vehicles.iter().flat_map(|vehicle| state.list(vehicle.head));
        // What a source holds in its hand is not in the plant yet.
        let is_inside =
            |piece: &u32| !matches!(state.slab.at(*piece).holder, Some(super::event::Giver::Source(_)));
        let all = lanes.clone().chain(slots.clone()).chain(loads.clone()).filter(is_inside);
        let stays = all.map(|piece| i128::from(now_ns - state.slab.at(piece).entered.max(state.stats_since)));
        Books {
            counted: state.wip,
            in_lanes: lanes.filter(is_inside).count() as u32,
            in_stations: slots.count() as u32,
            in_vehicles: loads.count() as u32,
            before: u64::from(state.wip) + state.gone - state.made,
            made: state.made,
            gone: state.gone,
            stay_ns: state.stay_sum + stays.sum::<i128>(),
            wip_area_ns: state.wip_area + i128::from(state.wip) * i128::from(now_ns - state.wip_last),
        }
    }

    /// Most vehicles that were on a way of a fleet at once.
    #[must_use]
    pub fn way_max(&self, fleet: u32, way: u32) -> u32 {
        self.state.ways[(self.layout.0.way_first[fleet as usize] + way) as usize].on_max
    }
}

impl State {
    fn list(&self, head: u32) -> impl Iterator<Item = u32> + Clone {
        let place = |piece: u32| (piece != NONE).then_some(piece);
        std::iter::successors(place(head), move |piece| place(self.slab.at(*piece).next))
    }
}
