//! Pieces between stations: lanes of buffers, the wait for room, and the way from hand to hand where there is none.
//!
//! A buffer without room for any (capacity 0) holds none: whoever would put a piece there offers it in the hand, at
//! the end of the lane, and is rid of it when somebody takes it.

use super::event::{Event, Giver, Taker, Todo};
use super::layout::NONE;
use super::{Happening, Run, Trace};

impl<T: Trace> Run<'_, T> {
    /// Whether a piece may come in now.
    #[inline]
    pub fn has_room(&self, buffer: u32) -> bool {
        let run = &self.s.buffers[buffer as usize];
        run.level + run.reserved < self.l.buffers[buffer as usize].capacity && self.now >= run.open_at
    }

    /// Puts a piece into its lane; there has to be room.
    #[inline]
    pub fn store(&mut self, piece: u32) {
        let lane = self.s.slab.at(piece).lane;
        let buffer = self.l.lanes[lane as usize].buffer;
        let layout = &self.l.buffers[buffer as usize];
        self.set_level(buffer, true);
        let place = self.s.slab.at_mut(piece);
        place.since = self.now + layout.transit_ns;
        place.holder = None;
        self.append(lane, piece);
        if layout.pitch_ns > 0 {
            self.s.buffers[buffer as usize].open_at = self.now + layout.pitch_ns;
        }
        if layout.transit_ns > 0 {
            self.c.schedule(self.now + layout.transit_ns, Event::Ripe(lane));
        } else {
            self.ripe(lane);
        }
    }

    /// Offers a piece in the hand to whoever takes from its lane.
    pub fn offer(&mut self, piece: u32, holder: Giver) {
        let place = self.s.slab.at_mut(piece);
        place.since = self.now;
        place.holder = Some(holder);
        let lane = place.lane;
        self.append(lane, piece);
        self.ripe(lane);
    }

    #[inline]
    pub fn append(&mut self, lane: u32, piece: u32) {
        self.s.slab.at_mut(piece).next = NONE;
        let run = &mut self.s.lanes[lane as usize];
        let tail = std::mem::replace(&mut run.tail, piece);
        run.count += 1;
        if tail == NONE {
            run.head = piece;
        } else {
            self.s.slab.at_mut(tail).next = piece;
        }
    }

    /// One more piece of a lane can be taken.
    #[inline]
    pub fn ripe(&mut self, lane: u32) {
        self.s.lanes[lane as usize].ripe += 1;
        let takers = &self.l.lanes[lane as usize].takers;
        match takers[..] {
            [] => {}
            [taker] => self.call(taker),
            _ => self.call_all(takers),
        }
    }

    /// Stations first, of them the one that has been idle longest; then vehicles and sinks.
    fn call_all(&mut self, takers: &[Taker]) {
        let mut last = (i64::MIN, 0);
        loop {
            let idle = takers.iter().filter_map(|taker| match taker {
                Taker::Station(station) => {
                    Some((self.s.stations[*station as usize].idle_since, *station + 1))
                }
                _ => None,
            });
            let Some(next) = idle.filter(|place| *place > last).min() else { break };
            last = next;
            self.queue_station(next.1 - 1);
        }
        takers.iter().filter(|taker| !matches!(taker, Taker::Station(_))).for_each(|taker| self.call(*taker));
    }

    /// How many pieces of a lane can be taken: all of them, or those of an order, of which no more are counted
    /// than are `wanted`.
    #[inline]
    pub fn ripe_of(&self, lane: u32, order: u32, wanted: u32) -> u32 {
        let run = &self.s.lanes[lane as usize];
        if order == NONE {
            return run.ripe;
        }
        let (mut piece, mut found) = (run.head, 0);
        for _ in 0..run.ripe {
            let place = self.s.slab.at(piece);
            found += u32::from(place.order == order);
            if found >= wanted {
                break;
            }
            piece = place.next;
        }
        found
    }

    /// Takes the oldest piece of a lane, or the oldest of an order.
    #[inline]
    pub fn take_of(&mut self, lane: u32, order: u32) -> Option<u32> {
        let run = self.s.lanes[lane as usize];
        if run.ripe == 0 {
            return None;
        }
        let (mut before, mut piece) = (NONE, run.head);
        if order != NONE {
            let mut ripe = run.ripe;
            while self.s.slab.at(piece).order != order {
                ripe -= 1;
                if ripe == 0 {
                    return None;
                }
                (before, piece) = (piece, self.s.slab.at(piece).next);
            }
        }
        self.unlink(lane, before, piece);
        Some(piece)
    }

    #[inline]
    fn unlink(&mut self, lane: u32, before: u32, piece: u32) {
        let place = self.s.slab.at_mut(piece);
        let (next, holder) = (place.next, place.holder.take());
        let run = &mut self.s.lanes[lane as usize];
        run.ripe -= 1;
        run.count -= 1;
        if next == NONE {
            run.tail = before;
        }
        if before == NONE {
            run.head = next;
        } else {
            self.s.slab.at_mut(before).next = next;
        }
        let Some(giver) = holder else { return self.taken_from(lane) };
        if let Giver::Source(source) = giver {
            self.arrive(piece);
            self.tell_arrived(source, piece);
        }
        self.s.todo.push_back(Todo::Given(giver));
    }

    #[inline]
    fn taken_from(&mut self, lane: u32) {
        let buffer = self.l.lanes[lane as usize].buffer;
        self.set_level(buffer, false);
        if !self.s.buffers[buffer as usize].givers.is_empty() {
            self.s.todo.push_back(Todo::Admit(buffer));
        }
        self.call_fleets(buffer);
    }

    /// Tells the fleets that bring something here that there is room.
    pub fn call_fleets(&mut self, buffer: u32) {
        for fleet in &self.l.buffers[buffer as usize].fleets {
            self.s.todo.push_back(Todo::Fleet(*fleet));
        }
    }

    #[inline]
    fn set_level(&mut self, buffer: u32, is_more: bool) {
        let run = &mut self.s.buffers[buffer as usize];
        run.area += f64::from(run.level) * (self.now - run.last) as f64;
        run.last = self.now;
        if is_more {
            run.level += 1;
            run.level_max = run.level_max.max(run.level);
        } else {
            run.level -= 1;
        }
        let level = run.level;
        self.tell(|| Happening::Level { buffer, level });
    }

    /// Somebody stands before a buffer until there is room.
    pub fn wait_for_room(&mut self, buffer: u32, giver: Giver, is_first: bool) {
        let givers = &mut self.s.buffers[buffer as usize].givers;
        if is_first {
            givers.push_front(giver);
        } else {
            givers.push_back(giver);
        }
        self.await_pitch(buffer);
    }

    /// Lets those in who stand before a buffer, as far as there is room.
    pub fn admit(&mut self, buffer: u32) {
        while self.has_room(buffer) {
            match self.s.buffers[buffer as usize].givers.pop_front() {
                Some(Giver::Slot(slot)) => self.give(slot, true),
                Some(Giver::Source(source)) => self.bring(source, true),
                Some(Giver::Vehicle(_)) | None => return,
            }
        }
        self.await_pitch(buffer);
    }

    /// When there is room but the last piece came in too short ago, somebody is let in later.
    fn await_pitch(&mut self, buffer: u32) {
        let run = &mut self.s.buffers[buffer as usize];
        let is_free = run.level + run.reserved < self.l.buffers[buffer as usize].capacity;
        if is_free && self.now < run.open_at && !run.is_waking && !run.givers.is_empty() {
            run.is_waking = true;
            self.c.schedule(run.open_at, Event::Room(buffer));
        }
    }

    pub fn pitch_passed(&mut self, buffer: u32) {
        self.s.buffers[buffer as usize].is_waking = false;
        self.admit(buffer);
    }
}
