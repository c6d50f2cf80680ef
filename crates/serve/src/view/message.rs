//! The text messages of the view socket.

use crate::params::at_most;
use crate::{Problem, limits};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::time::Duration;
use trine_base::Instant;
use trine_future::Job;
use trine_site::Site;
use trine_world::{CloudEvent, Role};

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FromClient {
    /// Shows another view.
    View(Box<ViewRequest>),
    /// Asks whether anybody is there.
    Ping {
        /// Comes back in the answer.
        id: u64,
    },
}

/// The view that a client wants.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewRequest {
    /// The client's number of this view.
    #[serde(default)]
    pub epoch: u32,
    /// The branch; `live` when it is left out.
    #[serde(default)]
    pub branch: Option<String>,
    /// The instant; none for the present of `live`, and for the fork of another branch.
    #[serde(default, deserialize_with = "instant")]
    pub at: Option<Instant>,
    /// How many seconds of the plant pass in one of the viewer; 0 stands still.
    #[serde(default = "one")]
    pub speed: f64,
    /// Only what was known then.
    #[serde(default, deserialize_with = "instant")]
    pub as_known_at: Option<Instant>,
    /// Frames a second at most.
    #[serde(default = "ten")]
    pub rate_hz: f64,
    /// Which signals.
    #[serde(default)]
    pub interest: Interest,
}

/// Which signals a client looks at: those that meet every test that is named, and those named one by one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Interest {
    /// Everything.
    #[serde(default)]
    pub all: bool,
    /// Signals by id.
    #[serde(default)]
    pub signals: Vec<u32>,
    /// Signals of these things.
    #[serde(default)]
    pub things: Option<Vec<u32>>,
    /// Signals that play these roles.
    #[serde(default)]
    pub roles: Option<Vec<Role>>,
    /// Signals of things of these classes.
    #[serde(default)]
    pub classes: Option<Vec<String>>,
    /// Signals of things that stand within x0, y0, x1, y1; m in the site frame.
    #[serde(default)]
    pub area: Option<[f64; 4]>,
}

/// An instant, `now`, or null. What is known now is everything, and a view never stands beyond the present.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some("now") => Ok(Some(Instant::MAX)),
        Some(text) => text.parse().map(Some).map_err(D::Error::custom),
    }
}

fn one() -> f64 {
    1.0
}

fn ten() -> f64 {
    10.0
}

impl Interest {
    fn check(&self) -> Result<(), Problem> {
        let lists = [
            ("interest.signals", self.signals.len()),
            ("interest.things", self.things.as_ref().map_or(0, Vec::len)),
            ("interest.roles", self.roles.as_ref().map_or(0, Vec::len)),
            ("interest.classes", self.classes.as_ref().map_or(0, Vec::len)),
        ];
        lists.into_iter().try_for_each(|(name, length)| at_most(name, length, limits::INTEREST).map(drop))
    }
}

impl ViewRequest {
    /// Whether it can be shown.
    pub fn check(&self) -> Result<(), Problem> {
        let rates = limits::RATE_HZ_MIN..=limits::RATE_HZ;
        if !rates.contains(&self.rate_hz) {
            return Err(Problem::too_much(format!(
                "rateHz has to be from {} to {}",
                rates.start(),
                rates.end()
            )));
        }
        if !(0.0..=limits::SPEED).contains(&self.speed) {
            return Err(Problem::too_much(format!("speed has to be from 0 to {}", limits::SPEED)));
        }
        self.interest.check()
    }

    /// Time between frames.
    pub fn period(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.rate_hz)
    }
}

/// What the server says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ToClient {
    /// First message.
    Hello {
        /// The site's name.
        site: String,
        /// The present instant.
        now: Instant,
        /// What may be asked.
        limits: Limits,
    },
    /// Things, signals or relations have changed: read them again.
    Structure {
        /// The new revision.
        revision: u64,
    },
    /// A branch was forked, renamed or discarded: read them again.
    Branches,
    /// A long run began, went on or ended.
    Job {
        /// As it is now.
        job: Box<Job>,
    },
    /// A plan was made without being asked for.
    Plan {
        /// Its id.
        plan: String,
        /// Why.
        reason: String,
    },
    /// A fact.
    Event {
        /// As a CloudEvent.
        event: Box<CloudEvent>,
    },
    /// Playback has reached the present.
    Ended,
    /// Something could not be done.
    Problem {
        /// Stable code.
        code: &'static str,
        /// For the person.
        detail: String,
    },
    /// The answer to a ping.
    Pong {
        /// The ping's.
        id: u64,
    },
}

/// What may be asked of the view socket.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    rate_hz_max: f64,
    speed_max: f64,
    message_bytes_max: usize,
}

impl ToClient {
    /// The first message.
    pub fn hello(site: &Site) -> Self {
        let limits = Limits {
            rate_hz_max: limits::RATE_HZ,
            speed_max: limits::SPEED,
            message_bytes_max: limits::MESSAGE_BYTES,
        };
        Self::Hello { site: site.world().name().to_owned(), now: site.now(), limits }
    }

    /// A problem.
    pub fn problem(problem: &Problem) -> Self {
        Self::Problem { code: problem.code(), detail: problem.detail().to_owned() }
    }
}
