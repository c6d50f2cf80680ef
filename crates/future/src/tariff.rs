//! What things cost: said once, used by what-ifs to compare and by plans to choose.

use crate::{FutureError, Futures};
use trine_base::Instant;
use trine_schedule::{Interval, PriceSlot};
use trine_simulate::flow::Prices;
use trine_world::{FactKind, TariffDescription};

/// Units of price of a plan for a unit of the currency: a plan counts in whole thousandths.
const PARTS: f64 = 1_000.0;
/// Stretches of different price that a plan knows.
const SLOTS_MAX: usize = 500;

impl Futures {
    /// What things cost, if anybody has said it.
    #[must_use]
    pub fn tariff(&self) -> Option<TariffDescription> {
        self.site.world().production().tariff.clone()
    }

    /// Says what things cost from now on.
    ///
    /// # Errors
    /// Why the world refuses it, or that it cannot be recorded.
    pub async fn say_tariff(&self, tariff: TariffDescription) -> Result<(), FutureError> {
        self.record_as("planner", FactKind::TariffDescribed { tariff }).await
    }
}

/// Prices of a run between two instants: energy at its mean over them.
pub fn run_prices(tariff: Option<&TariffDescription>, from: Instant, to: Instant) -> Prices {
    let Some(tariff) = tariff else { return Prices::default() };
    Prices {
        energy_kwh: tariff.energy_mean(from, to),
        station_hour: tariff.station_hour,
        person_hour: tariff.person_hour,
        piece_hour: tariff.piece_hour,
        scrap: tariff.scrap,
        late_hour: tariff.late_hour,
    }
}

/// Prices of energy for a plan. Where nobody has said any, energy costs the same at all times, so that a plan that is to
/// need little of it still does.
pub fn plan_prices(tariff: Option<&TariffDescription>, from: Instant, to: Instant) -> Vec<PriceSlot> {
    let second = |at: Instant| at.as_ns().div_euclid(1_000_000_000);
    let slot = |(from, to, price): (Instant, Instant, f64)| PriceSlot {
        interval: Interval { from: second(from), to: second(to) },
        price: (price * PARTS).round().clamp(-1e6, 1e6) as i64,
    };
    let slots = tariff.map(|tariff| tariff.energy_between(from, to, SLOTS_MAX));
    let slots = slots.unwrap_or_else(|| vec![(from, to, 1.0 / PARTS)]);
    slots.into_iter().map(slot).filter(|slot| slot.interval.to > slot.interval.from).collect()
}
