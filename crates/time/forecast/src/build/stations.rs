//! Stations: what they can do, and when they cannot.

use super::wiring::{Bit, Draft, Place};
use super::{Builder, signals};
use crate::mapping::StationMap;
use std::sync::Arc;
use trine_base::ThingId;
use trine_simulate::Distribution;
use trine_simulate::flow::{
    Calendar, Choice, Operation, Outcome, OutcomeKind, Pieces, Power, Setup, Station,
};
use trine_world::{MachineState, Process, Role, StationProcess};

/// Part of the time in planned stops below which nothing is made of them.
const STOPS_FROM: f64 = 0.01;
/// How long somebody is taken to need for carrying a piece from store to store, s.
const CARRY_S: f64 = 30.0;
/// How many may be carried at once.
const CARRIERS: u32 = 4;

impl Builder<'_, '_> {
    pub(super) fn station_process(&self, station: ThingId) -> Option<&StationProcess> {
        match self.past.world.production().processes.get(&station) {
            Some(Process::Station(process)) => Some(process),
            _ => None,
        }
    }

    /// Makes all stations.
    pub(super) fn stations(&mut self) {
        for (thing, drafts) in self.wiring.drafts.clone() {
            self.station(thing, &drafts);
        }
        if self.roster.vehicles.is_empty() {
            for carry in self.wiring.carries.clone() {
                self.by_hand(&carry);
            }
        }
    }

    fn station(&mut self, thing: ThingId, drafts: &[Draft]) {
        let name = self.name(thing);
        let process = self.station_process(thing).cloned().unwrap_or_default();
        if self.wiring.guessed.contains(&thing) {
            self.tell_guess(thing, &name, drafts);
        }
        let slots = process.slots.max(1);
        let planned = drafts.iter().filter_map(|draft| draft.time_s).sum::<f64>();
        let planned = (planned > 0.0).then(|| planned / drafts.len() as f64);
        let time = self.job_time(thing, &name, slots, planned);
        let scrap = self.scrap(thing, &name);
        let crew = self.crew(process.crew.as_ref());
        let operations = drafts.iter().map(|draft| self.operation(draft, &time, scrap, crew)).collect();
        let failures = self.failures(thing, &name, &process);
        let tool = self.setups(thing, &name);
        let setup = Setup { time_s: tool.as_ref().map(|tool| tool.change_s.clone()), ..Setup::default() };
        let station = Station {
            slots,
            pitch_s: process.pitch_s,
            operations,
            choice: Choice::Oldest,
            failures,
            setup,
            calendar: self.hours(thing, &name, &process),
            tool,
            power: self.power(thing, &name),
            name,
            ..Station::default()
        };
        self.stations.insert(thing, self.flow.stations.len() as u32);
        self.flow.stations.push(station);
        self.mapping.stations.push(StationMap {
            thing: Some(thing),
            signals: signals::signals_of(self.past, thing),
            ..StationMap::default()
        });
    }

    fn tell_guess(&mut self, thing: ThingId, name: &str, drafts: &[Draft]) {
        let outputs: std::collections::BTreeSet<Place> =
            drafts.iter().flat_map(|draft| &draft.gives).map(|bit| bit.place).collect();
        let assumed = if outputs.len() > 1 {
            "one piece from whichever place has one, out in turn".to_owned()
        } else {
            "one piece in, one piece out, whatever waited longest first".to_owned()
        };
        self.assumptions.of(
            (thing, name),
            "process",
            assumed,
            "nobody described what it takes and gives; the relations flows-to were followed",
            "describe its process with segments",
        );
    }

    fn operation(
        &mut self,
        draft: &Draft,
        time: &Distribution,
        scrap: f64,
        crew: Option<(u32, u32)>,
    ) -> Operation {
        let takes = self.pieces(&draft.takes);
        let gives = self.pieces(&draft.gives);
        let mut outcomes = vec![Outcome { chance: 1.0 - scrap, kind: OutcomeKind::Good, gives }];
        if scrap > 0.0 {
            outcomes.push(Outcome { chance: scrap, kind: OutcomeKind::Scrap, gives: Vec::new() });
        }
        let name = if draft.name.is_empty() { "work".into() } else { draft.name.clone() };
        Operation { name, takes, time_s: time.clone(), outcomes, crew, ..Operation::default() }
    }

    fn pieces(&mut self, bits: &[Bit]) -> Vec<Pieces> {
        let mut list = Vec::new();
        for Bit { place, material, count } in bits {
            if let Some(buffer) = self.buffer(*place, material) {
                list.push(Pieces { material: self.material(material), buffer, count: *count });
            }
        }
        list
    }

    /// Somebody who carries between two stores, because there are no vehicles.
    fn by_hand(&mut self, carry: &super::wiring::Carry) {
        let (from, to) = (self.name(carry.from), self.name(carry.to));
        let materials = self.wiring.materials.get(&Place::Store(carry.from)).cloned().unwrap_or_default();
        let fits = |material: &Arc<str>| carry.material.as_ref().is_none_or(|only| only == material);
        let time =
            Distribution::Constant(carry.handling_s.map_or(CARRY_S, |handling| (2.0 * handling).max(1.0)));
        let mut operations = Vec::new();
        for material in materials.into_iter().filter(|material| fits(material)) {
            let bit =
                |store| Bit { place: Place::Store(store), material: material.clone(), count: carry.load };
            let (takes, gives) = (vec![bit(carry.from)], vec![bit(carry.to)]);
            let draft = Draft { name: format!("carry {material}"), takes, gives, time_s: None, limit: None };
            operations.push(self.operation(&draft, &time, 0.0, None));
        }
        let name = format!("{from} to {to}");
        self.assumptions.of(
            (carry.from, &from),
            "who carries",
            format!("somebody who needs {:.0} s to {to}", time.mean()),
            "there are no vehicles",
            "describe the transport in the process of the store, or connect the vehicles",
        );
        self.flow.stations.push(Station {
            name,
            slots: CARRIERS,
            operations,
            choice: Choice::Oldest,
            ..Station::default()
        });
        self.mapping.stations.push(StationMap::default());
    }

    /// When a station is at work: as described, or by the pattern of planned stops that was seen.
    fn hours(&mut self, thing: ThingId, name: &str, process: &StationProcess) -> Option<u32> {
        if let Some(key) = &process.calendar {
            return self.calendar(key);
        }
        let machine = self.observed.machine(thing)?;
        if machine.share(MachineState::PlannedStop) < STOPS_FROM {
            return None;
        }
        let (from_ns, period_ns) = (self.past.from.as_ns(), self.past.now.since(self.past.from));
        let open_ns = open_stretches(machine, from_ns, period_ns);
        let index = self.flow.calendars.len() as u32;
        let hours = period_ns as f64 / 3.6e12;
        self.flow.calendars.push(Calendar {
            name: format!("{name}, as seen"),
            origin_ns: from_ns,
            period_ns,
            open_ns,
            exceptions: Vec::new(),
        });
        self.assumptions.of(
            (thing, name),
            "calendar",
            format!("the planned stops of the last {hours:.1} h come again in the same pattern"),
            "it has planned stops, and its process names no calendar",
            "describe a calendar, and name it in its process",
        );
        Some(index)
    }

    fn power(&mut self, thing: ThingId, name: &str) -> Power {
        let Some(signal) = self.signal(thing, Role::Power) else { return Power::default() };
        let measured = self.observed.machine(thing).map(|machine| machine.power_w).unwrap_or_default();
        let of = |states: &[MachineState]| {
            let known: Vec<f64> = states.iter().filter_map(|state| measured[*state as usize]).collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        };
        let now =
            self.past.number(signal.id).map_or(0.0, |value| value * crate::observe::watts(signal)).max(0.0);
        let running = of(&[MachineState::Running]);
        let idle = of(&[MachineState::Idle, MachineState::Starved, MachineState::Blocked]);
        if running.is_none() {
            self.assumptions.of(
                (thing, name),
                "power",
                format!("{:.1} kW whatever it does", now / 1_000.0),
                "its power was not measured while it worked, or no samples were at hand",
                "keep some hours of its power signal",
            );
        }
        let running_w = running.unwrap_or(now).max(0.0);
        let idle_w = idle.unwrap_or(if running.is_some() { 0.3 * running_w } else { now }).max(0.0);
        let other = |state| of(&[state]).unwrap_or(idle_w).max(0.0);
        Power {
            running_w,
            idle_w,
            setup_w: other(MachineState::Setup),
            down_w: other(MachineState::Down),
            off_w: other(MachineState::PlannedStop),
        }
    }
}

/// What is not a planned stop, ns from the beginning of the pattern.
fn open_stretches(machine: &crate::MachinePast, from_ns: i64, period_ns: i64) -> Vec<(i64, i64)> {
    let mut open: Vec<(i64, i64)> = Vec::new();
    for (stretch, end_ns) in machine.timeline.stretches() {
        if stretch.state == MachineState::PlannedStop {
            continue;
        }
        let (from, to) = ((stretch.from_ns - from_ns).max(0), (end_ns - from_ns).min(period_ns));
        match open.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ if to > from => open.push((from, to)),
            _ => {}
        }
    }
    open
}
