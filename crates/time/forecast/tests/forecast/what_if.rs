//! What-ifs are data, do what they say, and are applied whole or not at all.

use crate::emulated::{Emulated, HOUR, simulate};
use trine_forecast::{Change, ChangeError, PlantModel, Which, build};

fn model() -> PlantModel {
    let mut plant = Emulated::new(1, true);
    let start = plant.plant.now();
    plant.run(4.0);
    build(&plant.past(start)).unwrap()
}

fn parse(json: &str) -> Change {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// The examples of the documentation.
const EXAMPLES: [&str; 14] = [
    r#"{"change": "add-machine", "like": "GR-3", "name": "GR-5", "place": {"position": [60, 24, 0], "yawDeg": 180, "size": [3.4, 2.4, 2.3], "proposed": true}}"#,
    r#"{"change": "remove-machine", "thing": "MI-1"}"#,
    r#"{"change": "shift", "calendar": "Line 3, attended", "periodS": 86400, "openS": [[21600, 79200]]}"#,
    r#"{"change": "crew", "crew": "Technicians", "count": 4}"#,
    r#"{"change": "buffer", "thing": "BU-10", "capacity": 60}"#,
    r#"{"change": "batch", "thing": "PR-1", "pieces": 2}"#,
    r#"{"change": "failures", "thing": "GR-3", "mtbfFactor": 2.0, "mttrFactor": 0.5}"#,
    r#"{"change": "speed", "thing": "GR-3", "factor": 1.1}"#,
    r#"{"change": "setup", "factor": 0.5}"#,
    r#"{"change": "scrap", "thing": "TB-1", "rate": 0.01}"#,
    r#"{"change": "order-add", "order": {"key": "PO-1", "material": "drive, finished", "quantity": 40}}"#,
    r#"{"change": "order-remove", "key": "PO-410220"}"#,
    r#"{"change": "order-change", "key": "PO-410221", "quantity": 80, "due": "2026-11-24T20:00:00Z"}"#,
    r#"{"change": "vehicles", "like": "agv", "count": 7}"#,
];

#[test]
fn every_example_can_be_read_written_and_made_and_the_plant_still_runs() {
    let before = model();
    for json in EXAMPLES {
        let change = parse(json);
        assert_eq!(parse(&serde_json::to_string(&change).unwrap()), change);
        let mut changed = before.clone();
        change.apply(&mut changed).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_ne!(changed.flow, before.flow, "{json} changes something");
        let until = before.flow.start_ns + 2 * HOUR;
        assert!(simulate(&changed, until, 1, 1)[0].output > 0 || json.contains("shift"), "{json}");
    }
}

#[test]
fn a_faster_bottleneck_makes_more() {
    let before = model();
    let mut changed = before.clone();
    let json = [EXAMPLES[0], EXAMPLES[6]];
    Change::apply_all(&json.map(parse), &mut changed).unwrap();
    let until = before.flow.start_ns + 8 * HOUR;
    let good = |model: &PlantModel, name: &str, seed| {
        let runs = simulate(model, until, 4, seed);
        let index = model.flow.stations.iter().position(|station| station.name == name).unwrap();
        runs.iter().map(|run| run.stations[index].good).sum::<u64>()
    };
    assert!(good(&changed, "GR-5", 1) > 0, "the new machine works");
    let (less, more) = (good(&before, "RO-6", 1), good(&changed, "RO-6", 1));
    assert!(more as f64 > 1.03 * less as f64, "{less} → {more}");
}

#[test]
fn what_cannot_be_is_refused_in_plain_words_and_changes_nothing() {
    let before = model();
    let refused = [
        (r#"{"change": "remove-machine", "thing": "GR-3"}"#, "the only machine"),
        (r#"{"change": "remove-machine", "thing": "GR-99"}"#, "there is no machine `GR-99`; there are "),
        (r#"{"change": "add-machine", "like": "GR-3", "name": "GR-4"}"#, "already"),
        (
            r#"{"change": "shift", "calendar": "Line 3, attended", "periodS": 100, "openS": []}"#,
            "never be open",
        ),
        (
            r#"{"change": "shift", "calendar": "Line 3, attended", "periodS": 100, "openS": [[50, 20]]}"#,
            "overlap",
        ),
        (r#"{"change": "buffer", "thing": "RK-1", "capacity": 1}"#, "lie in"),
        (r#"{"change": "batch", "thing": "QT-1", "pieces": 0}"#, "never end"),
        (r#"{"change": "speed", "factor": 0.0}"#, "makes no sense"),
        (r#"{"change": "failures", "mtbfFactor": -3.0}"#, "makes no sense"),
        (r#"{"change": "scrap", "thing": "TB-1", "rate": 1.5}"#, "not between 0 and 1"),
        (
            r#"{"change": "order-add", "order": {"key": "X", "material": "gold", "quantity": 4}}"#,
            "there is no material",
        ),
        (r#"{"change": "order-change", "key": "PO-410221", "due": "1999-01-01T00:00:00Z"}"#, "due before"),
        (r#"{"change": "vehicles", "like": "agv", "count": 0}"#, "nobody carries"),
        (r#"{"change": "crew", "crew": "Technicians", "count": 0}"#, "could not run"),
    ];
    for (json, words) in refused {
        let mut changed = before.clone();
        let good = Change::Speed { thing: Some(Which::Name("GR-3".into())), factor: 2.0 };
        let error: ChangeError = Change::apply_all(&[good, parse(json)], &mut changed).expect_err(json);
        assert!(error.to_string().contains(words), "{json}: {error}");
        assert_eq!(changed, before, "{json} is not half applied");
    }
}
