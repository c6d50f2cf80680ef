//! Rates of rare events, where one machine alone has seen too few: each machine's rate is drawn towards that of its
//! class, and the class towards the plant, by as much as a few events would (a gamma prior on Poisson counts, a beta
//! prior on shares).

/// As many events as the prior is worth.
const PRIOR_EVENTS: f64 = 1.0;
/// As many pieces as the prior of a share is worth.
const PRIOR_PIECES: f64 = 60.0;

/// Events in a stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exposure {
    /// How many.
    pub events: f64,
    /// In how long, or in how many pieces.
    pub over: f64,
}

impl Exposure {
    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { events: self.events + other.events, over: self.over + other.over }
    }
}

/// Events per unit of `over` of a machine among others; `fallback` is the rate of which nobody knows better.
#[must_use]
pub fn pooled_rate(own: Exposure, class: Exposure, plant: Exposure, fallback: f64) -> f64 {
    let plant = drawn(plant, fallback);
    drawn(own, drawn(class, plant))
}

fn drawn(seen: Exposure, towards: f64) -> f64 {
    (seen.events + PRIOR_EVENTS) / (seen.over + PRIOR_EVENTS / towards.max(1e-12))
}

/// The same for a share of pieces.
#[must_use]
pub fn pooled_share(own: Exposure, class: Exposure, fallback: f64) -> f64 {
    let share =
        |seen: Exposure, towards: f64| (seen.events + PRIOR_PIECES * towards) / (seen.over + PRIOR_PIECES);
    share(own, share(class, fallback)).clamp(0.0, 0.95)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_record_wins_when_it_is_long() {
        let none = Exposure::default();
        let class = Exposure { events: 5.0, over: 100.0 };
        let few = pooled_rate(Exposure { events: 0.0, over: 8.0 }, class, class, 0.05);
        assert!((0.02..0.05).contains(&few), "{few}: no failure in 8 h, and the class has one in 20 h");
        let many = pooled_rate(Exposure { events: 400.0, over: 1_000.0 }, class, class, 0.05);
        assert!((many - 0.4).abs() < 0.01, "{many}");
        assert!(
            (pooled_rate(none, none, none, 0.05) - 0.05).abs() < 1e-9,
            "nothing is known but the fallback"
        );
        assert!((pooled_share(none, none, 0.01) - 0.01).abs() < 1e-9);
    }
}
