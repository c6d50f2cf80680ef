//! What-ifs as data: each is a change of a [`PlantModel`], checked as a whole, and applied whole or not at all.
//!
//! In JSON each is tagged by `change`. Machines, stores and vehicles are meant by the number of their thing or by the
//! name that the model gives them; crews, calendars and orders by their name:
//!
//! ```json
//! {"change": "add-machine", "like": 12, "name": "GR-5"}
//! {"change": "remove-machine", "thing": 12}
//! {"change": "speed", "thing": 12, "factor": 1.1}
//! {"change": "setup", "thing": 12, "factor": 0.5}
//! {"change": "failures", "thing": 12, "mtbfFactor": 2.0, "mttrFactor": 0.5}
//! {"change": "scrap", "thing": 12, "rate": 0.01}
//! {"change": "buffer", "thing": "BU-10", "capacity": 24}
//! {"change": "batch", "thing": 12, "pieces": 4}
//! {"change": "shift", "calendar": "day", "periodS": 86400, "openS": [[21600, 50400]]}
//! {"change": "crew", "crew": "technicians", "count": 4}
//! {"change": "vehicles", "like": 51, "count": 3}
//! {"change": "order-add", "order": {"key": "PO-9", "material": "drive", "quantity": 40}}
//! {"change": "order-remove", "key": "PO-9"}
//! {"change": "order-change", "key": "PO-9", "quantity": 20, "due": "2026-11-26T18:00:00Z"}
//! ```
//!
//! Where `thing` may be left out (`failures`, `speed`, `setup`) all machines are meant.

mod find;
mod machines;
mod orders;
mod scale;

use crate::PlantModel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use trine_base::{Instant, ThingId};
use trine_simulate::flow::{Severity, check};
use trine_world::{OrderDescription, Place};

/// A machine or a store: by its thing, or by its name in the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Which {
    /// The number of the thing.
    Thing(ThingId),
    /// Its name.
    Name(String),
}

impl std::fmt::Display for Which {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Thing(thing) => write!(f, "thing {thing}"),
            Self::Name(name) => write!(f, "`{name}`"),
        }
    }
}

/// A what-if.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Change {
    /// One more machine like another one, beside it in the flow.
    AddMachine {
        /// Like this one.
        like: Which,
        /// What it is called.
        name: String,
        /// Where it could stand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    /// A machine less; what is in it goes back to where it came from.
    RemoveMachine {
        /// Which.
        thing: Which,
    },
    /// Other working hours.
    Shift {
        /// Name of the calendar.
        calendar: String,
        /// How long the pattern is, s; 0: always open.
        #[serde(default = "day")]
        period_s: f64,
        /// When it is open, s from the start of the pattern.
        #[serde(default)]
        open_s: Vec<(f64, f64)>,
    },
    /// More or fewer people.
    Crew {
        /// Name of the crew.
        crew: String,
        /// How many.
        count: u32,
    },
    /// More or less room.
    Buffer {
        /// Which store, or hand-over place by its name in the model.
        thing: Which,
        /// How many pieces.
        capacity: u32,
    },
    /// So many pieces at once.
    Batch {
        /// On which machine.
        thing: Which,
        /// How many.
        pieces: u32,
    },
    /// Failures more seldom or repaired sooner.
    Failures {
        /// Of which machine; of all when there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thing: Option<Which>,
        /// Times as long between failures.
        #[serde(default = "one")]
        mtbf_factor: f64,
        /// Times as long for a repair.
        #[serde(default = "one")]
        mttr_factor: f64,
    },
    /// A machine that works faster or slower.
    Speed {
        /// Which machine; all when there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thing: Option<Which>,
        /// Times as fast.
        factor: f64,
    },
    /// Set-ups that take longer or shorter.
    Setup {
        /// Of which machine; of all when there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thing: Option<Which>,
        /// Times as long.
        factor: f64,
    },
    /// Another part of the pieces is scrap.
    Scrap {
        /// Of which machine.
        thing: Which,
        /// 0 to 1.
        rate: f64,
    },
    /// One more order.
    OrderAdd {
        /// The order.
        order: OrderDescription,
    },
    /// An order less.
    OrderRemove {
        /// Its key.
        key: String,
    },
    /// An order that asks for something else.
    OrderChange {
        /// Its key.
        key: String,
        /// How many pieces now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quantity: Option<u32>,
        /// When it is due now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Instant>,
    },
    /// More or fewer vehicles.
    Vehicles {
        /// A vehicle of the fleet, or its name.
        like: Which,
        /// How many the fleet has then.
        count: u32,
    },
}

const fn day() -> f64 {
    86_400.0
}

const fn one() -> f64 {
    1.0
}

/// Why a change cannot be made. The model is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeError {
    /// What it names is not in the model.
    NotThere {
        /// What was looked for: `machine`.
        what: &'static str,
        /// What it was called.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A number that makes no sense.
    Nonsense(String),
    /// The changed model could not run.
    CannotRun(Vec<String>),
}

impl std::fmt::Display for ChangeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotThere { what, name, known } if known.is_empty() => {
                write!(f, "there is no {what} {name}; the model has none")
            }
            Self::NotThere { what, name, known } => {
                let shown: Vec<&str> = known.iter().take(12).map(String::as_str).collect();
                let more = known.len() - shown.len();
                write!(f, "there is no {what} {name}; there are {}", shown.join(", "))?;
                if more > 0 { write!(f, " and {more} more") } else { Ok(()) }
            }
            Self::Nonsense(reason) => f.write_str(reason),
            Self::CannotRun(reasons) => {
                write!(f, "with this change the plant could not run: {}", reasons.join("; "))
            }
        }
    }
}

impl std::error::Error for ChangeError {}

impl Change {
    /// Makes the change.
    ///
    /// # Errors
    /// When it names something that is not there, or makes no sense; the model is then as it was.
    pub fn apply(&self, model: &mut PlantModel) -> Result<(), ChangeError> {
        Self::apply_all(std::slice::from_ref(self), model)
    }

    /// Makes several changes in their order, all or none.
    ///
    /// # Errors
    /// The first that cannot be made; the model is then as it was.
    pub fn apply_all(changes: &[Self], model: &mut PlantModel) -> Result<(), ChangeError> {
        let errors = |model: &PlantModel| -> BTreeSet<String> {
            let faults = check(&model.flow).into_iter().filter(|fault| fault.severity == Severity::Error);
            faults.map(|fault| fault.to_string()).collect()
        };
        let mut changed = model.clone();
        for change in changes {
            change.make(&mut changed)?;
        }
        let new: Vec<String> = errors(&changed).into_iter().collect();
        if !new.is_empty() {
            return Err(ChangeError::CannotRun(new));
        }
        *model = changed;
        Ok(())
    }

    fn make(&self, model: &mut PlantModel) -> Result<(), ChangeError> {
        match self {
            Self::AddMachine { like, name, place } => machines::add(model, like, name, *place),
            Self::RemoveMachine { thing } => machines::remove(model, thing),
            Self::Shift { calendar, period_s, open_s } => machines::hours(model, calendar, *period_s, open_s),
            Self::Crew { crew, count } => machines::crew(model, crew, *count),
            Self::Buffer { thing, capacity } => machines::capacity(model, thing, *capacity),
            Self::Batch { thing, pieces } => machines::batch(model, thing, *pieces),
            Self::Failures { thing, mtbf_factor, mttr_factor } => {
                scale::failures(model, thing.as_ref(), *mtbf_factor, *mttr_factor)
            }
            Self::Speed { thing, factor } => scale::speed(model, thing.as_ref(), *factor),
            Self::Setup { thing, factor } => scale::setup(model, thing.as_ref(), *factor),
            Self::Scrap { thing, rate } => scale::scrap(model, thing, *rate),
            Self::OrderAdd { order } => orders::add(model, order),
            Self::OrderRemove { key } => orders::remove(model, key),
            Self::OrderChange { key, quantity, due } => orders::change(model, key, *quantity, *due),
            Self::Vehicles { like, count } => machines::vehicles(model, like, *count),
        }
    }
}
