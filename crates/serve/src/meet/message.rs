//! The text messages of the meeting socket.

use crate::Problem;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use trine_base::Instant;
use trine_presence::{Change, Profile, Rules, Seat, Standing};

/// What a person says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FromPerson {
    /// Comes in; the first message.
    Enter(Enter),
    /// Has another name.
    Name { name: String },
    /// Looks at another (branch, instant).
    Stand {
        #[serde(default)]
        branch: Option<String>,
        #[serde(default, deserialize_with = "instant")]
        at: Option<Instant>,
        #[serde(default = "one")]
        speed: f64,
    },
    /// A word to the room, to those near by, or to one person.
    Say { to: To, text: String },
    /// Calls everyone to a place.
    Call {
        position: [f32; 3],
        #[serde(default)]
        text: String,
    },
    /// Whom not to hear, and whom not to know of.
    Shun {
        #[serde(default)]
        muted: Vec<String>,
        #[serde(default)]
        blocked: Vec<String>,
    },
    /// Somebody behaves badly.
    Report {
        seat: u16,
        #[serde(default)]
        text: String,
    },
    /// May be spoken with, or no longer.
    Voice { on: bool },
    /// What two browsers need to tell each other to make a call.
    Signal { to: u16, data: Value },
    /// Sees what somebody sees, or no longer.
    Follow { seat: Option<u16> },
    /// What is seen, for those who follow.
    Look { camera: Value },
    /// Begins to record the session, or ends that.
    Record {
        on: bool,
        #[serde(default)]
        name: String,
    },
    /// Says yes to being recorded, or no longer.
    Consent { yes: bool },
    /// Asks whether anybody is there.
    Ping { id: u64 },
}

/// Who comes in.
#[derive(Deserialize)]
pub struct Enter {
    /// The name that was chosen.
    pub name: String,
    /// The secret of a guest.
    #[serde(default)]
    pub guest: String,
    /// Which room; all who say the same are in the same.
    #[serde(default)]
    pub room: String,
}

/// Whom a word is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum To {
    /// Everybody.
    Room,
    /// Those within hearing.
    Near,
    /// One person.
    Seat(u16),
}

/// An instant, or null for the present.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
}

fn one() -> f64 {
    1.0
}

/// What a person is told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ToPerson {
    /// The greeting; from now on there are frames.
    #[serde(rename_all = "camelCase")]
    Entered { seat: u16, person: String, name: String, room: String, now: Instant, rules: ToldRules },
    /// What became of the list of people.
    People { here: Vec<Entry>, gone: Vec<u16> },
    /// A word of somebody; `from` is the own seat when it is the own word, as it went out.
    Said { from: u16, name: String, to: To, text: String, at: Instant },
    /// Somebody calls everyone to a place, and to an instant.
    Called {
        from: u16,
        name: String,
        position: [f32; 3],
        text: String,
        branch: String,
        instant: Option<Instant>,
    },
    /// For the making of a call.
    Signal { from: u16, data: Value },
    /// Who follows.
    Followed { by: Vec<u16> },
    /// What the followed person sees.
    Look { seat: u16, camera: Value },
    /// The session is recorded, or no longer.
    Recording { recording: Option<ToldRecording> },
    /// A report was taken down.
    Reported { seat: u16 },
    /// Something did not work.
    Problem { code: &'static str, detail: String },
    /// Somebody is there.
    Pong { id: u64 },
}

/// What is said of a recording that runs.
#[derive(Debug, Serialize)]
pub struct ToldRecording {
    pub id: String,
    pub name: String,
    pub by: u16,
    pub started: Instant,
    /// Whether the one who is told is part of it.
    pub taken: bool,
}

/// What a client has to know of the rules.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldRules {
    pub rate_hz: f64,
    pub hearing_m: f64,
    pub hearing_kept_m: f64,
    pub interest_m: f64,
    pub crowd_cell_m: f32,
}

impl ToldRules {
    pub fn of(rules: &Rules, rate_hz: f64) -> Self {
        Self {
            rate_hz,
            hearing_m: rules.hearing_m,
            hearing_kept_m: rules.hearing_kept_m,
            interest_m: rules.interest_m,
            crowd_cell_m: trine_presence::CROWD_CELL_M,
        }
    }
}

/// Somebody in the list of people.
#[derive(Debug, Serialize)]
pub struct Entry {
    pub seat: u16,
    pub person: String,
    pub name: String,
    pub guest: bool,
    pub voice: bool,
    pub branch: String,
    /// Null is the present.
    pub at: Option<Instant>,
    pub speed: f64,
    /// When `at` was the instant.
    pub set: Instant,
}

impl Entry {
    fn new(seat: Seat, profile: &Profile, standing: &Standing, voice: bool) -> Self {
        Self {
            seat: seat.0,
            person: profile.person.0.to_string(),
            name: profile.name.to_string(),
            guest: profile.is_guest,
            voice,
            branch: standing.branch.to_string(),
            at: standing.at,
            speed: standing.speed,
            set: standing.set,
        }
    }
}

impl ToPerson {
    pub fn people(changes: &[Change]) -> Self {
        let mut here = Vec::new();
        let mut gone = Vec::new();
        for change in changes {
            match change {
                Change::Here { seat, profile, standing, has_voice } => {
                    here.push(Entry::new(*seat, profile, standing, *has_voice));
                }
                Change::Gone(seat) => gone.push(seat.0),
            }
        }
        Self::People { here, gone }
    }

    pub fn problem(problem: &Problem) -> Self {
        Self::Problem { code: problem.code(), detail: problem.detail().to_owned() }
    }
}
