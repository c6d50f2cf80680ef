//! The rooms where people meet, and the way of a message to a person in them.
//!
//! A message that does not fit into a person's mailbox is lost for that person: presence is best effort, and somebody
//! who does not read must not hold up the others.

use super::message::ToPerson;
use super::record::Recording;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;
use trine_base::Instant;
use trine_presence::{Room, Rules, Seat};

/// Messages that wait for one person.
pub const MAILBOX: usize = 128;
/// Rooms of one site at once.
const ROOMS: usize = 64;

/// Where the others put what a person is to be told.
pub type Mailbox = mpsc::Sender<Arc<ToPerson>>;

/// A clock that never goes back: the site's time when the server started, and what has passed since.
pub struct RoomClock {
    started: Instant,
    since: std::time::Instant,
}

impl RoomClock {
    pub fn new(now: Instant) -> Self {
        Self { started: now, since: std::time::Instant::now() }
    }

    pub fn now(&self) -> Instant {
        self.started + self.since.elapsed()
    }
}

/// The rooms of a site.
pub struct Meet {
    pub clock: RoomClock,
    rules: Rules,
    rooms: Mutex<BTreeMap<String, Arc<Hall>>>,
}

impl Meet {
    pub fn new(rules: Rules, now: Instant) -> Self {
        Self { clock: RoomClock::new(now), rules, rooms: Mutex::default() }
    }

    /// The room of this name, made when nobody is there yet; none when there are too many.
    pub fn room(&self, name: &str) -> Option<Arc<Hall>> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.retain(|_, hall| Arc::strong_count(hall) > 1);
        if let Some(hall) = rooms.get(name) {
            return Some(Arc::clone(hall));
        }
        if rooms.len() >= ROOMS {
            return None;
        }
        let hall = Arc::new(Hall::new(self.rules.clone()));
        rooms.insert(name.to_owned(), Arc::clone(&hall));
        Some(hall)
    }

    /// People in all rooms.
    pub fn people(&self) -> usize {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.values().map(|hall| hall.lock().room.people()).sum()
    }
}

/// One room, and the mailboxes of those in it.
pub struct Hall(Mutex<Inside>);

/// What the lock guards. It is held for microseconds and never while something is awaited.
pub struct Inside {
    pub room: Room,
    mailboxes: BTreeMap<Seat, Mailbox>,
    /// Who follows whom.
    following: BTreeMap<Seat, Seat>,
    /// The recording that runs.
    pub recording: Option<Recording>,
}

impl Hall {
    fn new(rules: Rules) -> Self {
        let room = Room::new(rules);
        Self(Mutex::new(Inside {
            room,
            mailboxes: BTreeMap::new(),
            following: BTreeMap::new(),
            recording: None,
        }))
    }

    pub fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    pub fn open_mailbox(&mut self, seat: Seat, mailbox: Mailbox) {
        self.mailboxes.insert(seat, mailbox);
    }

    /// Puts a message into the mailboxes of these.
    pub fn tell(&self, seats: &[Seat], message: ToPerson) {
        let message = Arc::new(message);
        for mailbox in seats.iter().filter_map(|seat| self.mailboxes.get(seat)) {
            // Full: lost for that person.
            let _ = mailbox.try_send(Arc::clone(&message));
        }
    }

    /// Tells one person, or all, whether the session is recorded.
    pub fn tell_recording(&self, only: Option<Seat>) {
        let all = self.mailboxes.keys().copied().filter(|seat| only.is_none_or(|only| only == *seat));
        for seat in all {
            let told = self.recording.as_ref().map(|recording| recording.told(seat));
            self.tell(&[seat], ToPerson::Recording { recording: told });
        }
    }

    /// Somebody goes; what was about them ends.
    pub fn leave(&mut self, seat: Seat) {
        self.room.leave(seat);
        self.mailboxes.remove(&seat);
        self.follow(seat, None);
        self.following.retain(|_, followed| *followed != seat);
    }

    /// Somebody sees what another one sees from now on; both old and new are told who follows them.
    pub fn follow(&mut self, seat: Seat, followed: Option<Seat>) {
        let before = self.following.remove(&seat);
        if let Some(followed) = followed {
            self.following.insert(seat, followed);
        }
        for leader in before.into_iter().chain(followed) {
            let by = self.followers(leader).into_iter().map(|Seat(number)| number).collect();
            self.tell(&[leader], ToPerson::Followed { by });
        }
    }

    /// Who follows somebody, and still may.
    pub fn followers(&self, leader: Seat) -> Vec<Seat> {
        let pairs = self.following.iter().filter(|(_, followed)| **followed == leader);
        pairs.map(|(seat, _)| *seat).filter(|seat| self.room.sees(*seat, leader)).collect()
    }
}
