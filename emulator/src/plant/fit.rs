//! Turns the tables into devices with their signals.

use super::catalog::{
    Class, EQUIPMENT, Equipment, Fact, Line, Rate, STATIONS, STORES, SignalRow, Source, key_of, signal_rows,
};
use super::flow::loader_names;
use super::physics::{Asset, Fitting};
use crate::{Device, DeviceSignal};
use trine_world::{Limits, MachineState, Role};

/// Most lines that are told apart in the spectrum of one machine.
const SHARES: usize = 64;

/// The fittings of all devices, with spectrum lines spread over the machines until there are `min_signals`.
pub fn fittings(min_signals: usize) -> Vec<Fitting> {
    let mut fittings: Vec<Fitting> = EQUIPMENT.iter().map(fitting).collect();
    let have: usize = fittings.iter().map(|fitting| fitting.rows.len()).sum();
    let machines: Vec<usize> =
        (0..EQUIPMENT.len()).filter(|index| EQUIPMENT[*index].class.is_machine()).collect();
    for line in 0..min_signals.saturating_sub(have) {
        let rows = &mut fittings[machines[line % machines.len()]].rows;
        rows.push(spectrum_line(line / machines.len()));
    }
    fittings
}

fn fitting(row: &Equipment) -> Fitting {
    Fitting { asset: asset(row), rows: signal_rows(row.class), metered: metered(row) }
}

/// Which part of the flow a device is.
fn asset(row: &Equipment) -> Asset {
    let number = |class: Class| {
        let same = EQUIPMENT.iter().filter(|other| other.class == class);
        same.take_while(|other| other.name != row.name).count() as u16
    };
    let position = |found: Option<usize>| found.map(|index| index as u16);
    match row.class {
        Class::Meter => Asset::Meter,
        Class::Agv => Asset::Vehicle(number(Class::Agv)),
        Class::Charging => Asset::Charger(number(Class::Charging)),
        _ => None
            .or(position(STATIONS.iter().position(|station| station.name == row.name)).map(Asset::Station))
            .or(position(STORES.iter().position(|store| store.name == row.name)).map(Asset::Store))
            .or(position(loader_names().iter().position(|name| *name == row.name)).map(Asset::Loader))
            .unwrap_or(Asset::Meter),
    }
}

/// The devices whose power a meter sums up: those of its line.
fn metered(row: &Equipment) -> Vec<u16> {
    if row.class != Class::Meter {
        return Vec::new();
    }
    let of_line = |(_, other): &(u16, &Equipment)| other.line == row.line && other.class != Class::Meter;
    (0..).zip(EQUIPMENT).filter(of_line).map(|(index, _)| index).collect()
}

/// A line of the spectrum: high at the low orders, falling off beyond.
fn spectrum_line(number: usize) -> SignalRow {
    let order = (number % SHARES) as f64;
    SignalRow {
        id: "SpectrumLine",
        name: "Spectrum line",
        component: "Spectrum",
        unit: "C16",
        role: None,
        source: Source::Line { share: 0.6 / (1.0 + 0.35 * order) },
        range: Some([0.0, 16.0]),
        limits: None,
        rate: Rate::Spectrum,
        noise: 0.012,
        deadband: 0.004,
    }
}

/// The devices as the protocol servers see them.
pub fn devices(fittings: &[Fitting]) -> Vec<Device> {
    EQUIPMENT
        .iter()
        .zip(fittings)
        .zip(1..)
        .map(|((row, fitting), number)| device(row, fitting, number))
        .collect()
}

fn device(row: &Equipment, fitting: &Fitting, number: u32) -> Device {
    let mut lines = 0;
    let mut signal = |row: &SignalRow| {
        let is_line = row.rate == Rate::Spectrum;
        lines += usize::from(is_line);
        device_signal(row, is_line.then_some(lines))
    };
    Device {
        key: key_of(row.name),
        name: row.name.into(),
        class: row.class.word().into(),
        level: row.class.level(),
        technology: row.technology(),
        host: row.host.into(),
        nameplate: nameplate(row, number),
        signals: fitting.rows.iter().map(&mut signal).collect(),
    }
}

fn device_signal(row: &SignalRow, line: Option<usize>) -> DeviceSignal {
    let numbered = |text: &str, gap: &str| line.map_or(text.into(), |line| format!("{text}{gap}{line:04}"));
    let members =
        MachineState::ALL.iter().zip(0..).map(|(state, number)| (number, state.as_str().to_owned()));
    let is_state = row.source == Source::Fact(Fact::State) && row.role == Some(Role::State);
    DeviceSignal {
        id: numbered(row.id, ""),
        name: numbered(row.name, " "),
        path: (!row.component.is_empty()).then(|| row.component.to_owned()).into_iter().collect(),
        kind: row.kind(),
        unit: row.unit,
        range: row.range,
        limits: row.limits.map(|[warn, alarm]| Limits { warn: Some(warn), alarm: Some(alarm) }),
        role: row.role,
        members: if is_state { members.collect() } else { Vec::new() },
    }
}

/// The plate, in the words of the IDTA Digital Nameplate.
fn nameplate(row: &Equipment, number: u32) -> Vec<(String, String)> {
    let (maker, product, year) = row.class.maker();
    let year = year + (number % 4) as u16;
    let serial = format!("{}{}{:05}", &row.name[..2], year % 100, 20_117 + number * 37);
    let line = match row.line {
        Line::Machining => "Line 1",
        Line::Gears => "Line 2",
        Line::Heat => "Heat treatment",
        Line::Assembly => "Line 3",
        Line::Logistics => "Logistics",
    };
    [
        ("ManufacturerName", maker.to_owned()),
        ("ManufacturerProductDesignation", product.to_owned()),
        ("SerialNumber", serial),
        ("YearOfConstruction", year.to_string()),
        ("AssetLocation", line.to_owned()),
        ("URIOfTheProduct", key_of(row.name)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}
