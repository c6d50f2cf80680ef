//! The running agent as the driver of the plant sees it.

use super::buffer::Buffer;
use super::{MtConnectHostError, MtConnectHostOptions, Tools, http};
use crate::{Device, Fault, Host, Reading};
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use trine_base::Instant;
use trine_connector::{Clock, SystemClock};

struct MtConnectHost {
    url: String,
    agent: Arc<Agent>,
}

/// What the host and the connections share.
pub(super) struct Agent {
    pub name: String,
    pub stop: CancellationToken,
    pub tools: Option<Tools>,
    buffer: Mutex<Buffer>,
    frozen: watch::Sender<bool>,
    garbage: AtomicBool,
    shuffle: AtomicBool,
    off_ns: AtomicI64,
    cut: Mutex<CancellationToken>,
}

pub(super) fn start(
    agent_name: &str,
    devices: &[(u32, Device)],
    options: &MtConnectHostOptions,
) -> Result<Arc<dyn Host>, MtConnectHostError> {
    let runtime = tokio::runtime::Handle::try_current()?;
    let refuse = |source| MtConnectHostError::Listen { port: options.port, source };
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).map_err(refuse)?;
    listener.set_nonblocking(true).map_err(refuse)?;
    let url = format!("http://{}", listener.local_addr().map_err(refuse)?);
    let listener = tokio::net::TcpListener::from_std(listener).map_err(refuse)?;
    let stop = CancellationToken::new();
    let agent = Arc::new(Agent {
        name: agent_name.to_owned(),
        tools: options.tools.clone(),
        buffer: Mutex::new(Buffer::new(
            devices,
            options.buffer_size,
            options.tools.is_some(),
            SystemClock.now(),
        )),
        frozen: watch::Sender::new(false),
        garbage: AtomicBool::new(false),
        shuffle: AtomicBool::new(false),
        off_ns: AtomicI64::new(0),
        cut: Mutex::new(stop.child_token()),
        stop,
    });
    runtime.spawn(http::keep(listener, agent.clone()));
    if let Some(tools) = &options.tools {
        runtime.spawn(agent.stop.clone().run_until_cancelled_owned(tell(tools.clone(), agent.clone())));
    }
    Ok(Arc::new(MtConnectHost { url, agent }))
}

/// Tells of each change of the tools.
async fn tell(tools: Tools, agent: Arc<Agent>) {
    let mut changes = tools.changes();
    while changes.changed().await.is_ok() {
        if let Some((device, id)) = changes.borrow_and_update().clone() {
            agent.buffer().asset_changed(device, &id, agent.now());
        }
    }
}

impl Agent {
    pub(super) fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present by the agent's clock.
    pub(super) fn now(&self) -> Instant {
        SystemClock.now().plus_ns(self.off_ns.load(Ordering::Relaxed))
    }

    /// What cuts the connections that are opened now.
    pub(super) fn cut(&self) -> CancellationToken {
        self.cut.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Resolves when the agent is not frozen.
    pub(super) async fn awake(&self) {
        let _ = self.frozen.subscribe().wait_for(|frozen| !frozen).await;
    }

    /// The text, or garbage when that is due.
    pub(super) fn garbled(&self, text: String) -> String {
        if self.garbage.swap(false, Ordering::Relaxed) {
            "<MTConnectStreams><<\u{1} garbage &&".to_owned()
        } else {
            text
        }
    }

    /// Whether the next documents are to be shuffled; asked once.
    pub(super) fn shuffles(&self) -> bool {
        self.shuffle.swap(false, Ordering::Relaxed)
    }
}

impl Host for MtConnectHost {
    fn endpoint(&self) -> String {
        self.url.clone()
    }

    fn address(&self, device: u32, signal: u32) -> String {
        self.agent.buffer().address(device, signal)
    }

    fn publish(&self, readings: &[Reading]) {
        // A frozen device reports nothing, not even later.
        if !*self.agent.frozen.borrow() {
            self.agent.buffer().take(readings);
        }
    }

    fn fault(&self, fault: Fault) {
        match fault {
            Fault::Freeze(frozen) => {
                self.agent.frozen.send_replace(frozen);
            }
            Fault::Drop => {
                let next = self.agent.stop.child_token();
                let mut cut = self.agent.cut.lock().unwrap_or_else(PoisonError::into_inner);
                std::mem::replace(&mut *cut, next).cancel();
            }
            Fault::Garbage => self.agent.garbage.store(true, Ordering::Relaxed),
            Fault::Shuffle => self.agent.shuffle.store(true, Ordering::Relaxed),
            Fault::ClockJump(seconds) => {
                self.agent.buffer().clock_jumps(seconds);
                self.agent.off_ns.fetch_add(seconds.saturating_mul(1_000_000_000), Ordering::Relaxed);
            }
            Fault::Stick { .. } => {}
        }
    }

    fn stop(&self) {
        self.agent.stop.cancel();
    }
}

impl Drop for MtConnectHost {
    fn drop(&mut self) {
        self.agent.stop.cancel();
    }
}
