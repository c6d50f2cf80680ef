//! The plant in real time: stepped ten times a second up to the clock, its readings given to the servers.

use crate::hosts::{Connection, Hosts};
use crate::plant::{Pace, Plant};
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use trine_base::Instant;
use trine_connector::Clock;

/// Time between two steps.
const STEP: Duration = Duration::from_millis(100);
/// A plant that is late is brought up to the clock in strides of this length, so that its servers stay responsive.
const STRIDE: Duration = Duration::from_secs(1);
/// A plant that is this late says so.
const LATE_S: f64 = 2.0;

/// A plant with its servers, ready to go on with the clock.
pub struct LivePlant {
    plant: Plant,
    hosts: Hosts,
    is_late: bool,
}

impl LivePlant {
    pub(crate) fn new(mut plant: Plant, hosts: Hosts) -> Self {
        plant.set_pace(Pace::LIVE);
        Self { plant, hosts, is_late: false }
    }

    /// The connections that bring in the whole plant.
    #[must_use]
    pub fn connections(&self) -> &[Connection] {
        self.hosts.connections()
    }

    /// The servers, to have faults.
    #[must_use]
    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Goes on with the clock until it is told to stop; then the servers stop too.
    pub async fn run(mut self, clock: impl Clock, stop: CancellationToken) {
        let mut steps = tokio::time::interval(STEP);
        steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(steps.tick()).await.is_some() {
            self.catch_up(&clock, &stop).await;
        }
        self.hosts.stop();
    }

    /// Brings the plant up to the clock.
    async fn catch_up(&mut self, clock: &impl Clock, stop: &CancellationToken) {
        // The clock goes on while the plant catches up; what it gains meanwhile is for the next step.
        let now = clock.now();
        self.tell_lateness(now);
        while self.plant.now() < now && !stop.is_cancelled() {
            let target = now.min(self.plant.now() + STRIDE);
            let mut readings = Vec::new();
            self.plant.run_until(target, &mut |reading| readings.push(reading));
            if !readings.is_empty() {
                self.hosts.publish(&readings);
            }
            tokio::task::yield_now().await;
        }
    }

    fn tell_lateness(&mut self, now: Instant) {
        let late_s = now.seconds_since(self.plant.now());
        if late_s > LATE_S && !self.is_late {
            tracing::warn!("the emulated plant is {late_s:.1} s behind the clock and catches up");
        }
        self.is_late = late_s > LATE_S;
    }
}
