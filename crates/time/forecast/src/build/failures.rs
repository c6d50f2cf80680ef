//! How stations break and are set up. Failures are rare, so most machines have seen too few of their own: their rate
//! is drawn towards that of their class. What comes again and again at one machine with one alarm is a way of breaking
//! of its own.

use super::Builder;
use crate::fit::{Exposure, Family, Span, fit, fit_times, fit_wear, pooled_rate};
use crate::observe::{MachinePast, Stop};
use std::collections::{BTreeMap, BTreeSet};
use trine_base::ThingId;
use trine_simulate::Distribution;
use trine_simulate::flow::{Failure, FailureClock, Tool};
use trine_world::{MachineState, StationProcess};

/// Time at work between failures of which nobody knows anything, s.
const LIFE_S: f64 = 40.0 * 3_600.0;
/// A repair of which nobody knows anything, s, and how much such times vary.
const REPAIR_S: f64 = 900.0;
const REPAIR_SIGMA: f64 = 0.7;
/// An alarm that took a machine down so often is a way of breaking of its own.
const AGAIN: usize = 2;
/// Repairs that make a law.
const REPAIRS: usize = 5;
/// A machine's rate is its own from so many failures on.
const OWN_FAILURES: f64 = 8.0;

impl Builder<'_, '_> {
    pub(super) fn failures(&mut self, thing: ThingId, name: &str, process: &StationProcess) -> Vec<Failure> {
        let crew = self.crew(process.repaired_by.as_ref());
        let machine = self.observed.machine(thing).cloned().unwrap_or_default();
        let mut failures = vec![self.any_failure(thing, name, crew)];
        for code in again(&machine) {
            failures.extend(self.own_failure(thing, name, &code, &machine, crew));
        }
        failures
    }

    /// Whatever breaks a machine now and then.
    fn any_failure(&mut self, thing: ThingId, name: &str, crew: Option<(u32, u32)>) -> Failure {
        let class = self.class(thing);
        let own = self.exposure(thing);
        let alike = self.alike(&class).map(|other| self.exposure(other)).fold(Exposure::default(), Exposure::with);
        let all = self.roster.stations.iter().map(|other| self.exposure(*other)).fold(Exposure::default(), Exposure::with);
        let mean = 1.0 / pooled_rate(own, alike, all, 1.0 / LIFE_S);
        if own.events < OWN_FAILURES {
            let because = if all.over == 0.0 {
                "nobody has seen it at work yet".to_owned()
            } else {
                let (n, hours) = (own.events, own.over / 3_600.0);
                format!("it failed {n:.0} times in {hours:.1} h at work, which is too few; machines of the class {class} failed {:.0} times in {:.0} h", alike.events, alike.over / 3_600.0)
            };
            self.assumptions.of((thing, name), "time between failures", format!("{:.1} h at work", mean / 3_600.0), &because, "wait for more of the past");
        }
        Failure {
            name: "breakdown".into(),
            time_to_failure_s: Distribution::Exponential { mean },
            clock: FailureClock::Operating,
            time_to_repair_s: self.repair(thing, name),
            crew,
            scraps: false,
        }
    }

    fn exposure(&self, thing: ThingId) -> Exposure {
        let Some(machine) = self.observed.machine(thing) else { return Exposure::default() };
        let own = again(machine);
        let events = machine.stops.iter().filter(|stop| !own.contains(&stop.code)).count() as f64;
        Exposure { events, over: machine.seconds(MachineState::Running) }
    }

    /// What breaks this machine again and again.
    fn own_failure(&mut self, thing: ThingId, name: &str, code: &str, machine: &MachinePast, crew: Option<(u32, u32)>) -> Option<Failure> {
        let (lives, _) = lives(machine, code);
        let whole = lives.iter().filter(|life| life.is_whole).count();
        let life = if whole >= 5 { fit(&lives).ok()?.distribution } else { fit_wear(&lives).ok()? };
        let repairs: Vec<Span> = stops(machine, code).map(|stop| stop.span).collect();
        let repair = few_times(&repairs)?;
        self.assumptions.of(
            (thing, name),
            &format!("time between failures with {code}"),
            format!("{:.1} h at work, wearing out", life.mean() / 3_600.0),
            &format!("this alarm took it down {} times; so few say little of the law", repairs.len()),
            "wait for more of the past",
        );
        let mut report = crate::FitReport::of(thing, name, &format!("time to {code}"), "s", &fit(&lives).ok()?);
        report.distribution = life.clone();
        self.fits.push(report);
        Some(Failure {
            name: code.into(),
            time_to_failure_s: life,
            clock: FailureClock::Operating,
            time_to_repair_s: repair,
            crew,
            scraps: false,
        })
    }

    /// Repair times: of its class, else of the plant, else assumed.
    fn repair(&mut self, thing: ThingId, name: &str) -> Distribution {
        let class = self.class(thing);
        let of_class: Vec<Span> = self.alike(&class).flat_map(|other| self.repairs(other)).collect();
        if of_class.len() >= REPAIRS
            && let Some(found) = self.fitted(thing, name, "time to repair", &of_class, Some(&class))
        {
            return found;
        }
        let of_all: Vec<Span> = self.roster.stations.iter().flat_map(|other| self.repairs(*other)).collect();
        let found = if of_all.len() >= REPAIRS { few_times(&of_all) } else { None };
        let because = if found.is_some() {
            "too few repairs of its class were seen; these are the times of the whole plant"
        } else {
            "too few repairs were seen"
        };
        let repair = found.unwrap_or(Distribution::Lognormal { mean: REPAIR_S, sigma: REPAIR_SIGMA });
        self.assumptions.of((thing, name), "time to repair", format!("{:.0} min on the average", repair.mean() / 60.0), because, "wait for more of the past");
        repair
    }

    fn repairs(&self, thing: ThingId) -> Vec<Span> {
        let Some(machine) = self.observed.machine(thing) else { return Vec::new() };
        let own = again(machine);
        machine.stops.iter().filter(|stop| !own.contains(&stop.code)).map(|stop| stop.span).collect()
    }

    /// Set-ups and tool changes, as often as they were seen.
    pub(super) fn setups(&mut self, thing: ThingId, name: &str) -> Option<Tool> {
        let machine = self.observed.machine(thing)?;
        if machine.setups.is_empty() {
            return None;
        }
        // The first was cut off at its beginning: it lasted at least as long.
        let mut lives: Vec<Span> = machine.setup_lives.iter().filter(|life| life.value > 0.0).copied().collect();
        lives.extend((machine.since_setup_s > 0.0).then(|| Span::open(machine.since_setup_s)));
        let times: Vec<Span> = machine.setups.iter().filter(|span| span.value > 0.0).copied().collect();
        let run_s = machine.seconds(MachineState::Running);
        let seldom = Distribution::Exponential { mean: (run_s / times.len().max(1) as f64).max(1.0) };
        let life_s = self.report(thing, name, "time at work between set-ups", "s", &lives, None).map_or(seldom, |fitted| fitted.distribution);
        let change_s = self.report(thing, name, "set-up time", "s", &times, None)?.distribution;
        Some(Tool { life_s, change_s, crew: None })
    }

    /// Time at work towards each failure of a station, s.
    pub(super) fn ages(&self, thing: ThingId) -> Vec<f64> {
        let Some(machine) = self.observed.machine(thing) else { return Vec::new() };
        let own = again(machine).into_iter().map(|code| lives(machine, &code).1);
        std::iter::once(machine.since_stop_s).chain(own).collect()
    }

    /// By which of its failures a machine that is down went down.
    pub(super) fn failure_now(&self, thing: ThingId) -> u32 {
        let Some(machine) = self.observed.machine(thing) else { return 0 };
        let code = machine.stops.last().map(|stop| stop.code.clone()).unwrap_or_default();
        again(machine).iter().position(|own| *own == code).map_or(0, |index| index as u32 + 1)
    }
}

/// Alarms that took a machine down more than once.
fn again(machine: &MachinePast) -> BTreeSet<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for stop in machine.stops.iter().filter(|stop| !stop.code.is_empty()) {
        *counts.entry(&stop.code).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= AGAIN).map(|(code, _)| code.to_owned()).collect()
}

fn stops<'m>(machine: &'m MachinePast, code: &'m str) -> impl Iterator<Item = &'m Stop> {
    machine.stops.iter().filter(move |stop| stop.code == code)
}

/// Time at work between stops with this alarm, and since the last one. The life before the first was at least so long.
fn lives(machine: &MachinePast, code: &str) -> (Vec<Span>, f64) {
    let (mut lives, mut run_s, mut is_whole) = (Vec::new(), 0.0, false);
    for stop in &machine.stops {
        run_s += stop.life.0;
        if stop.code == code {
            lives.push(Span { value: run_s, is_whole });
            (run_s, is_whole) = (0.0, true);
        }
    }
    let age = run_s + machine.since_stop_s;
    lives.push(Span::open(age));
    lives.retain(|life| life.value > 0.0);
    (lives, age)
}

/// A law of a few times: fitted, or lognormal about their mean when they are too few for a law.
fn few_times(spans: &[Span]) -> Option<Distribution> {
    let whole = spans.iter().filter(|span| span.is_whole).count();
    if whole >= REPAIRS {
        return fit_times(spans).ok().map(|fitted| fitted.distribution);
    }
    let mean = crate::fit::fit_family(Family::Exponential, spans).ok()?.mean();
    Some(Distribution::Lognormal { mean, sigma: if whole < 2 { REPAIR_SIGMA } else { 0.3 } })
}
