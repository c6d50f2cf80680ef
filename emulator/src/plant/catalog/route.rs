//! How material goes: stores, stations and the trips of the vehicles, as tables.
//!
//! Four kinds of pieces become one drive. The grinding of the wheels (GR-3) is the narrowest place of the plant:
//! every other station has a little more capacity, so what happens there is felt everywhere behind it.
//! Wheels and pinions share the heat treatment first in, first out. A gate before it lets in only as many of a kind as
//! the buffer behind it can hold; without the gate a long stop of one kind would lock out the other for good.

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Housing,
    Shaft,
    Wheel,
    Pinion,
}

impl Family {
    /// How serials of this family begin.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Housing => "HS",
            Self::Shaft => "SH",
            Self::Wheel => "WH",
            Self::Pinion => "PI",
        }
    }
}

/// A place where pieces wait. What has the name of a device is that device; the others are hand-over places.
#[derive(Clone, Copy, Debug)]
pub struct StoreRow {
    pub name: &'static str,
    pub capacity: usize,
    /// How long a piece travels in it before it can be taken, s.
    pub transit_s: f64,
}

const fn store(name: &'static str, capacity: usize, transit_s: f64) -> StoreRow {
    StoreRow { name, capacity, transit_s }
}

/// How many pieces of a rack's family are kept.
pub const RACK_CAPACITY: usize = 400;
/// How many pieces of one family the heat treatment may hold with the buffer behind it.
pub const HEAT_LIMIT: u16 = 36;

#[rustfmt::skip]
pub const STORES: &[StoreRow] = &[
    store("BU-1", 24, 0.0), store("CV-1", 8, 18.0), store("HAND-1", 2, 0.0), store("BU-2", 16, 0.0),
    store("BU-3", 24, 0.0), store("BU-4", 10, 0.0), store("CV-2", 8, 12.0), store("CV-3", 6, 14.0), store("BU-5", 16, 0.0),
    store("BU-6", 24, 0.0), store("BU-7", 10, 0.0), store("CV-4", 8, 15.0), store("BU-9", 12, 0.0),
    store("BU-8", 24, 0.0), store("HAND-2", 4, 0.0), store("HAND-3", 4, 0.0), store("HAND-4", 10, 0.0),
    store("CV-5", 4, 8.0), store("HAND-5", 1, 0.0), store("HAND-6", 2, 0.0), store("HAND-7", 2, 0.0),
    store("BU-10", 36, 0.0), store("BU-11", 36, 0.0), store("CV-6", 10, 30.0), store("CV-7", 8, 20.0),
    store("BU-12", 8, 0.0), store("BU-13", 16, 0.0),
    store("BU-14", 16, 0.0), store("BU-15", 16, 0.0), store("BU-16", 8, 0.0), store("BU-17", 16, 0.0),
    store("HAND-8", 2, 0.0), store("HAND-9", 2, 0.0),
    store("CV-8", 4, 12.0), store("HAND-10", 2, 0.0), store("CV-9", 4, 10.0), store("HAND-11", 2, 0.0),
    store("HAND-12", 2, 0.0), store("CV-10", 14, 22.0), store("CV-11", 6, 14.0), store("HAND-13", 2, 0.0),
    store("HAND-14", 3, 0.0), store("BU-18", 12, 0.0),
    store("RK-1", RACK_CAPACITY, 0.0), store("RK-2", RACK_CAPACITY, 0.0), store("RK-3", RACK_CAPACITY, 0.0),
];

/// What a station takes to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// One piece from one of the stores, each in turn.
    Any,
    /// One piece from each of the stores; the first one carries the others.
    Each,
}

/// A station: what it takes, what it does with it, and where it puts it.
#[derive(Clone, Copy, Debug)]
pub struct StationRow {
    pub name: &'static str,
    pub take: Take,
    pub inputs: &'static [&'static str],
    /// One store for all, or one for wheels and one for pinions.
    pub outputs: &'static [&'static str],
    /// Mean time that a piece is worked on, s.
    pub cycle_s: f64,
    /// Deviation of that time, as a part of it.
    pub spread: f64,
    /// How many pieces are in it at once, and how soon after one the next may enter, s.
    pub slots: usize,
    pub pitch_s: f64,
    /// The robot that loads it.
    pub loader: &'static str,
    /// Time for a change of the variant, s.
    pub setup_s: f64,
    /// Part of the pieces that is found or made bad here.
    pub scrap: f64,
    /// Whether it needs its operator, who has breaks.
    pub is_attended: bool,
    /// Mean operating time between failures, h.
    pub mtbf_h: f64,
}

const fn station(
    name: &'static str,
    inputs: &'static [&'static str],
    outputs: &'static [&'static str],
    cycle_s: f64,
    mtbf_h: f64,
) -> StationRow {
    StationRow {
        name,
        take: Take::Any,
        inputs,
        outputs,
        cycle_s,
        spread: 0.02,
        slots: 1,
        pitch_s: 0.0,
        loader: "",
        setup_s: 0.0,
        scrap: 0.0,
        is_attended: false,
        mtbf_h,
    }
}

impl StationRow {
    const fn belt(mut self, slots: usize, pitch_s: f64) -> Self {
        self.slots = slots;
        self.pitch_s = pitch_s;
        self.spread = 0.0;
        self
    }

    const fn loaded_by(mut self, robot: &'static str) -> Self {
        self.loader = robot;
        self
    }

    const fn setup(mut self, seconds: f64) -> Self {
        self.setup_s = seconds;
        self
    }

    const fn scraps(mut self, part: f64) -> Self {
        self.scrap = part;
        self
    }

    const fn joins(mut self) -> Self {
        self.take = Take::Each;
        self
    }

    const fn attended(mut self) -> Self {
        self.is_attended = true;
        self.spread = 0.08;
        self
    }
}

#[rustfmt::skip]
pub const STATIONS: &[StationRow] = &[
    // Housings: milled, washed, measured.
    station("MI-1", &["BU-1"], &["CV-1"], 172.0, 22.0).loaded_by("RO-1").setup(300.0),
    station("MI-2", &["BU-1"], &["CV-1"], 172.0, 22.0).loaded_by("RO-1").setup(300.0),
    station("MI-3", &["BU-1"], &["CV-1"], 174.0, 20.0).loaded_by("RO-1").setup(300.0),
    station("WA-1", &["CV-1"], &["HAND-1"], 90.0, 40.0).belt(3, 30.0),
    station("CM-1", &["HAND-1"], &["BU-2"], 42.0, 60.0).scraps(0.012),
    // Shafts: turned, keyed, ground, washed.
    station("TU-1", &["BU-3"], &["BU-4"], 104.0, 20.0).loaded_by("RO-2").setup(240.0),
    station("TU-2", &["BU-3"], &["BU-4"], 104.0, 24.0).loaded_by("RO-2").setup(240.0),
    station("MI-4", &["BU-4"], &["CV-2"], 54.0, 26.0).setup(150.0),
    station("GR-1", &["CV-2"], &["CV-3"], 110.0, 24.0).setup(260.0).scraps(0.004),
    station("GR-2", &["CV-2"], &["CV-3"], 111.0, 24.0).setup(260.0).scraps(0.004),
    station("WA-2", &["CV-3"], &["BU-5"], 70.0, 40.0).belt(2, 35.0),
    // Wheels: turned, hobbed, shaved.
    station("TU-3", &["BU-6"], &["BU-7"], 100.0, 22.0).loaded_by("RO-3").setup(240.0),
    station("TU-4", &["BU-6"], &["BU-7"], 101.0, 22.0).loaded_by("RO-3").setup(240.0),
    station("GH-1", &["BU-7"], &["CV-4"], 114.0, 26.0).setup(280.0),
    station("GH-2", &["BU-7"], &["CV-4"], 115.0, 26.0).setup(280.0),
    station("SV-1", &["CV-4"], &["BU-9"], 50.0, 30.0).setup(120.0),
    // Pinions: turned, hobbed, shaved.
    station("TU-5", &["BU-8"], &["HAND-2"], 42.0, 22.0).loaded_by("RO-3").setup(200.0),
    station("GH-3", &["HAND-2"], &["HAND-3"], 54.0, 26.0).setup(220.0),
    station("SV-2", &["HAND-3"], &["HAND-4"], 44.0, 30.0).setup(120.0),
    // Both: washed, hardened, quenched, washed, tempered.
    station("WA-3", &["BU-9", "HAND-4"], &["CV-5"], 96.0, 60.0).belt(4, 24.0),
    station("FU-1", &["CV-5"], &["HAND-5"], 600.0, 90.0).belt(24, 25.0),
    station("QT-1", &["HAND-5"], &["HAND-6"], 18.0, 80.0),
    station("WA-4", &["HAND-6"], &["HAND-7"], 72.0, 60.0).belt(3, 24.0),
    station("FU-2", &["HAND-7"], &["BU-10", "BU-11"], 432.0, 90.0).belt(18, 24.0),
    // Hard finishing.
    station("GR-3", &["BU-10"], &["CV-6"], 65.0, 60.0).setup(120.0).scraps(0.006),
    station("GR-4", &["BU-11"], &["CV-7"], 55.0, 30.0).setup(120.0).scraps(0.006),
    station("CM-2", &["CV-6", "CV-7"], &["BU-12", "BU-13"], 27.0, 60.0).scraps(0.010),
    // Assembly: bearings on the shaft, shaft in the housing, seals, gear set, cover, screws, oil.
    station("PR-1", &["BU-15"], &["HAND-8"], 46.0, 36.0).attended(),
    station("AS-1", &["BU-14", "HAND-8"], &["CV-8"], 55.0, 48.0).joins().attended(),
    station("RO-4", &["CV-8"], &["HAND-10"], 50.0, 40.0),
    station("PR-2", &["BU-16", "BU-17"], &["HAND-9"], 46.0, 36.0).joins().attended(),
    station("AS-2", &["HAND-10", "HAND-9"], &["CV-9"], 56.0, 48.0).joins().attended(),
    station("AS-3", &["CV-9"], &["HAND-11"], 54.0, 48.0).attended(),
    station("RO-5", &["HAND-11"], &["HAND-12"], 52.0, 40.0),
    station("AS-4", &["HAND-12"], &["CV-10"], 53.0, 48.0).attended(),
    // End of line: run in and tested, measured, packed, on the pallet.
    station("TB-1", &["CV-10"], &["CV-11"], 162.0, 30.0).setup(180.0).scraps(0.016),
    station("TB-2", &["CV-10"], &["CV-11"], 162.0, 30.0).setup(180.0).scraps(0.016),
    station("TB-3", &["CV-10"], &["CV-11"], 162.0, 30.0).setup(180.0).scraps(0.016),
    station("CM-3", &["CV-11"], &["HAND-13"], 40.0, 60.0).scraps(0.004),
    station("AS-5", &["HAND-13"], &["HAND-14"], 44.0, 80.0).attended(),
    station("RO-6", &["HAND-14"], &["BU-18"], 30.0, 50.0),
];

/// A standing order to the vehicles: whenever a tray is full and there is room for it, carry it.
#[derive(Clone, Copy, Debug)]
pub struct TripRow {
    pub from: &'static str,
    pub to: &'static str,
    /// What is carried; `None` for finished drives.
    pub family: Option<Family>,
    pub tray: usize,
}

const fn trip(from: &'static str, to: &'static str, family: Option<Family>, tray: usize) -> TripRow {
    TripRow { from, to, family, tray }
}

pub const TRIPS: &[TripRow] = &[
    trip("BU-12", "BU-16", Some(Family::Wheel), 4),
    trip("BU-13", "BU-17", Some(Family::Pinion), 6),
    trip("BU-2", "BU-14", Some(Family::Housing), 6),
    trip("BU-5", "BU-15", Some(Family::Shaft), 6),
    trip("BU-18", "RK-2", None, 4),
    trip("RK-1", "BU-1", Some(Family::Housing), 8),
    trip("RK-1", "BU-3", Some(Family::Shaft), 8),
    trip("RK-3", "BU-6", Some(Family::Wheel), 8),
    trip("RK-3", "BU-8", Some(Family::Pinion), 8),
];
