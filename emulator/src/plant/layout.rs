//! The hall: what has no socket of its own, where everything stands, and how it belongs together.

use super::catalog::{
    AISLE_WIDTH, AISLES, Class, EQUIPMENT, Equipment, Line, STATIONS, STORES, TRIPS, key_of,
};
use std::collections::BTreeSet;
use trine_world::{
    CalendarDescription, CrewDescription, Level, OrderDescription, Place, Process, RelationKind,
    ThingDescription,
};

/// Length and width of the hall, m.
pub const HALL: [f64; 2] = [90.0, 55.0];

/// The plant on the floor, all by key, parents before what is part of them.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Name and IANA time zone of the site.
    pub site: (String, String),
    /// Things without sockets: site, areas, lines, aisles.
    pub things: Vec<ThingDescription>,
    /// The devices as things, with the line that each is part of.
    pub devices: Vec<ThingDescription>,
    /// Where things and devices stand.
    pub places: Vec<(String, Place)>,
    /// How devices belong together.
    pub relations: Vec<(RelationKind, String, String)>,
    /// What happens in devices, by key.
    pub processes: Vec<(String, Process)>,
    /// When people are at work.
    pub calendars: Vec<CalendarDescription>,
    /// Who is at work.
    pub crews: Vec<CrewDescription>,
    /// What is to be made.
    pub orders: Vec<OrderDescription>,
}

const SITE: &str = "site";

/// `(line, its key, its name, key and name of its area, middle and size of the area on the floor)`.
type LineRow = (Line, &'static str, &'static str, &'static str, &'static str, [f64; 4]);

#[rustfmt::skip]
const LINES: [LineRow; 5] = [
    (Line::Machining, "line-1",    "Line 1: housings and shafts", "area-machining", "Machining",           [49.0, 45.2, 66.0, 13.2]),
    (Line::Gears,     "line-2",    "Line 2: gears",               "area-gears",     "Gear cutting",        [36.0, 27.75, 40.4, 13.5]),
    (Line::Heat,      "heat",      "Heat treatment",              "area-heat",      "Heat treatment",      [70.3, 27.75, 27.4, 13.5]),
    (Line::Assembly,  "line-3",    "Line 3: assembly and test",   "area-assembly",  "Assembly and test",   [49.0, 11.0, 66.0, 12.0]),
    (Line::Logistics, "logistics", "Warehouse and vehicles",      "area-logistics", "Warehouse",           [6.3, 27.5, 10.6, 53.0]),
];

/// The layout of the plant.
pub fn layout(devices: &[crate::Device]) -> Layout {
    let mut layout = Layout { site: ("Aurora Drives".into(), "Europe/Berlin".into()), ..Layout::default() };
    layout.things.push(ThingDescription::new(&key_of(SITE), "Aurora Drives", "site", Level::Site));
    layout.place(SITE, [HALL[0] / 2.0, HALL[1] / 2.0], 0.0, [HALL[0], HALL[1], 0.02]);
    LINES.iter().for_each(|row| layout.add_line(row));
    layout.add_aisles();
    for (row, device) in EQUIPMENT.iter().zip(devices) {
        layout.add_device(row, device);
    }
    layout.add_flows();
    layout.add_services();
    layout
}

impl Layout {
    fn place(&mut self, name: &str, at: [f64; 2], yaw_deg: f64, size: [f64; 3]) {
        let place = Place { position: [at[0], at[1], 0.0], yaw_deg, size, proposed: false };
        self.places.push((key_of(name), place));
    }

    fn add_line(&mut self, (_, key, name, area, area_name, [x, y, length, width]): &LineRow) {
        let area_key = key_of(area);
        self.things
            .push(ThingDescription::new(&area_key, area_name, "area", Level::Area).in_parent(&key_of(SITE)));
        self.place(area, [*x, *y], 0.0, [*length, *width, 0.02]);
        self.things
            .push(ThingDescription::new(&key_of(key), name, "line", Level::WorkCenter).in_parent(&area_key));
    }

    fn add_aisles(&mut self) {
        for aisle in AISLES {
            let key = format!("aisle-{}", &aisle.name[6..].to_lowercase());
            let thing = ThingDescription::new(&key_of(&key), aisle.name, "aisle", Level::Floor);
            self.things.push(thing.in_parent(&key_of(SITE)));
            let along = [aisle.to[0] - aisle.from[0], aisle.to[1] - aisle.from[1]];
            let middle = [aisle.from[0] + along[0] / 2.0, aisle.from[1] + along[1] / 2.0];
            let yaw = along[1].atan2(along[0]).to_degrees();
            self.place(&key, middle, yaw, [along[0].hypot(along[1]) + AISLE_WIDTH, AISLE_WIDTH, 0.01]);
        }
    }

    fn add_device(&mut self, row: &Equipment, device: &crate::Device) {
        let line = LINES.iter().find(|(line, ..)| *line == row.line).map_or(SITE, |(_, key, ..)| key);
        let mut thing = ThingDescription::new(&device.key, &device.name, &device.class, device.level);
        for (name, value) in &device.nameplate {
            thing = thing.with_plate(name, value);
        }
        self.devices.push(thing.in_parent(&key_of(line)));
        self.place(row.name, row.at, row.yaw, row.size());
    }

    /// Material goes from store to station to store; hand-over places without a device are skipped.
    fn add_flows(&mut self) {
        let mut flows = BTreeSet::new();
        for station in STATIONS {
            for input in station.inputs {
                flows.extend(sources_of(input).into_iter().map(|from| (from, station.name)));
            }
            for output in station.outputs.iter().filter(|output| is_device(output)) {
                flows.insert((station.name, *output));
            }
        }
        flows.extend(TRIPS.iter().map(|trip| (trip.from, trip.to)));
        let relate = |(from, to): (&str, &str)| (RelationKind::FlowsTo, key_of(from), key_of(to));
        self.relations.extend(flows.into_iter().map(relate));
    }

    fn add_services(&mut self) {
        let loaded = STATIONS.iter().filter(|station| !station.loader.is_empty());
        let mut served: BTreeSet<(&str, &str)> =
            loaded.map(|station| (station.name, station.loader)).collect();
        let vehicles = EQUIPMENT.iter().filter(|row| row.class == Class::Agv);
        for vehicle in vehicles {
            served.extend(TRIPS.iter().flat_map(|trip| [(trip.from, vehicle.name), (trip.to, vehicle.name)]));
        }
        let relate = |(what, by): (&str, &str)| (RelationKind::ServedBy, key_of(what), key_of(by));
        self.relations.extend(served.into_iter().map(relate));
        for row in EQUIPMENT.iter().filter(|row| row.class != Class::Meter && row.class != Class::Agv) {
            let meter = EQUIPMENT.iter().find(|meter| meter.class == Class::Meter && meter.line == row.line);
            let relate = |meter: &Equipment| (RelationKind::MeteredBy, key_of(row.name), key_of(meter.name));
            self.relations.extend(meter.map(relate));
        }
    }
}

fn is_device(name: &str) -> bool {
    EQUIPMENT.iter().any(|row| row.name == name)
}

/// Where the pieces in a store come from, as far as one can see: the store itself, or who hands over there.
fn sources_of(store: &'static str) -> Vec<&'static str> {
    debug_assert!(STORES.iter().any(|row| row.name == store));
    if is_device(store) {
        return vec![store];
    }
    STATIONS.iter().filter(|station| station.outputs.contains(&store)).map(|station| station.name).collect()
}
