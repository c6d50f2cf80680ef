//! What a person says, checked and carried out.

use super::hall::Inside;
use super::message::{FromPerson, To, ToPerson};
use super::record::Recording;
use crate::params::track;
use crate::{Problem, limits};
use std::collections::BTreeSet;
use trine_base::Instant;
use trine_presence::{
    Bucket, FrameError, PersonId, RoomError, Seat, Standing, clean_name, clean_text, decode_pose,
};
use trine_site::Site;

/// Bytes of what is relayed for calls.
const SIGNAL_BYTES: usize = 16 << 10;
/// Bytes of what is seen, for those who follow.
const CAMERA_BYTES: usize = 512;

/// How much one person may say.
pub struct Pace {
    poses: Bucket,
    texts: Bucket,
    words: Bucket,
    signals: Bucket,
    calls: Bucket,
}

impl Pace {
    pub fn new(now: Instant) -> Self {
        Self {
            poses: Bucket::new(40.0, 80.0, now),
            texts: Bucket::new(30.0, 120.0, now),
            words: Bucket::new(1.0, 8.0, now),
            signals: Bucket::new(20.0, 400.0, now),
            calls: Bucket::new(0.1, 2.0, now),
        }
    }

    /// Whether one more text is read at all.
    pub fn takes_text(&mut self, now: Instant) -> bool {
        self.texts.take(1.0, now)
    }
}

/// A person in a room, and where in time that room is.
pub struct Speaker<'a> {
    pub site: &'a Site,
    pub inside: &'a mut Inside,
    pub seat: Seat,
    pub pace: &'a mut Pace,
    /// The room's time.
    pub now: Instant,
}

impl From<RoomError> for Problem {
    fn from(error: RoomError) -> Self {
        match error {
            RoomError::Full(_) => Self::unavailable(error.to_string()),
            RoomError::SeatsEach(_) | RoomError::Shunned => Self::too_much(error.to_string()),
            RoomError::NoSeat(_) => Self::not_found(error.to_string()),
        }
    }
}

impl From<FrameError> for Problem {
    fn from(error: FrameError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl Speaker<'_> {
    /// Takes a pose. Of those that come too often some are dropped: the next one says it all.
    pub fn pose(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if !self.pace.poses.take(1.0, self.now) {
            return Ok(());
        }
        let (pose, is_leap) = decode_pose(bytes)?;
        self.inside.room.pose(self.seat, pose, is_leap, self.now)?;
        Ok(())
    }

    /// Carries out what is said; the answer, when there is one.
    pub fn say(&mut self, said: FromPerson) -> Result<Option<ToPerson>, Problem> {
        self.inside.room.heard(self.seat, self.now)?;
        match said {
            FromPerson::Enter(_) => return Err(Problem::conflict("you are in a room already")),
            FromPerson::Name { name } => self.rename(&name)?,
            FromPerson::Stand { branch, at, speed } => self.stand(branch.as_deref(), at, speed)?,
            FromPerson::Say { to, text } => return self.word(to, &text).map(Some),
            FromPerson::Call { position, text } => self.call(position, &text)?,
            FromPerson::Shun { muted, blocked } => self.shun(muted, blocked)?,
            FromPerson::Report { seat, text } => return self.report(Seat(seat), &text).map(Some),
            FromPerson::Voice { on } => self.inside.room.set_voice(self.seat, on)?,
            FromPerson::Signal { to, data } => self.signal(Seat(to), data)?,
            FromPerson::Follow { seat } => self.follow(seat.map(Seat))?,
            FromPerson::Look { camera } => self.look(camera)?,
            FromPerson::Record { on, name } => self.record(on, &name)?,
            FromPerson::Consent { yes } => self.consent(yes)?,
            FromPerson::Ping { id } => return Ok(Some(ToPerson::Pong { id })),
        }
        Ok(None)
    }

    fn rename(&mut self, name: &str) -> Result<(), Problem> {
        if !self.inside.room.profile(self.seat)?.is_guest {
            return Err(Problem::conflict("your name is that of your account; only guests choose one here"));
        }
        let name =
            clean_name(name).ok_or_else(|| Problem::invalid("a name has at least one visible character"))?;
        Ok(self.inside.room.rename(self.seat, &name)?)
    }

    fn stand(&mut self, branch: Option<&str>, at: Option<Instant>, speed: f64) -> Result<(), Problem> {
        if !(0.0..=limits::SPEED).contains(&speed) {
            return Err(Problem::too_much(format!("speed has to be from 0 to {}", limits::SPEED)));
        }
        track(self.site, branch)?;
        let branch = branch.filter(|branch| !branch.is_empty()).unwrap_or("live").into();
        Ok(self.inside.room.stand(self.seat, Standing { branch, at, speed, set: self.now })?)
    }

    fn word(&mut self, to: To, text: &str) -> Result<ToPerson, Problem> {
        let text = clean_text(text)
            .ok_or_else(|| Problem::invalid("a message has at least one visible character"))?;
        if !self.pace.words.take(1.0, self.now) {
            return Err(Problem::too_much("you write faster than anybody reads; wait a moment"));
        }
        let room = &self.inside.room;
        let listeners = match to {
            To::Room => room.listeners(self.seat),
            To::Near => room.hearers(self.seat),
            To::Seat(other) => {
                room.profile(Seat(other))?;
                // Whoever is muted or blocked is not told so.
                vec![Seat(other)].into_iter().filter(|other| room.may_write(self.seat, *other)).collect()
            }
        };
        let name = room.profile(self.seat)?.name.to_string();
        if let (To::Room, Some(recording)) = (to, &mut self.inside.recording) {
            recording.said(self.seat, &text, self.site.now());
        }
        let said = || ToPerson::Said {
            from: self.seat.0,
            name: name.clone(),
            to,
            text: text.clone(),
            at: self.site.now(),
        };
        self.inside.tell(&listeners, said());
        Ok(said())
    }

    fn call(&mut self, position: [f32; 3], text: &str) -> Result<(), Problem> {
        if !position.iter().all(|metres| metres.is_finite() && metres.abs() <= 100_000.0) {
            return Err(Problem::invalid("`position` is a place of the site, in metres"));
        }
        if !self.pace.calls.take(1.0, self.now) {
            return Err(Problem::too_much("you have just called everyone; wait a little"));
        }
        let room = &self.inside.room;
        let standing = room.standing(self.seat)?;
        let called = ToPerson::Called {
            from: self.seat.0,
            name: room.profile(self.seat)?.name.to_string(),
            position,
            text: clean_text(text).unwrap_or_default(),
            branch: standing.branch.to_string(),
            instant: standing.at.map(|_| standing.instant(self.now)),
        };
        self.inside.tell(&room.listeners(self.seat), called);
        Ok(())
    }

    fn shun(&mut self, muted: Vec<String>, blocked: Vec<String>) -> Result<(), Problem> {
        let people = |ids: Vec<String>| -> BTreeSet<PersonId> {
            ids.into_iter().filter(|id| id.len() <= 200).map(|id| PersonId(id.into())).collect()
        };
        Ok(self.inside.room.shun(self.seat, people(muted), people(blocked))?)
    }

    /// A report goes to the operator's log, with who said it of whom.
    fn report(&mut self, reported: Seat, text: &str) -> Result<ToPerson, Problem> {
        if !self.pace.calls.take(1.0, self.now) {
            return Err(Problem::too_much("you have just reported somebody; wait a little"));
        }
        let room = &self.inside.room;
        let (by, of) = (room.profile(self.seat)?, room.profile(reported)?);
        let words = clean_text(text).unwrap_or_default();
        tracing::warn!(
            by = %by.person.0, by_name = %by.name, of = %of.person.0, of_name = %of.name, words = ?words,
            "somebody in the hall was reported"
        );
        Ok(ToPerson::Reported { seat: reported.0 })
    }

    fn signal(&mut self, to: Seat, data: serde_json::Value) -> Result<(), Problem> {
        if data.to_string().len() > SIGNAL_BYTES {
            return Err(Problem::too_much(format!("`data` of a signal has at most {SIGNAL_BYTES} bytes")));
        }
        if !self.pace.signals.take(1.0, self.now) {
            return Err(Problem::too_much("too many signals at once; wait a moment"));
        }
        if !self.inside.room.may_call(self.seat, to) {
            return Err(Problem::conflict(format!(
                "seat {to} is not within hearing, or does not speak with you"
            )));
        }
        self.inside.tell(&[to], ToPerson::Signal { from: self.seat.0, data });
        Ok(())
    }

    fn follow(&mut self, leader: Option<Seat>) -> Result<(), Problem> {
        if let Some(leader) = leader
            && (leader == self.seat || !self.inside.room.sees(self.seat, leader))
        {
            return Err(RoomError::NoSeat(leader).into());
        }
        self.inside.follow(self.seat, leader);
        Ok(())
    }

    /// Begins a recording, in which only who begins it is until others say yes; or ends the one that runs.
    fn record(&mut self, on: bool, name: &str) -> Result<(), Problem> {
        if !on {
            // Whoever is in a room may end its recording; beginning is what needs consent.
            if let Some(recording) = &mut self.inside.recording {
                recording.is_stopping = true;
            }
            return Ok(());
        }
        if self.inside.recording.is_some() {
            return Err(Problem::conflict("this session is recorded already"));
        }
        if !self.pace.calls.take(1.0, self.now) {
            return Err(Problem::too_much("you have just recorded; wait a little"));
        }
        let own = self.inside.room.profile(self.seat)?.name.to_string();
        let name = clean_name(name).unwrap_or_else(|| own.clone());
        let now = self.site.now();
        let begun = Recording::begin(self.site.folder(), &name, self.seat, now).map_err(|error| {
            tracing::error!("a recording cannot be begun: {error}");
            Problem::unavailable("The recording cannot be written; the log of the server says why.")
        })?;
        self.inside.recording.insert(begun).consent(self.seat, &own, true, now);
        self.inside.tell_recording(None);
        Ok(())
    }

    fn consent(&mut self, yes: bool) -> Result<(), Problem> {
        let name = self.inside.room.profile(self.seat)?.name.to_string();
        let Some(recording) = &mut self.inside.recording else {
            return Err(Problem::conflict("nothing is recorded"));
        };
        recording.consent(self.seat, &name, yes, self.site.now());
        self.inside.tell_recording(Some(self.seat));
        Ok(())
    }

    fn look(&mut self, camera: serde_json::Value) -> Result<(), Problem> {
        if camera.to_string().len() > CAMERA_BYTES {
            return Err(Problem::too_much(format!("`camera` has at most {CAMERA_BYTES} bytes")));
        }
        let followers = self.inside.followers(self.seat);
        self.inside.tell(&followers, ToPerson::Look { seat: self.seat.0, camera });
        Ok(())
    }
}
