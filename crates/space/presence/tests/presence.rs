//! The laws of a room, against a naive model of it.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use trine_base::Instant;
use trine_presence::{
    CROWD_CELL_M, Change, CrowdCell, Frame, PersonId, Pose, Profile, Room, RoomError, Rules, Seat, Standing,
    decode, decode_pose, encode, encode_pose,
};

const START: Instant = Instant::from_ms(1_790_000_000_000);

fn profile(n: usize) -> Profile {
    Profile {
        person: PersonId(format!("guest-{n}").into()),
        name: format!("Guest {n}").into(),
        is_guest: true,
    }
}

fn at(x: f32, y: f32) -> Pose {
    Pose { position: [x, y, 0.0], ..Pose::default() }
}

fn person(n: usize) -> PersonId {
    profile(n).person
}

/// A room with people at these places, in the order of seats from 1.
fn room(rules: Rules, places: &[(f32, f32)]) -> Room {
    let mut room = Room::new(rules);
    for (n, (x, y)) in places.iter().enumerate() {
        room.enter(profile(n), Some(at(*x, *y)), START).unwrap();
    }
    room
}

fn seat(n: usize) -> Seat {
    Seat(n as u16 + 1)
}

/// What a client knows from the frames that it got.
#[derive(Default)]
struct Client {
    shown: BTreeMap<Seat, Pose>,
    crowd: Vec<CrowdCell>,
    bytes: usize,
}

impl Client {
    fn take(&mut self, room: &mut Room, seat: Seat, now: Instant) -> Option<Frame> {
        let bytes = room.frame(seat, now).unwrap()?;
        self.bytes += bytes.len();
        let frame = decode(&bytes).unwrap();
        self.crowd = frame.crowd.clone().unwrap_or(std::mem::take(&mut self.crowd));
        for gone in &frame.gone {
            self.shown.remove(gone);
        }
        self.shown.extend(frame.people.iter().map(|record| (record.seat, record.pose)));
        Some(frame)
    }

    /// Takes frames for a while in which nobody moves.
    fn settle(&mut self, room: &mut Room, seat: Seat, mut now: Instant) -> Instant {
        for _ in 0..100 {
            now = now + Duration::from_millis(66);
            self.take(room, seat, now);
        }
        now
    }
}

fn places() -> impl Strategy<Value = Vec<(f32, f32)>> {
    prop::collection::vec((-150.0f32..150.0, -90.0f32..90.0), 1..60)
}

fn distance(a: (f32, f32), b: (f32, f32)) -> f64 {
    (f64::from(a.0) - f64::from(b.0)).hypot(f64::from(a.1) - f64::from(b.1))
}

/// Who is shown one by one, by looking at everybody.
fn naive_shown(rules: &Rules, places: &[(f32, f32)], hidden: &BTreeSet<usize>, own: usize) -> BTreeSet<Seat> {
    let others = (0..places.len()).filter(|n| *n != own && !hidden.contains(n));
    let mut near: Vec<(f64, usize)> = others.map(|n| (distance(places[own], places[n]), n)).collect();
    near.retain(|(metres, _)| *metres <= rules.interest_m);
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    near.into_iter().take(rules.shown_max).map(|(_, n)| seat(n)).collect()
}

fn naive_crowd(places: impl Iterator<Item = (f32, f32)>) -> BTreeMap<(i16, i16), u16> {
    let mut cells = BTreeMap::new();
    for (x, y) in places {
        let cell = |along: f32| (along / CROWD_CELL_M).floor() as i16;
        *cells.entry((cell(x), cell(y))).or_default() += 1;
    }
    cells
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    /// Interest and overflow: the nearest within reach one by one, everybody else in the crowd, the blocked nowhere.
    #[test]
    fn everybody_is_shown_once_as_the_naive_model_says(
        places in places(),
        shown_max in 0usize..20,
        interest_m in 1.0f64..200.0,
        blocks in prop::collection::vec((0usize..60, 0usize..60), 0..8),
        own in 0usize..60,
    ) {
        let own = own % places.len();
        let rules = Rules { shown_max, interest_m, ..Rules::default() };
        let mut room = room(rules.clone(), &places);
        for (from, to) in blocks.iter().map(|(from, to)| (from % places.len(), to % places.len())) {
            room.shun(seat(from), BTreeSet::new(), BTreeSet::from([person(to)])).unwrap();
        }
        let hidden = hidden_from(&blocks, places.len(), own);
        let mut client = Client::default();
        client.settle(&mut room, seat(own), START);
        let shown = naive_shown(&rules, &places, &hidden, own);
        prop_assert_eq!(client.shown.keys().copied().collect::<BTreeSet<_>>(), shown.clone());
        let rest = (0..places.len()).filter(|n| *n != own && !hidden.contains(n) && !shown.contains(&seat(*n)));
        let crowd: BTreeMap<_, _> = client.crowd.iter().map(|cell| ((cell.x, cell.y), cell.count)).collect();
        prop_assert_eq!(crowd, naive_crowd(rest.map(|n| places[n])));
    }

    /// Latest wins: whatever was missed on the way, who stands still is seen where they stand.
    #[test]
    fn what_is_seen_becomes_what_is(
        places in places(),
        walks in prop::collection::vec((0usize..60, -150.0f32..150.0, -90.0f32..90.0), 0..120),
        budget in 400.0f64..20_000.0,
    ) {
        let rules = Rules { budget_bytes_s: budget, shown_max: 10, ..Rules::default() };
        let mut room = room(rules, &places);
        let mut client = Client::default();
        let mut now = START;
        for (n, x, y) in walks {
            now = now + Duration::from_millis(40);
            room.pose(seat(n % places.len()), at(x, y), true, now).unwrap();
            client.take(&mut room, seat(0), now);
        }
        client.settle(&mut room, seat(0), now);
        for (other, pose) in &client.shown {
            let is = room.pose_of(*other).unwrap().position;
            prop_assert!((is[0] - pose.position[0]).abs() < 0.011, "{is:?} {pose:?}");
            prop_assert!((is[1] - pose.position[1]).abs() < 0.011, "{is:?} {pose:?}");
        }
    }

    /// Nobody is ever sent more than the budget, however many move however fast.
    #[test]
    fn the_budget_holds(places in places(), budget in 600.0f64..15_000.0, seconds in 2u32..6) {
        let rules = Rules { budget_bytes_s: budget, interest_m: 400.0, ..Rules::default() };
        let mut room = room(rules, &places);
        let mut client = Client::default();
        for step in 0..seconds * 30 {
            let now = START + Duration::from_millis(u64::from(step) * 33);
            for (n, (x, y)) in places.iter().enumerate() {
                room.pose(seat(n), at(x + step as f32 / 100.0, *y), false, now).unwrap();
            }
            client.take(&mut room, seat(0), now);
        }
        // What says that people have become part of the crowd, and the heartbeat, go out all the same.
        let least = f64::from(seconds + 2) * (28.0 + 6.0 * 300.0);
        let most = budget * (f64::from(seconds) + 0.3) + least;
        prop_assert!((client.bytes as f64) <= most, "{} bytes, at most {most}", client.bytes);
    }

    /// The list of people becomes the people, whatever happened in between.
    #[test]
    fn the_list_is_the_people(steps in prop::collection::vec((0u8..6, 0usize..30), 1..160)) {
        let mut room = room(Rules::default(), &[(0.0, 0.0)]);
        let (mut here, mut listed) = (BTreeMap::new(), BTreeMap::new());
        for (step, (what, n)) in steps.into_iter().enumerate() {
            match what {
                0 | 1 => {
                    if let Ok(entered) = room.enter(profile(n + 1), Some(at(1.0, 1.0)), START) {
                        here.insert(entered.seat, profile(n + 1));
                    }
                }
                2 => {
                    if let Some(gone) = here.keys().nth(n).copied() {
                        room.leave(gone);
                        here.remove(&gone);
                    }
                }
                3 => {
                    if let Some((seat, known)) = here.iter_mut().nth(n) {
                        known.name = format!("Other {step}").into();
                        room.rename(*seat, &known.name).unwrap();
                    }
                }
                4 => room.shun(seat(0), BTreeSet::new(), BTreeSet::from([person(n)])).unwrap(),
                _ => take_list(&mut room, &mut listed),
            }
        }
        room.shun(seat(0), BTreeSet::new(), BTreeSet::new()).unwrap();
        take_list(&mut room, &mut listed);
        prop_assert_eq!(listed, here);
    }

    /// Whatever bytes come: an error or a pose on the site, never a panic.
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = decode(&bytes);
        if let Ok((pose, _)) = decode_pose(&bytes) {
            prop_assert!(pose.position.iter().all(|metres| metres.is_finite()));
        }
        let mut signed = b"TRM1".to_vec();
        signed.extend_from_slice(&bytes);
        if let Ok((pose, leap)) = decode_pose(&signed) {
            let (again, leapt) = decode_pose(&encode_pose(&pose, leap)).unwrap();
            prop_assert_eq!((again.position, again.ray, leapt), (pose.position, pose.ray, leap));
        }
    }
}

/// Whom `own` knows nothing of: the last list that each person set counts.
fn hidden_from(blocks: &[(usize, usize)], people: usize, own: usize) -> BTreeSet<usize> {
    let mut lists = BTreeMap::new();
    for (from, to) in blocks {
        lists.insert(from % people, to % people);
    }
    let pairs = lists.into_iter().filter(|(from, to)| from != to);
    pairs.filter_map(|(from, to)| if from == own { Some(to) } else { (to == own).then_some(from) }).collect()
}

fn take_list(room: &mut Room, listed: &mut BTreeMap<Seat, Profile>) {
    loop {
        let changes = room.changes(seat(0)).unwrap();
        if changes.is_empty() {
            return;
        }
        for change in changes {
            match change {
                Change::Here { seat, profile, .. } => drop(listed.insert(seat, profile)),
                Change::Gone(seat) => drop(listed.remove(&seat)),
            }
        }
    }
}

#[test]
fn near_people_are_told_of_more_often() {
    let mut room = room(Rules::default(), &[(0.0, 0.0), (3.0, 0.0), (50.0, 0.0)]);
    let (mut client, mut told) = (Client::default(), BTreeMap::<Seat, usize>::new());
    for step in 1..=150u32 {
        let now = START + Duration::from_millis(u64::from(step) * 67);
        let along = step as f32 / 50.0;
        room.pose(seat(1), at(3.0, along), false, now).unwrap();
        room.pose(seat(2), at(50.0, along), false, now).unwrap();
        for record in client.take(&mut room, seat(0), now).into_iter().flat_map(|frame| frame.people) {
            *told.entry(record.seat).or_default() += 1;
        }
    }
    assert_eq!(told[&seat(1)], 150);
    assert!((20..60).contains(&told[&seat(2)]), "{told:?}");
}

/// A hall that is full: the far become a crowd, and nobody is turned away before the last seat is taken.
#[test]
fn a_full_hall_overflows_into_a_crowd() {
    let places: Vec<(f32, f32)> = (0..1500).map(|n| ((n % 50) as f32, (n / 50) as f32)).collect();
    let rules = Rules { seats: 1500, ..Rules::default() };
    let shown_max = rules.shown_max;
    let mut room = room(rules, &places);
    assert_eq!(room.enter(profile(1500), Some(at(0.0, 0.0)), START), Err(RoomError::Full(1500)));
    let mut client = Client::default();
    client.settle(&mut room, seat(0), START);
    let crowd: usize = client.crowd.iter().map(|cell| usize::from(cell.count)).sum();
    assert_eq!((client.shown.len(), crowd), (shown_max, 1499 - shown_max));
}

#[test]
fn who_is_too_fast_is_held_and_who_leaps_is_said_to_have_leapt() {
    let mut room = room(Rules::default(), &[(0.0, 0.0), (1.0, 0.0)]);
    let mut client = Client::default();
    client.take(&mut room, seat(0), START);
    let now = START + Duration::from_millis(100);
    assert_eq!(room.pose(seat(1), at(30.0, 0.0), true, now).unwrap().position, [30.0, 0.0, 0.0]);
    assert!(client.take(&mut room, seat(0), START + Duration::from_secs(1)).unwrap().people[0].has_leapt);
    // When all leaps are spent, running is what is left.
    let last = (0..40).map(|n| {
        room.pose(seat(1), at(-900.0 - n as f32, 0.0), true, now + Duration::from_millis(n)).unwrap()
    });
    let held = last.last().unwrap().position[0];
    let then = now + Duration::from_millis(139);
    let next = room.pose(seat(1), at(5000.0, 0.0), false, then).unwrap().position[0];
    assert!(next - held < 15.0 * 0.1 + 0.7, "from {held} to {next}");
}

#[test]
fn who_says_nothing_is_gone() {
    let mut room = room(Rules::default(), &[(0.0, 0.0), (1.0, 0.0)]);
    let later = START + Duration::from_secs(30);
    room.heard(seat(0), later).unwrap();
    assert!(room.is_silent(seat(1), later) && !room.is_silent(seat(0), later));
    room.leave(seat(1));
    room.leave(seat(1));
    assert_eq!(room.people(), 1);
    assert_eq!(room.pose(seat(1), at(0.0, 0.0), false, later), Err(RoomError::NoSeat(seat(1))));
}

#[test]
fn words_reach_whom_they_may() {
    let mut room = room(Rules::default(), &[(0.0, 0.0), (5.0, 0.0), (40.0, 0.0)]);
    assert_eq!(room.listeners(seat(0)), [seat(1), seat(2)]);
    assert_eq!(room.hearers(seat(0)), [seat(1)]);
    assert!(!room.may_call(seat(0), seat(1)), "nobody has a voice yet");
    for n in 0..3 {
        room.set_voice(seat(n), true).unwrap();
    }
    assert!(
        room.may_call(seat(0), seat(1))
            && !room.may_call(seat(0), seat(2))
            && !room.may_call(seat(0), seat(0))
    );
    room.shun(seat(1), BTreeSet::from([person(0)]), BTreeSet::new()).unwrap();
    assert!(!room.may_write(seat(0), seat(1)) && room.may_write(seat(1), seat(0)));
    assert!(!room.may_call(seat(1), seat(0)) && room.sees(seat(0), seat(1)));
    room.shun(seat(1), BTreeSet::new(), BTreeSet::from([person(0)])).unwrap();
    assert!(!room.sees(seat(0), seat(1)) && !room.sees(seat(1), seat(0)));
    assert_eq!(room.listeners(seat(1)), [seat(2)]);
}

#[test]
fn nobody_is_seen_before_the_first_pose() {
    let mut room = room(Rules::default(), &[(0.0, 0.0)]);
    let new = room.enter(profile(1), None, START).unwrap().seat;
    let mut client = Client::default();
    let now = client.settle(&mut room, seat(0), START);
    assert_eq!((client.shown.len(), client.crowd.len()), (0, 0));
    assert_eq!(room.changes(seat(0)).unwrap().len(), 1, "and still in the list");
    room.pose(new, at(50.0, 0.0), false, now).unwrap();
    client.settle(&mut room, seat(0), now);
    assert_eq!(client.shown[&new].position, [50.0, 0.0, 0.0]);
}

#[test]
fn one_person_has_a_few_seats() {
    let mut room = Room::new(Rules::default());
    let mut enter = || room.enter(profile(7), Some(at(0.0, 0.0)), START);
    (0..4).for_each(|_| assert!(enter().is_ok()));
    assert_eq!(enter(), Err(RoomError::SeatsEach(4)));
}

#[test]
fn another_instant_is_part_of_the_list() {
    let mut room = room(Rules::default(), &[(0.0, 0.0), (1.0, 0.0)]);
    room.changes(seat(0)).unwrap();
    let standing = Standing { branch: "live".into(), at: Some(START), speed: 0.0, set: START };
    room.stand(seat(1), standing.clone()).unwrap();
    let changes = room.changes(seat(0)).unwrap();
    assert!(
        matches!(&changes[..], [Change::Here { standing: told, .. }] if *told == standing),
        "{changes:?}"
    );
    assert_eq!(room.changes(seat(0)).unwrap(), []);
}

#[test]
fn frames_keep_what_they_say() {
    let pose = Pose {
        position: [12.34, -56.78, 1.25],
        yaw: 1.5,
        head_yaw: 6.0,
        pitch: -0.5,
        is_speaking: true,
        ray: Some([15.0, -50.01, 0.75]),
        ..Pose::default()
    };
    let record = trine_presence::Record { seat: Seat(7), pose, has_leapt: true, age_ms: 40 };
    let crowd = Some(vec![CrowdCell { x: -1, y: 2, count: 30 }]);
    let frame = Frame { time: START, people: vec![record], gone: vec![Seat(3)], crowd };
    let bytes = encode(&frame, [10.0, -60.0, 0.0]);
    assert_eq!(bytes.len(), 28 + 18 + 2 + 6);
    let read = decode(&bytes).unwrap();
    assert_eq!((read.time, &read.gone, &read.crowd), (frame.time, &frame.gone, &frame.crowd));
    let told = read.people[0];
    assert!((told.pose.position[0] - 12.34).abs() < 0.006 && (told.pose.yaw - 1.5).abs() < 0.013);
    assert_eq!((told.age_ms, told.has_leapt, told.pose.is_speaking), (40, true, true));
    for length in 0..bytes.len() {
        assert!(decode(&bytes[..length]).is_err());
    }
}

/// The bytes of `tests/golden/presence`, which the web client reads, too.
fn golden(name: &str) -> Vec<u8> {
    let path = format!("{}/../../../tests/golden/presence/{name}.bin", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn golden_frames_are_read_and_written_as_they_are() {
    let abouts = [("empty", [0.0, 0.0]), ("one", [10.0, -60.0]), ("pointing", [-3.0, 5.0])];
    for (name, [x, y]) in abouts.into_iter().chain([("overflow", [100.0, 200.0]), ("crowd-gone", [0.0, 0.0])])
    {
        let bytes = golden(name);
        let frame = decode(&bytes).unwrap();
        assert_eq!(frame.time, Instant::from_ns(1_790_000_000_123_000_000), "{name}");
        assert_eq!(encode(&frame, [x, y, 0.0]), bytes, "{name}");
    }
    let one = decode(&golden("one")).unwrap().people[0];
    assert_eq!((one.seat, one.pose.position, one.age_ms), (Seat(7), [12.34, -56.78, 1.25], 40));
    assert!(one.pose.is_speaking && one.has_leapt && one.pose.ray.is_none());
    let overflow = decode(&golden("overflow")).unwrap();
    assert_eq!(overflow.gone, [Seat(3), Seat(400)]);
    assert_eq!(overflow.crowd.unwrap()[0], CrowdCell { x: -1, y: 2, count: 30 });
}

#[test]
fn golden_moves_are_read_and_written_as_they_are() {
    for name in ["move-plain", "move-pointing"] {
        let (pose, is_leap) = decode_pose(&golden(name)).unwrap();
        assert_eq!(encode_pose(&pose, is_leap), golden(name), "{name}");
    }
    let (pose, is_leap) = decode_pose(&golden("move-pointing")).unwrap();
    assert_eq!((pose.position, pose.ray, is_leap), ([12.5, 7.0, 1.25], Some([20.0, 8.5, 0.75]), true));
}
