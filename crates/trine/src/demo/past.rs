//! Eight hours of past in seconds: the plant runs as fast as it can, and what it reports is recorded by the same way
//! in as everything else, at the plant's own time.

use anyhow::Result;
use std::collections::{HashMap, VecDeque};
use std::io::{IsTerminal as _, Write as _};
use tokio::sync::mpsc;
use trine_base::{Instant, Sample, SignalId};
use trine_connector::Durable;
use trine_emulator::Reading;
use trine_emulator::plant::Plant;
use trine_site::Site;

/// Readings that are recorded together.
const BATCH: usize = 4_000;
/// Batches that may be on their way to the disk.
const IN_FLIGHT: usize = 64;
/// The plant's time between two looks at the progress.
const STRIDE_NS: i64 = 60_000_000_000;

/// So close to the clock the past is made.
const CLOSE_NS: i64 = 200_000_000;

/// Which signal of the world a signal of a device is.
pub type Signals = HashMap<(u32, u32), SignalId>;

/// Runs the plant up to `until()`, which moves on while it runs, and gives it back with the samples recorded.
pub async fn make(
    site: &Site,
    mut plant: Plant,
    signals: Signals,
    until: impl Fn() -> Instant + Send + 'static,
) -> Result<(Plant, u64)> {
    let from = plant.now();
    let (batches, recorder) = mpsc::channel::<Vec<Sample>>(IN_FLIGHT);
    let recording = tokio::spawn(record(site.clone(), recorder));
    let running = tokio::task::spawn_blocking(move || {
        let mut batch = Vec::with_capacity(BATCH);
        let mut progress = Progress::start();
        // What never changes is known from the beginning.
        plant.all_values(&mut |reading: Reading| batch.extend(sample(&signals, reading)));
        // The clock goes on meanwhile; the last steps are the live plant's.
        while until().since(plant.now()) > CLOSE_NS {
            let target = until();
            plant.run_until(plant.now().plus_ns(STRIDE_NS).min(target), &mut |reading: Reading| {
                batch.extend(sample(&signals, reading));
                if batch.len() >= BATCH {
                    // A recorder that is gone has its own error to tell.
                    let _ = batches.blocking_send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
                }
            });
            progress.show(plant.now().since(from) as f64 / target.since(from).max(1) as f64);
        }
        let _ = batches.blocking_send(batch);
        progress.done();
        plant
    });
    let plant = running.await?;
    Ok((plant, recording.await??))
}

/// A reading as a sample of the world's signal, if the world has it.
fn sample(signals: &Signals, reading: Reading) -> Option<Sample> {
    let Reading { at: source, value, quality, device, signal } = reading;
    signals.get(&(device, signal)).map(|signal| Sample { signal: *signal, source, quality, value })
}

/// Records each batch at the time of its newest sample, as if it had come then.
async fn record(site: Site, mut batches: mpsc::Receiver<Vec<Sample>>) -> Result<u64> {
    let mut in_flight: VecDeque<Durable> = VecDeque::new();
    let mut samples = 0;
    while let Some(batch) = batches.recv().await {
        let Some(recorded) = batch.iter().map(|sample| sample.source).max() else { continue };
        samples += batch.len() as u64;
        in_flight.push_back(site.submit(recorded, batch).await?);
        if in_flight.len() >= IN_FLIGHT
            && let Some(oldest) = in_flight.pop_front()
        {
            oldest.await?;
        }
    }
    for durable in in_flight {
        durable.await?;
    }
    Ok(samples)
}

/// A bar on the terminal; a line at the end where there is none.
struct Progress {
    terminal: bool,
    shown: u32,
}

impl Progress {
    fn start() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), shown: 0 }
    }

    fn show(&mut self, part: f64) {
        let percent = (part * 100.0) as u32;
        if !self.terminal || percent <= self.shown {
            return;
        }
        self.shown = percent;
        let full = (percent / 4) as usize;
        eprint!(
            "\r\x1b[Kmaking eight hours of past  {}{} {percent:3} %",
            "█".repeat(full),
            "░".repeat(25 - full.min(25))
        );
        let _ = std::io::stderr().flush();
    }

    fn done(&self) {
        if self.terminal {
            eprint!("\r\x1b[K");
        }
    }
}
