//! Which thing and which signals each part of the model stands for.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use trine_base::{SignalId, ThingId};
use trine_world::{Place, Role};

/// A signal that the future has values for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignalRef {
    /// Which.
    pub signal: SignalId,
    /// What it means.
    pub role: Role,
    /// Its value at the start where it goes on from there (counters, energy), or its usual value while the thing works
    /// (speeds).
    pub value: f64,
    /// Size of one of its units in W, J, or 1.
    pub factor: f64,
    /// Whether its values are whole numbers.
    pub is_whole: bool,
}

/// A station of the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StationMap {
    /// The machine; none for people who carry by hand, and for machines that only a what-if has.
    pub thing: Option<ThingId>,
    /// For a machine that only a what-if has: the one that it is like.
    pub like: Option<ThingId>,
    /// And where it could stand.
    pub place: Option<Place>,
    /// Its signals.
    pub signals: Vec<SignalRef>,
}

/// A store with the buffers that it is made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StoreMap {
    /// The store; none for hand-over places.
    pub thing: Option<ThingId>,
    /// Its signals.
    pub signals: Vec<SignalRef>,
    /// Whether pieces travel in it.
    pub is_conveyor: bool,
}

/// A vehicle of the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VehicleMap {
    /// The vehicle; none for one that only a what-if has.
    pub thing: Option<ThingId>,
    /// Its signals.
    pub signals: Vec<SignalRef>,
}

/// A meter with the stations behind it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MeterMap {
    /// The meter.
    pub thing: Option<ThingId>,
    /// Its signals.
    pub signals: Vec<SignalRef>,
    /// The stations that it measures.
    pub stations: Vec<u32>,
}

/// The parts of the model by index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Mapping {
    /// One for each station of the model.
    pub stations: Vec<StationMap>,
    /// One for each buffer of the model; buffers of one store name the same thing.
    pub buffers: Vec<StoreMap>,
    /// By fleet, one for each vehicle.
    pub vehicles: Vec<Vec<VehicleMap>>,
    /// Energy meters.
    pub meters: Vec<MeterMap>,
    /// Keys of the orders.
    pub orders: Vec<Arc<str>>,
}

impl Mapping {
    /// The station that a machine is in the model.
    #[must_use]
    pub fn station_of(&self, thing: ThingId) -> Option<u32> {
        let found = self.stations.iter().position(|station| station.thing == Some(thing));
        found.map(|index| index as u32)
    }
}
