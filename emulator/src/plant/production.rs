//! What the plant would tell a planner: who does what with which material, when, with whom, and for which orders.
//!
//! It comes from the same tables as the plant itself, but not all of it is told: how long work takes, what breaks how
//! often and what is scrapped are not. A plant's planner does not know them for certain either; they are to be learned.

use super::catalog::{
    Family, HEAT_LIMIT, RACK_CAPACITY, STATIONS, STORES, StationRow, TRIPS, Take, device_index, key_of,
};
use super::flow::{CREW, FINISHED_RACK, RAW_STOCK, SHIFT_S, Supply, VARIANTS, open_hours};
use super::layout::Layout;
use std::sync::Arc;
use trine_base::Instant;
use trine_world::{
    CalendarDescription, CrewDescription, MaterialUse, OrderDescription, Process, Segment, StationProcess,
    StoreProcess, TransportRule, WipLimit,
};

/// Key of the hours of the attended machines.
const HOURS: &str = "line-3-hours";
/// Key of those who repair.
const TECHNICIANS: &str = "technicians";
/// Lorries come this often, s.
const LORRY_S: f64 = 3_600.0;
/// How long a tray takes on or off a vehicle, s.
const HANDLING_S: f64 = 18.0;
/// Orders that are released, and drives in each.
const ORDERS: u64 = 22;
/// Orders whose drives had left before the history begins.
const ORDERS_BEFORE: u64 = 2;
const LOT: u32 = 40;
const SCRAP_ALLOWANCE: u32 = 4;
/// An order is promised for so long after the one before it, and the first for so long after the start, ns.
const ORDER_EVERY: i64 = 3_300_000_000_000;
const FIRST_DUE: i64 = 5_400_000_000_000;
/// Wheels and pinions between the measuring machine and the press: so many that no kind stands in the other's way.
const SETS: [(&str, u32); 2] = [("wheel", 12), ("pinion", 26)];

/// What each station makes of a piece: the word for what it then is, and what passes it.
#[rustfmt::skip]
const WORK: &[(&str, &str, &[&str])] = &[
    ("MI-1", "milled", &["housing"]), ("MI-2", "milled", &["housing"]), ("MI-3", "milled", &["housing"]),
    ("WA-1", "washed", &["housing"]), ("CM-1", "measured", &["housing"]),
    ("TU-1", "turned", &["shaft"]), ("TU-2", "turned", &["shaft"]), ("MI-4", "keyed", &["shaft"]),
    ("GR-1", "ground", &["shaft"]), ("GR-2", "ground", &["shaft"]), ("WA-2", "washed", &["shaft"]),
    ("TU-3", "turned", &["wheel"]), ("TU-4", "turned", &["wheel"]), ("GH-1", "hobbed", &["wheel"]),
    ("GH-2", "hobbed", &["wheel"]), ("SV-1", "shaved", &["wheel"]),
    ("TU-5", "turned", &["pinion"]), ("GH-3", "hobbed", &["pinion"]), ("SV-2", "shaved", &["pinion"]),
    ("WA-3", "washed", &["wheel", "pinion"]), ("FU-1", "hardened", &["wheel", "pinion"]),
    ("QT-1", "quenched", &["wheel", "pinion"]), ("WA-4", "rinsed", &["wheel", "pinion"]),
    ("FU-2", "tempered", &["wheel", "pinion"]),
    ("GR-3", "ground", &["wheel"]), ("GR-4", "ground", &["pinion"]), ("CM-2", "measured", &["wheel", "pinion"]),
    ("PR-1", "fitted", &["shaft"]), ("AS-1", "shafted", &["drive"]), ("RO-4", "sealed", &["drive"]),
    ("PR-2", "pressed", &["gear set"]), ("AS-2", "geared", &["drive"]), ("AS-3", "covered", &["drive"]),
    ("RO-5", "screwed", &["drive"]), ("AS-4", "filled", &["drive"]),
    ("TB-1", "tested", &["drive"]), ("TB-2", "tested", &["drive"]), ("TB-3", "tested", &["drive"]),
    ("CM-3", "measured", &["drive"]), ("AS-5", "packed", &["drive"]), ("RO-6", "finished", &["drive"]),
];

/// Adds to a layout what a planner would say of it.
pub fn describe(layout: &mut Layout, seed: u64, start: Instant, shift_phase: Instant) {
    layout.calendars.push(CalendarDescription {
        key: HOURS.into(),
        name: "Line 3, attended".into(),
        origin: Some(shift_phase),
        period_s: SHIFT_S,
        open_s: open_hours(),
    });
    layout.crews.push(CrewDescription {
        key: TECHNICIANS.into(),
        name: "Technicians".into(),
        count: CREW,
        calendar: None,
    });
    let stations = STATIONS.iter().map(|row| (key_of(row.name), Process::Station(station(row))));
    let stores = STORES.iter().filter(|row| is_device(row.name));
    let stores = stores.map(|row| (key_of(row.name), Process::Store(store(row.name, row.transit_s))));
    layout.processes.extend(stations.chain(stores));
    layout.orders.extend((ORDERS_BEFORE..ORDERS).map(|number| order(&Supply::new(seed), number, start)));
}

fn order(supply: &Supply, number: u64, start: Instant) -> OrderDescription {
    let size = VARIANTS[usize::from(supply.variant(number))];
    OrderDescription {
        key: Supply::order_key(number).into(),
        name: format!("Drive {size}"),
        material: "drive, finished".into(),
        // So many good ones; a few of the raw pieces of a lot are scrap.
        quantity: LOT - SCRAP_ALLOWANCE,
        family: size.into(),
        release: Some(start),
        due: Some(start.plus_ns(FIRST_DUE + number as i64 * ORDER_EVERY)),
        weight: 1.0,
    }
}

fn station(row: &StationRow) -> StationProcess {
    let (_, work, kinds) = work_of(row.name);
    let handover = row.outputs.iter().filter(|store| !is_device(store)).map(|store| capacity(store)).max();
    StationProcess {
        slots: row.slots as u32,
        pitch_s: row.pitch_s,
        segments: kinds.iter().map(|kind| segment(row, work, kind)).collect(),
        handover: handover.unwrap_or_default(),
        calendar: row.is_attended.then(|| HOURS.into()),
        crew: None,
        repaired_by: Some(TECHNICIANS.into()),
        setup_s: (row.setup_s > 0.0).then_some(row.setup_s),
    }
}

fn segment(row: &StationRow, work: &str, kind: &str) -> Segment {
    let inputs: Vec<&str> = match row.take {
        Take::Each => row.inputs.to_vec(),
        Take::Any => vec![of_kind(row.inputs, kind)],
    };
    let takes =
        inputs.iter().map(|store| MaterialUse { material: lies_in(store, kind), at: giver(store), count: 1 });
    let output = of_kind(row.outputs, kind);
    let at = if is_device(output) { key_of(output) } else { key_of(row.name) };
    let gives = MaterialUse { material: format!("{kind}, {work}").into(), at: at.into(), count: 1 };
    Segment {
        name: format!("{kind} {work}"),
        takes: takes.collect(),
        gives: vec![gives],
        time_s: None,
        limit: limit(row.name, kind),
    }
}

fn limit(station: &str, kind: &str) -> Option<WipLimit> {
    let until = |pieces, until: &str| Some(WipLimit { pieces, until: key_of(until).into() });
    match (station, kind) {
        ("WA-3", "wheel") => until(u32::from(HEAT_LIMIT), "GR-3"),
        ("WA-3", _) => until(u32::from(HEAT_LIMIT), "GR-4"),
        ("CM-2", _) => SETS.iter().find(|(of, _)| *of == kind).and_then(|(_, pieces)| until(*pieces, "PR-2")),
        _ => None,
    }
}

/// What lies in a store for a kind of piece: what the station before it made, or what a vehicle brought.
fn lies_in(store: &str, kind: &str) -> Arc<str> {
    let makes = |row: &&StationRow| {
        let (_, _, kinds) = work_of(row.name);
        row.outputs.contains(&store) && (kinds.contains(&kind) || row.outputs.len() == 1 && kinds.len() == 1)
    };
    if let Some(row) = STATIONS.iter().find(makes) {
        let (_, work, kinds) = work_of(row.name);
        let kind = if kinds.contains(&kind) { kind } else { kinds[0] };
        return format!("{kind}, {work}").into();
    }
    match TRIPS.iter().find(|trip| trip.to == store) {
        Some(trip) => carried(trip.from, trip.family),
        None => format!("{kind}, raw").into(),
    }
}

fn carried(from: &str, family: Option<Family>) -> Arc<str> {
    lies_in(from, family.map_or("drive", kind_of))
}

const fn kind_of(family: Family) -> &'static str {
    match family {
        Family::Housing => "housing",
        Family::Shaft => "shaft",
        Family::Wheel => "wheel",
        Family::Pinion => "pinion",
    }
}

fn store(name: &str, transit_s: f64) -> StoreProcess {
    let is_raw = capacity(name) == RACK_CAPACITY as u32 && name != FINISHED_RACK;
    let leaving = || TRIPS.iter().filter(|trip| trip.from == name);
    let raw = |trip: &super::catalog::TripRow| (carried(name, trip.family), LORRY_S);
    let rule = |trip: &super::catalog::TripRow| TransportRule {
        to: key_of(trip.to).into(),
        material: carried(name, trip.family),
        load: trip.tray as u32,
        handling_s: HANDLING_S,
    };
    StoreProcess {
        capacity: is_raw.then_some(RAW_STOCK as u32),
        transit_s,
        arrivals: leaving().filter(|_| is_raw).map(raw).collect(),
        ships_every_s: (name == FINISHED_RACK).then_some(LORRY_S),
        transports: leaving().map(rule).collect(),
    }
}

/// Of two stores the second is for pinions.
fn of_kind<'s>(stores: &[&'s str], kind: &str) -> &'s str {
    stores[usize::from(stores.len() > 1 && kind == "pinion")]
}

/// Whom a piece in a store is taken from: the store itself, or the station that hands it over.
fn giver(store: &str) -> Arc<str> {
    let maker = STATIONS.iter().find(|row| row.outputs.contains(&store));
    let name = if is_device(store) { store } else { maker.map_or(store, |row| row.name) };
    key_of(name).into()
}

fn capacity(store: &str) -> u32 {
    STORES.iter().find(|row| row.name == store).map_or(0, |row| row.capacity as u32)
}

fn is_device(name: &str) -> bool {
    device_index(name).is_some()
}

/// # Panics
/// When the tables have a station that does nothing; the test below sees to it.
fn work_of(station: &str) -> (&'static str, &'static str, &'static [&'static str]) {
    let row = WORK.iter().find(|(name, ..)| *name == station);
    *row.unwrap_or_else(|| panic!("nobody says what {station} does"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn described() -> Layout {
        let mut layout = Layout::default();
        describe(&mut layout, 42, Instant::EPOCH, Instant::EPOCH);
        layout
    }

    #[test]
    fn every_piece_that_is_taken_is_given_by_somebody() {
        let layout = described();
        let (mut taken, mut given) = (BTreeSet::new(), BTreeSet::new());
        for (key, process) in &layout.processes {
            match process {
                Process::Station(station) => {
                    for segment in &station.segments {
                        taken.extend(
                            segment.takes.iter().map(|used| (used.at.clone(), used.material.clone())),
                        );
                        given.extend(
                            segment.gives.iter().map(|used| (used.at.clone(), used.material.clone())),
                        );
                    }
                }
                Process::Store(store) => {
                    let key: Arc<str> = key.as_str().into();
                    given.extend(store.arrivals.iter().map(|(material, _)| (key.clone(), material.clone())));
                    for rule in &store.transports {
                        taken.insert((key.clone(), rule.material.clone()));
                        given.insert((rule.to.clone(), rule.material.clone()));
                    }
                }
            }
        }
        let missing: Vec<_> = taken.difference(&given).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let left: Vec<_> = given.difference(&taken).map(|(_, material)| material.to_string()).collect();
        assert_eq!(left, ["drive, finished"], "only finished drives stay");
    }

    #[test]
    fn times_failures_and_scrap_are_not_told() {
        for (_, process) in &described().processes {
            if let Process::Station(station) = process {
                assert!(station.segments.iter().all(|segment| segment.time_s.is_none()));
            }
        }
    }

    #[test]
    fn the_hours_are_what_the_breaks_leave() {
        let layout = described();
        let open: f64 = layout.calendars[0].open_s.iter().map(|(from, to)| to - from).sum();
        assert_eq!(open, SHIFT_S - 60.0 * (6.0 + 15.0 + 25.0 + 12.0));
    }
}
