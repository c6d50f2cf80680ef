//! What things cost: energy by the time of day, machines, people, pieces that lie about, scrap, lateness.
//!
//! Nobody has to say it; what is not said costs nothing, and where nothing is said no cost is shown.

use serde::{Deserialize, Serialize};
use trine_base::Instant;

/// Stretches of a price pattern.
const SLOTS_MAX: usize = 1_000;

/// Prices in one currency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TariffDescription {
    /// ISO 4217, such as `EUR`.
    pub currency: String,
    /// Of a kWh, where no stretch of the pattern says otherwise.
    pub energy_kwh: f64,
    /// Where the pattern begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Instant>,
    /// How long the pattern is, s; 0: the price is always the same.
    pub period_s: f64,
    /// Other prices of a kWh: from, to (s from the start of the pattern), price; in order and apart.
    pub energy_slots: Vec<(f64, f64, f64)>,
    /// Of an hour of a machine at work.
    pub station_hour: f64,
    /// Of an hour of somebody at work.
    pub person_hour: f64,
    /// Of an hour of a piece in the plant.
    pub piece_hour: f64,
    /// Of a scrapped piece.
    pub scrap: f64,
    /// Of an hour of lateness of an order of weight 1.
    pub late_hour: f64,
}

impl TariffDescription {
    pub(crate) fn fault(&self) -> Option<String> {
        let is_currency =
            self.currency.len() == 3 && self.currency.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_currency {
            return Some(format!("`{}` is no currency; write three letters, such as EUR", self.currency));
        }
        let never_negative =
            [self.station_hour, self.person_hour, self.piece_hour, self.scrap, self.late_hour, self.period_s];
        let energy = self.energy_slots.iter().map(|slot| slot.2).chain([self.energy_kwh]);
        if never_negative.iter().any(|price| !(price.is_finite() && *price >= 0.0))
            || energy.into_iter().any(|price| !price.is_finite())
        {
            return Some("a price is not finite, or is negative (only energy may be)".into());
        }
        let mut last = 0.0;
        let is_in_order = self.energy_slots.iter().all(|(from, to, _)| {
            let fits = *from >= last && to > from && *to <= self.period_s;
            last = *to;
            fits
        });
        (!is_in_order || self.energy_slots.len() > SLOTS_MAX).then(|| {
            format!("the energy prices overlap, are out of order, go beyond their period, or are more than {SLOTS_MAX}")
        })
    }

    /// The stretches between two instants in which the price of a kWh is the same, in order; at most so many.
    #[must_use]
    pub fn energy_between(&self, from: Instant, to: Instant, most: usize) -> Vec<(Instant, Instant, f64)> {
        let period_ns = (self.period_s * 1e9) as i64;
        if period_ns <= 0 || self.energy_slots.is_empty() {
            return vec![(from, to, self.energy_kwh)];
        }
        let origin = self.origin.unwrap_or(Instant::EPOCH);
        let mut begins = origin.plus_ns(from.since(origin).div_euclid(period_ns) * period_ns);
        let (mut out, mut at) = (Vec::new(), from);
        while at < to && out.len() < most {
            for (opens, closes, price) in &self.energy_slots {
                let (opens, closes) =
                    (begins.plus_ns((opens * 1e9) as i64), begins.plus_ns((closes * 1e9) as i64));
                push(&mut out, &mut at, opens.min(to), self.energy_kwh);
                push(&mut out, &mut at, closes.min(to), *price);
            }
            begins = begins.plus_ns(period_ns);
            push(&mut out, &mut at, begins.min(to), self.energy_kwh);
        }
        out
    }

    /// The mean price of a kWh between two instants.
    #[must_use]
    pub fn energy_mean(&self, from: Instant, to: Instant) -> f64 {
        let slots = self.energy_between(from, to, usize::MAX);
        let seconds: f64 = slots.iter().map(|(from, to, _)| to.seconds_since(*from)).sum();
        let weighed: f64 = slots.iter().map(|(from, to, price)| price * to.seconds_since(*from)).sum();
        if seconds > 0.0 { weighed / seconds } else { self.energy_kwh }
    }
}

fn push(out: &mut Vec<(Instant, Instant, f64)>, at: &mut Instant, to: Instant, price: f64) {
    if to > *at {
        out.push((*at, to, price));
        *at = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night() -> TariffDescription {
        TariffDescription {
            currency: "EUR".into(),
            energy_kwh: 0.3,
            period_s: 86_400.0,
            energy_slots: vec![(0.0, 21_600.0, 0.1)],
            ..TariffDescription::default()
        }
    }

    #[test]
    fn the_pattern_repeats_and_leaves_no_gap() {
        let hour = |hours: i64| Instant::from_ms(hours * 3_600_000);
        let slots = night().energy_between(hour(3), hour(32), 100);
        let expected = [
            (hour(3), hour(6), 0.1),
            (hour(6), hour(24), 0.3),
            (hour(24), hour(30), 0.1),
            (hour(30), hour(32), 0.3),
        ];
        assert_eq!(slots, expected);
        assert!((night().energy_mean(hour(0), hour(24)) - 0.25).abs() < 1e-12);
        assert_eq!(night().energy_between(hour(0), hour(24_000), 10).len(), 10);
    }

    #[test]
    fn prices_that_make_no_sense_are_refused() {
        let wrong = |change: &dyn Fn(&mut TariffDescription)| {
            let mut tariff = night();
            change(&mut tariff);
            tariff.fault().unwrap()
        };
        assert!(wrong(&|tariff| tariff.currency = "euro".into()).contains("three letters"));
        assert!(wrong(&|tariff| tariff.scrap = -1.0).contains("negative"));
        assert!(wrong(&|tariff| tariff.energy_kwh = f64::NAN).contains("not finite"));
        assert!(wrong(&|tariff| tariff.energy_slots.push((3_600.0, 7_200.0, 1.0))).contains("overlap"));
        assert!(wrong(&|tariff| tariff.period_s = 3_600.0).contains("beyond"));
        assert_eq!(night().fault(), None);
    }
}
