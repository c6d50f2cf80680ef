//! A room: the people in it, and what each of them is told.

use crate::crowd;
use crate::desk::{Desk, period_s, urgency};
use crate::frame::{Frame, HEADER_BYTES, Record, encode, record_bytes};
use crate::grid::{Cell, Grid};
use crate::pose::distance_m;
use crate::{Bucket, Change, CrowdCell, PersonId, Pose, Profile, Rules, Seat, Standing};
use std::collections::BTreeSet;
use trine_base::Instant;

/// Slack of the speed limit, m: steps come in pieces and clocks are not the same.
const SLACK_M: f64 = 0.6;
/// Longest time that a step may make up for, s.
const STEP_S: f64 = 1.0;
/// People in one part of the list.
const LIST_PART: usize = 100;
/// People whom one may mute or block.
const SHUNNED: usize = 1000;

/// Why somebody does not come in, or does not get what is asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoomError {
    /// All seats are taken.
    #[error("all {0} seats of the room are taken; try again later")]
    Full(u16),
    /// The same person is here too often.
    #[error("you are here {0} times already; leave one of the others first")]
    SeatsEach(usize),
    /// There is nobody on that seat.
    #[error("there is nobody on seat {0}")]
    NoSeat(Seat),
    /// More people than anybody shuns.
    #[error("at most {SHUNNED} people can be muted, and as many blocked")]
    Shunned,
}

/// Somebody has come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The seat, which nobody else has.
    pub seat: Seat,
}

struct Occupant {
    profile: Profile,
    standing: Standing,
    has_voice: bool,
    pose: Pose,
    /// Rises with every pose; 0 before the first.
    revision: u64,
    /// Whether the last pose was said a second time.
    is_still: bool,
    posed: Instant,
    leaps: u32,
    may_leap: Bucket,
    heard: Instant,
    cell: Cell,
    /// Of the entry in the list of people.
    list_revision: u64,
    muted: BTreeSet<PersonId>,
    blocked: BTreeSet<PersonId>,
    desk: Desk,
}

impl Occupant {
    /// Neither wants to know of the other.
    fn is_hidden_from(&self, other: &Self) -> bool {
        self.blocked.contains(&other.profile.person) || other.blocked.contains(&self.profile.person)
    }
}

/// The people of one world who can see each other.
pub struct Room {
    rules: Rules,
    /// By seat number.
    seats: Vec<Option<Box<Occupant>>>,
    people: usize,
    next_seat: u16,
    grid: Grid,
    /// Rises whenever anybody comes, goes, changes, blocks.
    list_revision: u64,
}

impl Room {
    /// An empty room.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        let seats = std::iter::repeat_with(|| None).take(usize::from(rules.seats) + 1).collect();
        Self { rules, seats, people: 0, next_seat: 1, grid: Grid::default(), list_revision: 1 }
    }

    /// The numbers of the room.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Seats that are taken.
    #[must_use]
    pub fn people(&self) -> usize {
        self.people
    }

    fn at(&self, seat: Seat) -> Result<&Occupant, RoomError> {
        self.seats.get(usize::from(seat.0)).and_then(Option::as_deref).ok_or(RoomError::NoSeat(seat))
    }

    fn at_mut(&mut self, seat: Seat) -> Result<&mut Occupant, RoomError> {
        let found = self.seats.get_mut(usize::from(seat.0)).and_then(Option::as_deref_mut);
        found.ok_or(RoomError::NoSeat(seat))
    }

    fn all(&self) -> impl Iterator<Item = (Seat, &Occupant)> {
        let taken = self.seats.iter().enumerate();
        taken.filter_map(|(at, seat)| seat.as_deref().map(|occupant| (Seat(at as u16), occupant)))
    }

    /// Everybody but one, and those who are hidden from that one.
    fn seen_by(&self, seat: Seat) -> impl Iterator<Item = (Seat, &Occupant)> {
        let own = self.at(seat).ok();
        self.all().filter(move |(other, occupant)| {
            *other != seat && own.is_some_and(|own| !own.is_hidden_from(occupant))
        })
    }

    /// Seats one after the other, so that a seat is not taken again at once by somebody else.
    fn free_seat(&mut self) -> Result<Seat, RoomError> {
        let all = self.rules.seats;
        for _ in 0..all {
            let seat = self.next_seat;
            self.next_seat = if seat >= all { 1 } else { seat + 1 };
            if self.seats[usize::from(seat)].is_none() {
                return Ok(Seat(seat));
            }
        }
        Err(RoomError::Full(all))
    }

    /// Somebody comes in, and is to be seen from the first pose on.
    ///
    /// # Errors
    /// When all seats are taken, or this person has too many of them.
    pub fn enter(
        &mut self,
        profile: Profile,
        pose: Option<Pose>,
        now: Instant,
    ) -> Result<Entered, RoomError> {
        let own = self.all().filter(|(_, other)| other.profile.person == profile.person).count();
        if own >= self.rules.seats_each {
            return Err(RoomError::SeatsEach(own));
        }
        let seat = self.free_seat()?;
        self.list_revision += 1;
        let (per_s, burst) = self.rules.leaps;
        let occupant = Occupant {
            profile,
            standing: Standing::live(now),
            has_voice: false,
            pose: pose.unwrap_or_default(),
            revision: u64::from(pose.is_some()),
            is_still: false,
            posed: now,
            leaps: 0,
            may_leap: Bucket::new(per_s, burst, now),
            heard: now,
            cell: self.grid.put(seat, pose.unwrap_or_default().position),
            list_revision: self.list_revision,
            muted: BTreeSet::new(),
            blocked: BTreeSet::new(),
            desk: Desk::new(&self.rules, now),
        };
        self.seats[usize::from(seat.0)] = Some(Box::new(occupant));
        self.people += 1;
        Ok(Entered { seat })
    }

    /// Somebody goes. Who has gone already is gone.
    pub fn leave(&mut self, seat: Seat) {
        let Some(occupant) = self.seats.get_mut(usize::from(seat.0)).and_then(Option::take) else { return };
        self.grid.remove(seat, occupant.cell);
        self.people -= 1;
        self.list_revision += 1;
    }

    /// Somebody has said something, and so is here.
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn heard(&mut self, seat: Seat, now: Instant) -> Result<(), RoomError> {
        self.at_mut(seat).map(|occupant| occupant.heard = now)
    }

    /// Whether somebody has said nothing for so long that they are gone; so is who has no seat.
    #[must_use]
    pub fn is_silent(&self, seat: Seat, now: Instant) -> bool {
        self.at(seat).map_or(true, |occupant| now.seconds_since(occupant.heard) > self.rules.silence_s)
    }

    /// Somebody stands elsewhere: as far as one can go in the time, or at once when it is a leap and leaps are left.
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn pose(&mut self, seat: Seat, pose: Pose, is_leap: bool, now: Instant) -> Result<Pose, RoomError> {
        let speed = self.rules.speed_m_s;
        let occupant = self.at_mut(seat)?;
        occupant.heard = now;
        let is_first = occupant.revision == 0;
        if pose == occupant.pose && !is_first {
            // Once more tells the others that the person stands still; after that there is nothing to tell.
            occupant.revision += u64::from(!occupant.is_still);
            occupant.is_still = true;
            return Ok(pose);
        }
        let passed = now.seconds_since(occupant.posed).clamp(0.0, STEP_S);
        let (held, is_held) = pose.held_to(&occupant.pose, speed * passed + SLACK_M);
        let leaps = is_first || (is_leap || is_held) && occupant.may_leap.take(1.0, now);
        occupant.pose = if leaps { pose } else { held };
        occupant.leaps = occupant.leaps.wrapping_add(u32::from(leaps));
        occupant.revision += 1;
        occupant.is_still = false;
        occupant.posed = now;
        let (cell, pose) = (occupant.cell, occupant.pose);
        let cell = self.grid.walk(seat, cell, pose.position);
        self.at_mut(seat)?.cell = cell;
        Ok(pose)
    }

    /// How somebody stands.
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn pose_of(&self, seat: Seat) -> Result<&Pose, RoomError> {
        self.at(seat).map(|occupant| &occupant.pose)
    }

    /// Who it is.
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn profile(&self, seat: Seat) -> Result<&Profile, RoomError> {
        self.at(seat).map(|occupant| &occupant.profile)
    }

    /// Where in time somebody is.
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn standing(&self, seat: Seat) -> Result<&Standing, RoomError> {
        self.at(seat).map(|occupant| &occupant.standing)
    }

    /// Changes an entry of the list of people.
    fn change(&mut self, seat: Seat, change: impl FnOnce(&mut Occupant)) -> Result<(), RoomError> {
        let revision = self.list_revision + 1;
        let occupant = self.at_mut(seat)?;
        change(occupant);
        occupant.list_revision = revision;
        self.list_revision = revision;
        Ok(())
    }

    /// Somebody goes to another (branch, instant).
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn stand(&mut self, seat: Seat, standing: Standing) -> Result<(), RoomError> {
        self.change(seat, |occupant| occupant.standing = standing)
    }

    /// Somebody has another name.
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn rename(&mut self, seat: Seat, name: &str) -> Result<(), RoomError> {
        self.change(seat, |occupant| occupant.profile.name = name.into())
    }

    /// Somebody may be spoken with from now on, or no longer.
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn set_voice(&mut self, seat: Seat, has_voice: bool) -> Result<(), RoomError> {
        self.change(seat, |occupant| occupant.has_voice = has_voice)
    }

    /// These, and nobody else, are muted and blocked by somebody. Who is muted is not heard and not read; of who is
    /// blocked nothing is known, and the other way round.
    ///
    /// # Errors
    /// When nobody has that seat, or there are too many of them.
    pub fn shun(
        &mut self,
        seat: Seat,
        muted: BTreeSet<PersonId>,
        blocked: BTreeSet<PersonId>,
    ) -> Result<(), RoomError> {
        if muted.len() > SHUNNED || blocked.len() > SHUNNED {
            return Err(RoomError::Shunned);
        }
        self.change(seat, |occupant| (occupant.muted, occupant.blocked) = (muted, blocked))
    }

    /// Whether one knows of the other.
    #[must_use]
    pub fn sees(&self, seat: Seat, other: Seat) -> bool {
        match (self.at(seat), self.at(other)) {
            (Ok(own), Ok(other)) => !own.is_hidden_from(other),
            _ => false,
        }
    }

    /// Whether a word of `from` is for the eyes and ears of `to`, wherever they stand.
    fn listens(&self, to: Seat, from: Seat) -> bool {
        let is_muted = |own: &Occupant, other: &Occupant| own.muted.contains(&other.profile.person);
        match (self.at(to), self.at(from)) {
            (Ok(own), Ok(other)) => !own.is_hidden_from(other) && !is_muted(own, other),
            _ => false,
        }
    }

    /// Everybody who reads what somebody says to the room.
    #[must_use]
    pub fn listeners(&self, from: Seat) -> Vec<Seat> {
        let others = self.all().map(|(seat, _)| seat);
        others.filter(|to| *to != from && self.listens(*to, from)).collect()
    }

    /// Everybody who hears what somebody says from where they stand.
    #[must_use]
    pub fn hearers(&self, from: Seat) -> Vec<Seat> {
        let reach = self.rules.hearing_m;
        self.listeners(from).into_iter().filter(|to| self.is_within(from, *to, reach)).collect()
    }

    fn is_within(&self, a: Seat, b: Seat, metres: f64) -> bool {
        match (self.at(a), self.at(b)) {
            (Ok(a), Ok(b)) => a.pose.distance_m(&b.pose) <= metres,
            _ => false,
        }
    }

    /// Whether a word of somebody may go to one other person: neither muted nor blocked.
    #[must_use]
    pub fn may_write(&self, from: Seat, to: Seat) -> bool {
        from != to && self.listens(to, from)
    }

    /// Whether two people may have a call with each other: both have a voice, stand within hearing, and neither has
    /// muted or blocked the other.
    #[must_use]
    pub fn may_call(&self, from: Seat, to: Seat) -> bool {
        let has_voice = |seat| self.at(seat).is_ok_and(|occupant| occupant.has_voice);
        from != to
            && has_voice(from)
            && has_voice(to)
            && self.listens(from, to)
            && self.listens(to, from)
            && self.is_within(from, to, self.rules.hearing_kept_m)
    }

    /// What has changed in the list of people for somebody, in parts; none when nothing has.
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn changes(&mut self, seat: Seat) -> Result<Vec<Change>, RoomError> {
        let own = self.at(seat)?;
        if own.desk.list_revision == self.list_revision {
            return Ok(Vec::new());
        }
        let desk = &own.desk;
        let is_new = |(other, occupant): &(Seat, &Occupant)| {
            desk.listed.get(other).is_none_or(|known| *known < occupant.list_revision)
        };
        let gone =
            desk.listed.keys().filter(|other| !self.sees(seat, **other)).map(|other| Change::Gone(*other));
        let mut changes: Vec<Change> = gone.collect();
        let mut listed = Vec::new();
        for (other, occupant) in self.seen_by(seat).filter(is_new).take(LIST_PART) {
            listed.push((other, occupant.list_revision));
            changes.push(occupant.entry(other));
        }
        let is_whole = listed.len() < LIST_PART;
        let revision = self.list_revision;
        let desk = &mut self.at_mut(seat)?.desk;
        for change in &changes {
            if let Change::Gone(other) = change {
                desk.listed.remove(other);
            }
        }
        desk.listed.extend(listed);
        if is_whole {
            desk.list_revision = revision;
        }
        Ok(changes)
    }

    /// The bytes that somebody is to be sent now; none when there is nothing to tell.
    ///
    /// # Errors
    /// When nobody has that seat.
    pub fn frame(&mut self, seat: Seat, now: Instant) -> Result<Option<Vec<u8>>, RoomError> {
        let about = self.at(seat)?.pose.position;
        if self.at(seat)?.desk.wants_choice(self.list_revision, now) {
            self.choose(seat, now)?;
        }
        let due = self.due(seat, now)?;
        let crowd = self.at(seat)?.desk.wants_crowd(now).then(|| self.crowd(seat));
        let desk = &mut self.at_mut(seat)?.desk;
        let crowd = crowd.filter(|crowd| desk.tell_crowd(crowd, now));
        if due.is_empty() && desk.gone.is_empty() && crowd.is_none() && !desk.wants_heartbeat(now) {
            return Ok(None);
        }
        let gone = std::mem::take(&mut desk.gone);
        let people = due.into_iter().map(|other| self.tell(seat, other, now)).collect::<Result<_, _>>()?;
        let frame = Frame { time: now, people, gone, crowd };
        let bytes = encode(&frame, about);
        self.at_mut(seat)?.desk.framed(bytes.len(), now);
        Ok(Some(bytes))
    }

    /// Chooses who is shown one by one: the nearest within the interest.
    fn choose(&mut self, seat: Seat, now: Instant) -> Result<(), RoomError> {
        let own = self.at(seat)?;
        let (about, reach) = (own.pose.position, self.rules.interest_m);
        let mut near: Vec<(f64, Seat)> = self
            .grid
            .around(about, reach)
            .filter(|other| *other != seat)
            .filter_map(|other| {
                let occupant = self.at(other).ok()?;
                let distance = distance_m(about, occupant.pose.position);
                let is_seen = occupant.revision > 0 && !own.is_hidden_from(occupant);
                (distance <= reach && is_seen).then_some((distance, other))
            })
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let seats: Vec<Seat> = near.into_iter().take(self.rules.shown_max).map(|(_, other)| other).collect();
        let revision = self.list_revision;
        self.at_mut(seat)?.desk.choose(&seats, revision, now);
        Ok(())
    }

    /// Whose pose is due, the most urgent first, as far as the budget reaches.
    fn due(&mut self, seat: Seat, now: Instant) -> Result<Vec<Seat>, RoomError> {
        let budget = self.at_mut(seat)?.desk.budget.level(now);
        let own = self.at(seat)?;
        let about = own.pose.position;
        let mut due = Vec::new();
        for (other, told) in &own.desk.shown {
            let Ok(occupant) = self.at(*other) else { continue };
            if occupant.revision <= told.revision {
                continue;
            }
            let period = period_s(&self.rules, distance_m(about, occupant.pose.position));
            let urgency = urgency(told, period, now);
            if urgency >= 1.0 {
                due.push((urgency, *other, record_bytes(&occupant.pose)));
            }
        }
        due.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut left = budget - HEADER_BYTES as f64;
        due.retain(|(_, _, bytes)| {
            left -= *bytes as f64;
            left >= 0.0
        });
        Ok(due.into_iter().map(|(_, other, _)| other).collect())
    }

    /// The record of somebody for somebody else, which counts as told.
    fn tell(&mut self, seat: Seat, other: Seat, now: Instant) -> Result<Record, RoomError> {
        let occupant = self.at(other)?;
        let (pose, revision, leaps) = (occupant.pose, occupant.revision, occupant.leaps);
        let age_ms = (now.since(occupant.posed) / 1_000_000).clamp(0, 1_020) as u16;
        let told = self.at_mut(seat)?.desk.shown.entry(other).or_default();
        let has_leapt = told.revision == 0 || told.leaps != leaps;
        (told.revision, told.leaps, told.at) = (revision, leaps, Some(now));
        Ok(Record { seat: other, pose, has_leapt, age_ms })
    }

    /// Everybody whom somebody is not shown one by one.
    fn crowd(&self, seat: Seat) -> Vec<CrowdCell> {
        let Ok(own) = self.at(seat) else { return Vec::new() };
        if own.desk.shown.len() + 1 == self.people {
            return Vec::new();
        }
        let others = self
            .seen_by(seat)
            .filter(|(other, occupant)| occupant.revision > 0 && !own.desk.shown.contains_key(other));
        crowd::count(others.map(|(_, occupant)| occupant.pose.position))
    }
}

impl Occupant {
    fn entry(&self, seat: Seat) -> Change {
        Change::Here {
            seat,
            profile: self.profile.clone(),
            standing: self.standing.clone(),
            has_voice: self.has_voice,
        }
    }
}
