//! The running edge node as the driver of the plant sees it.

use super::edge::Edge;
use super::{SparkplugHostError, SparkplugHostOptions, network};
use crate::{Device, Fault, Host, Reading};
use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Readings that may wait for the network; older ones then make room, as in a real edge node without a disk.
const WAITING_MAX: usize = 1_000_000;

pub(super) struct SparkplugHost {
    inner: Arc<Inner>,
    broker: String,
    devices: HashSet<u32>,
}

pub(super) struct Inner {
    pub name: String,
    pub edge: Mutex<Edge>,
    pub greets_hosts: bool,
    pub news: Notify,
    pub frozen: AtomicBool,
    pub stop: CancellationToken,
    waiting: Mutex<VecDeque<Reading>>,
    cut: Mutex<CancellationToken>,
}

impl SparkplugHost {
    pub(super) fn start(
        edge_node: &str,
        devices: &[(u32, Device)],
        options: SparkplugHostOptions,
    ) -> Result<Arc<dyn Host>, SparkplugHostError> {
        let runtime = tokio::runtime::Handle::try_current()?;
        let address =
            address(&options.broker).ok_or_else(|| SparkplugHostError::Address(options.broker.clone()))?;
        let inner = Arc::new(Inner {
            name: format!("{}-{edge_node}", options.group),
            edge: Mutex::new(Edge::new(&options.group, edge_node, devices, options.metrics_per_payload)),
            greets_hosts: options.greets_hosts,
            news: Notify::new(),
            frozen: AtomicBool::new(false),
            stop: CancellationToken::new(),
            waiting: Mutex::default(),
            cut: Mutex::default(),
        });
        runtime.spawn(network::run(inner.clone(), address));
        let devices = devices.iter().map(|(index, _)| *index).collect();
        Ok(Arc::new(Self { inner, broker: options.broker, devices }))
    }
}

fn address(url: &str) -> Option<(String, u16)> {
    let rest = url.strip_prefix("mqtt://")?;
    match rest.rsplit_once(':') {
        Some((host, port)) => Some((host.to_owned(), port.parse().ok()?)),
        None => Some((rest.to_owned(), 1883)),
    }
}

impl Inner {
    pub(super) fn waiting(&self) -> MutexGuard<'_, VecDeque<Reading>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn cut(&self) -> MutexGuard<'_, CancellationToken> {
        self.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for SparkplugHost {
    fn endpoint(&self) -> String {
        self.broker.clone()
    }

    fn address(&self, device: u32, signal: u32) -> String {
        self.inner.edge().address(device, signal)
    }

    fn publish(&self, readings: &[Reading]) {
        let own = readings.iter().filter(|reading| self.devices.contains(&reading.device));
        let mut waiting = self.inner.waiting();
        waiting.extend(own.cloned());
        let excess = waiting.len().saturating_sub(WAITING_MAX);
        waiting.drain(..excess);
        drop(waiting);
        self.inner.news.notify_one();
    }

    fn fault(&self, fault: Fault) {
        match fault {
            Fault::Freeze(frozen) => self.inner.frozen.store(frozen, Ordering::Relaxed),
            Fault::Drop => self.inner.cut().cancel(),
            Fault::Garbage => self.inner.edge().next_is_garbage(),
            Fault::Shuffle => self.inner.edge().shuffle_next(),
            Fault::ClockJump(seconds) => self.inner.edge().clock_jumps(seconds),
            Fault::Stick { .. } => {}
        }
    }

    fn stop(&self) {
        self.inner.stop.cancel();
    }
}

impl Drop for SparkplugHost {
    fn drop(&mut self) {
        self.inner.stop.cancel();
    }
}
