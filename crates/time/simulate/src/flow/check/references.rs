//! Whether every number that names something names something that is there.

use super::{Fault, FlowModel, operation_place, place, station_place};
use crate::flow::{Pieces, Station};

/// Slots of one station; more than this is a mistake.
const SLOTS_MAX: u32 = 100_000;
/// Nodes of one fleet: all pairs of them are held.
const NODES_MAX: usize = 4_000;

struct References<'a> {
    model: &'a FlowModel,
    faults: Vec<Fault>,
}

pub(super) fn check(model: &FlowModel) -> Vec<Fault> {
    let mut check = References { model, faults: Vec::new() };
    for (index, station) in model.stations.iter().enumerate() {
        check.station(index, station);
    }
    check.sources_and_sinks();
    check.fleets();
    check.transports();
    check.crews_and_orders();
    check.start();
    check.faults
}

impl References<'_> {
    fn index(&mut self, place: &str, what: &str, index: u32, count: usize) {
        if index as usize >= count {
            let reason =
                format!("it names {what} number {index}, but there are only {count}; numbers begin with 0");
            self.faults.push(Fault::error(place, reason));
        }
    }

    fn pieces(&mut self, place: &str, pieces: &Pieces) {
        self.index(place, "material", pieces.material, self.model.materials.len());
        self.index(place, "buffer", pieces.buffer, self.model.buffers.len());
    }

    fn crew(&mut self, place: &str, crew: Option<(u32, u32)>) {
        let Some((crew, count)) = crew else { return };
        self.index(place, "crew", crew, self.model.crews.len());
        if let Some(spec) = self.model.crews.get(crew as usize).filter(|spec| spec.count < count) {
            let reason = format!("it needs {count} of “{}”, but there are only {}", spec.name, spec.count);
            self.faults.push(Fault::error(place, reason));
        }
    }

    fn calendar(&mut self, place: &str, calendar: Option<u32>) {
        if let Some(calendar) = calendar {
            self.index(place, "calendar", calendar, self.model.calendars.len());
        }
    }

    fn station(&mut self, index: usize, station: &Station) {
        let at = station_place(station, index);
        self.calendar(&at, station.calendar);
        self.crew(&at, station.setup.crew);
        self.crew(&at, station.tool.as_ref().and_then(|tool| tool.crew));
        if station.slots > SLOTS_MAX {
            let reason =
                format!("{} jobs at once are more than the {SLOTS_MAX} that are possible", station.slots);
            self.faults.push(Fault::error(&at, reason));
        }
        for (number, failure) in station.failures.iter().enumerate() {
            self.crew(&format!("{at}, {}", place("failure", &failure.name, number)), failure.crew);
        }
        for (number, operation) in station.operations.iter().enumerate() {
            let at = operation_place(station, index, operation, number);
            self.crew(&at, operation.crew);
            operation.takes.iter().for_each(|pieces| self.pieces(&at, pieces));
            operation.outcomes.iter().flat_map(|o| &o.gives).for_each(|pieces| self.pieces(&at, pieces));
            let shares = operation.enters.iter().chain(&operation.leaves).chain(&operation.leaves_as_scrap);
            for share in shares {
                self.index(&at, "limit", share.limit, self.model.wip_limits.len());
            }
            if operation.takes.iter().all(|pieces| pieces.count == 0) {
                let reason =
                    "it takes nothing, so it would never stop beginning; let it take at least one piece";
                self.faults.push(Fault::error(&at, reason));
            }
        }
    }

    fn sources_and_sinks(&mut self) {
        for (index, source) in self.model.sources.iter().enumerate() {
            self.pieces(&place("source", &source.name, index), &source.gives);
        }
        for (index, sink) in self.model.sinks.iter().enumerate() {
            let at = place("sink", &sink.name, index);
            self.index(&at, "buffer", sink.buffer, self.model.buffers.len());
        }
    }

    fn fleets(&mut self) {
        for (index, fleet) in self.model.fleets.iter().enumerate() {
            let at = place("fleet", &fleet.name, index);
            let nodes = fleet.nodes.len();
            if nodes > NODES_MAX {
                let reason = format!("{nodes} nodes are more than the {NODES_MAX} that are possible");
                self.faults.push(Fault::error(&at, reason));
            }
            for (name, node) in &fleet.vehicles {
                self.index(&format!("{at}, vehicle “{name}”"), "node", *node, nodes);
            }
            for (number, way) in fleet.ways.iter().enumerate() {
                let at = format!("{at}, way {}", number + 1);
                self.index(&at, "node", way.from, nodes);
                self.index(&at, "node", way.to, nodes);
            }
            for charger in fleet.battery.iter().flat_map(|battery| &battery.chargers) {
                self.index(&format!("{at}, charger"), "node", *charger, nodes);
            }
        }
    }

    fn transports(&mut self) {
        for (index, transport) in self.model.transports.iter().enumerate() {
            let at = place("transport", "", index);
            self.index(&at, "buffer", transport.from, self.model.buffers.len());
            self.index(&at, "buffer", transport.to, self.model.buffers.len());
            self.index(&at, "fleet", transport.fleet, self.model.fleets.len());
            if let Some(material) = transport.material {
                self.index(&at, "material", material, self.model.materials.len());
            }
            if let Some(fleet) = self.model.fleets.get(transport.fleet as usize) {
                self.index(&at, "node", transport.from_node, fleet.nodes.len());
                self.index(&at, "node", transport.to_node, fleet.nodes.len());
            }
        }
    }

    fn crews_and_orders(&mut self) {
        for (index, crew) in self.model.crews.iter().enumerate() {
            self.calendar(&place("crew", &crew.name, index), crew.calendar);
        }
        for (index, order) in self.model.orders.iter().enumerate() {
            let at = place("order", &order.name, index);
            self.index(&at, "material", order.material, self.model.materials.len());
            for dispatch in &order.dispatches {
                self.index(&at, "station", dispatch.station, self.model.stations.len());
            }
        }
    }

    fn start(&mut self) {
        let model = self.model;
        for (index, piece) in model.state.waiting.iter().enumerate() {
            let at = place("waiting piece", &piece.serial, index);
            self.index(&at, "buffer", piece.buffer, model.buffers.len());
            self.index(&at, "material", piece.material, model.materials.len());
            self.order(&at, piece.order);
        }
        for start in &model.state.stations {
            let Some(station) = model.stations.get(start.station as usize) else {
                self.index("a station of the start", "station", start.station, model.stations.len());
                continue;
            };
            let at = format!("start of {}", station_place(station, start.station as usize));
            if let Some((failure, _)) = start.down {
                self.index(&at, "failure", failure, station.failures.len());
            }
            for job in &start.jobs {
                self.index(&at, "operation", job.operation, station.operations.len());
                self.order(&at, job.order);
            }
        }
        for start in &model.state.vehicles {
            self.vehicle(start);
        }
    }

    fn order(&mut self, place: &str, order: Option<u32>) {
        if let Some(order) = order {
            self.index(place, "order", order, self.model.orders.len());
        }
    }

    fn vehicle(&mut self, start: &crate::flow::VehicleStart) {
        let at = "a vehicle of the start";
        let (fleet, vehicle) = start.vehicle;
        self.index(at, "fleet", fleet, self.model.fleets.len());
        let Some(fleet) = self.model.fleets.get(fleet as usize) else { return };
        self.index(at, "vehicle", vehicle, fleet.vehicles.len());
        self.index(at, "node", start.node, fleet.nodes.len());
        if let Some((transport, material, _)) = start.load {
            self.index(at, "transport", transport, self.model.transports.len());
            self.index(at, "material", material, self.model.materials.len());
        }
    }
}
