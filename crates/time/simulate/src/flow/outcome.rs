//! What a job makes of its pieces: good ones, scrap, work to do again; one out of many, many out of one.

use super::layout::NONE;
use super::state::Piece;
use super::station::{book, share, some};
use super::{Happening, OutcomeKind, Run, Trace};

impl<T: Trace> Run<'_, T> {
    /// Draws how the job in a slot comes out, counts it and tells it.
    #[inline]
    pub fn finish(&mut self, slot: u32) {
        let station = self.l.slots[slot as usize];
        let carrier = T::LISTENS.then(|| *self.s.slab.at(self.s.jobs[slot as usize].head));
        let (kind, count) = self.come_out(slot);
        book(&mut self.s.stations[station as usize], kind, count);
        if let Some(carrier) = carrier {
            self.tell_ended(slot, &carrier, kind, count);
        }
    }

    /// Turns the pieces of a job into what comes out: pieces taken carry on as the pieces given, in order; what is
    /// left over has become part of them, or is scrap. How it came out, and how many.
    pub fn come_out(&mut self, slot: u32) -> (OutcomeKind, u32) {
        let station = self.l.slots[slot as usize];
        let job = &self.s.jobs[slot as usize];
        let (operation, first, taken) = (job.operation, job.head, job.taken);
        let layout = &self.l.operations[operation as usize];
        let run = &mut self.s.stations[station as usize];
        let drawn = if layout.outcomes.len() > 1 { run.outcome.unit() } else { 0.0 };
        let Some(outcome) = layout.outcomes.iter().find(|o| drawn < o.until).or(layout.outcomes.last())
        else {
            self.s.jobs[slot as usize].head = NONE;
            self.leave_list(first);
            return (OutcomeKind::Good, 0);
        };
        let order = self.s.slab.at(first).order;
        let (mut rest, mut head, mut tail, mut count) = (first, NONE, NONE, 0);
        let is_scrap = outcome.kind == OutcomeKind::Scrap;
        if is_scrap {
            self.scrap_from_limits(station, operation);
            count = self.scrapped(first, taken.min(layout.takes[0].1), layout.step);
        }
        for (lane, number) in &outcome.gives {
            for _ in 0..share(*number, taken, layout.total) {
                let piece = if rest == NONE { self.split(first, order) } else { rest };
                if piece == rest {
                    rest = self.s.slab.at(piece).next;
                }
                self.become_piece(piece, *lane, outcome.kind);
                if tail == NONE {
                    head = piece;
                } else {
                    self.s.slab.at_mut(tail).next = piece;
                }
                tail = piece;
                count += u32::from(!is_scrap);
            }
        }
        self.s.jobs[slot as usize].head = head;
        self.leave_list(rest);
        (outcome.kind, count)
    }

    fn tell_ended(&mut self, slot: u32, carrier: &Piece, kind: OutcomeKind, count: u32) {
        let head = self.s.jobs[slot as usize].head;
        let station = self.l.slots[slot as usize];
        let layout = &self.l.stations[station as usize];
        let operation = self.s.jobs[slot as usize].operation - layout.operations.0;
        let material = (head != NONE).then(|| self.l.lanes[self.s.slab.at(head).lane as usize].material);
        let (serial, order, slot) = (carrier.serial, some(carrier.order), slot - layout.first_slot);
        self.tell(|| Happening::JobEnded { station, slot, operation, serial, order, kind, count, material });
    }

    /// Another piece of the same order and age.
    fn split(&mut self, carrier: u32, order: u32) -> u32 {
        let serial = self.s.slab.serial();
        let piece = Piece {
            serial,
            order,
            is_counted: false,
            entered: self.now,
            holder: None,
            ..*self.s.slab.at(carrier)
        };
        self.count_in();
        self.s.slab.add(piece)
    }

    #[inline]
    fn become_piece(&mut self, piece: u32, lane: u32, kind: OutcomeKind) {
        let place = self.s.slab.at_mut(piece);
        place.lane = lane;
        place.next = NONE;
        place.holder = None;
        let material = self.l.lanes[lane as usize].material;
        if kind == OutcomeKind::Good && !self.l.orders_of[material as usize].is_empty() {
            self.credit(piece, material);
        }
    }

    /// The first pieces of a job are scrap: their orders ask for others. How many they are.
    pub fn scrapped(&mut self, first: u32, count: u32, step: u32) -> u32 {
        let mut piece = first;
        for _ in 0..count {
            let Piece { next, order, .. } = *self.s.slab.at(piece);
            if order != NONE {
                self.order_scrapped(piece, order, step);
            }
            piece = next;
        }
        count
    }

    /// The pieces of a list cease to be.
    pub fn leave_list(&mut self, mut piece: u32) {
        while piece != NONE {
            let next = self.s.slab.at(piece).next;
            self.leave(piece);
            piece = next;
        }
    }

    /// A piece ceases to be in the plant.
    #[inline]
    pub fn leave(&mut self, piece: u32) {
        let entered = self.s.slab.at(piece).entered.max(self.s.stats_since);
        self.s.stay_sum += i128::from(self.now - entered);
        self.s.gone += 1;
        self.book_wip();
        self.s.wip -= 1;
        self.s.slab.free(piece);
    }

    /// One more piece is in the plant.
    #[inline]
    pub fn count_in(&mut self) {
        self.book_wip();
        self.s.wip += 1;
        self.s.made += 1;
    }

    #[inline]
    fn book_wip(&mut self) {
        self.s.wip_area += i128::from(self.s.wip) * i128::from(self.now - self.s.wip_last);
        self.s.wip_last = self.now;
    }
}
