//! A look ahead: many replications for the figures, and one of them written whole as a branch.
//!
//! The one that is written is the replication whose output is the median of all, so that what the hall shows is
//! neither lucky nor unlucky.

use crate::jobs::{JobError, Progress};
use crate::physics::{Along, NoModels, Physics};
use crate::report::{Bands, OUTPUT_TOTAL, Report};
use crate::tariff::run_prices;
use trine_base::{Instant, SignalId, ThingId};
use trine_forecast::{PlantModel, SignalRef, Writer};
use trine_simulate::Simulation;
use trine_simulate::flow::{
    Curve, Ended, Flow, Limits, Prices, Replicate, Replications, Summary, resample, run_until,
};
use trine_site::{BranchWriter, Site};
use trine_world::{
    Branch, FactKind, Level, NewFact, Origin, Role, SignalDescription, ThingDescription, ValueKind, World,
};

/// The seed of every look ahead: common random numbers make variants comparable, replication by replication.
const SEED: u64 = 20_260_724;
/// Points of a curve.
const BUCKETS: u32 = 96;
/// Threads that replications run on.
const THREADS: usize = 2;
/// How far the written replication goes before its samples are taken.
const STEP_NS: i64 = 60_000_000_000;
/// Samples taken at once.
const PULL: usize = 50_000;
/// What one replication may cost.
const EVENTS_MAX: u64 = 200_000_000;

/// Names of notes that are kept with a branch.
pub const NOTE_REPORT: &str = "report";
/// The bands.
pub const NOTE_BANDS: &str = "bands";
/// A summary of each replication.
pub const NOTE_SUMMARIES: &str = "summaries";
/// The model as it was simulated.
pub const NOTE_MODEL: &str = "model";

/// What is wanted.
pub struct Ahead {
    /// The branch to be.
    pub branch: Branch,
    /// The model as it stands at the fork.
    pub model: PlantModel,
    /// Machines that it has not any more.
    pub gone: Vec<ThingId>,
    /// How many runs.
    pub replications: u32,
    /// Said in the report.
    pub notes: Vec<String>,
}

/// Runs the replications of a model to an instant.
///
/// # Errors
/// When the model cannot run, no run comes to its end, or somebody stopped it.
pub fn replicate(
    model: &PlantModel,
    until: Instant,
    count: u32,
    prices: Prices,
    progress: &Progress,
) -> Result<(Replications, Replicate), JobError> {
    let wanted = Replicate {
        count,
        seed: SEED,
        horizon_ns: until.as_ns(),
        buckets: BUCKETS,
        prices,
        limits: Limits { events_max: EVENTS_MAX, ..Limits::default() },
        ..Replicate::default()
    };
    let said = |faults: Vec<trine_simulate::flow::Fault>| {
        let words: Vec<String> = faults.iter().take(5).map(ToString::to_string).collect();
        JobError::Problem(format!("the model cannot run: {}", words.join("; ")))
    };
    if let Some(fault) = model.flow.check_horizon(wanted.horizon_ns) {
        return Err(said(vec![fault]));
    }
    let start = Flow::start(&model.flow, SEED).map_err(said)?;
    let tell = |done: u32| {
        // A stop is heard through the flag, by every run.
        let _ = progress.at(0.8 * f64::from(done) / f64::from(count), "simulating");
    };
    let on_threads = |work: &(dyn Fn() + Sync)| {
        std::thread::scope(|scope| {
            (0..THREADS).for_each(|_| {
                scope.spawn(work);
            });
        });
    };
    let ran = wanted.run_from(&start, &on_threads, &tell, progress.stop_flag());
    progress.at(0.8, "simulated")?;
    if ran.summaries.is_empty() {
        let how = ran.ended.first().map_or("for no reason that is known", |(_, ended)| how(*ended));
        return Err(JobError::Problem(format!("no run came to its end: {how}; take a nearer horizon")));
    }
    Ok((ran, wanted))
}

fn how(ended: Ended) -> &'static str {
    match ended {
        Ended::EventsMax => "each had more events than a run may have",
        Ended::Runaway => "each was caught in an instant that does not end",
        Ended::Cancelled => "each was stopped",
        Ended::Horizon | Ended::Stuck => "each stood still",
    }
}

/// Looks ahead: figures, bands, and one replication as a branch. The branch is written and not yet added.
///
/// # Errors
/// When the model cannot run, the branch cannot be written, or somebody stopped it.
pub fn look_ahead(
    site: &Site,
    ahead: Ahead,
    physics: Option<&dyn Physics>,
    progress: &Progress,
) -> Result<BranchWriter, JobError> {
    let Ahead { branch, mut model, gone, replications, notes } = ahead;
    let (parent, until) = (branch.parent.clone(), branch.until);
    let began = std::time::Instant::now();
    let tariff = site.world().production().tariff.clone();
    let prices = run_prices(tariff.as_ref(), branch.forked_at, until);
    let (ran, wanted) = replicate(&model, until, replications, prices, progress)?;
    let mut report = Report::of(&model, &ran, began.elapsed().as_secs_f64(), notes);
    if tariff.is_some_and(|tariff| !tariff.energy_slots.is_empty()) {
        report
            .notes
            .push("energy is priced at its mean over the branch; its hours are not told apart".into());
    }
    let bands = Bands::of(&model, &ran, &wanted);
    let number = median_run(&ran.summaries);
    let problem = |error: trine_site::SiteError| JobError::Problem(error.to_string());
    let mut writer = site.begin_branch(branch).map_err(problem)?;
    change_structure(&mut writer, &mut model, &gone).map_err(problem)?;
    let mut along: Box<dyn Along> = match (physics, site.track(&parent)) {
        (Some(physics), Some(parent)) => physics.along(&mut writer, &parent).map_err(problem)?,
        _ => Box::new(NoModels),
    };
    write(&mut writer, &model, (&wanted, number), along.as_mut(), progress)?;
    report.notes.extend(along.notes());
    for (name, bytes) in [
        (NOTE_REPORT, serde_json::to_vec(&report)),
        (NOTE_BANDS, serde_json::to_vec(&bands)),
        (NOTE_SUMMARIES, serde_json::to_vec(&ran.summaries)),
        (NOTE_MODEL, serde_json::to_vec(&model)),
    ] {
        let bytes = bytes.map_err(|error| JobError::Problem(format!("{name} has no JSON form: {error}")))?;
        writer.put_note(name, &bytes).map_err(problem)?;
    }
    Ok(writer)
}

/// The replication whose output is in the middle.
fn median_run(summaries: &[Summary]) -> u32 {
    let mut order: Vec<(u64, usize)> =
        summaries.iter().enumerate().map(|(index, run)| (run.output, index)).collect();
    order.sort_unstable();
    order.get(order.len() / 2).map_or(0, |(_, index)| *index as u32)
}

fn write(
    writer: &mut BranchWriter,
    model: &PlantModel,
    (wanted, number): (&Replicate, u32),
    along: &mut dyn Along,
    progress: &Progress,
) -> Result<(), JobError> {
    // From the first instant on, so that the writer hears how everything stands.
    let started = Flow::start_with(&model.flow, wanted.seed, Writer::new(model));
    let mut simulation =
        started.map_err(|_| JobError::Problem("the model ran before, and now it cannot".into()))?;
    resample(&mut simulation, wanted.seed_of(number));
    let (from, to) = (simulation.calendar.now(), wanted.horizon_ns);
    let mut at = from;
    while at < to {
        at = at.saturating_add(STEP_NS).min(to);
        let ended = run_until(&mut simulation, at, &wanted.limits, progress.stop_flag());
        if !ended.is_whole() {
            progress.at(0.9, "writing")?;
            return Err(JobError::Problem(format!("the run to be written did not end: {}", how(ended))));
        }
        simulation.model.trace.advance(at);
        take(writer, &mut simulation, along, Instant::from_ns(at))?;
        let part = (at - from) as f64 / (to - from).max(1) as f64;
        progress.at(0.8 + 0.2 * part, "writing the branch")?;
    }
    Ok(())
}

/// Takes what was simulated up to an instant, with what the models give meanwhile.
fn take(
    writer: &mut BranchWriter,
    simulation: &mut Simulation<Flow<Writer>>,
    along: &mut dyn Along,
    to: Instant,
) -> Result<(), JobError> {
    let trace = &mut simulation.model.trace;
    loop {
        let simulated = trace.pull(PULL);
        // Models go no further than what they are fed from.
        let reached = simulated.last().filter(|_| !trace.is_empty()).map_or(to, |last| last.source);
        let samples = along.step(simulated, reached);
        writer.append(&samples).map_err(|error| JobError::Problem(error.to_string()))?;
        if trace.is_empty() {
            return Ok(());
        }
    }
}

/// Machines that only the branch has get a thing, a place and signals there; those that it has not any more are gone
/// there.
fn change_structure(
    writer: &mut BranchWriter,
    model: &mut PlantModel,
    gone: &[ThingId],
) -> Result<(), trine_site::SiteError> {
    let origin = Origin::new("what-if");
    let fact = |kind| NewFact { at: Instant::MIN, origin: origin.clone(), kind };
    for thing in gone {
        writer.propose(vec![fact(FactKind::ThingRetired { thing: *thing })])?;
    }
    for index in 0..model.mapping.stations.len() {
        let (Some(like), None) = (model.mapping.stations[index].like, model.mapping.stations[index].thing)
        else {
            continue;
        };
        let name = model.flow.stations[index].name.clone();
        let key = format!("what-if/{name}");
        let Some(description) = described(writer.world(), like, &key, &name) else { continue };
        let thing = ThingId(0);
        writer.propose(vec![fact(FactKind::ThingDescribed { thing, description })])?;
        let Some(thing) = writer.world().thing_by_key(&key).map(|thing| thing.id) else { continue };
        let beside = beside(writer.world(), like);
        if let Some(place) = model.mapping.stations[index].place.or(beside) {
            writer.propose(vec![fact(FactKind::ThingPlaced { thing, place: Some(place) })])?;
        }
        let alike = model.mapping.stations.iter().find(|map| map.thing == Some(like));
        let mut like_signals = model.mapping.stations[index].signals.clone();
        if like_signals.is_empty() {
            like_signals = alike.map(|map| map.signals.clone()).unwrap_or_default();
        }
        let mut signals = Vec::new();
        for signal in like_signals {
            if let Some(signal) = signal_like(writer, &fact, &key, signal)? {
                signals.push(signal);
            }
        }
        let map = &mut model.mapping.stations[index];
        (map.thing, map.signals) = (Some(thing), signals);
    }
    Ok(())
}

fn described(world: &World, like: ThingId, key: &str, name: &str) -> Option<ThingDescription> {
    let known = &world.thing(like)?.description;
    let mut description = ThingDescription::new(key, name, &known.class, Level::WorkUnit);
    description.parent.clone_from(&known.parent);
    Some(description)
}

/// Where there may be room: a machine's width beside the one that it is like.
fn beside(world: &World, like: ThingId) -> Option<trine_world::Place> {
    let mut place = world.thing(like)?.place?;
    let yaw = place.yaw_deg.to_radians();
    let aside = place.size[1] + 1.2;
    place.position[0] -= aside * yaw.sin();
    place.position[1] += aside * yaw.cos();
    place.proposed = true;
    Some(place)
}

fn signal_like(
    writer: &mut BranchWriter,
    fact: &dyn Fn(FactKind) -> NewFact,
    thing: &str,
    like: SignalRef,
) -> Result<Option<SignalRef>, trine_site::SiteError> {
    let key = format!("{thing}/{}", like.role.as_str());
    let known = writer.world().signal(like.signal).map(|signal| signal.description.clone());
    let description = match known {
        Some(known) => SignalDescription { thing: thing.into(), key: key.as_str().into(), ..known },
        None => SignalDescription::new(thing, &key, like.role.as_str(), ValueKind::Number).as_role(like.role),
    };
    writer.propose(vec![fact(FactKind::SignalDescribed { signal: SignalId(0), description })])?;
    let value = if is_counter(like.role) { 0.0 } else { like.value };
    Ok(writer.world().signal_by_key(&key).map(|signal| SignalRef { signal: signal.id, value, ..like }))
}

/// What counts from nothing in a machine that is new.
fn is_counter(role: Role) -> bool {
    matches!(role, Role::PartCount | Role::ScrapCount | Role::Energy)
}

/// The curves of a model: which, the thing that it is about, its name (that of the role of the thing's signal, where it
/// has one), its unit.
pub fn curves(model: &PlantModel) -> Vec<(Curve, String, Option<ThingId>, &'static str)> {
    let station = |index: u32| model.mapping.stations.get(index as usize).and_then(|map| map.thing);
    // A store of several materials is several buffers, and its level none of theirs.
    let store = |index: u32| {
        let thing = model.mapping.buffers.get(index as usize)?.thing;
        let is_alone = model.mapping.buffers.iter().filter(|map| map.thing == thing).count() == 1;
        thing.filter(|_| is_alone)
    };
    let name = |curve: Curve| match curve {
        Curve::Output => (OUTPUT_TOTAL.to_owned(), None, "pieces"),
        Curve::Wip => ("wip".to_owned(), None, "pieces"),
        Curve::EnergyKwh => ("energy".to_owned(), None, "kWh"),
        Curve::Level(index) => match store(index) {
            Some(thing) => (Role::Level.as_str().to_owned(), Some(thing), "pieces"),
            None => (format!("level/{}", model.flow.buffers[index as usize].name), None, "pieces"),
        },
        Curve::Good(index) => match station(index) {
            Some(thing) => (Role::PartCount.as_str().to_owned(), Some(thing), "pieces"),
            None => (format!("good/{}", model.flow.stations[index as usize].name), None, "pieces"),
        },
        Curve::Running(index) => match station(index) {
            Some(thing) => ("running".to_owned(), Some(thing), "share"),
            None => (format!("running/{}", model.flow.stations[index as usize].name), None, "share"),
        },
    };
    let all = Curve::all(&model.flow).into_iter();
    all.map(|curve| {
        let (name, thing, unit) = name(curve);
        (curve, name, thing, unit)
    })
    .collect()
}

/// What a counter of a station stood at when the model began.
pub fn counted_before(model: &PlantModel, station: u32) -> f64 {
    let map = model.mapping.stations.get(station as usize);
    let counter = map.and_then(|map| map.signals.iter().find(|signal| signal.role == Role::PartCount));
    counter.map_or(0.0, |signal| signal.value)
}
