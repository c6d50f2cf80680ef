//! A model beside a plant: its outputs are signals of the thing, its failures are gaps, and the plant goes on.

use crate::fmu::{models, wired};
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use trine_base::{Sample, SignalId, ThingId, Value};
use trine_connector::SystemClock;
use trine_physics::{Keeper, Models};
use trine_site::{Site, SiteOptions};
use trine_world::{
    FactKind, Level, ModelInput, NewFact, Origin, PhysicsModel, SignalDescription, ThingDescription,
    ValueKind,
};

async fn say(site: &Site, kind: FactKind) {
    let fact = NewFact { at: site.now(), origin: Origin::new("test"), kind };
    site.propose(site.now(), vec![fact]).await.unwrap().remove(0).unwrap();
}

/// A hall with a furnace whose power is measured.
pub async fn hall(folder: &Path) -> (Site, ThingId, SignalId) {
    let site = Site::open(SiteOptions::in_folder(folder), Arc::new(SystemClock)).unwrap();
    let description = ThingDescription::new("furnace", "Furnace", "furnace", Level::WorkUnit);
    say(&site, FactKind::ThingDescribed { thing: ThingId(0), description }).await;
    let description = SignalDescription::new("furnace", "plc/power", "Power", ValueKind::Number);
    say(&site, FactKind::SignalDescribed { signal: SignalId(0), description }).await;
    let world = site.world();
    let (thing, signal) =
        (world.thing_by_key("furnace").unwrap().id, world.signal_by_key("plc/power").unwrap().id);
    (site, thing, signal)
}

async fn measure(site: &Site, signal: SignalId, value: f64) {
    let sample = Sample::good(signal, site.now(), Value::Number(value));
    site.submit(site.now(), vec![sample]).await.unwrap().await.unwrap();
}

struct Running {
    site: Site,
    thing: ThingId,
    power: SignalId,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    async fn with(folder: &Path, models: &Arc<Models>, model: PhysicsModel) -> Self {
        let (site, thing, power) = hall(folder).await;
        measure(&site, power, 8.0).await;
        let stop = CancellationToken::new();
        let task = tokio::spawn(Keeper::new(site.clone(), Arc::clone(models)).watch(stop.clone()));
        say(&site, FactKind::ModelAttached { thing, model }).await;
        Self { site, thing, power, stop, task }
    }

    async fn until(&self, what: impl Fn(&Site) -> bool) {
        let mut rhythm = tokio::time::interval(std::time::Duration::from_millis(5));
        let looked = async {
            while !what(&self.site) {
                rhythm.tick().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), looked).await.expect("it did not come");
    }

    fn heat(&self) -> Option<f64> {
        let signal = self.site.world().signal_by_key(&format!("connection/model-{}/heat", self.thing))?.id;
        self.site.live().get(signal)?.value.as_f64()
    }

    async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

fn fed(mut model: PhysicsModel, step_s: f64) -> PhysicsModel {
    model.inputs.insert("power".into(), ModelInput::Signal("plc/power".into()));
    model.step_s = step_s;
    model
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_are_signals_of_the_thing_and_follow_the_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let models = models(folder.path());
    let Some(model) = wired(&models, 3, &[("tau", 0.02)]) else { return };
    let running = Running::with(folder.path(), &models, fed(model, 0.02)).await;
    running.until(|_| running.heat().is_some_and(|heat| (heat - 100.0).abs() < 1.0)).await;
    measure(&running.site, running.power, 2.0).await;
    running.until(|_| running.heat().is_some_and(|heat| (heat - 40.0).abs() < 1.0)).await;
    let world = running.site.world();
    let signal = world.signal_by_key(&format!("connection/model-{}/heat", running.thing)).unwrap();
    assert_eq!(signal.thing_id, running.thing);
    assert!(signal.description.unit.is_some());
    say(&running.site, FactKind::ModelDetached { thing: running.thing }).await;
    // Nobody knows the heat any more.
    running.until(|_| running.heat().is_none()).await;
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_is_a_gap_with_its_cause_and_the_model_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let models = models(folder.path());
    let Some(model) = wired(&models, 2, &[("fault", 1.0), ("fault_at", 0.1)]) else { return };
    let running = Running::with(folder.path(), &models, fed(model, 0.02)).await;
    let mut facts = running.site.listen();
    let (mut causes, mut speaks) = (Vec::new(), 0);
    while causes.len() < 2 || speaks < 1 {
        match &facts.recv().await.unwrap().kind {
            FactKind::GapOpened { cause, .. } => causes.push(cause.clone()),
            FactKind::GapClosed { .. } => speaks += 1,
            _ => {}
        }
    }
    assert!(causes.iter().all(|cause| cause.contains("touched memory that is not its own")), "{causes:?}");
    // The plant goes on.
    measure(&running.site, running.power, 3.0).await;
    assert_eq!(running.site.live().get(running.power).unwrap().value, Value::Number(3.0));
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_attached_anew_replaces_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let models = models(folder.path());
    let Some(model) = wired(&models, 2, &[("tau", 0.02)]) else { return };
    let model = fed(model, 0.02);
    let running = Running::with(folder.path(), &models, model.clone()).await;
    running.until(|_| running.heat().is_some_and(|heat| (heat - 100.0).abs() < 1.0)).await;
    let mut hotter = model;
    hotter.inputs.insert("gain".into(), ModelInput::Constant(100.0));
    say(&running.site, FactKind::ModelAttached { thing: running.thing, model: hotter }).await;
    running.until(|_| running.heat().is_some_and(|heat| (heat - 820.0).abs() < 1.0)).await;
    running.end().await;
}
