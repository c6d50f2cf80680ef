//! Models in a branch: stepped by the calendar of what is simulated, fed by it, and written between its samples.
//!
//! A model starts anew at the fork, with its inputs as they stood there: what it had become live is known to nobody
//! outside of it. A step too fine for the horizon is made coarser, and a model that fails or takes too long is left
//! behind; each is a note of the branch, which goes on without it.

use crate::connector::Inputs;
use crate::instance::Instance;
use crate::models::connection;
use crate::wires::{self, Wires};
use crate::{ModelError, Models};
use std::time::{Duration, Instant as Moment};
use trine_base::{Instant, Sample, SignalId, ThingId, Value};
use trine_future::Along;
use trine_history::SignalFilter;
use trine_site::{BranchWriter, SiteError, Track};
use trine_world::{FactKind, NewFact, Origin, PhysicsModel};

/// Steps of one model in one branch.
const STEPS_MAX: i64 = 200_000;

/// The models of one branch.
pub struct Steps {
    stepped: Vec<Stepped>,
    notes: Vec<String>,
    spent: Duration,
    most: Duration,
}

struct Stepped {
    name: String,
    instance: Instance,
    inputs: Inputs,
    outputs: Vec<SignalId>,
    next: Instant,
    step_ns: i64,
}

impl Steps {
    pub fn begin(models: &Models, writer: &mut BranchWriter, parent: &Track) -> Result<Self, SiteError> {
        let most = models.limits().branch;
        let mut steps = Self { stepped: Vec::new(), notes: Vec::new(), spent: Duration::ZERO, most };
        let attached: Vec<(ThingId, PhysicsModel)> =
            writer.world().physics().map(|(thing, model)| (thing, model.clone())).collect();
        for (thing, model) in attached {
            let name = format!("the model `{}` behind thing {thing}", model.name);
            match steps.start(models, writer, parent, thing, model)? {
                Ok(()) => {}
                Err(error) => steps.notes.push(format!("{name} is not in this branch: {error}")),
            }
        }
        Ok(steps)
    }

    fn start(
        &mut self,
        models: &Models,
        writer: &mut BranchWriter,
        parent: &Track,
        thing: ThingId,
        mut model: PhysicsModel,
    ) -> Result<Result<(), ModelError>, SiteError> {
        let (fork, until) = writer.extent();
        let name = format!("the model `{}` behind thing {thing}", model.name);
        let step_ns = step_ns(&model, until.since(fork));
        if step_ns > (model.step_s * 1e9) as i64 {
            let step_s = step_ns as f64 / 1e9;
            self.notes
                .push(format!("{name} goes on in steps of {step_s} s here, so that it comes to an end"));
            model.step_s = step_s;
        }
        let began = Moment::now();
        let started = models.start(&model);
        self.spent += began.elapsed();
        let (instance, wires) = match started {
            Ok(started) => started,
            Err(error) => return Ok(Err(error)),
        };
        let outputs = describe(models, writer, thing, &model)?;
        let inputs = inputs_at(&wires, writer, parent, fork)?;
        let next = fork.plus_ns(step_ns);
        self.notes.push(format!("{name} starts anew at the fork"));
        self.stepped.push(Stepped { name, instance, inputs, outputs, next, step_ns });
        Ok(Ok(()))
    }
}

/// The step of a model, whole nanoseconds, as coarse as the horizon asks for.
fn step_ns(model: &PhysicsModel, horizon_ns: i64) -> i64 {
    let step = ((model.step_s * 1e9) as i64).max(1);
    let steps = horizon_ns / step;
    step * (steps / STEPS_MAX + 1)
}

/// Describes the outputs in the branch, where they are not known yet.
fn describe(
    models: &Models,
    writer: &mut BranchWriter,
    thing: ThingId,
    model: &PhysicsModel,
) -> Result<Vec<SignalId>, SiteError> {
    let Some(key) = writer.world().thing(thing).map(|thing| thing.description.key.clone()) else {
        return Ok(Vec::new());
    };
    let connection = format!("connection/{}", connection(thing));
    let signals = wires::signals(model, models.description(model).as_ref(), &key, &connection);
    let mut ids = Vec::new();
    for description in signals {
        let key = description.key.clone();
        if writer.world().signal_by_key(&key).is_none() {
            let kind = FactKind::SignalDescribed { signal: SignalId(0), description };
            writer.propose(vec![NewFact { at: Instant::MIN, origin: Origin::new("model"), kind }])?;
        }
        ids.extend(writer.world().signal_by_key(&key).map(|signal| signal.id));
    }
    Ok(ids)
}

fn inputs_at(
    wires: &Wires,
    writer: &BranchWriter,
    parent: &Track,
    fork: Instant,
) -> Result<Inputs, SiteError> {
    let mut inputs = Inputs::new(wires, writer.world());
    let wanted = SignalFilter::Set(inputs.signals().collect());
    let held = parent.at(&wanted, fork, None)?;
    inputs.hear(|signal| {
        let found = held.iter().find(|held| held.signal == signal && !held.quality.is_bad());
        found.map(|held| held.value.clone())
    });
    Ok(inputs)
}

impl Along for Steps {
    fn step(&mut self, simulated: Vec<Sample>, to: Instant) -> Vec<Sample> {
        let mut samples = simulated;
        let mut at = 0;
        while let Some(mut stepped) = (at < self.stepped.len()).then(|| self.stepped.remove(at)) {
            let began = Moment::now();
            let (merged, failed) = stepped.along(samples, to);
            samples = merged;
            self.spent += began.elapsed();
            let is_late = self.spent > self.most;
            match failed {
                Some(error) => self.notes.push(format!("{} ends early: {error}", stepped.name)),
                None if is_late => {
                    let most = self.most.as_secs();
                    self.notes.push(format!(
                        "{} ends at {to}: models may take {most} s of a branch; take a longer step",
                        stepped.name
                    ));
                }
                None => {
                    self.stepped.insert(at, stepped);
                    at += 1;
                }
            }
        }
        samples
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

impl Stepped {
    /// Steps up to an instant, and puts the outputs between the samples, in the order of time.
    fn along(&mut self, simulated: Vec<Sample>, to: Instant) -> (Vec<Sample>, Option<ModelError>) {
        let mut merged = Vec::with_capacity(simulated.len());
        let mut simulated = simulated.into_iter().peekable();
        while self.next <= to {
            while let Some(sample) = simulated.next_if(|sample| sample.source <= self.next) {
                self.inputs.take(&sample);
                merged.push(sample);
            }
            match self.instance.step(&self.inputs.values) {
                Ok(values) => {
                    let next = self.next;
                    let sample =
                        |(signal, value): (&SignalId, f64)| Sample::good(*signal, next, Value::Number(value));
                    merged.extend(self.outputs.iter().zip(values).map(sample));
                }
                Err(error) => {
                    merged.extend(simulated);
                    return (merged, Some(error));
                }
            }
            self.next = self.next.plus_ns(self.step_ns);
        }
        for sample in simulated {
            self.inputs.take(&sample);
            merged.push(sample);
        }
        (merged, None)
    }
}
