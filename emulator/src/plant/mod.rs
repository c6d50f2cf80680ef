//! The emulated plant: a maker of electric drives that really makes them, on the project's own event calendar.
//!
//! Four kinds of raw pieces (housings, shafts, wheels, pinions) are machined on two lines, hardened, ground, carried by
//! vehicles to a third line, assembled, tested and stored. Parts wait, get scrapped, machines break, wear and are
//! repaired; what the sensors see follows from it. The plant has no clock: [`Plant::run_until`] takes it to an instant,
//! and the same seed always tells the same story.

mod catalog;
mod fit;
mod flow;
mod layout;
mod options;
mod physics;
mod production;

pub use flow::Balance;
pub use layout::{HALL, Layout};
pub use options::PlantOptions;
pub use physics::Pace;

use crate::{Device, Reading};
use flow::{Calendar, Flow, SECOND};
use physics::Works;
use std::sync::Arc;
use trine_base::Instant;
use trine_simulate::Simulation;

/// How long the plant has been at work when its history begins: its stores have found their levels by then.
const WARM_UP: i64 = 3_600 * SECOND;
/// How old the bearing of the story is at the start of the history, s. With it the spindle breaks about two hours
/// and five and a quarter hours into the history, and is about to break again when eight hours are over.
const BEARING_AGE_S: f64 = 3_300.0;

/// The plant at an instant. A clone is a fork.
#[derive(Clone, Debug)]
pub struct Plant {
    simulation: Simulation<Works>,
    devices: Arc<[Device]>,
    layout: Arc<Layout>,
}

impl Plant {
    /// A plant that has been at work for a while, at the start of its history.
    #[must_use]
    pub fn new(options: &PlantOptions) -> Self {
        let start = options.start.as_ns();
        let mut calendar = Calendar::new(start - WARM_UP);
        let flow = Flow::build(options.seed, start - WARM_UP, start - WARM_UP, &mut calendar);
        let fittings: Arc<[_]> = fit::fittings(options.min_signals).into();
        let devices: Arc<[Device]> = fit::devices(&fittings).into();
        let mut layout = layout::layout(&devices);
        let shift_phase = Instant::from_ns(start - WARM_UP);
        production::describe(&mut layout, options.seed, options.start, shift_phase);
        let layout = Arc::new(layout);
        let model = Works::new(flow, fittings, options.seed, options.pace);
        let mut simulation = Simulation { model, calendar };
        simulation.run_until(start);
        simulation.model.flow.begin_story(options.seed, BEARING_AGE_S);
        simulation.model.begin(start, &mut simulation.calendar);
        Self { simulation, devices, layout }
    }

    /// Its devices; a [`Reading`] refers to them by index.
    #[must_use]
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// Its hall.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where it stands.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant::from_ns(self.simulation.calendar.now())
    }

    /// How often its sensors are read from now on.
    pub fn set_pace(&mut self, pace: Pace) {
        let Simulation { model, calendar } = &mut self.simulation;
        model.set_pace(pace, calendar);
    }

    /// Lets everything happen until an instant, and gives what the devices report, in order of time.
    /// However the way is cut into steps, the readings are the same. An instant that is past changes nothing.
    pub fn run_until(&mut self, until: Instant, sink: &mut impl FnMut(Reading)) {
        let until = until.as_ns();
        while self.simulation.step_until(until) {
            self.simulation.model.outbox.drain(..).for_each(&mut *sink);
        }
        if until > self.simulation.calendar.now() {
            self.simulation.calendar.advance(until);
        }
    }

    /// The newest value of every signal, as of now: for births and first pictures.
    pub fn all_values(&self, sink: &mut dyn FnMut(Reading)) {
        self.simulation.model.all_values(self.simulation.calendar.now(), sink);
    }

    /// Raw pieces delivered, finished and scrapped since the plant was built, and those still in process.
    #[must_use]
    pub fn balance(&self) -> (Balance, u64) {
        let flow = &self.simulation.model.flow;
        (flow.balance, flow.in_process())
    }
}
