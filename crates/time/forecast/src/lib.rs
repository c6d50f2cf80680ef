//! From a plant's past to its futures: the plant as Trine knows it becomes a material-flow model, and what the
//! simulation of that model does becomes samples of the plant's own signals again.
//!
//! 1. [`observe()`] reads the facts of a stretch: how long jobs, failures, repairs and set-ups took.
//! 2. [`fit`] makes distributions of them.
//! 3. [`build()`] makes a [`PlantModel`] of the world, the fits and how the plant stands; what nobody said is assumed,
//!    and each [`Assumption`] is named.
//! 4. [`Writer`] turns what the simulation does into samples, so that a future is seen by the same code as the past.
//! 5. [`Change`] is a what-if; [`validate()`] compares a forecast with what really came.
//!
//! Pure: no I/O, no clock, no threads, no randomness of its own.

mod build;
mod change;
pub mod fit;
mod mapping;
mod observe;
mod past;
mod validate;
mod writer;

pub use build::{Assumption, BuildError, PlantModel, build};
pub use change::{Change, ChangeError, Which};
pub use fit::FitReport;
pub use mapping::{Mapping, MeterMap, SignalRef, StationMap, StoreMap, VehicleMap};
pub use observe::{InWork, MachinePast, Observed, Stop, Stretch, Timeline, Warning, observe};
pub use past::Past;
pub use validate::{
    Comparison, ForecastError, Outcome, Report, StationOutcome, Verdict, compare_with, outcome, validate,
};
pub use writer::Writer;
