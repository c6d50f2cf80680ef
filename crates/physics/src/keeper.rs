//! Keeps the live models in step with the world: one connection for each model that is attached and runs live.

use crate::{ModelConnector, Models};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use trine_base::ThingId;
use trine_connector::{Backoff, SystemClock, supervise};
use trine_site::Site;
use trine_world::{FactKind, PhysicsModel};

/// The live models.
pub struct Keeper {
    site: Site,
    models: Arc<Models>,
    backoff: Backoff,
    running: BTreeMap<ThingId, Running>,
}

struct Running {
    model: PhysicsModel,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Keeper {
    /// Nothing runs until [`Keeper::watch`] is called.
    #[must_use]
    pub fn new(site: Site, models: Arc<Models>) -> Self {
        Self { site, models, backoff: Backoff::default(), running: BTreeMap::new() }
    }

    /// Starts and stops models as they are attached and detached, until `stop` fires.
    pub async fn watch(mut self, stop: CancellationToken) {
        let mut facts = self.site.listen();
        self.keep_up(&stop).await;
        loop {
            let heard = tokio::select! {
                () = stop.cancelled() => break,
                heard = facts.recv() => heard,
            };
            let is_ours = match heard {
                Ok(fact) => matches!(
                    fact.kind,
                    FactKind::ModelAttached { .. }
                        | FactKind::ModelDetached { .. }
                        | FactKind::ThingRetired { .. }
                ),
                // What was missed is in the world.
                Err(RecvError::Lagged(_)) => true,
                Err(RecvError::Closed) => break,
            };
            if is_ours {
                self.keep_up(&stop).await;
            }
        }
        for (_, running) in std::mem::take(&mut self.running) {
            end(running).await;
        }
    }

    async fn keep_up(&mut self, stop: &CancellationToken) {
        let world = self.site.world();
        let wanted: BTreeMap<ThingId, PhysicsModel> = world
            .physics()
            .filter(|(_, model)| model.live)
            .map(|(thing, model)| (thing, model.clone()))
            .collect();
        let is_stale = |(thing, running): (&ThingId, &Running)| {
            (wanted.get(thing) != Some(&running.model)).then_some(*thing)
        };
        let stale: Vec<ThingId> = self.running.iter().filter_map(is_stale).collect();
        for thing in stale {
            if let Some(running) = self.running.remove(&thing) {
                end(running).await;
            }
        }
        for (thing, model) in wanted {
            self.running.entry(thing).or_insert_with(|| {
                let (models, site) = (Arc::clone(&self.models), self.site.clone());
                let connector = ModelConnector::new(models, site.clone(), thing, model.clone());
                let (stop, backoff) = (stop.child_token(), self.backoff);
                let token = stop.clone();
                let task = tokio::spawn(async move {
                    let clock = Arc::new(SystemClock);
                    if let Err(error) =
                        supervise(Box::new(connector), Arc::new(site), clock, backoff, token).await
                    {
                        tracing::error!("the model of thing {thing} could not start: {error}");
                    }
                });
                Running { model, stop, task }
            });
        }
    }
}

/// Stops a model and waits until it has said so.
async fn end(running: Running) {
    running.stop.cancel();
    // A task that failed has nothing more to say.
    let _ = running.task.await;
}
