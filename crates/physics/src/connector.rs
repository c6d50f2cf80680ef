//! A model beside the plant: a connection whose source is computed.
//!
//! It listens to the newest values of its inputs, steps in the rhythm of the clock, and delivers its outputs as samples
//! of now. A model that takes longer for a step than the step is long falls behind its own time, and says so; the
//! plant does not wait for it.

use crate::instance::Instance;
use crate::models::connection;
use crate::wires::{self, Wires};
use crate::{ModelError, Models};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use trine_base::{Instant, Sample, SignalId, ThingId, Value};
use trine_connector::{Announcement, ConnectionDescription, Connector, Port, SessionEnd};
use trine_site::Site;
use trine_world::{ModelInput, PhysicsModel, World};

/// One model, live.
pub struct ModelConnector {
    models: Arc<Models>,
    site: Site,
    thing: ThingId,
    model: PhysicsModel,
}

impl ModelConnector {
    /// The model behind a thing.
    #[must_use]
    pub fn new(models: Arc<Models>, site: Site, thing: ThingId, model: PhysicsModel) -> Self {
        Self { models, site, thing, model }
    }

    async fn live(&self, port: &Port, stop: &CancellationToken) -> Result<(), SessionEnd> {
        let (models, model) = (Arc::clone(&self.models), self.model.clone());
        let started = tokio::task::spawn_blocking(move || models.start(&model));
        let (instance, wires) = started
            .await
            .map_err(|error| SessionEnd::Lost(error.to_string()))?
            .map_err(|error| end(&error))?;
        let outputs = self.announce(port).await?;
        port.connected().await?;
        let mut run =
            Run { instance: Some(instance), inputs: Inputs::new(&wires, &self.site.world()), outputs };
        let step = Duration::from_secs_f64(self.model.step_s);
        let mut rhythm = interval(step);
        rhythm.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = rhythm.tick() => {}
            }
            let began = tokio::time::Instant::now();
            let samples = run.step(&self.site, port.now()).await?;
            let took = began.elapsed();
            if took > step {
                let (took, step) = (took.as_secs_f64(), self.model.step_s);
                port.note_error(&format!(
                    "the model took {took:.3} s for a step of {step} s and falls behind"
                ));
            }
            port.deliver(samples).await?.await?;
        }
    }

    /// The signals of the outputs.
    async fn announce(&self, port: &Port) -> Result<Vec<SignalId>, SessionEnd> {
        let world = self.site.world();
        let gone = || SessionEnd::Refused("the thing is gone".to_owned());
        let key = world.thing(self.thing).ok_or_else(gone)?.description.key.clone();
        let description = self.models.description(&self.model);
        let signals = wires::signals(&self.model, description.as_ref(), &key, port.key());
        let announced = port.announce(Announcement { signals, ..Announcement::default() }).await?;
        let all: Option<Vec<SignalId>> = announced.signals.into_iter().collect();
        all.ok_or_else(|| {
            SessionEnd::Refused(format!("the site refused signals: {}", announced.refused.join("; ")))
        })
    }
}

impl Connector for ModelConnector {
    fn description(&self) -> ConnectionDescription {
        let file = self.model.file.get(..12).unwrap_or(&self.model.file);
        ConnectionDescription {
            name: connection(self.thing),
            technology: "fmu".into(),
            endpoint: format!("{} ({file})", self.model.name),
        }
    }

    fn session<'a>(&'a mut self, port: &'a Port, stop: &'a CancellationToken) -> BoxFuture<'a, SessionEnd> {
        let session = self.live(port, stop);
        async move { session.await.err().unwrap_or(SessionEnd::Stopped) }.boxed()
    }
}

struct Run {
    /// None only while a step is under way.
    instance: Option<Instance>,
    inputs: Inputs,
    outputs: Vec<SignalId>,
}

impl Run {
    async fn step(&mut self, site: &Site, now: Instant) -> Result<Vec<Sample>, SessionEnd> {
        let newest =
            |signal| site.live().get(signal).filter(|held| !held.quality.is_bad()).map(|held| held.value);
        self.inputs.hear(newest);
        let Some(mut instance) = self.instance.take() else {
            return Err(SessionEnd::Lost("the model is not there any more".into()));
        };
        let inputs = self.inputs.values.clone();
        let stepped = tokio::task::spawn_blocking(move || {
            let outcome = instance.step(&inputs);
            (instance, outcome)
        });
        let (instance, outcome) = stepped.await.map_err(|error| SessionEnd::Lost(error.to_string()))?;
        self.instance = Some(instance);
        let values = outcome.map_err(|error| end(&error))?;
        let sample = |(signal, value): (&SignalId, f64)| Sample::good(*signal, now, Value::Number(value));
        Ok(self.outputs.iter().zip(values).map(sample).collect())
    }
}

/// The inputs of a model: what was heard last, or how the file starts them.
pub(crate) struct Inputs {
    /// In the order of the start.
    pub values: Vec<f64>,
    signals: Vec<Option<SignalId>>,
}

impl Inputs {
    pub fn new(wires: &Wires, world: &World) -> Self {
        let signal = |input: &ModelInput| match input {
            ModelInput::Signal(key) => world.signal_by_key(key).map(|signal| signal.id),
            ModelInput::Constant(_) => None,
        };
        let values = wires.start.inputs.iter().map(|(_, start)| *start).collect();
        Self { values, signals: wires.inputs.iter().map(signal).collect() }
    }

    /// Takes what the signals say now; where one says nothing that is a number, what it said before holds.
    pub fn hear(&mut self, newest: impl Fn(SignalId) -> Option<Value>) {
        for (value, signal) in self.values.iter_mut().zip(&self.signals) {
            let said = signal.and_then(&newest).and_then(|said| said.as_f64());
            *value = said.filter(|said| said.is_finite()).unwrap_or(*value);
        }
    }

    /// Takes a sample, if it is of one of the inputs.
    pub fn take(&mut self, sample: &Sample) {
        if !sample.quality.is_bad() {
            let of_it = |signal| (signal == sample.signal).then(|| sample.value.clone());
            self.hear(of_it);
        }
    }

    pub fn signals(&self) -> impl Iterator<Item = SignalId> {
        self.signals.iter().filter_map(|signal| *signal)
    }
}

fn end(error: &ModelError) -> SessionEnd {
    if error.is_lasting() {
        SessionEnd::Refused(error.to_string())
    } else {
        SessionEnd::Lost(error.to_string())
    }
}
