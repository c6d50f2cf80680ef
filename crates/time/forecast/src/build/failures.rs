//! How stations break and are set up. Failures are rare, so most machines have seen too few of their own: their rate
//! is drawn towards that of their class. What comes again and again at one machine with one alarm is a way of breaking
//! of its own.

use super::Builder;
use super::wear::Wear;
use crate::fit::{Exposure, Family, Span, fit, fit_times, fit_wear, pooled_rate};
use trine_base::ThingId;
use trine_simulate::Distribution;
use trine_simulate::flow::{Failure, FailureClock, Tool};
use trine_world::{MachineState, StationProcess};

/// Time at work between failures of which nobody knows anything, s.
const LIFE_S: f64 = 40.0 * 3_600.0;
/// A repair of which nobody knows anything, s, and how much such times vary.
const REPAIR_S: f64 = 900.0;
const REPAIR_SIGMA: f64 = 0.7;
/// How much repairs of one kind vary.
const FEW_SIGMA: f64 = 0.3;
/// So many lives make a law by themselves.
const OWN_LIVES: usize = 5;
/// Repairs that make a law.
const REPAIRS: usize = 5;
/// A machine's rate is its own from so many failures on.
const OWN_FAILURES: f64 = 8.0;

impl Builder<'_, '_> {
    pub(super) fn failures(&mut self, thing: ThingId, name: &str, process: &StationProcess) -> Vec<Failure> {
        let crew = self.crew(process.repaired_by.as_ref());
        let mut failures = vec![self.any_failure(thing, name, crew)];
        let mut ages = vec![self.observed.machine(thing).map_or(0.0, |machine| machine.since_stop_s)];
        for wear in self.wears.get(&thing).cloned().unwrap_or_default() {
            let Some(failure) = self.own_failure(thing, name, &wear, crew) else { continue };
            ages.push(wear.age(failure.time_to_failure_s.mean()));
            failures.push(failure);
        }
        self.ages.insert(thing, ages);
        failures
    }

    /// Whatever breaks a machine now and then.
    fn any_failure(&mut self, thing: ThingId, name: &str, crew: Option<(u32, u32)>) -> Failure {
        let class = self.class(thing);
        let own = self.exposure(thing);
        let alike =
            self.alike(&class).map(|other| self.exposure(other)).fold(Exposure::default(), Exposure::with);
        let all = self.all_failures();
        let mean = 1.0 / pooled_rate(own, alike, all, 1.0 / LIFE_S);
        if own.events < OWN_FAILURES {
            let because = if all.over == 0.0 {
                "nobody has seen it at work yet".to_owned()
            } else {
                let (n, hours) = (own.events, own.over / 3_600.0);
                format!(
                    "it failed {n:.0} times in {hours:.1} h at work, which is too few; machines of the class {class} failed {:.0} times in {:.0} h",
                    alike.events,
                    alike.over / 3_600.0
                )
            };
            self.assumptions.of(
                (thing, name),
                "time between failures",
                format!("{:.1} h at work", mean / 3_600.0),
                &because,
                "wait for more of the past",
            );
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

    fn all_failures(&mut self) -> Exposure {
        if let Some(known) = self.failures_of_all {
            return known;
        }
        let all = self.roster.stations.iter().map(|other| self.exposure(*other));
        *self.failures_of_all.insert(all.fold(Exposure::default(), Exposure::with))
    }

    fn exposure(&self, thing: ThingId) -> Exposure {
        let Some(machine) = self.observed.machine(thing) else { return Exposure::default() };
        let events = machine.stops.iter().filter(|stop| !self.is_own(thing, &stop.code)).count() as f64;
        Exposure { events, over: machine.seconds(MachineState::Running) }
    }

    /// What breaks this machine again and again.
    fn own_failure(
        &mut self,
        thing: ThingId,
        name: &str,
        wear: &Wear,
        crew: Option<(u32, u32)>,
    ) -> Option<Failure> {
        let Wear { code, lives, repairs, warning, .. } = wear;
        let whole = lives.iter().filter(|life| life.is_whole).count();
        let fitted = fit(lives).ok()?;
        let life = if whole >= OWN_LIVES {
            fitted.distribution.clone()
        } else {
            fit_wear(lives, wear.shape()).ok()?
        };
        let repair = few_times(repairs)?;
        let announced = warning.as_ref().map_or(String::new(), |warning| {
            format!("; {} comes {:.0} min before", warning.code, warning.lead_s / 60.0)
        });
        self.assumptions.of(
            (thing, name),
            &format!("time between failures with {code}"),
            format!("{:.1} h at work, wearing out{announced}", life.mean() / 3_600.0),
            &format!("this alarm took it down {} times; so few say little of the law", repairs.len()),
            "wait for more of the past",
        );
        let mut report = crate::FitReport::of(thing, name, &format!("time to {code}"), "s", &fitted);
        report.distribution = life.clone();
        self.fits.push(report);
        Some(Failure {
            name: code.clone(),
            time_to_failure_s: life,
            clock: FailureClock::Operating,
            time_to_repair_s: repair,
            crew,
            scraps: wear.scraps,
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
        self.assumptions.of(
            (thing, name),
            "time to repair",
            format!("{:.0} min on the average", repair.mean() / 60.0),
            because,
            "wait for more of the past",
        );
        repair
    }

    fn repairs(&self, thing: ThingId) -> Vec<Span> {
        let Some(machine) = self.observed.machine(thing) else { return Vec::new() };
        machine.stops.iter().filter(|stop| !self.is_own(thing, &stop.code)).map(|stop| stop.span).collect()
    }

    /// Set-ups and tool changes, as often as they were seen.
    pub(super) fn setups(&mut self, thing: ThingId, name: &str) -> Option<Tool> {
        let machine = self.observed.machine(thing)?;
        if machine.setups.is_empty() {
            return None;
        }
        // The first was cut off at its beginning: it lasted at least as long.
        let mut lives: Vec<Span> =
            machine.setup_lives.iter().filter(|life| life.value > 0.0).copied().collect();
        lives.extend((machine.since_setup_s > 0.0).then(|| Span::open(machine.since_setup_s)));
        let times: Vec<Span> = machine.setups.iter().filter(|span| span.value > 0.0).copied().collect();
        let run_s = machine.seconds(MachineState::Running);
        let seldom = Distribution::Exponential { mean: (run_s / times.len().max(1) as f64).max(1.0) };
        let life_s = self
            .report(thing, name, "time at work between set-ups", "s", &lives, None)
            .map_or(seldom, |fitted| fitted.distribution);
        let change_s = self.report(thing, name, "set-up time", "s", &times, None)?.distribution;
        Some(Tool { life_s, change_s, crew: None })
    }

    /// By which of its failures a machine that is down went down.
    pub(super) fn failure_now(&self, thing: ThingId) -> u32 {
        let Some(machine) = self.observed.machine(thing) else { return 0 };
        let code = machine.stops.last().map(|stop| stop.code.as_str()).unwrap_or_default();
        let station = self.stations.get(&thing).and_then(|index| self.flow.stations.get(*index as usize));
        let found =
            station.and_then(|station| station.failures.iter().position(|failure| failure.name == code));
        found.unwrap_or(0) as u32
    }

    /// Whether a machine breaks again and again under this alarm.
    fn is_own(&self, thing: ThingId, code: &str) -> bool {
        self.wears.get(&thing).into_iter().flatten().any(|wear| wear.code == code)
    }
}

/// A law of a few times: fitted, or lognormal about their mean when they are too few for a law.
fn few_times(spans: &[Span]) -> Option<Distribution> {
    let whole = spans.iter().filter(|span| span.is_whole).count();
    if whole >= REPAIRS {
        return fit_times(spans).ok().map(|fitted| fitted.distribution);
    }
    let mean = crate::fit::fit_family(Family::Exponential, spans).ok()?.mean();
    let logs: Vec<f64> =
        spans.iter().filter(|span| span.is_whole && span.value > 0.0).map(|span| span.value.ln()).collect();
    let middle = logs.iter().sum::<f64>() / logs.len().max(1) as f64;
    let squares: f64 = logs.iter().map(|log| (log - middle).powi(2)).sum();
    // As if half a time had been seen before that varied as repairs usually do.
    let sigma = match logs.len() {
        0 | 1 => REPAIR_SIGMA,
        n => ((0.5 * FEW_SIGMA * FEW_SIGMA + squares) / (n as f64 - 0.5)).sqrt(),
    };
    Some(Distribution::Lognormal { mean, sigma })
}
