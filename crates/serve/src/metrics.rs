//! What an operator's monitoring reads.
//!
//! Spec: Prometheus text exposition format 0.0.4.

use crate::server::App;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use trine_world::{Level, Role};

/// Counted by the server itself.
#[derive(Default)]
pub struct Counters {
    /// Frames sent to viewers.
    pub frames: AtomicU64,
    /// Bytes of them.
    pub frame_bytes: AtomicU64,
    /// Frames of poses sent to people.
    pub presence_frames: AtomicU64,
    /// Bytes of them.
    pub presence_bytes: AtomicU64,
}

/// `GET /metrics`.
pub async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let mut page = Page::default();
    let site = app.site.counters();
    page.counter("trine_samples_total", "Samples made durable since the start.", site.samples);
    page.counter("trine_facts_total", "Facts ever recorded.", site.facts);
    page.gauge(
        "trine_log_first_record",
        "First record that the log of signals still holds.",
        site.log_first as f64,
    );
    page.gauge("trine_log_next_record", "One past the last durable record of the log.", site.log_next as f64);
    page.gauge("trine_viewers", "View sockets open.", app.viewers() as f64);
    page.counter(
        "trine_frames_total",
        "Frames sent to viewers.",
        app.counters.frames.load(Ordering::Relaxed),
    );
    let bytes = app.counters.frame_bytes.load(Ordering::Relaxed);
    page.counter("trine_frame_bytes_total", "Bytes of frames sent to viewers.", bytes);
    presence(&mut page, &app);
    let world = app.site.world();
    page.gauge("trine_open_alarms", "Alarms raised and not cleared.", world.alarms().count() as f64);
    connections(&mut page, &app, &world);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], page.text)
}

fn presence(page: &mut Page, app: &App) {
    page.gauge("trine_people", "People in the rooms.", app.meet.people() as f64);
    let frames = app.counters.presence_frames.load(Ordering::Relaxed);
    page.counter("trine_presence_frames_total", "Frames of poses sent to people.", frames);
    let bytes = app.counters.presence_bytes.load(Ordering::Relaxed);
    page.counter("trine_presence_bytes_total", "Bytes of frames of poses sent to people.", bytes);
}

fn connections(page: &mut Page, app: &App, world: &trine_world::World) {
    let rows = [
        (Role::ConnectionReceived, "trine_connection_samples_total", "Samples received by a connection."),
        (Role::ConnectionLost, "trine_connection_lost_total", "Messages known to be lost by a connection."),
        (
            Role::ConnectionReconnects,
            "trine_connection_reconnects_total",
            "Times a connection was built again.",
        ),
        (Role::ConnectionLag, "trine_connection_lag_seconds", "From source to record."),
    ];
    let things: Vec<_> =
        world.things().filter(|thing| thing.description.level == Level::Connection).collect();
    for (role, name, help) in rows {
        page.head(name, help, if name.ends_with("_total") { "counter" } else { "gauge" });
        for thing in &things {
            let signal = world.signals_of(thing.id).find(|signal| signal.description.role == Some(role));
            let held = signal.and_then(|signal| app.site.live().get(signal.id));
            if let Some(value) = held.and_then(|held| held.value.as_f64()) {
                let label =
                    thing.description.name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ");
                let _ = writeln!(page.text, "{name}{{connection=\"{label}\"}} {value}");
            }
        }
    }
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn head(&mut self, name: &str, help: &str, kind: &str) {
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, help, "counter");
        let _ = writeln!(self.text, "{name} {value}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, help, "gauge");
        let _ = writeln!(self.text, "{name} {value}");
    }
}
