//! Material flow: a plant's model, and runs of it on the event calendar.
//!
//! [`FlowModel`] says what there is; [`check`] says what is wrong with it; [`Flow`] runs it, and a [`Trace`] hears
//! all that happens. Forks are clones, and [`resample`] gives a fork another future.

mod bands;
mod begin;
mod books;
mod bounded;
mod buffer;
mod check;
mod compare;
mod crew;
mod engine;
mod event;
mod fault;
mod fleet;
mod layout;
mod network;
mod order;
mod outcome;
mod prices;
mod replicate;
mod resample;
mod series;
mod setup;
mod shift;
mod sink;
mod sketch;
mod source;
mod spec;
mod start;
mod state;
mod station;
mod streams;
mod summary;
mod trace;
mod wear;
mod wip_limit;

pub use bands::{Band, Bands};
pub use books::Books;
pub use bounded::{Ended, Limits, run_until};
pub use check::check;
pub use compare::{Difference, Kpi, compare};
pub use engine::Flow;
pub use event::Event;
pub use fault::{Fault, Severity};
pub use prices::Prices;
pub use replicate::{Replicate, Replications, Workers, replicate};
pub use resample::resample;
pub use series::{Curve, Series};
pub use sketch::Sketch;
pub use spec::*;
pub use summary::{BufferSummary, OrderSummary, SinkSummary, StationSummary, Summary};
pub use trace::{Happening, Serial, StationState, Trace};

use engine::Run;
use station::book;
