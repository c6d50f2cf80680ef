//! Viewers that do not behave: invariant 4, no viewer can slow a machine or another viewer.

use std::time::{Duration, Instant};
use trine_tests::{Frame, Trine, Viewer, get, get_json};

/// A slow client may be this far behind once it reads what the sockets hold.
const BEHIND: Duration = Duration::from_secs(5);

#[test]
fn a_browser_that_stops_reading_costs_the_others_nothing() {
    let data = tempfile::tempdir().unwrap();
    let trine = Trine::start(&["demo", "--past", "0"], data.path()).unwrap();
    let mut stalled: Vec<Viewer> = (0..8).map(|_| Viewer::open(&trine).unwrap()).collect();
    for viewer in &mut stalled {
        viewer.watch_all(60).unwrap();
    }
    let mut reading = Viewer::open(&trine).unwrap();
    reading.watch_all(20).unwrap();
    assert!(reading.frame().unwrap().is_keyframe);
    let before = trine.resident_bytes().unwrap();
    // Meanwhile the others get 60 frames a second that nobody takes.
    let (mut slowest, mut last) = (Duration::ZERO, Instant::now());
    for _ in 0..200 {
        let frame = reading.frame().unwrap();
        assert_eq!(frame.epoch, 1);
        slowest = slowest.max(last.elapsed());
        last = Instant::now();
    }
    assert!(slowest < Duration::from_secs(2), "a frame came {slowest:?} after the one before");
    let grown = trine.resident_bytes().unwrap().saturating_sub(before);
    assert!(grown < 128 << 20, "the server has grown by {} MB", grown >> 20);
    // When it reads again it gets what the sockets hold and then the newest truth, not the whole past.
    let newest = reading.frame().unwrap().instant_ns;
    let viewer = &mut stalled[0];
    let until = newest - BEHIND.as_nanos() as i64;
    while viewer.frame().unwrap().instant_ns < until {}
    assert!(viewer.bytes < 32 << 20, "{} MB had waited for it", viewer.bytes >> 20);
}

#[test]
fn nonsense_on_a_view_socket_gets_a_problem_and_no_more() {
    let data = tempfile::tempdir().unwrap();
    let trine = Trine::start(&["serve"], data.path()).unwrap();
    let nonsense = [
        "{",
        "7",
        r#"{"type":"fly"}"#,
        r#"{"type":"view","epoch":1,"branch":"live","at":"tomorrow-ish","speed":1,"rateHz":10,"interest":{"all":true}}"#,
        r#"{"type":"view","epoch":1,"branch":"live","at":"2026-01-01T00:00:00Z","speed":-1,"rateHz":10,"interest":{"all":true}}"#,
        r#"{"type":"view","epoch":1,"branch":"nowhere","at":null,"speed":1,"rateHz":10,"interest":{"all":true}}"#,
        r#"{"type":"view","epoch":1,"branch":"live","at":null,"speed":1,"rateHz":-5,"interest":{"all":true}}"#,
    ];
    for text in nonsense {
        let mut viewer = Viewer::open(&trine).unwrap();
        viewer.say(text).unwrap();
        let problem = viewer.text("problem").unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(problem["code"].as_str().is_some_and(|code| !code.is_empty()), "{text}: {problem}");
    }
    let mut viewer = Viewer::open(&trine).unwrap();
    // It may close the socket, or say what is wrong, but it stays up.
    let _ = viewer.say_bytes(vec![0xFF; 4 << 20]);
    assert_eq!(get(&trine, "/healthz").unwrap().status, 200);
}

#[test]
fn a_view_of_live_moves_with_the_clock() {
    let data = tempfile::tempdir().unwrap();
    let trine = Trine::start(&["demo", "--past", "0"], data.path()).unwrap();
    let world = get_json(&trine, "/api/v1/world").unwrap();
    let known = world["signals"].as_array().unwrap().len();
    let mut viewer = Viewer::open(&trine).unwrap();
    viewer.text("hello").unwrap();
    viewer.watch_all(10).unwrap();
    let first = viewer.frame().unwrap();
    assert!(first.is_keyframe && first.signals.len() <= known, "{} of {known}", first.signals.len());
    let (mut last, mut changed) = (first.instant_ns, 0);
    for _ in 0..20 {
        let frame = viewer.frame().unwrap();
        assert!(frame.instant_ns >= last, "time goes forward");
        last = frame.instant_ns;
        changed += frame.signals.len();
    }
    assert!(changed > 0, "the plant moves");
}

/// Found by the fuzzer: a frame that ends within its head.
#[test]
fn a_frame_that_is_cut_is_refused() {
    let whole =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/golden/frames/keyframe-all-types.bin")).unwrap();
    assert!(Frame::parse(&whole).is_ok());
    for end in 0..whole.len() {
        assert!(Frame::parse(&whole[..end]).is_err(), "{end} bytes");
    }
}
