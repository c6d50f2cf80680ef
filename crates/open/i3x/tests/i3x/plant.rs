//! A line with two machines behind the calls of i3X, without a network.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use trine_base::{Instant, Quality, Sample, SignalId, Value as Measured};
use trine_connector::{Announcement, Clock, Sink as _};
use trine_site::{Site, SiteOptions};
use trine_world::{Level, Origin, RelationKind, SignalDescription, ThingDescription, ValueKind};

/// No object has this id.
pub const BOGUS: &str = "i3x-nothing-of-this-name";
pub const LINE: &str = "thing/line";
pub const PRESS: &str = "thing/press";
pub const HEAT: &str = "signal/press/heat";
pub const STATE: &str = "signal/press/state";
pub const RAM: &str = "thing/press/ram";

pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_ns(self.0.load(Ordering::Relaxed))
    }
}

pub struct Plant {
    pub site: Site,
    pub stop: CancellationToken,
    pub calls: Router,
    clock: Arc<TestClock>,
    _folder: TempDir,
}

/// An answer with its JSON; null where it has none.
pub struct Answer {
    pub status: u16,
    pub json: Value,
}

/// So many seconds after noon.
pub fn second(s: i64) -> Instant {
    "2026-11-23T12:00:00Z".parse::<Instant>().unwrap().plus_ns(s * 1_000_000_000)
}

impl Plant {
    pub async fn start() -> Self {
        Self::with_wall(0).await
    }

    /// With a wall of so many gauges besides.
    pub async fn with_wall(gauges: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(second(0).as_ns())));
        let site = Site::open(SiteOptions::in_folder(folder.path()), Arc::clone(&clock) as _).unwrap();
        let announced = site.announce(Origin::new("test"), announcement(gauges)).await.unwrap();
        assert_eq!(announced.refused, [""; 0]);
        let stop = CancellationToken::new();
        let calls = trine_i3x::router(site.clone(), stop.clone());
        Self { site, stop, calls, clock, _folder: folder }
    }

    /// The id of a signal by its key.
    pub fn signal(&self, key: &str) -> SignalId {
        self.site.world().signal_by_key(key).unwrap().id
    }

    /// Records one value at this second; then it is visible.
    pub async fn record(&self, key: &str, s: i64, value: Measured, quality: Quality) {
        self.clock.0.store(second(s).as_ns(), Ordering::Relaxed);
        let sample = Sample { signal: self.signal(key), source: second(s), quality, value };
        self.site.submit(second(s), vec![sample]).await.unwrap().await.unwrap();
    }

    pub async fn heat(&self, s: i64, value: f64) {
        self.record("press/heat", s, Measured::Number(value), Quality::GOOD).await;
    }

    /// Records a value of every gauge of the wall.
    pub async fn wall(&self, gauges: usize, s: i64) {
        let gauge =
            |n| Sample::good(self.signal(&format!("wall/{n}")), second(s), Measured::Number(s as f64));
        let samples = (0..gauges).map(gauge).collect();
        self.site.submit(second(s), samples).await.unwrap().await.unwrap();
    }

    pub async fn raw(&self, method: &str, path: &str, body: Body) -> Response<Body> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", trine_i3x::BASE))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body);
        self.calls.clone().oneshot(request.unwrap()).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.raw("GET", path, Body::empty()).await).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        answer(self.raw("POST", path, Body::from(body.to_string())).await).await
    }

    /// The result of a call that works.
    pub async fn result(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!((answer.status, &answer.json["success"]), (200, &json!(true)), "{path}: {}", answer.json);
        answer.json["result"].clone()
    }

    /// The outcomes of a call about these elements, in their order.
    pub async fn bulk(&self, path: &str, mut body: Value, ids: &[&str]) -> Vec<Value> {
        body["elementIds"] = json!(ids);
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json);
        outcomes(&answer, "elementId", ids)
    }

    /// Registers with a new subscription of the client `c`; gives its id.
    pub async fn subscription(&self, ids: &[&str]) -> String {
        let made = self.post("/subscriptions", json!({ "clientId": "c", "displayName": "d" })).await;
        let id = made.json["result"]["subscriptionId"].as_str().unwrap().to_owned();
        let to = json!({ "clientId": "c", "subscriptionId": id });
        self.bulk("/subscriptions/register", to, ids).await;
        id
    }

    pub async fn sync(&self, subscription: &str, acknowledged: Value) -> Answer {
        let mut body = json!({ "clientId": "c", "subscriptionId": subscription });
        if !acknowledged.is_null() {
            body["lastSequenceNumber"] = acknowledged;
        }
        self.post("/subscriptions/sync", body).await
    }
}

/// Checks the shape of a bulk answer: as many as were asked, in their order, and failed as a whole when one failed.
pub fn outcomes(answer: &Answer, key: &str, ids: &[&str]) -> Vec<Value> {
    let results = answer.json["results"].as_array().unwrap().clone();
    let told: Vec<&str> = results.iter().map(|result| result[key].as_str().unwrap()).collect();
    assert_eq!(told, ids);
    let all = results.iter().all(|result| result["success"] == true);
    assert_eq!(answer.json["success"], all);
    for result in results.iter().filter(|result| result["success"] == false) {
        assert!(result["responseDetail"]["detail"].is_string(), "{result}");
    }
    results
}

pub async fn answer(response: Response<Body>) -> Answer {
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Answer { status, json: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}

/// Whether an answer is a failure in the shape that failures have.
pub fn assert_failure(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.json);
    assert_eq!(answer.json["success"], false);
    let detail = &answer.json["responseDetail"];
    assert_eq!(detail["status"], status);
    assert!(detail["title"].is_string() && detail["detail"].is_string(), "{detail}");
}

fn announcement(gauges: usize) -> Announcement {
    let thing = ThingDescription::new;
    let signal =
        |thing: &str, name: &str, kind| SignalDescription::new(thing, &format!("{thing}/{name}"), name, kind);
    let mut announcement = Announcement {
        things: vec![
            thing("line", "Line 1", "line", Level::WorkCenter),
            thing("press", "Press", "press", Level::WorkUnit)
                .in_parent("line")
                .with_plate("ManufacturerName", "Hammer & Daughters"),
            thing("press/ram", "Ram", "generic", Level::Component).in_parent("press"),
            thing("saw", "Saw", "saw", Level::WorkUnit).in_parent("line"),
        ],
        signals: vec![
            signal("press", "heat", ValueKind::Number).in_unit("CEL"),
            signal("press", "state", ValueKind::Enumeration),
            signal("press/ram", "strokes", ValueKind::Integer),
            signal("saw", "running", ValueKind::Boolean),
        ],
        relations: vec![(RelationKind::FlowsTo, "saw".into(), "press".into())],
        ..Announcement::default()
    };
    if gauges > 0 {
        announcement.things.push(thing("wall", "Wall", "generic", Level::WorkUnit));
        let gauge = |n: usize| signal("wall", &n.to_string(), ValueKind::Number);
        announcement.signals.extend((0..gauges).map(gauge));
    }
    announcement
}
