//! Which facts follow from samples: states that change, parts that come and go, pieces counted, alarms.
//!
//! The rules see each sample once, in the order of recording, and only signals that play a role. A sample older than
//! the newest of its signal is late: history has it, but it raises nothing now.

use crate::{Alarm, Condition, ConditionLevel, FactKind, MachineState, NewFact, Origin, Role, World};
use std::collections::BTreeMap;
use trine_base::{Instant, Sample, SignalId, ThingId, Value};

/// What the rules remember of the samples so far.
pub struct Rules {
    origin: Origin,
    revision: Option<u64>,
    watches: Vec<Option<Watch>>,
}

struct Watch {
    thing: ThingId,
    role: Role,
    newest: Instant,
    memory: Memory,
}

enum Memory {
    State(MachineState),
    Part(String),
    Count(Option<i64>),
    Conditions(BTreeMap<String, (u8, String)>),
}

impl Memory {
    fn for_role(role: Role) -> Option<Self> {
        match role {
            Role::State => Some(Self::State(MachineState::Unknown)),
            Role::Part => Some(Self::Part(String::new())),
            Role::PartCount | Role::ScrapCount => Some(Self::Count(None)),
            Role::Condition => Some(Self::Conditions(BTreeMap::new())),
            _ => None,
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self { origin: Origin::new("rule"), revision: None, watches: Vec::new() }
    }
}

impl Rules {
    /// Rules that remember nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up the signals of this world; what is remembered of known signals stays.
    pub fn watch(&mut self, world: &World) {
        if self.revision == Some(world.revision()) {
            return;
        }
        self.revision = Some(world.revision());
        self.watches.resize_with(world.signal_bound().max(self.watches.len()), || None);
        for signal in world.signals() {
            let slot = &mut self.watches[signal.id.index()];
            let Some(role) = signal.description.role else {
                *slot = None;
                continue;
            };
            if slot.as_ref().is_some_and(|watch| watch.role == role && watch.thing == signal.thing_id) {
                continue;
            }
            let newest = Instant::MIN;
            *slot =
                Memory::for_role(role).map(|memory| Watch { thing: signal.thing_id, role, newest, memory });
        }
    }

    /// Remembers alarms that are open from before.
    pub fn recall<'a>(&mut self, alarms: impl Iterator<Item = &'a Alarm>) {
        for alarm in alarms {
            if let Some(Some(Watch { memory: Memory::Conditions(open), .. })) =
                self.watches.get_mut(alarm.signal.index())
            {
                open.insert(alarm.code.clone(), (alarm.priority, alarm.message.clone()));
            }
        }
    }

    /// Whether a signal plays a role that the rules look at.
    #[must_use]
    pub fn watches(&self, signal: SignalId) -> bool {
        matches!(self.watches.get(signal.index()), Some(Some(_)))
    }

    /// Appends the facts that follow from a sample.
    pub fn observe(&mut self, sample: &Sample, facts: &mut Vec<NewFact>) {
        let Some(Some(watch)) = self.watches.get_mut(sample.signal.index()) else { return };
        if sample.source < watch.newest {
            return;
        }
        watch.newest = sample.source;
        let (origin, at) = (&self.origin, sample.source);
        watch.observe(sample, &mut |kind| facts.push(NewFact { at, origin: origin.clone(), kind }));
    }
}

impl Watch {
    fn observe(&mut self, sample: &Sample, tell: &mut dyn FnMut(FactKind)) {
        let thing = self.thing;
        match &mut self.memory {
            Memory::State(state) => {
                let to = state_of(sample);
                let from = std::mem::replace(state, to);
                if from != to {
                    tell(FactKind::StateChanged { thing, from, to });
                }
            }
            Memory::Part(part) => {
                let Value::Text(now) = &sample.value else { return };
                if **now == **part {
                    return;
                }
                let before = std::mem::replace(part, now.to_string());
                if !before.is_empty() {
                    tell(FactKind::PartLeft { thing, part: before });
                }
                if !now.is_empty() {
                    tell(FactKind::PartArrived { thing, part: now.to_string() });
                }
            }
            Memory::Count(count) => {
                let Some(now) = sample.value.as_f64() else {
                    // What is made while nobody looks must not be counted to the minute of the next look.
                    *count = None;
                    return;
                };
                let now = now as i64;
                // The first count is where counting starts, and a smaller one is a counter that was reset.
                let more = count.replace(now).map_or(0, |before| now.saturating_sub(before));
                if let Ok(count @ 1..) = u32::try_from(more) {
                    tell(FactKind::PartCompleted { thing, count, good: self.role == Role::PartCount });
                }
            }
            Memory::Conditions(open) => observe_condition(thing, sample, open, tell),
        }
    }
}

fn state_of(sample: &Sample) -> MachineState {
    match &sample.value {
        Value::Text(word) if !sample.quality.is_bad() => MachineState::from_word(word),
        _ => MachineState::Unknown,
    }
}

fn observe_condition(
    thing: ThingId,
    sample: &Sample,
    open: &mut BTreeMap<String, (u8, String)>,
    tell: &mut dyn FnMut(FactKind),
) {
    let signal = sample.signal;
    let Some(condition) = sample.value.as_text().and_then(Condition::parse) else { return };
    let mut clear = |code: String| tell(FactKind::AlarmCleared { thing, signal, code, alarm: 0 });
    match condition.level {
        // Nobody knows whether the condition persists; the alarm stays until the source says.
        ConditionLevel::Unavailable => {}
        ConditionLevel::Normal if condition.code.is_empty() => {
            std::mem::take(open).into_keys().for_each(clear);
        }
        ConditionLevel::Normal => {
            if open.remove(&condition.code).is_some() {
                clear(condition.code);
            }
        }
        ConditionLevel::Warning | ConditionLevel::Fault => {
            let priority = condition.shown_priority();
            let shown = (priority, condition.message.clone());
            match open.insert(condition.code.clone(), shown.clone()) {
                Some(before) if before == shown => return,
                Some(_) => clear(condition.code.clone()),
                None => {}
            }
            let Condition { code, message, .. } = condition;
            tell(FactKind::AlarmRaised { thing, signal, code, priority, message });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Level, SignalDescription, ThingDescription, ValueKind};

    fn world(role: Role, kind: ValueKind) -> World {
        let mut world = World::new();
        let origin = Origin::new("test");
        let described = [
            FactKind::ThingDescribed {
                thing: ThingId(0),
                description: ThingDescription::new("m", "M", "press", Level::WorkUnit),
            },
            FactKind::SignalDescribed {
                signal: SignalId(0),
                description: SignalDescription::new("m", "m/s", "S", kind).as_role(role),
            },
        ];
        for kind in described {
            let fact = world.admit(NewFact::always(&origin, kind), Instant::EPOCH).unwrap();
            world.apply(&fact);
        }
        world
    }

    fn facts_of(role: Role, values: &[(i64, Value)]) -> Vec<FactKind> {
        let mut rules = Rules::new();
        rules.watch(&world(role, ValueKind::Text));
        let mut facts = Vec::new();
        for (at, value) in values {
            let sample = Sample::good(SignalId(1), Instant::from_ms(*at), value.clone());
            rules.observe(&sample, &mut facts);
        }
        facts.into_iter().map(|fact| fact.kind).collect()
    }

    #[test]
    fn an_alarm_is_raised_once_and_cleared_once() {
        let text = |at, text: &str| (at, Value::text(text));
        let facts = facts_of(
            Role::Condition,
            &[
                text(1, "FAULT|V1|1||vibration"),
                text(2, "FAULT|V1|1||vibration"),
                text(3, "WARNING|T1|3||hot"),
                text(4, "UNAVAILABLE||||"),
                text(5, "NORMAL|V1|||"),
                text(6, "NORMAL||||"),
                text(7, "NORMAL||||"),
            ],
        );
        let names: Vec<&str> = facts.iter().map(FactKind::name).collect();
        assert_eq!(names, ["alarm.raised.v1", "alarm.raised.v1", "alarm.cleared.v1", "alarm.cleared.v1"]);
    }

    #[test]
    fn a_part_leaves_before_the_next_arrives() {
        let facts = facts_of(
            Role::Part,
            &[(1, Value::text("A")), (2, Value::text("B")), (3, Value::Absent), (4, Value::text(""))],
        );
        let (thing, part) = (ThingId(1), |p: &str| p.to_owned());
        assert_eq!(
            facts,
            [
                FactKind::PartArrived { thing, part: part("A") },
                FactKind::PartLeft { thing, part: part("A") },
                FactKind::PartArrived { thing, part: part("B") },
                FactKind::PartLeft { thing, part: part("B") },
            ]
        );
    }

    #[test]
    fn counts_count_up_and_resets_do_not_count() {
        let count = |at, n| (at, Value::Integer(n));
        let facts = facts_of(
            Role::PartCount,
            &[count(1, 100), count(2, 103), count(3, 0), count(4, 1), (5, Value::Absent), count(6, 50)],
        );
        let counts: Vec<u32> = facts
            .iter()
            .map(|kind| match kind {
                FactKind::PartCompleted { count, good: true, .. } => *count,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(counts, [3, 1]);
    }

    #[test]
    fn late_samples_raise_nothing() {
        let facts = facts_of(Role::State, &[(10, Value::text("ACTIVE")), (5, Value::text("READY"))]);
        assert_eq!(facts.len(), 1);
    }
}
