//! Sinks: what leaves the plant.

use super::event::Event;
use super::layout::{NONE, ns};
use super::state::Piece;
use super::station::some;
use super::{Happening, Run, Trace};

impl<T: Trace> Run<'_, T> {
    /// Takes everything away that can be taken from the buffer of a sink.
    pub fn take_all(&mut self, sink: u32) {
        let buffer = self.l.model.sinks[sink as usize].buffer;
        for lane in &self.l.buffers[buffer as usize].lanes {
            while let Some(piece) = self.take_of(*lane, NONE) {
                self.leave_by(sink, *lane, piece);
            }
        }
    }

    fn leave_by(&mut self, sink: u32, lane: u32, piece: u32) {
        let Piece { serial, order, born, .. } = *self.s.slab.at(piece);
        let material = self.l.lanes[lane as usize].material;
        let run = &mut self.s.sinks[sink as usize];
        let lead_ns = self.now - born;
        run.count[material as usize] += 1;
        run.lead_s.add(lead_ns as f64 * 1e-9);
        run.sketch.add(lead_ns);
        self.tell(|| Happening::Left { sink, serial, material, order: some(order), born_ns: born });
        self.leave(piece);
    }

    pub fn sink_due(&mut self, sink: u32) {
        self.take_all(sink);
        self.next_collection(sink);
    }

    pub fn next_collection(&mut self, sink: u32) {
        if let Some(interval) = &self.l.model.sinks[sink as usize].every_s {
            let run = &mut self.s.sinks[sink as usize];
            run.since = self.now;
            let at = self.now.saturating_add(ns(interval.sample(&mut run.stream)));
            run.ticket = Some(self.c.schedule(at, Event::SinkDue(sink)));
        }
    }
}
