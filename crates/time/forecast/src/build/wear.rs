//! Ways of breaking that come again and again at one machine under one alarm, and the warnings that announce them.
//!
//! A failure that is announced each time by the same warning is wear that somebody measures: its lives are much alike,
//! and how far the warning is tells when the next one comes. Without a warning it takes more of them to be believed:
//! of the many alarms of a machine two alike come together by chance.

use crate::fit::Span;
use crate::observe::MachinePast;
use std::collections::{BTreeMap, BTreeSet};

/// So often an announced failure must come, and one that is not announced.
const AGAIN_ANNOUNCED: usize = 2;
const AGAIN: usize = 3;
/// A warning further ahead than this, s at work, announces nothing.
const AHEAD_S: f64 = 7_200.0;
/// Shape of Weibull's distribution towards which the few lives are drawn: wear that is measured, and wear of which
/// nothing is known.
const SHAPE_ANNOUNCED: f64 = 8.0;
const SHAPE: f64 = 2.0;

/// One way of breaking.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wear {
    pub code: String,
    /// Time at work from one to the next, s; the first was at least so long, and so is the present one.
    pub lives: Vec<Span>,
    /// Time at work since the last one, s.
    pub age_s: f64,
    /// How long the repairs took, s.
    pub repairs: Vec<Span>,
    pub warning: Option<Announced>,
    /// Whether what was in the machine was scrap then, more often than not.
    pub scraps: bool,
}

/// The warning that comes before.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Announced {
    pub code: String,
    /// How long before, s at work, on the average.
    pub lead_s: f64,
    /// Time at work since it came, if the failure that it announces is still to come, s.
    pub since_s: Option<f64>,
}

impl Wear {
    /// Towards which shape its lives are drawn.
    pub fn shape(&self) -> f64 {
        if self.warning.is_some() { SHAPE_ANNOUNCED } else { SHAPE }
    }

    /// How old it is, s at work, when such lives last `mean_s` on the average: by the clock, put right by whether the
    /// warning has come.
    pub fn age(&self, mean_s: f64) -> f64 {
        match &self.warning {
            None => self.age_s,
            Some(Announced { lead_s, since_s: Some(since_s), .. }) => {
                (mean_s - (lead_s - since_s).max(0.0)).max(0.0)
            }
            Some(Announced { lead_s, since_s: None, .. }) => self.age_s.min((mean_s - lead_s).max(0.0)),
        }
    }
}

/// The ways of breaking of a machine that have come often enough, by code.
pub(super) fn wears(machine: &MachinePast, now_ns: i64) -> Vec<Wear> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for stop in machine.stops.iter().filter(|stop| !stop.code.is_empty()) {
        *counts.entry(&stop.code).or_default() += 1;
    }
    let mut list = Vec::new();
    for (code, count) in counts.into_iter().filter(|(_, count)| *count >= AGAIN_ANNOUNCED) {
        let warning = announced(machine, code, now_ns);
        if warning.is_some() || count >= AGAIN {
            let (lives, age_s) = lives(machine, code);
            let scrapped = machine.stops.iter().filter(|stop| stop.code == code && stop.scrapped > 0).count();
            let scraps = 2 * scrapped > count;
            let repairs =
                machine.stops.iter().filter(|stop| stop.code == code).map(|stop| stop.span).collect();
            list.push(Wear { code: code.to_owned(), lives, age_s, repairs, warning, scraps });
        }
    }
    list
}

fn lives(machine: &MachinePast, code: &str) -> (Vec<Span>, f64) {
    let (mut lives, mut run_s, mut is_whole) = (Vec::new(), 0.0, false);
    for stop in &machine.stops {
        run_s += stop.life.0;
        if stop.code == code {
            lives.push(Span { value: run_s, is_whole });
            (run_s, is_whole) = (0.0, true);
        }
    }
    let age_s = run_s + machine.since_stop_s;
    lives.push(Span::open(age_s));
    lives.retain(|life| life.value > 0.0);
    (lives, age_s)
}

/// The earliest warning that came before every stop with this code, and never else but perhaps now.
fn announced(machine: &MachinePast, code: &str, now_ns: i64) -> Option<Announced> {
    let stops: Vec<i64> =
        machine.stops.iter().filter(|stop| stop.code == code).map(|stop| stop.from_ns).collect();
    let codes: BTreeSet<&str> = machine.warnings.iter().map(|warning| warning.code.as_str()).collect();
    let found = codes.into_iter().filter_map(|warning| {
        let raised: Vec<i64> =
            machine.warnings.iter().filter(|w| w.code == warning).map(|w| w.at_ns).collect();
        if raised.len() > stops.len() + 1 {
            return None;
        }
        // Each failure needs a warning of its own, after the one before.
        let before = std::iter::once(i64::MIN).chain(stops.iter().copied());
        let leads: Option<Vec<f64>> =
            stops.iter().zip(before).map(|(stop, before)| lead(machine, &raised, before, *stop)).collect();
        let leads = leads?;
        let lead_s = leads.iter().sum::<f64>() / leads.len().max(1) as f64;
        let last = stops.last().copied().unwrap_or(i64::MIN);
        let open = raised.iter().copied().find(|at| *at > last);
        let since_s = open.and_then(|at| machine.timeline.run_between(at, now_ns));
        Some(Announced { code: warning.to_owned(), lead_s, since_s })
    });
    found.max_by(|a, b| a.lead_s.total_cmp(&b.lead_s))
}

/// Time at work from the last warning after the stop before to a stop, s.
fn lead(machine: &MachinePast, raised: &[i64], before_ns: i64, stop_ns: i64) -> Option<f64> {
    let at = raised.iter().copied().filter(|at| (before_ns..stop_ns).contains(at)).max()?;
    machine.timeline.run_between(at, stop_ns).filter(|lead| *lead <= AHEAD_S)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::{Stop, Timeline, Warning};
    use trine_world::MachineState::{Down, Running};

    const S: i64 = 1_000_000_000;

    /// A machine that works, breaks at 1000 s and at 2100 s for 100 s each, and is looked at at 3100 s.
    fn machine(warnings: &[i64]) -> MachinePast {
        let stop = |from: i64, life| Stop {
            from_ns: from * S,
            span: Span::whole(100.0),
            life,
            code: "X".into(),
            scrapped: 1,
        };
        let changes = vec![
            (1_000 * S, Running, Down),
            (1_100 * S, Down, Running),
            (2_100 * S, Running, Down),
            (2_200 * S, Down, Running),
        ];
        MachinePast {
            timeline: Timeline::new(changes, 0, 3_100 * S),
            stops: vec![stop(1_000, (1_000.0, false)), stop(2_100, (1_000.0, true))],
            warnings: warnings.iter().map(|at| Warning { code: "W".into(), at_ns: at * S }).collect(),
            since_stop_s: 900.0,
            ..MachinePast::default()
        }
    }

    #[test]
    fn a_warning_before_each_failure_announces_the_next() {
        let found = wears(&machine(&[800, 1_900, 3_050]), 3_100 * S);
        let [wear] = &found[..] else { panic!("{found:?}") };
        assert_eq!(wear.lives, [Span::open(1_000.0), Span::whole(1_000.0), Span::open(900.0)]);
        assert!(wear.scraps);
        let warning = wear.warning.as_ref().expect("it is announced");
        assert_eq!((warning.lead_s, warning.since_s), (200.0, Some(50.0)));
        assert_eq!(wear.age(1_000.0), 850.0, "150 s are left of the warning");
    }

    #[test]
    fn while_the_warning_has_not_come_the_failure_does_not_either() {
        let found = wears(&machine(&[800, 1_900]), 3_100 * S);
        assert_eq!(found[0].age(1_000.0), 800.0, "at least the 200 s of the warning are left");
    }

    #[test]
    fn twice_without_a_warning_is_chance() {
        assert!(wears(&machine(&[]), 3_100 * S).is_empty());
        assert!(wears(&machine(&[800]), 3_100 * S).is_empty(), "the second came without it");
    }
}
