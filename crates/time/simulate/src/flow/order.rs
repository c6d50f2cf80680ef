//! Production orders: what counts towards them, and what has to be made again.

use super::layout::NONE;
use super::{Arrivals, FlowModel, Happening, Run, Source, Trace};

/// Which materials a material can become, itself included.
pub(crate) fn reach(model: &FlowModel, from: u32) -> Vec<bool> {
    let mut becomes: Vec<Vec<u32>> = vec![Vec::new(); model.materials.len()];
    for operation in model.stations.iter().flat_map(|station| &station.operations) {
        let gives = operation.outcomes.iter().flat_map(|outcome| &outcome.gives).map(|p| p.material);
        for take in &operation.takes {
            becomes[take.material as usize].extend(gives.clone());
        }
    }
    let mut known = vec![false; model.materials.len()];
    let mut open = vec![from];
    while let Some(material) = open.pop() {
        if !std::mem::replace(&mut known[material as usize], true) {
            open.extend(&becomes[material as usize]);
        }
    }
    known
}

/// The orders that a source brings pieces for, by release: those whose material can become of what it brings.
pub(crate) fn served_by(model: &FlowModel, source: &Source) -> Vec<u32> {
    if source.arrivals != Arrivals::Orders || model.orders.is_empty() {
        return Vec::new();
    }
    let reach = reach(model, source.gives.material);
    let served = (0..).zip(&model.orders).filter(|(_, order)| reach[order.material as usize]);
    let mut list: Vec<u32> = served.map(|(index, _)| index).collect();
    list.sort_by_key(|order| model.orders[*order as usize].release_ns);
    list
}

impl<T: Trace> Run<'_, T> {
    /// A good piece has become a material that orders ask for. One without an order counts towards the first
    /// released order of the material that still wants pieces.
    pub fn credit(&mut self, piece: u32, material: u32) {
        let place = self.s.slab.at(piece);
        if place.is_counted {
            return;
        }
        let order = match place.order {
            NONE => self.first_open(material),
            order if self.l.model.orders[order as usize].material == material => Some(order),
            _ => None,
        };
        let Some(order) = order else { return };
        let place = self.s.slab.at_mut(piece);
        (place.order, place.is_counted) = (order, true);
        let run = &mut self.s.orders[order as usize];
        run.done += 1;
        let done = run.done;
        let is_finished = done == self.l.model.orders[order as usize].quantity;
        if is_finished {
            run.finished = self.now;
        }
        self.tell(|| Happening::OrderProgress { order, done });
        if is_finished {
            self.tell(|| Happening::OrderFinished { order });
        }
    }

    fn first_open(&self, material: u32) -> Option<u32> {
        let wants = |order: &u32| {
            let spec = &self.l.model.orders[*order as usize];
            self.s.orders[*order as usize].done < spec.quantity && spec.release_ns <= self.now
        };
        self.l.orders_of[material as usize].iter().copied().find(wants)
    }

    /// A piece of an order is scrap: sources that bring pieces for the order bring one more, and the plan has one
    /// more job up to the step where it happened; without such a source, one less after it.
    pub fn order_scrapped(&mut self, piece: u32, order: u32, step: u32) {
        let place = *self.s.slab.at(piece);
        let run = &mut self.s.orders[order as usize];
        run.scrapped += 1;
        if place.is_counted && run.finished == i64::MAX {
            run.done = run.done.saturating_sub(1);
        }
        let is_replaced = self.release_more(order);
        for station in 0..self.l.stations.len() as u32 {
            self.change_plan(station, order, step, is_replaced);
        }
    }

    fn release_more(&mut self, order: u32) -> bool {
        let mut is_replaced = false;
        for source in 0..self.l.sources.len() as u32 {
            let layout = &self.l.sources[source as usize];
            let Some(at) = layout.orders.iter().position(|known| *known == order) else { continue };
            let run = &mut self.s.sources[source as usize];
            run.demand[at] += layout.count;
            run.order_at = run.order_at.min(at as u32);
            is_replaced = true;
            self.s.todo.push_back(super::event::Todo::Source(source));
        }
        is_replaced
    }

    fn change_plan(&mut self, station: u32, order: u32, step: u32, is_replaced: bool) {
        let plan = &self.l.stations[station as usize].plan;
        for (at, planned) in (0..).zip(plan).filter(|(_, planned)| planned.order == order) {
            let run = &mut self.s.stations[station as usize];
            if is_replaced && planned.step <= step {
                run.plan_left[at as usize] += 1;
                run.plan_at = run.plan_at.min(at);
            } else if !is_replaced && planned.step > step {
                run.plan_left[at as usize] -= 1;
            }
            self.queue_station(station);
        }
    }
}
