//! What a device is doing, as quantities.

use super::motion::{arm, arm_holds, tool};
use super::{Q, Quantities};
use crate::plant::catalog::Class;
use crate::plant::flow::{Flow, Loader, SECOND, Station, Step, Store, Vehicle};
use trine_world::MachineState;

/// Which part of the flow a device is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asset {
    Station(u16),
    Loader(u16),
    Store(u16),
    Vehicle(u16),
    /// Charges the vehicle with this index.
    Charger(u16),
    /// Sums up the power of its line; the sum is made where all powers are known.
    Meter,
}

/// The quantities of a device now.
pub fn quantities(flow: &Flow, asset: Asset, now: i64) -> Quantities {
    let mut q = Quantities::default();
    q.set(Q::On, 1.0);
    match asset {
        Asset::Station(index) => station(&mut q, &flow.stations[usize::from(index)], now),
        Asset::Loader(index) => loader(&mut q, &flow.loaders[usize::from(index)], now),
        Asset::Store(index) => store(&mut q, &flow.stores[usize::from(index)], now),
        Asset::Vehicle(index) => vehicle(&mut q, &flow.vehicles[usize::from(index)], now),
        Asset::Charger(index) => charger(&mut q, &flow.vehicles[usize::from(index)]),
        Asset::Meter => {}
    }
    q
}

fn station(q: &mut Quantities, station: &Station, now: i64) {
    let busy = f64::from(u8::from(station.is_working()));
    let progress = station.progress(now);
    q.set(Q::Busy, busy);
    q.set(Q::Progress, progress);
    q.set(Q::Pieces, station.jobs.len() as f64);
    q.set(Q::Level, station.coolant);
    q.set(Q::ToolWear, station.tool.wear);
    q.set(Q::Flow, busy);
    q.set(Q::Vibration, 0.2 + 0.5 * busy);
    q.set(Q::Clamp, f64::from(u8::from(!station.jobs.is_empty())));
    match station.class {
        class if class.is_machine_tool() => machine_tool(q, station, busy, progress, now),
        Class::Measuring => move_axes(q, station, busy, progress, now),
        Class::Robot => robot(q, progress, busy, station.row.cycle_s, [-85.0, 75.0]),
        Class::Press => press(q, progress, busy),
        Class::Assembly => assemble(q, progress, busy),
        Class::TestBench => test(q, progress, busy),
        _ => treat(q, station, busy),
    }
    let (idle, work) = rated_power(station.class);
    let awake = if station.breakdown.is_some() { 0.4 } else { 1.0 };
    q.set(Q::Power, idle * awake + work * q.get(Q::Load));
}

/// Power of a machine that waits, and what full load adds, kW.
const fn rated_power(class: Class) -> (f64, f64) {
    match class {
        Class::Turning => (2.4, 19.0),
        Class::Milling => (2.9, 24.0),
        Class::Grinding => (4.6, 16.0),
        Class::Hobbing => (3.1, 17.0),
        Class::Shaving => (2.2, 9.0),
        Class::Washing => (6.5, 21.0),
        Class::Furnace => (46.0, 88.0),
        Class::Quench => (3.8, 12.0),
        Class::Press => (0.9, 7.0),
        Class::Robot => (0.5, 2.6),
        Class::TestBench => (1.1, 13.0),
        _ => (0.6, 1.6),
    }
}

/// Axes at their place on the tool's path; speeds by looking a tenth of a second ahead.
fn move_axes(q: &mut Quantities, station: &Station, busy: f64, progress: f64, now: i64) {
    let here = tool(station.class, progress);
    let next = tool(station.class, station.progress(now + SECOND / 10));
    let speed: [f64; 3] = std::array::from_fn(|axis| busy * 10.0 * (next.at[axis] - here.at[axis]));
    q.set_all(Q::X, &here.at);
    q.set_all(Q::Vx, &speed.map(|mm_s| mm_s.clamp(-600.0, 600.0)));
    let feed = 60.0 * speed.iter().map(|v| v * v).sum::<f64>().sqrt();
    q.set(Q::Feed, feed.min(12_000.0));
    q.set(Q::Load, busy * here.engaged);
}

fn machine_tool(q: &mut Quantities, station: &Station, busy: f64, progress: f64, now: i64) {
    move_axes(q, station, busy, progress, now);
    let variant = f64::from(station.variant.unwrap_or(0));
    let turns = f64::from(u8::from(station.spindle_turns()));
    let speed = match station.class {
        Class::Turning => 2_150.0 - 280.0 * variant,
        Class::Milling => 6_400.0 - 700.0 * variant,
        Class::Grinding => 3_380.0,
        Class::Hobbing => 640.0 - 70.0 * variant,
        _ => 980.0,
    };
    let load = q.get(Q::Load) * (0.78 + 0.1 * variant);
    q.set(Q::Load, load);
    q.set(Q::Speed, speed * turns);
    // A spindle that does not cut vibrates a little less; one that stands still feels its neighbours through the floor.
    let cutting = 0.88 + 0.12 * (load / 0.6).min(1.0);
    q.set(Q::Vibration, 0.12 + turns * station.bearing.vibration() * cutting);
}

fn robot(q: &mut Quantities, progress: f64, busy: f64, cycle_s: f64, turns: [f64; 2]) {
    // An arm that needs long for its cycle makes several moves in it.
    let moves = (cycle_s / 12.0).round().max(1.0);
    let within = if progress >= 1.0 { 1.0 } else { (progress * moves).fract() };
    let (here, next) = (arm(within, turns), arm(within + 0.01, turns));
    q.set_all(Q::J1, &here);
    let swing = (0..6).map(|joint| (next[joint] - here[joint]).powi(2)).sum::<f64>().sqrt();
    q.set(Q::Tcp, (busy * swing * 150.0).min(2_800.0));
    q.set(Q::Load, busy * (0.2 + swing * 0.05).min(1.0));
    q.set(Q::Clamp, f64::from(u8::from(busy > 0.0 && arm_holds(within))));
}

/// Down fast, a short hard push, up again.
fn press(q: &mut Quantities, progress: f64, busy: f64) {
    let down = ((progress - 0.25) / 0.2).clamp(0.0, 1.0) - ((progress - 0.7) / 0.2).clamp(0.0, 1.0);
    let push = if (0.4..0.7).contains(&progress) { ((progress - 0.4) / 0.25).min(1.0) } else { 0.0 };
    q.set(Q::Travel, 240.0 * down + 12.0 * push);
    q.set(Q::Z, 120.0 - 240.0 * down - 12.0 * push);
    q.set(Q::Force, busy * 46.0 * push * push);
    q.set(Q::Load, busy * (0.08 + 0.7 * push));
}

/// Six screws one after the other: turned in, tightened at the end of each.
fn assemble(q: &mut Quantities, progress: f64, busy: f64) {
    let screwing = ((progress - 0.3) / 0.55).clamp(0.0, 1.0);
    let turn = (screwing * 6.0).fract();
    let is_turning = busy > 0.0 && screwing > 0.0 && screwing < 1.0;
    q.set(Q::Travel, if is_turning { 3_200.0 * turn } else { 0.0 });
    q.set(Q::Force, if is_turning { 2.0 + 32.0 * (turn - 0.75).max(0.0) * 4.0 } else { 0.0 });
    q.set(Q::Z, 60.0 * (progress * std::f64::consts::PI).sin());
    q.set(Q::Load, busy * if is_turning { 0.6 } else { 0.2 });
}

/// Run up, three steps of load, run down.
fn test(q: &mut Quantities, progress: f64, busy: f64) {
    let run = ((progress - 0.12) / 0.1).clamp(0.0, 1.0) - ((progress - 0.86) / 0.08).clamp(0.0, 1.0);
    let step = (((progress - 0.24) / 0.2).floor() + 1.0).clamp(0.0, 3.0);
    let torque = busy * run * step * 32.0;
    q.set(Q::Speed, busy * run * 2_650.0);
    q.set(Q::Force, torque);
    q.set(Q::Load, busy * run * (0.15 + 0.25 * step));
    q.set(Q::Vibration, 0.1 + busy * run * (0.7 + 0.25 * step));
}

fn treat(q: &mut Quantities, station: &Station, busy: f64) {
    let fill = station.jobs.len() as f64 / station.row.slots as f64;
    let length = if station.class == Class::Furnace { 8.0 } else { 2.8 };
    q.set(Q::Load, if station.class == Class::Furnace { 0.35 + 0.55 * fill * busy } else { fill * busy });
    q.set(Q::BeltSpeed, busy * length / station.row.cycle_s);
    q.set(Q::Z, 150.0 - 300.0 * (q.get(Q::Progress) * std::f64::consts::PI).sin());
    q.set(Q::Level, 81.0);
}

fn loader(q: &mut Quantities, loader: &Loader, now: i64) {
    let progress = (now - loader.begun) as f64 / (loader.until - loader.begun).max(1) as f64;
    let progress = if loader.serving.is_some() { progress.clamp(0.0, 1.0) } else { 0.0 };
    let side = loader.serving.map_or(0.0, |station| f64::from(station % 3));
    q.set(Q::Busy, f64::from(u8::from(loader.serving.is_some())));
    q.set(Q::Progress, progress);
    robot(q, progress, q.get(Q::Busy), 9.0, [-95.0, 40.0 + 45.0 * side]);
    let (idle, work) = rated_power(Class::Robot);
    q.set(Q::Power, idle + work * q.get(Q::Load));
}

fn store(q: &mut Quantities, store: &Store, now: i64) {
    let pieces = store.items.len() as f64;
    let moves = f64::from(u8::from(store.is_moving(now)));
    q.set(Q::Pieces, pieces);
    q.set(Q::Level, 100.0 * pieces / store.row.capacity as f64);
    q.set(Q::BeltSpeed, moves * 0.3);
    q.set(Q::Power, 0.05 + 0.55 * moves);
}

fn vehicle(q: &mut Quantities, vehicle: &Vehicle, now: i64) {
    q.set_all(Q::PoseX, &vehicle.pose(now));
    q.set(Q::GroundSpeed, vehicle.speed(now));
    q.set(Q::Battery, vehicle.battery_now(now));
    q.set(Q::Busy, f64::from(u8::from(vehicle.step != Step::Charging)));
}

fn charger(q: &mut Quantities, vehicle: &Vehicle) {
    let charges = vehicle.step == Step::Charging && vehicle.battery < 99.0;
    q.set(Q::Load, f64::from(u8::from(charges)));
    q.set(Q::Power, 0.03 + if charges { 1.9 } else { 0.0 });
}

/// What a device shows as its state.
pub fn state(flow: &Flow, asset: Asset, now: i64) -> MachineState {
    let running = |is_running: bool| if is_running { MachineState::Running } else { MachineState::Idle };
    match asset {
        Asset::Station(index) => flow.stations[usize::from(index)].state,
        Asset::Loader(index) => running(flow.loaders[usize::from(index)].serving.is_some()),
        Asset::Vehicle(index) => Flow::vehicle_state(flow.vehicles[usize::from(index)].step),
        Asset::Charger(index) => running(flow.vehicles[usize::from(index)].step == Step::Charging),
        Asset::Meter => MachineState::Running,
        Asset::Store(index) => {
            let store = &flow.stores[usize::from(index)];
            let is_full = store.items.len() == store.row.capacity;
            match store.is_moving(now) {
                false if is_full => MachineState::Blocked,
                is_moving => running(is_moving),
            }
        }
    }
}
