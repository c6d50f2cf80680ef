//! Automated guided vehicles: they drive on lanes, turn on the spot at corners, and are charged while they rest.

use super::{Part, SECOND};
use crate::plant::catalog::paths::Point;

/// m/s.
const SPEED: f64 = 1.2;
/// Degrees per second.
const TURN_RATE: f64 = 90.0;

/// A stretch or a turn on the spot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    pub from: Point,
    pub to: Point,
    /// Headings at its beginning and end, degrees; the way between them is the shorter one.
    pub heading: [f64; 2],
    pub begins: i64,
    pub ends: i64,
}

/// What a vehicle is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Charging,
    ToPickup,
    Loading,
    ToDropOff,
    Unloading,
    ToCharger,
}

impl Step {
    /// In the words of the fleet manager.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Charging => "charging",
            Self::ToPickup => "to pick-up",
            Self::Loading => "loading",
            Self::ToDropOff => "to drop-off",
            Self::Unloading => "unloading",
            Self::ToCharger => "to charger",
        }
    }

    /// Whether it drives.
    pub const fn is_driving(self) -> bool {
        matches!(self, Self::ToPickup | Self::ToDropOff | Self::ToCharger)
    }
}

/// One vehicle.
#[derive(Clone, Debug)]
pub struct Vehicle {
    pub device: u16,
    /// Where it is charged.
    pub home: Point,
    pub step: Step,
    /// Index of the trip that it is on.
    pub trip: Option<u16>,
    pub load: Vec<Part>,
    pub legs: Vec<Leg>,
    /// %.
    pub battery: f64,
    pub battery_at: i64,
    /// Trips done and way driven, m.
    pub trips_done: u64,
    pub driven_m: f64,
}

impl Vehicle {
    /// A vehicle at its charger.
    pub fn at_home(device: u16, home: Point, battery: f64, now: i64) -> Self {
        let rest = Leg { from: home, to: home, heading: [180.0; 2], begins: now, ends: now };
        Self {
            device,
            home,
            step: Step::Charging,
            trip: None,
            load: Vec::new(),
            legs: vec![rest],
            battery,
            battery_at: now,
            trips_done: 0,
            driven_m: 0.0,
        }
    }

    /// Where it is and where it looks: x, y in m, heading in degrees.
    pub fn pose(&self, now: i64) -> [f64; 3] {
        let leg = self.legs.iter().find(|leg| now < leg.ends).or(self.legs.last());
        let Some(leg) = leg else { return [self.home[0], self.home[1], 180.0] };
        let part = ((now - leg.begins) as f64 / (leg.ends - leg.begins).max(1) as f64).clamp(0.0, 1.0);
        let between = |a: f64, b: f64| a + (b - a) * part;
        let heading = leg.heading[0] + shorter_turn(leg.heading[0], leg.heading[1]) * part;
        [between(leg.from[0], leg.to[0]), between(leg.from[1], leg.to[1]), heading.rem_euclid(360.0)]
    }

    /// Sets out along these points; when it arrives.
    pub fn drive(&mut self, points: &[Point], now: i64) -> i64 {
        let [x, y, mut heading] = self.pose(now);
        let (mut at, mut time) = ([x, y], now);
        self.legs.clear();
        for &to in points {
            let length = (to[0] - at[0]).hypot(to[1] - at[1]);
            if length < 0.01 {
                continue;
            }
            let ahead = (to[1] - at[1]).atan2(to[0] - at[0]).to_degrees();
            let turned = time + (shorter_turn(heading, ahead).abs() / TURN_RATE * SECOND as f64) as i64;
            self.legs.push(Leg { from: at, to: at, heading: [heading, ahead], begins: time, ends: turned });
            time = turned + (length / SPEED * SECOND as f64) as i64;
            self.legs.push(Leg { from: at, to, heading: [ahead; 2], begins: turned, ends: time });
            self.driven_m += length;
            (at, heading) = (to, ahead);
        }
        time
    }

    /// Speed over ground, m/s.
    pub fn speed(&self, now: i64) -> f64 {
        let leg = self.legs.iter().find(|leg| now < leg.ends);
        leg.filter(|leg| leg.from != leg.to && self.step.is_driving()).map_or(0.0, |_| SPEED)
    }

    /// Charge of the battery, %.
    pub fn battery_now(&self, now: i64) -> f64 {
        let seconds = (now - self.battery_at) as f64 / SECOND as f64;
        let rate = match self.step {
            Step::Charging => 0.045,
            step if step.is_driving() => -0.018,
            _ => -0.006,
        };
        (self.battery + rate * seconds).clamp(2.0, 100.0)
    }

    /// Brings the battery up to now, before what it does changes.
    pub fn update_battery(&mut self, now: i64) {
        self.battery = self.battery_now(now);
        self.battery_at = now;
    }
}

/// Signed degrees from one heading to another the short way round.
fn shorter_turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}
