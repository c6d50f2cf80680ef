//! The equipment list: what stands where, and which socket it speaks through.
//!
//! The hall is 90 m by 55 m. Three lines lie one above the other between aisles that run east; the warehouse and the
//! charging stations are in the west. Machines of a line stand in two rows that face each other: the northern row
//! with yaw 0 looks south, the southern row with yaw 180 looks north.

use super::Class::{self, *};
use crate::Technology;

/// Where a device belongs in the organisation of the plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Line 1: housings and shafts.
    Machining,
    /// Line 2: gear cutting and gear grinding.
    Gears,
    /// Heat treatment in line 2, metered by itself.
    Heat,
    /// Line 3: assembly and test.
    Assembly,
    /// Warehouse and vehicles.
    Logistics,
}

/// One device of the list.
#[derive(Clone, Copy, Debug)]
pub struct Equipment {
    pub name: &'static str,
    pub class: Class,
    pub line: Line,
    pub host: &'static str,
    /// Middle of the footprint, m.
    pub at: [f64; 2],
    /// Degrees.
    pub yaw: f64,
    /// Length, where it differs from its class.
    pub length: Option<f64>,
}

impl Equipment {
    /// How its host is reached.
    pub fn technology(&self) -> Technology {
        match self.host {
            "line-1" | "line-2" | "line-3" => Technology::OpcUa,
            "cell-agent" => Technology::MtConnect,
            _ => Technology::Sparkplug,
        }
    }

    /// Length, width, height, m.
    pub fn size(&self) -> [f64; 3] {
        let [length, width, height] = self.class.size();
        [self.length.unwrap_or(length), width, height]
    }

    const fn long(mut self, length: f64) -> Self {
        self.length = Some(length);
        self
    }
}

const fn put(
    name: &'static str,
    class: Class,
    line: Line,
    host: &'static str,
    at: [f64; 2],
    yaw: f64,
) -> Equipment {
    Equipment { name, class, line, host, at, yaw, length: None }
}

const MACHINING: Line = Line::Machining;
const GEARS: Line = Line::Gears;
const HEAT: Line = Line::Heat;
const ASSEMBLY: Line = Line::Assembly;
const LOGISTICS: Line = Line::Logistics;

/// Everything that has a socket.
#[rustfmt::skip]
pub const EQUIPMENT: &[Equipment] = &[
    // Line 1, northern row: housings.
    put("MI-1", Milling,   MACHINING, "cell-agent", [22.0, 49.6], 0.0),
    put("MI-2", Milling,   MACHINING, "cell-agent", [27.0, 49.6], 0.0),
    put("MI-3", Milling,   MACHINING, "cell-agent", [32.0, 49.6], 0.0),
    put("WA-1", Washing,   MACHINING, "line-1",     [46.0, 49.6], 0.0),
    put("CM-1", Measuring, MACHINING, "line-1",     [52.0, 49.6], 0.0),
    put("RO-1", Robot,     MACHINING, "line-1",     [27.0, 46.6], 0.0),
    // Line 1, southern row: rotor shafts.
    put("TU-1", Turning,   MACHINING, "cell-agent", [22.0, 42.2], 180.0),
    put("TU-2", Turning,   MACHINING, "cell-agent", [27.0, 42.2], 180.0),
    put("MI-4", Milling,   MACHINING, "cell-agent", [36.0, 42.2], 180.0),
    put("GR-1", Grinding,  MACHINING, "line-1",     [47.0, 42.2], 180.0),
    put("GR-2", Grinding,  MACHINING, "line-1",     [52.0, 42.2], 180.0),
    put("WA-2", Washing,   MACHINING, "line-1",     [62.0, 42.2], 180.0),
    put("RO-2", Robot,     MACHINING, "line-1",     [24.5, 44.8], 0.0),
    // Line 2, northern row: gear cutting, then heat treatment.
    put("TU-3", Turning,   GEARS,     "cell-agent", [20.0, 31.6], 0.0),
    put("TU-4", Turning,   GEARS,     "cell-agent", [24.6, 31.6], 0.0),
    put("TU-5", Turning,   GEARS,     "cell-agent", [29.2, 31.6], 0.0),
    put("GH-1", Hobbing,   GEARS,     "line-2",     [36.0, 31.6], 0.0),
    put("GH-2", Hobbing,   GEARS,     "line-2",     [40.2, 31.6], 0.0),
    put("GH-3", Hobbing,   GEARS,     "line-2",     [44.4, 31.6], 0.0),
    put("SV-1", Shaving,   GEARS,     "line-2",     [50.0, 31.6], 0.0),
    put("SV-2", Shaving,   GEARS,     "line-2",     [54.0, 31.6], 0.0),
    put("RO-3", Robot,     GEARS,     "line-2",     [24.6, 28.4], 0.0),
    put("WA-3", Washing,   HEAT,      "line-2",     [59.0, 31.6], 0.0),
    put("FU-1", Furnace,   HEAT,      "line-2",     [68.2, 31.6], 0.0),
    put("QT-1", Quench,    HEAT,      "line-2",     [75.0, 31.6], 0.0),
    put("WA-4", Washing,   HEAT,      "line-2",     [79.4, 31.6], 0.0),
    // Line 2, southern row: tempering and hard finishing.
    put("FU-2", Furnace,   HEAT,      "line-2",     [78.0, 24.6], 180.0).long(7.0),
    put("GR-3", Grinding,  GEARS,     "line-2",     [64.0, 24.6], 180.0),
    put("GR-4", Grinding,  GEARS,     "line-2",     [58.0, 24.6], 180.0),
    put("CM-2", Measuring, GEARS,     "line-2",     [46.0, 24.6], 180.0),
    // Line 3: assembly and test.
    put("PR-1", Press,     ASSEMBLY,  "line-3",     [20.0, 13.4], 0.0),
    put("AS-1", Class::Assembly, ASSEMBLY, "line-3", [25.0, 13.4], 0.0),
    put("RO-4", Robot,     ASSEMBLY,  "line-3",     [32.6, 13.4], 0.0),
    put("PR-2", Press,     ASSEMBLY,  "line-3",     [36.0, 13.4], 0.0),
    put("AS-2", Class::Assembly, ASSEMBLY, "line-3", [39.6, 13.4], 0.0),
    put("AS-3", Class::Assembly, ASSEMBLY, "line-3", [47.0, 13.4], 0.0),
    put("RO-5", Robot,     ASSEMBLY,  "line-3",     [50.6, 13.4], 0.0),
    put("AS-4", Class::Assembly, ASSEMBLY, "line-3", [54.2, 13.4], 0.0),
    put("TB-1", TestBench, ASSEMBLY,  "line-3",     [63.0, 13.4], 0.0),
    put("TB-2", TestBench, ASSEMBLY,  "line-3",     [67.4, 13.4], 0.0),
    put("TB-3", TestBench, ASSEMBLY,  "line-3",     [71.8, 13.4], 0.0),
    put("CM-3", Measuring, ASSEMBLY,  "line-3",     [72.0, 7.8],  180.0),
    put("AS-5", Class::Assembly, ASSEMBLY, "line-3", [66.0, 7.8],  180.0),
    put("RO-6", Robot,     ASSEMBLY,  "line-3",     [61.0, 7.8],  180.0),
    // Conveyors.
    put("CV-1", Conveyor,  MACHINING, "intralogistics", [39.0, 48.0], 0.0).long(8.0),
    put("CV-2", Conveyor,  MACHINING, "intralogistics", [41.6, 44.4], 0.0).long(5.0),
    put("CV-3", Conveyor,  MACHINING, "intralogistics", [57.2, 44.4], 0.0).long(6.0),
    put("CV-4", Conveyor,  GEARS,     "intralogistics", [45.0, 28.6], 0.0).long(7.0),
    put("CV-5", Conveyor,  HEAT,      "intralogistics", [62.15, 31.6], 0.0).long(2.6),
    put("CV-6", Conveyor,  GEARS,     "intralogistics", [55.0, 27.2], 180.0).long(14.0),
    put("CV-7", Conveyor,  GEARS,     "intralogistics", [51.9, 25.2], 180.0).long(8.2),
    put("CV-8", Conveyor,  ASSEMBLY,  "intralogistics", [29.1, 13.4], 0.0).long(5.0),
    put("CV-9", Conveyor,  ASSEMBLY,  "intralogistics", [43.3, 13.4], 0.0).long(4.4),
    put("CV-10", Conveyor, ASSEMBLY,  "intralogistics", [64.4, 11.0], 0.0).long(18.0),
    put("CV-11", Conveyor, ASSEMBLY,  "intralogistics", [76.4, 10.6], 270.0).long(6.0),
    // Buffers; those that vehicles serve stand at an aisle.
    put("BU-1", Buffer,    MACHINING, "intralogistics", [22.0, 39.1], 0.0),
    put("BU-2", Buffer,    MACHINING, "intralogistics", [56.0, 39.1], 0.0),
    put("BU-3", Buffer,    MACHINING, "intralogistics", [27.0, 39.1], 0.0),
    put("BU-4", Buffer,    MACHINING, "intralogistics", [31.6, 44.4], 0.0),
    put("BU-5", Buffer,    MACHINING, "intralogistics", [62.0, 39.1], 0.0),
    put("BU-6", Buffer,    GEARS,     "intralogistics", [20.0, 33.9], 0.0),
    put("BU-7", Buffer,    GEARS,     "intralogistics", [33.0, 28.6], 0.0),
    put("BU-8", Buffer,    GEARS,     "intralogistics", [29.2, 33.9], 0.0),
    put("BU-9", Buffer,    HEAT,      "intralogistics", [53.4, 29.2], 0.0),
    put("BU-10", Buffer,   HEAT,      "intralogistics", [70.4, 24.2], 0.0),
    put("BU-11", Buffer,   HEAT,      "intralogistics", [70.4, 26.8], 0.0),
    put("BU-12", Buffer,   GEARS,     "intralogistics", [42.0, 21.6], 0.0),
    put("BU-13", Buffer,   GEARS,     "intralogistics", [38.0, 21.6], 0.0),
    put("BU-14", Buffer,   ASSEMBLY,  "intralogistics", [25.0, 16.4], 0.0),
    put("BU-15", Buffer,   ASSEMBLY,  "intralogistics", [20.0, 16.4], 0.0),
    put("BU-16", Buffer,   ASSEMBLY,  "intralogistics", [34.6, 16.4], 0.0),
    put("BU-17", Buffer,   ASSEMBLY,  "intralogistics", [38.2, 16.4], 0.0),
    put("BU-18", Buffer,   ASSEMBLY,  "intralogistics", [58.0, 5.6],  0.0),
    // Warehouse.
    put("RK-1", Rack,      LOGISTICS, "intralogistics", [7.5, 46.0], 90.0),
    put("RK-2", Rack,      LOGISTICS, "intralogistics", [7.5, 10.0], 90.0),
    put("RK-3", Rack,      LOGISTICS, "intralogistics", [7.5, 35.0], 90.0).long(8.0),
    // Vehicles stand where they are charged.
    put("AGV-1", Agv,      LOGISTICS, "agv-fleet", [10.9, 20.0], 0.0),
    put("AGV-2", Agv,      LOGISTICS, "agv-fleet", [10.9, 22.5], 0.0),
    put("AGV-3", Agv,      LOGISTICS, "agv-fleet", [10.9, 25.0], 0.0),
    put("AGV-4", Agv,      LOGISTICS, "agv-fleet", [10.9, 27.5], 0.0),
    put("AGV-5", Agv,      LOGISTICS, "agv-fleet", [10.9, 30.0], 0.0),
    put("CS-1", Charging,  LOGISTICS, "agv-fleet", [9.6, 20.0], 0.0),
    put("CS-2", Charging,  LOGISTICS, "agv-fleet", [9.6, 22.5], 0.0),
    put("CS-3", Charging,  LOGISTICS, "agv-fleet", [9.6, 25.0], 0.0),
    put("CS-4", Charging,  LOGISTICS, "agv-fleet", [9.6, 27.5], 0.0),
    put("CS-5", Charging,  LOGISTICS, "agv-fleet", [9.6, 30.0], 0.0),
    // Meters, one for each line.
    put("EM-1", Meter,     MACHINING, "energy", [70.0, 53.6], 0.0),
    put("EM-2", Meter,     GEARS,     "energy", [17.0, 28.0], 90.0),
    put("EM-3", Meter,     HEAT,      "energy", [82.8, 28.2], 90.0),
    put("EM-4", Meter,     ASSEMBLY,  "energy", [82.8, 12.0], 90.0),
    put("EM-5", Meter,     LOGISTICS, "energy", [4.0, 53.6], 0.0),
];
