//! How long things take at a station: from its own past, from that of its class, from the plan, or assumed.

use super::Builder;
use crate::fit::{Exposure, FitReport, Fitted, Goodness, Span, fit_times};
use trine_base::ThingId;
use trine_simulate::Distribution;

/// A machine's own times are used from so many on.
const OWN_FROM: usize = 5;
/// What a job is taken to last when nobody knows anything, s.
const JOB_S: f64 = 60.0;
/// Share of scrap in a plant that never counted any.
const SCRAP: f64 = 0.002;

/// The value below which a twentieth lies: what the fastest took.
pub(super) fn low(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 20).copied()
}

impl Builder<'_, '_> {
    /// How long one run of a station takes.
    pub(super) fn job_time(
        &mut self,
        station: ThingId,
        name: &str,
        slots: u32,
        planned: Option<f64>,
    ) -> Distribution {
        let seen = self.job_spans(station, slots);
        if seen.len() >= OWN_FROM
            && let Some(found) = self.fitted(station, name, "cycle time", &seen, None)
        {
            return found;
        }
        let who = (station, name);
        if let Some(planned) = planned {
            let because = "too few jobs were seen, and the plan says so";
            self.assumptions.of(
                who,
                "cycle time",
                format!("{planned:.0} s"),
                because,
                "wait for more of the past",
            );
            return Distribution::Constant(planned);
        }
        let class = self.class(station);
        let alike: Vec<Span> = self.alike(&class).flat_map(|other| self.job_spans(other, 1)).collect();
        if alike.len() >= OWN_FROM
            && let Some(found) = self.fitted(station, name, "cycle time", &alike, Some(&class))
        {
            let assumed = format!("as of the other machines of the class {class}, {:.0} s", found.mean());
            self.assumptions.of(
                who,
                "cycle time",
                assumed,
                "too few of its own jobs were seen",
                "give its segments a planned time",
            );
            return found;
        }
        self.assumptions.of(
            who,
            "cycle time",
            format!("{JOB_S:.0} s"),
            "no job was seen, and nobody said how long one takes",
            "give its segments a planned time, or a signal in the role part or part-count",
        );
        Distribution::Constant(JOB_S)
    }

    /// Jobs of a machine; in one that holds several pieces only their passage through it is seen, and what they wait
    /// before it counts in: the fastest twentieth did not wait.
    fn job_spans(&self, station: ThingId, slots: u32) -> Vec<Span> {
        let Some(machine) = self.observed.machine(station) else { return Vec::new() };
        if slots > 1 && machine.transits.len() >= OWN_FROM {
            return low(machine.transits.clone()).map_or(Vec::new(), |low| vec![Span::whole(low); OWN_FROM]);
        }
        machine.jobs.clone()
    }

    /// Fits, and reports it.
    pub(super) fn fitted(
        &mut self,
        thing: ThingId,
        name: &str,
        quantity: &str,
        spans: &[Span],
        pooled_with: Option<&str>,
    ) -> Option<Distribution> {
        let Fitted { distribution, .. } = self.report(thing, name, quantity, "s", spans, pooled_with)?;
        Some(distribution)
    }

    pub(super) fn report(
        &mut self,
        thing: ThingId,
        name: &str,
        quantity: &str,
        unit: &str,
        spans: &[Span],
        pooled_with: Option<&str>,
    ) -> Option<Fitted> {
        let fitted = fit_times(spans).ok()?;
        fitted.distribution.check().ok()?;
        let mut report = FitReport::of(thing, name, quantity, unit, &fitted);
        report.pooled_with = pooled_with.map(|class| format!("machines of the class {class}"));
        if report.goodness == Goodness::Poor {
            self.assumptions.of(
                (thing, name),
                &format!("law of the {quantity}"),
                format!("{:?}", fitted.distribution),
                "no family of distributions is like what was seen; this one is the nearest",
                "look whether the machine does several kinds of work that are told apart nowhere",
            );
        }
        self.fits.push(report);
        Some(fitted)
    }

    /// Part of the pieces that is scrap after a station.
    pub(super) fn scrap(&mut self, station: ThingId, name: &str) -> f64 {
        let own = self.scrap_of(station);
        let class = self.class(station);
        let alike =
            self.alike(&class).map(|other| self.scrap_of(other)).fold(Exposure::default(), Exposure::with);
        let plant = self
            .roster
            .stations
            .iter()
            .map(|other| self.scrap_of(*other))
            .fold(Exposure::default(), Exposure::with);
        if plant.over == 0.0 {
            self.assumptions.of(
                (station, name),
                "scrap",
                "none".into(),
                "nobody counts pieces",
                "give it signals in the roles part-count and scrap-count",
            );
            return 0.0;
        }
        // A machine that has scrapped nothing in many pieces is not one that scraps.
        let fallback = if plant.events == 0.0 { 0.0 } else { SCRAP };
        crate::fit::pooled_share(own, alike, fallback)
    }

    fn breaks_as_scrap(&self, station: ThingId, code: &str) -> bool {
        self.wears.get(&station).into_iter().flatten().any(|wear| wear.scraps && wear.code == code)
    }

    fn scrap_of(&self, station: ThingId) -> Exposure {
        let counted = self.observed.machine(station).map(|machine| {
            // What a breakdown made scrap comes with the breakdowns.
            let stops = machine.stops.iter().filter(|stop| self.breaks_as_scrap(station, &stop.code));
            let broken: u64 = stops.map(|stop| u64::from(stop.scrapped)).sum();
            let scrap = machine.scrap.saturating_sub(broken);
            (scrap, machine.good + scrap)
        });
        counted
            .map_or(Exposure::default(), |(scrap, all)| Exposure { events: scrap as f64, over: all as f64 })
    }
}
