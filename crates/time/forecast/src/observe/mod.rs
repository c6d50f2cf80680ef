//! What the facts of a stretch say of each thing. One pass over the facts, then each thing by itself.

mod machine;
mod parts;
mod power;
mod timeline;
mod vehicle;

pub use machine::{InWork, MachinePast, Stop, Warning};
pub(crate) use parts::{Parts, Sight};
pub(crate) use power::watts;
pub use timeline::{Stretch, Timeline};

use crate::Past;
use machine::Record;
use std::collections::BTreeMap;
use trine_base::{Instant, SignalId, ThingId};
use trine_world::{FactKind, Role};

/// What was seen of a plant.
#[derive(Clone, Debug, Default)]
pub struct Observed<'a> {
    /// By thing: all that ever said something.
    pub machines: BTreeMap<ThingId, MachinePast>,
    /// Speed of each vehicle that was seen moving, m/s.
    pub speeds: BTreeMap<ThingId, f64>,
    pub(crate) parts: Parts<'a>,
}

impl Observed<'_> {
    /// What a thing did.
    #[must_use]
    pub fn machine(&self, thing: ThingId) -> Option<&MachinePast> {
        self.machines.get(&thing)
    }
}

/// Reads the past.
#[must_use]
pub fn observe<'a>(past: &Past<'a>) -> Observed<'a> {
    let (from_ns, now_ns) = (past.from.as_ns(), past.now.as_ns());
    let mut records: BTreeMap<ThingId, Record<'a>> = BTreeMap::new();
    let mut observed = Observed::default();
    let facts: &'a [_] = past.facts;
    for fact in facts.iter().filter(|fact| fact.at >= past.from && fact.at <= past.now) {
        let at = fact.at.as_ns();
        match &fact.kind {
            FactKind::StateChanged { thing, from, to } => {
                records.entry(*thing).or_default().states.push((at, *from, *to));
            }
            FactKind::PartArrived { thing, part } | FactKind::PartLeft { thing, part } => {
                let came = matches!(fact.kind, FactKind::PartArrived { .. });
                let serial = observed.parts.see(part, Sight { at_ns: at, thing: *thing, came });
                records.entry(*thing).or_default().parts.push((at, came, serial));
            }
            FactKind::PartCompleted { thing, count, good } => {
                records.entry(*thing).or_default().counts.push((at, *count, *good));
            }
            FactKind::AlarmRaised { thing, code, .. } => {
                records.entry(*thing).or_default().alarms.push((at, code));
            }
            _ => {}
        }
    }
    observed.parts.sort();
    for (thing, record) in records {
        let mut machine = MachinePast::new(thing, record, &observed.parts, from_ns, now_ns);
        if let Some((signal, samples)) = series(past, thing, Role::Power) {
            let factor = past.world.signal(signal).map_or(1.0, watts);
            machine.power_w = power::by_state(&machine.timeline, samples, factor, now_ns);
        }
        if let (Some((_, x)), Some((_, y))) =
            (series(past, thing, Role::PoseX), series(past, thing, Role::PoseY))
            && let Some(speed) = vehicle::speed(x, y)
        {
            observed.speeds.insert(thing, speed);
        }
        observed.machines.insert(thing, machine);
    }
    observed
}

fn series<'p>(past: &'p Past<'_>, thing: ThingId, role: Role) -> Option<(SignalId, &'p [(Instant, f64)])> {
    let signal = past.world.signals_of(thing).find(|signal| signal.description.role == Some(role))?.id;
    past.series.get(&signal).map(|samples| (signal, samples.as_slice()))
}
