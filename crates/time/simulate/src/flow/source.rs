//! Sources: what comes into the plant, and when.

use super::event::{Event, Giver};
use super::layout::{NONE, ns};
use super::state::Piece;
use super::station::some;
use super::{Arrivals, Happening, Run, Trace};

impl<T: Trace> Run<'_, T> {
    pub fn source_due(&mut self, source: u32) {
        let layout = &self.l.sources[source as usize];
        let run = &mut self.s.sources[source as usize];
        run.ticket = None;
        match &self.l.model.sources[source as usize].arrivals {
            Arrivals::Every(_) => run.owed += layout.count,
            Arrivals::OrLost(_) => {
                self.bring_or_lose(source);
                return self.next_arrival(source);
            }
            Arrivals::FillUp(_) => {
                self.fill_up(source);
                self.next_arrival(source);
            }
            Arrivals::Always | Arrivals::Orders => {}
        }
        self.bring(source, false);
    }

    fn bring_or_lose(&mut self, source: u32) {
        let layout = &self.l.sources[source as usize];
        let buffer = self.l.lanes[layout.lane as usize].buffer;
        for _ in 0..layout.count {
            if self.s.buffers[buffer as usize].givers.is_empty() && self.has_room(buffer) {
                self.bring_one(source, NONE);
            } else {
                self.s.sources[source as usize].lost += 1;
                self.tell(|| Happening::Lost { source });
            }
        }
    }

    fn fill_up(&mut self, source: u32) {
        let buffer = self.l.lanes[self.l.sources[source as usize].lane as usize].buffer;
        let run = &self.s.buffers[buffer as usize];
        let room = self.l.buffers[buffer as usize].capacity.saturating_sub(run.level + run.reserved);
        let source = &mut self.s.sources[source as usize];
        source.owed = source.owed.max(room);
    }

    /// Brings in what the source wants to bring, as far as there is room; then the next interval begins.
    pub fn bring(&mut self, source: u32, mut is_called: bool) {
        let lane = self.l.sources[source as usize].lane;
        let buffer = self.l.lanes[lane as usize].buffer;
        if is_called {
            self.s.sources[source as usize].is_waiting = false;
        }
        while !self.s.sources[source as usize].is_waiting {
            let Some(order) = self.next_piece(source) else { break };
            if self.l.buffers[buffer as usize].capacity == 0 {
                self.settle_debt(source, order);
                let piece = self.make(source, order);
                self.s.sources[source as usize].is_waiting = true;
                return self.offer(piece, Giver::Source(source));
            }
            let is_first = is_called || self.s.buffers[buffer as usize].givers.is_empty();
            if !is_first || !self.has_room(buffer) {
                self.s.sources[source as usize].is_waiting = true;
                return self.wait_for_room(buffer, Giver::Source(source), is_called);
            }
            self.settle_debt(source, order);
            self.bring_one(source, order);
            is_called = false;
        }
        let run = &self.s.sources[source as usize];
        let is_every = matches!(self.l.model.sources[source as usize].arrivals, Arrivals::Every(_));
        if is_every && !run.is_waiting && run.ticket.is_none() {
            self.next_arrival(source);
        }
    }

    /// The piece that the source held in its hand was taken.
    pub fn source_given(&mut self, source: u32) {
        self.s.sources[source as usize].is_waiting = false;
        self.bring(source, false);
    }

    /// For which order the next piece is; none when there is no next piece now.
    fn next_piece(&mut self, source: u32) -> Option<u32> {
        let run = &mut self.s.sources[source as usize];
        match self.l.model.sources[source as usize].arrivals {
            Arrivals::Always => Some(NONE),
            Arrivals::Orders => self.next_release(source),
            _ => (run.owed > 0).then_some(NONE),
        }
    }

    /// The first of the orders that still want pieces; when it is not released yet, the source looks again then.
    fn next_release(&mut self, source: u32) -> Option<u32> {
        let run = &mut self.s.sources[source as usize];
        while run.demand.get(run.order_at as usize) == Some(&0) {
            run.order_at += 1;
        }
        let order = *self.l.sources[source as usize].orders.get(run.order_at as usize)?;
        let release = self.l.model.orders[order as usize].release_ns;
        if release <= self.now {
            return Some(order);
        }
        if run.ticket.is_none() {
            run.ticket = Some(self.c.schedule(release, Event::SourceDue(source)));
        }
        None
    }

    fn settle_debt(&mut self, source: u32, order: u32) {
        let run = &mut self.s.sources[source as usize];
        run.owed = run.owed.saturating_sub(1);
        if order != NONE {
            run.demand[run.order_at as usize] -= 1;
        }
    }

    fn bring_one(&mut self, source: u32, order: u32) {
        let piece = self.make(source, order);
        self.arrive(piece);
        self.tell_arrived(source, piece);
        self.store(piece);
    }

    fn make(&mut self, source: u32, order: u32) -> u32 {
        let (lane, now) = (self.l.sources[source as usize].lane, self.now);
        let serial = self.s.slab.serial();
        self.s.slab.add(Piece {
            next: NONE,
            lane,
            order,
            is_counted: false,
            holder: None,
            serial,
            born: now,
            since: now,
            entered: now,
        })
    }

    /// A piece comes into the plant.
    pub fn arrive(&mut self, piece: u32) {
        let place = self.s.slab.at_mut(piece);
        place.born = self.now;
        place.entered = self.now;
        self.count_in();
    }

    pub fn tell_arrived(&mut self, source: u32, piece: u32) {
        self.s.sources[source as usize].brought += 1;
        if T::LISTENS {
            let Piece { serial, order, lane, .. } = *self.s.slab.at(piece);
            let super::layout::Lane { material, buffer, .. } = self.l.lanes[lane as usize];
            self.tell(|| Happening::Arrived { source, serial, material, order: some(order), buffer });
        }
    }

    pub fn next_arrival(&mut self, source: u32) {
        let (Arrivals::Every(interval) | Arrivals::OrLost(interval) | Arrivals::FillUp(interval)) =
            &self.l.model.sources[source as usize].arrivals
        else {
            return;
        };
        let run = &mut self.s.sources[source as usize];
        run.since = self.now;
        let at = self.now.saturating_add(ns(interval.sample(&mut run.stream)));
        run.ticket = Some(self.c.schedule(at, Event::SourceDue(source)));
    }
}
