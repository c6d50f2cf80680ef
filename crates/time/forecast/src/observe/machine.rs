//! What one machine did: jobs, lives between failures, repairs, set-ups, pieces.

use super::parts::{Parts, SerialId};
use super::timeline::Timeline;
use crate::fit::Span;
use trine_base::ThingId;
use trine_world::MachineState;

/// An alarm this long before or after a machine went down says why it did, ns.
const ALARM_BEFORE: i64 = 2_000_000_000;
const ALARM_AFTER: i64 = 10_000_000_000;
/// What is counted as scrap so soon after a stop is scrap because of it, ns.
const SCRAP_AFTER: i64 = 1_000_000_000;

/// What was recorded of a thing, by kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Record<'a> {
    pub states: Vec<(i64, MachineState, MachineState)>,
    pub parts: Vec<(i64, bool, SerialId)>,
    pub counts: Vec<(i64, u32, bool)>,
    pub alarms: Vec<(i64, &'a str)>,
}

/// A time in which a machine was down.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Since when, ns.
    pub from_ns: i64,
    /// How long, s.
    pub span: Span,
    /// Time at work since the stop before of the same kind or the beginning, s, and whether its beginning was seen.
    pub life: (f64, bool),
    /// Code of the alarm that came with it, or empty.
    pub code: String,
    /// Pieces that it made scrap.
    pub scrapped: u32,
}

/// An alarm that did not take the machine down when it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Its code.
    pub code: String,
    /// When it was raised, ns.
    pub at_ns: i64,
}

/// What is in a machine now.
#[derive(Clone, Debug, PartialEq)]
pub struct InWork {
    /// Its serial.
    pub serial: String,
    /// Since when, ns.
    pub since_ns: i64,
    /// How long it was worked on, s.
    pub worked_s: f64,
}

/// What a machine did in the past.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MachinePast {
    /// Its states.
    pub timeline: Timeline,
    /// Time that each piece was worked on, s.
    pub jobs: Vec<Span>,
    /// Time from leaving the thing before to leaving this one, without the time that it stood still, s.
    pub transits: Vec<f64>,
    /// Pieces that left, or runs that were counted.
    pub runs: u64,
    /// Good pieces and scrap.
    pub good: u64,
    /// Pieces found bad.
    pub scrap: u64,
    /// When it was down.
    pub stops: Vec<Stop>,
    /// Alarms that came by themselves.
    pub warnings: Vec<Warning>,
    /// Time at work since the last stop, s.
    pub since_stop_s: f64,
    /// How long it was set up, each time.
    pub setups: Vec<Span>,
    /// Time at work between set-ups, s: from one that was seen to the next.
    pub setup_lives: Vec<Span>,
    /// Time at work since it was last set up, or since the beginning, s.
    pub since_setup_s: f64,
    /// What is in it now.
    pub in_work: Option<InWork>,
    /// Mean power in each state, W, in the order of [`MachineState::ALL`]; none where nothing was measured.
    pub power_w: [Option<f64>; 8],
}

impl MachinePast {
    /// Seconds in a state.
    #[must_use]
    pub fn seconds(&self, state: MachineState) -> f64 {
        self.timeline.seconds()[state as usize]
    }

    /// Part of the known time in a state, 0 to 1.
    #[must_use]
    pub fn share(&self, state: MachineState) -> f64 {
        let seconds = self.timeline.seconds();
        let known: f64 = seconds.iter().sum::<f64>() - seconds[MachineState::Unknown as usize];
        if known > 0.0 { seconds[state as usize] / known } else { 0.0 }
    }

    pub(super) fn new(
        thing: ThingId,
        mut record: Record<'_>,
        parts: &Parts<'_>,
        from_ns: i64,
        now_ns: i64,
    ) -> Self {
        record.parts.sort_by_key(|(at, came, _)| (*at, *came));
        record.counts.sort_by_key(|(at, ..)| *at);
        record.alarms.sort_by_key(|(at, _)| *at);
        let timeline = Timeline::new(std::mem::take(&mut record.states), from_ns, now_ns);
        let mut past = Self { timeline, ..Self::default() };
        past.count(&record);
        past.jobs_by_part(thing, &record, parts, now_ns);
        if past.jobs.is_empty() {
            past.jobs_by_count(&record);
        }
        past.stop_and_go(&record, now_ns);
        past.warn(&record);
        past
    }

    fn count(&mut self, record: &Record<'_>) {
        for (_, count, good) in &record.counts {
            *(if *good { &mut self.good } else { &mut self.scrap }) += u64::from(*count);
        }
        let left = record.parts.iter().filter(|(_, came, _)| !came).count() as u64;
        self.runs = if left > 0 { left } else { self.good + self.scrap };
    }

    fn jobs_by_part(&mut self, thing: ThingId, record: &Record<'_>, parts: &Parts<'_>, now_ns: i64) {
        let mut here: Option<(i64, SerialId)> = None;
        for &(at, came, serial) in &record.parts {
            if came {
                here = Some((at, serial));
                continue;
            }
            if let Some((since, _)) = here.take().filter(|(_, known)| *known == serial) {
                self.jobs.extend(self.worked(since, at).filter(|s| *s > 0.0).map(Span::whole));
            }
            if let Some(came) = parts.came_from(serial, thing, at) {
                self.transits.extend(self.worked(came, at).filter(|s| *s > 0.0));
            }
        }
        self.in_work = here.map(|(since_ns, serial)| InWork {
            serial: parts.name(serial).to_owned(),
            since_ns,
            worked_s: self.worked(since_ns, now_ns).unwrap_or_default(),
        });
    }

    /// Time at work, or all of it for a thing that never says what it does.
    fn worked(&self, from_ns: i64, to_ns: i64) -> Option<f64> {
        if self.timeline.is_empty() {
            return Some((to_ns - from_ns) as f64 * 1e-9);
        }
        self.timeline.run_between(from_ns, to_ns)
    }

    /// Where nobody tells serials: the time from count to count, when it was at work without a stop.
    fn jobs_by_count(&mut self, record: &Record<'_>) {
        for pair in record.counts.windows(2) {
            let [(before, ..), (at, count, _)] = pair else { continue };
            let whole = (at - before) as f64 * 1e-9;
            if *count > 0 && whole > 0.0 && self.worked(*before, *at).is_some_and(|ran| ran >= whole - 0.002)
            {
                self.jobs.push(Span::whole(whole / f64::from(*count)));
            }
        }
    }

    fn warn(&mut self, record: &Record<'_>) {
        let with_stop = |at: i64| {
            self.stops.iter().any(|stop| (-ALARM_BEFORE..=ALARM_AFTER).contains(&(at - stop.from_ns)))
        };
        let alone = record.alarms.iter().filter(|(at, _)| !with_stop(*at));
        self.warnings =
            alone.map(|(at_ns, code)| Warning { code: (*code).to_owned(), at_ns: *at_ns }).collect();
    }

    fn stop_and_go(&mut self, record: &Record<'_>, now_ns: i64) {
        let (mut life_s, mut life_seen, mut setup_s, mut setup_seen) = (0.0, false, 0.0, false);
        let stretches: Vec<_> = self.timeline.stretches().collect();
        for (index, (stretch, end_ns)) in stretches.into_iter().enumerate() {
            let long = (end_ns - stretch.from_ns).max(0) as f64 * 1e-9;
            // A stop whose beginning was not seen tells nothing of how long stops are.
            let span = Span { value: long, is_whole: end_ns < now_ns };
            match stretch.state {
                MachineState::Running => (life_s, setup_s) = (life_s + long, setup_s + long),
                MachineState::Unknown => {
                    (life_s, life_seen, setup_s, setup_seen) = (0.0, false, 0.0, false);
                }
                MachineState::Down => {
                    if index > 0 {
                        let code = code_at(record, stretch.from_ns).to_owned();
                        let from_ns = stretch.from_ns;
                        let scrapped = scrapped_between(record, from_ns, end_ns);
                        self.stops.push(Stop { from_ns, span, life: (life_s, life_seen), code, scrapped });
                    }
                    (life_s, life_seen) = (0.0, true);
                }
                MachineState::Setup => {
                    if index > 0 {
                        self.setups.push(span);
                        self.setup_lives.push(Span { value: setup_s, is_whole: setup_seen });
                    }
                    (setup_s, setup_seen) = (0.0, true);
                }
                _ => {}
            }
        }
        self.since_stop_s = life_s;
        self.since_setup_s = setup_s;
    }
}

/// Pieces counted as scrap while a machine was down, or just as it went on.
fn scrapped_between(record: &Record<'_>, from_ns: i64, end_ns: i64) -> u32 {
    let during = from_ns..=end_ns.saturating_add(SCRAP_AFTER);
    let scrap = record.counts.iter().filter(|(at, _, good)| !good && during.contains(at));
    scrap.map(|(_, count, _)| *count).sum()
}

/// The alarm nearest to a time says why.
fn code_at<'a>(record: &Record<'a>, at_ns: i64) -> &'a str {
    let near = record.alarms.iter().filter(|(at, _)| {
        let after = at - at_ns;
        (-ALARM_BEFORE..=ALARM_AFTER).contains(&after)
    });
    near.min_by_key(|(at, _)| (at - at_ns).abs()).map_or("", |(_, code)| code)
}
