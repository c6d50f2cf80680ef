//! The classes of equipment: the word by which the hall draws them, and how big they are.

use trine_world::Level;

/// What a device of the plant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Turning,
    Milling,
    Grinding,
    Hobbing,
    Shaving,
    Washing,
    Furnace,
    Quench,
    Press,
    Robot,
    Assembly,
    TestBench,
    Measuring,
    Conveyor,
    Buffer,
    Rack,
    Agv,
    Charging,
    Meter,
}

impl Class {
    /// The word of `docs/wire.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Turning => "turning-machine",
            Self::Milling => "milling-machine",
            Self::Grinding => "grinding-machine",
            // A shaving machine has the column, the table and the tool head of a hobbing machine.
            Self::Hobbing | Self::Shaving => "gear-hobbing-machine",
            Self::Washing => "washing-machine",
            Self::Furnace => "furnace",
            Self::Quench => "quench-tank",
            Self::Press => "press",
            Self::Robot => "robot",
            Self::Assembly => "assembly-station",
            Self::TestBench => "test-bench",
            Self::Measuring => "measuring-machine",
            Self::Conveyor => "conveyor",
            Self::Buffer => "buffer",
            Self::Rack => "rack",
            Self::Agv => "agv",
            Self::Charging => "charging-station",
            Self::Meter => "energy-meter",
        }
    }

    /// Its level in the hierarchy.
    pub const fn level(self) -> Level {
        if matches!(self, Self::Agv) { Level::Vehicle } else { Level::WorkUnit }
    }

    /// Whether it works on parts; what is not a machine stores, carries or measures.
    pub const fn is_machine(self) -> bool {
        !matches!(self, Self::Conveyor | Self::Buffer | Self::Rack | Self::Agv | Self::Charging | Self::Meter)
    }

    /// Whether it cuts metal with a spindle.
    pub const fn is_machine_tool(self) -> bool {
        matches!(self, Self::Turning | Self::Milling | Self::Grinding | Self::Hobbing | Self::Shaving)
    }

    /// Length, width, height, m, where the equipment list does not say otherwise.
    pub const fn size(self) -> [f64; 3] {
        match self {
            Self::Turning => [3.6, 2.0, 2.1],
            Self::Milling => [3.2, 2.6, 2.8],
            Self::Grinding => [3.4, 2.4, 2.3],
            Self::Hobbing => [3.0, 2.6, 2.9],
            Self::Shaving => [2.8, 2.2, 2.4],
            Self::Washing => [3.2, 2.0, 2.2],
            Self::Furnace => [9.0, 2.6, 2.8],
            Self::Quench => [2.6, 2.2, 2.4],
            Self::Press => [1.8, 1.6, 2.8],
            Self::Robot => [1.2, 1.2, 2.0],
            Self::Assembly => [2.4, 1.6, 2.2],
            Self::TestBench => [2.8, 1.8, 2.2],
            Self::Measuring => [2.4, 2.0, 2.6],
            Self::Conveyor => [6.0, 0.8, 0.95],
            Self::Buffer => [2.0, 1.2, 1.1],
            Self::Rack => [12.0, 2.4, 5.0],
            Self::Agv => [1.4, 0.8, 0.4],
            Self::Charging => [0.6, 0.8, 1.4],
            Self::Meter => [0.8, 0.4, 2.0],
        }
    }

    /// Maker, product and the year in which such machines were bought. The makers are invented.
    pub const fn maker(self) -> (&'static str, &'static str, u16) {
        match self {
            Self::Turning => ("Hallgrim Drehtechnik", "Rotara 420", 2018),
            Self::Milling => ("Kestrelmann", "Vertex H5", 2019),
            Self::Grinding => ("Schliffwerk Aurin", "Lumen G360", 2016),
            Self::Hobbing => ("Zahnrath & Soehne", "Evolva 200", 2017),
            Self::Shaving => ("Zahnrath & Soehne", "Finessa 160", 2017),
            Self::Washing => ("Klarbach Systems", "Puralux T3", 2020),
            Self::Furnace => ("Glutwerk Nord", "Continua CF9", 2014),
            Self::Quench => ("Glutwerk Nord", "Tauch Q2", 2014),
            Self::Press => ("Druckhaus Valdern", "Servopress 160", 2021),
            Self::Robot => ("Manoa Robotics", "Sixer 25", 2022),
            Self::Assembly => ("Montaris", "Station M", 2022),
            Self::TestBench => ("Prufwerk Ostra", "Endline 90", 2021),
            Self::Measuring => ("Mikronauta", "Tasta C7", 2020),
            Self::Conveyor => ("Bandwerk Iller", "Glide 800", 2019),
            Self::Buffer => ("Lagerhof", "Puffer 2", 2019),
            Self::Rack => ("Lagerhof", "Hochregal 5", 2015),
            Self::Agv => ("Ferrywheel Mobility", "Porter 600", 2023),
            Self::Charging => ("Ferrywheel Mobility", "Dock 3", 2023),
            Self::Meter => ("Voltaria", "Summa 3P", 2020),
        }
    }
}
