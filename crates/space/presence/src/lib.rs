//! Presence: who is in the hall, where, and what each of them is told of the others.
//!
//! A plane of its own: best effort, latest wins, nothing stored. A pose that was not sent before a newer one came is
//! never sent. Everybody is told of people near by more often than of people far away, within a budget of bytes; who
//! is beyond that is counted in a crowd and never turned away.
//!
//! Nothing here has a socket or a clock: every call takes the instant at which it happens.

mod bucket;
mod crowd;
mod desk;
mod frame;
mod grid;
mod person;
mod pose;
mod room;
mod rules;
mod words;

pub use bucket::Bucket;
pub use crowd::{CROWD_CELL_M, CrowdCell};
pub use frame::{Frame, FrameError, Record, decode, decode_pose, encode, encode_pose};
pub use person::{Change, PersonId, Profile, Seat, Standing};
pub use pose::{Gesture, Pose, PoseError};
pub use room::{Entered, Room, RoomError};
pub use rules::Rules;
pub use words::{clean_name, clean_text};
