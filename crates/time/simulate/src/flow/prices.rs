//! What a run costs.

use super::{StationState, Summary};
use serde::{Deserialize, Serialize};

/// Prices in one currency; what has none costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Prices {
    /// Of a kWh.
    pub energy_kwh: f64,
    /// Of an hour of a station at work.
    pub station_hour: f64,
    /// Of an hour of somebody at work.
    pub person_hour: f64,
    /// Of an hour of a piece in the plant.
    pub piece_hour: f64,
    /// Of a scrapped piece.
    pub scrap: f64,
    /// Of an hour of lateness of an order of weight 1.
    pub late_hour: f64,
}

impl Prices {
    /// The cost of a run.
    #[must_use]
    pub fn of(&self, run: &Summary) -> f64 {
        let hours = (run.to_ns - run.from_ns) as f64 / 3.6e12;
        let running = |station: &super::StationSummary| station.seconds[StationState::Running.index()];
        let stations = run.stations.iter().map(running).sum::<f64>() / 3600.0;
        let scrap: u64 = run.stations.iter().map(|station| station.scrap).sum();
        self.energy_kwh * run.energy_kwh
            + self.station_hour * stations
            + self.person_hour * hours * run.crews_busy.iter().sum::<f64>()
            + self.piece_hour * hours * run.wip
            + self.scrap * scrap as f64
            + self.late_hour * run.tardiness_s / 3600.0
    }
}
