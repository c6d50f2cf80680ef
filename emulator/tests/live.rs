//! The plant behind its sockets.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio_util::sync::CancellationToken;
use trine_base::Instant;
use trine_connector::Clock;
use trine_emulator::Hosts;
use trine_emulator::plant::{Plant, PlantOptions};

fn start() -> Instant {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_signal_is_reached_through_one_connection() {
    let plant = Plant::new(&PlantOptions::demo(start()));
    let hosts = Hosts::start(&plant).unwrap();
    let connections = hosts.connections();
    let names: BTreeSet<&str> = connections.iter().map(|connection| connection.name.as_str()).collect();
    assert_eq!(names.len(), connections.len());
    assert!(connections.iter().all(|connection| connection.url.contains("127.0.0.1")));
    let keys = hosts.signal_keys();
    let unique: BTreeSet<&str> = keys.iter().map(|(_, key)| key.as_str()).collect();
    assert_eq!(unique.len(), plant.devices().iter().map(|device| device.signals.len()).sum::<usize>());
    for (signal, key) in &keys {
        let name = key.split('/').nth(1).unwrap_or_default();
        assert!(names.contains(name), "{signal:?} has the key {key}, which no connection brings");
    }
}

/// A clock that goes on by a second whenever it is read, and that stops the plant in the end.
struct Hasty {
    now_ns: Arc<AtomicI64>,
    stop: CancellationToken,
    until_ns: i64,
}

impl Clock for Hasty {
    fn now(&self) -> Instant {
        let now = self.now_ns.fetch_add(1_000_000_000, Ordering::Relaxed);
        if now > self.until_ns {
            self.stop.cancel();
        }
        Instant::from_ns(now)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_follows_the_clock_until_it_is_stopped() {
    let plant = Plant::new(&PlantOptions::demo(start()));
    let hosts = Hosts::start(&plant).unwrap();
    let stop = CancellationToken::new();
    let now_ns = Arc::new(AtomicI64::new(start().as_ns()));
    let until_ns = start().as_ns() + 30_000_000_000;
    let clock = Hasty { now_ns: now_ns.clone(), stop: stop.clone(), until_ns };
    hosts.go_live(plant).run(clock, stop).await;
    assert!(now_ns.load(Ordering::Relaxed) > until_ns);
}
