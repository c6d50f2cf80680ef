//! Golden frames: what the encoder writes, kept in `tests/golden/frames` and read by the client's tests too.
//!
//! A difference is a change of the wire: either a mistake, or a reason to raise the frame's magic. `TRINE_BLESS=1`
//! writes the files anew.

use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use trine_base::{Held, Instant, Quality, SignalId, Value};
use trine_serve::frame::{self, FrameHead, FrameKind};

const NOON_NS: i64 = 1_795_413_696_123_456_789;

struct Golden {
    name: &'static str,
    head: FrameHead,
    updates: Vec<Held>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/frames")
}

fn head(kind: FrameKind, live: bool, playing: bool, epoch: u16, instant_ns: i64) -> FrameHead {
    FrameHead { kind, live, playing, epoch, instant: Instant::from_ns(instant_ns) }
}

/// An update of a frame at `instant_ns`, as old as `age_ms`.
fn update(instant_ns: i64, signal: u32, value: Value, age_ms: i64, quality: Quality) -> Held {
    let source = Instant::from_ns(instant_ns).plus_ns(-age_ms * 1_000_000);
    Held { signal: SignalId(signal), source, recorded: source, quality, value }
}

fn goldens() -> Vec<Golden> {
    vec![
        keyframe_all_types(),
        keyframe_qualities(),
        Golden {
            name: "delta-empty",
            head: head(FrameKind::Delta, true, false, u16::MAX, NOON_NS),
            updates: vec![],
        },
        delta_bad_status(),
        delta_playback_texts(),
        delta_negative_age(),
    ]
}

fn keyframe_all_types() -> Golden {
    let at = |signal, value, age_ms, quality| update(NOON_NS, signal, value, age_ms, quality);
    let updates = vec![
        at(1, Value::Absent, 0, Quality::BAD),
        at(2, Value::Boolean(true), 250, Quality::GOOD),
        at(7, Value::Integer(-42), 1_500, Quality::GOOD),
        at(11, Value::Number(3.140_625), 125, Quality::GOOD),
        at(4_000_000, Value::text("Prüfling ✓ 轴 12"), -500, Quality::GOOD),
        at(12, Value::text(""), 3_600_000, Quality::GOOD),
    ];
    Golden { name: "keyframe-all-types", head: head(FrameKind::Keyframe, true, false, 3, NOON_NS), updates }
}

/// Each type with each severity that it can have; the low half of a status code does not travel.
fn keyframe_qualities() -> Golden {
    let at = |signal, value, quality| update(NOON_NS, signal, value, 1_000, quality);
    let updates = vec![
        at(1, Value::Absent, Quality::BAD_NO_COMMUNICATION),
        at(2, Value::Boolean(false), Quality::UNCERTAIN_LAST_USABLE),
        at(3, Value::Integer(9_007_199_254_740_991), Quality(Quality::BAD_TYPE_MISMATCH.0 | 0x0400)),
        at(4, Value::Number(-0.0), Quality::UNCERTAIN),
        at(5, Value::Number(1e-300), Quality::GOOD),
        at(6, Value::text("running"), Quality::UNCERTAIN_TIME),
    ];
    Golden { name: "keyframe-qualities", head: head(FrameKind::Keyframe, true, true, 1, NOON_NS), updates }
}

fn delta_bad_status() -> Golden {
    let instant_ns = -1_000_000_001;
    let at = |signal, value, age_ms, quality| update(instant_ns, signal, value, age_ms, quality);
    let updates = vec![
        at(5, Value::Number(0.5), 12_000, Quality(0x80A9_0000)),
        at(6, Value::Integer(9), 2_000, Quality::UNCERTAIN_LAST_USABLE),
        at(8, Value::Boolean(false), 0, Quality::GOOD),
    ];
    Golden { name: "delta-bad-status", head: head(FrameKind::Delta, false, true, 4, instant_ns), updates }
}

/// The long text is cut at 1000 bytes or before, never within a letter.
fn delta_playback_texts() -> Golden {
    let at = |signal, text: &str| update(NOON_NS, signal, Value::text(text), 100, Quality::GOOD);
    let updates = vec![
        at(1, "FAULT|VIB-2|1|HIGH|Spindelschwingung hoch"),
        at(2, "主轴振动过高 🛠"),
        at(3, &"轴".repeat(400)),
        at(4, ""),
        at(5, "after the long one"),
    ];
    Golden { name: "delta-playback-texts", head: head(FrameKind::Delta, false, true, 513, NOON_NS), updates }
}

/// A source whose clock is ahead.
fn delta_negative_age() -> Golden {
    let updates = vec![
        update(NOON_NS, 1, Value::Number(20.5), -1_250, Quality::GOOD),
        update(NOON_NS, 2, Value::Boolean(true), -86_400_000, Quality::UNCERTAIN_TIME),
    ];
    Golden { name: "delta-negative-age", head: head(FrameKind::Delta, true, true, 2, NOON_NS), updates }
}

/// What the client has to read out of the frame.
fn plain(golden: &Golden) -> Json {
    let Golden { head, updates, .. } = golden;
    json!({
        "kind": match head.kind { FrameKind::Keyframe => "keyframe", FrameKind::Delta => "delta" },
        "live": head.live,
        "playing": head.playing,
        "epoch": head.epoch,
        "instantNs": head.instant.as_ns().to_string(),
        "updates": updates.iter().map(|held| plain_update(head.instant, held)).collect::<Vec<_>>(),
    })
}

fn plain_update(instant: Instant, held: &Held) -> Json {
    let (kind, value) = match &held.value {
        Value::Absent => (0, Json::Null),
        Value::Boolean(value) => (1, json!(value)),
        Value::Integer(value) => (2, json!(value)),
        Value::Number(value) => (3, json!(value)),
        Value::Text(text) => (4, json!(text[..text.floor_char_boundary(1000)])),
    };
    let age = instant.seconds_since(held.source) as f32;
    json!({ "signal": held.signal, "value": value, "age": age, "status": held.quality.upper(), "type": kind })
}

#[test]
fn frames_are_the_golden_bytes() {
    let bless = std::env::var_os("TRINE_BLESS").is_some();
    for golden in goldens() {
        let (binary, text) = (
            frame::encode(golden.head, &golden.updates),
            serde_json::to_string_pretty(&plain(&golden)).unwrap() + "\n",
        );
        let (bin, json) = (
            folder().join(golden.name).with_extension("bin"),
            folder().join(golden.name).with_extension("json"),
        );
        if bless {
            fs::write(&bin, &binary).unwrap();
            fs::write(&json, &text).unwrap();
        }
        assert_eq!(fs::read(&bin).unwrap(), binary, "{}: TRINE_BLESS=1 writes it anew", bin.display());
        let read = |text: &str| serde_json::from_str::<Json>(text).unwrap();
        assert_eq!(read(&fs::read_to_string(&json).unwrap()), read(&text), "{}", json.display());
    }
    let known: BTreeSet<String> = goldens().iter().map(|golden| golden.name.to_owned()).collect();
    let stem = |entry: fs::DirEntry| entry.path().file_stem().unwrap().to_string_lossy().into_owned();
    let found: BTreeSet<String> = fs::read_dir(folder()).unwrap().map(|entry| stem(entry.unwrap())).collect();
    assert_eq!(found, known, "a golden file that nobody checks");
}
