//! The signals of a thing that a future can have values for.

use crate::Past;
use crate::mapping::SignalRef;
use crate::observe::watts;
use trine_base::ThingId;
use trine_world::{Role, Signal, ValueKind};

/// Roles that the simulation knows something about.
const ROLES: [Role; 15] = [
    Role::State,
    Role::Part,
    Role::Order,
    Role::Level,
    Role::PartCount,
    Role::ScrapCount,
    Role::Progress,
    Role::Power,
    Role::Energy,
    Role::SpindleSpeed,
    Role::BeltSpeed,
    Role::PoseX,
    Role::PoseY,
    Role::PoseHeading,
    Role::Battery,
];

/// The signals of a thing in order of id, one for each role.
pub(super) fn signals_of(past: &Past<'_>, thing: ThingId) -> Vec<SignalRef> {
    let mut list: Vec<SignalRef> = Vec::new();
    for signal in past.world.signals_of(thing) {
        let Some(role) = signal.description.role.filter(|role| ROLES.contains(role)) else { continue };
        if list.iter().any(|known| known.role == role) {
            continue;
        }
        list.push(SignalRef {
            signal: signal.id,
            role,
            value: value(past, signal, role),
            factor: factor(signal, role),
            is_whole: signal.description.kind == ValueKind::Integer,
        });
    }
    list
}

fn value(past: &Past<'_>, signal: &Signal, role: Role) -> f64 {
    let now = past.number(signal.id);
    match role {
        Role::SpindleSpeed | Role::BeltSpeed => {
            let top = signal.description.range.map_or(0.0, |[_, high]| 0.5 * high);
            usual(past, signal).or(now.filter(|speed| *speed > 0.0)).unwrap_or(top)
        }
        _ => now.unwrap_or_default(),
    }
}

/// The mean of what was above zero.
fn usual(past: &Past<'_>, signal: &Signal) -> Option<f64> {
    let above = past.series.get(&signal.id)?.iter().map(|(_, value)| *value).filter(|value| *value > 0.0);
    let (sum, count) = above.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

fn factor(signal: &Signal, role: Role) -> f64 {
    match (role, signal.description.unit.as_ref().map(|unit| unit.code.as_str())) {
        (Role::Power, _) => watts(signal),
        (Role::Energy, Some("KWH")) => 3_600_000.0,
        (Role::Energy, Some("WHR")) => 3_600.0,
        _ => 1.0,
    }
}
