//! What happens without being asked for: a forecast every so often, and a repaired plan when a machine breaks.

use crate::Futures;
use crate::request::ForecastRequest;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use trine_base::ThingId;
use trine_world::{FactKind, MachineState};

/// A plant that has just begun to speak says more in a moment.
const FIRST_AFTER: Duration = Duration::from_secs(5);

impl Futures {
    /// Watches until `stop` fires.
    pub async fn watch(self: Arc<Self>, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = Arc::clone(&self).forecast_now_and_then() => {}
            () = self.plan_around_breakdowns() => {}
        }
    }

    async fn forecast_now_and_then(self: Arc<Self>) {
        let Some(every) = self.options.forecast_every else { return std::future::pending().await };
        let mut wait = FIRST_AFTER;
        loop {
            tokio::time::sleep(wait).await;
            wait = every;
            let this = Arc::clone(&self);
            // A count that fails is made again with the next forecast.
            let _ = tokio::task::spawn_blocking(move || this.finish_orders()).await;
            let hours = Some(self.options.horizon.as_secs_f64() / 3600.0);
            let request = ForecastRequest { hours, replications: Some(self.options.replications) };
            let is_busy = self.jobs().iter().any(|job| job.ended.is_none());
            if !is_busy && let Err(error) = self.forecast(&request) {
                tracing::warn!("no forecast was made: {error}");
            }
        }
    }

    async fn plan_around_breakdowns(self: &Arc<Self>) {
        let mut facts = self.site.listen();
        loop {
            let broken = match facts.recv().await {
                Ok(fact) => match fact.kind {
                    FactKind::StateChanged { thing, to: MachineState::Down, .. } => thing,
                    _ => continue,
                },
                // Breakdowns that were missed are seen with the next one: the repair looks at all machines.
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            };
            self.repair_for(broken).await;
        }
    }

    async fn repair_for(self: &Arc<Self>, broken: ThingId) {
        let this = Arc::clone(self);
        match tokio::task::spawn_blocking(move || this.plan_around(broken)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!("no plan around the broken machine: {error}"),
            Err(error) => tracing::error!("planning around a broken machine failed: {error}"),
        }
    }
}
