//! Planning for a site: plans on request, an operation dragged, a machine broken, a plan accepted.

use crate::error::FutureError;
use crate::jobs::{Job, JobError, JobKind, Made, Progress};
use crate::plan::{Kept, Title, demand, elite, follow_on, most_robust, pin, solve};
use crate::request::{MoveRequest, PlanRequest};
use crate::{Futures, Told};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use trine_base::{Instant, ThingId};
use trine_schedule::Schedule;
use trine_world::{FactKind, MachineState, NewFact, OrderDescription, Origin, Rejection, Role, World};

/// How long a dragged operation or a broken machine may take to be planned around.
const REPAIR_BUDGET: Duration = Duration::from_millis(700);
/// When nobody knows how long a repair takes, s.
const REPAIR_S: f64 = 1_800.0;

impl Futures {
    /// Released orders that are not finished, with the good pieces finished of each.
    #[must_use]
    pub fn orders(&self) -> Vec<(OrderDescription, u32)> {
        let orders = self.site.world().production().orders.clone();
        let done = self.done_of_orders();
        let with_done = |order: &OrderDescription| {
            let finished = done.get(&order.key).copied().unwrap_or(0);
            (order.clone(), finished.min(order.quantity))
        };
        orders.values().map(with_done).collect()
    }

    /// Good pieces finished of each order.
    fn done_of_orders(&self) -> BTreeMap<Arc<str>, u32> {
        let (track, now) = (self.site.live_track(), self.site.now());
        let earliest = track.extent().map_or(now, |(earliest, _)| earliest);
        let done = crate::orders::finished(&track, &self.site.world(), earliest, now);
        done.unwrap_or_else(|error| {
            tracing::warn!("how far orders are cannot be read: {error}");
            BTreeMap::new()
        })
    }

    /// Records that orders are finished whose last good piece was counted; call it off the threads of the runtime.
    pub fn finish_orders(&self) {
        let finished = self.orders().into_iter().filter(|(order, done)| *done >= order.quantity);
        for (order, _) in finished {
            let record = self.record(FactKind::OrderFinished { order: order.key.clone() });
            if let Err(error) = self.handle.block_on(record) {
                tracing::warn!("that order `{}` is finished was not recorded: {error}", order.key);
            }
        }
    }

    /// Releases an order, or changes one.
    ///
    /// # Errors
    /// Why the world refuses it, or that it cannot be recorded.
    pub async fn release(&self, order: OrderDescription) -> Result<OrderDescription, FutureError> {
        self.record(FactKind::OrderReleased { order: order.clone() }).await?;
        Ok(order)
    }

    /// Begins to make a plan of all released orders.
    ///
    /// # Errors
    /// When the request makes no sense, or too many runs wait.
    pub fn make_plan(self: &Arc<Self>, request: PlanRequest) -> Result<Job, FutureError> {
        let budget = request.budget()?;
        let name = request.name.clone().unwrap_or_else(|| "Plan".to_owned());
        let this = Arc::clone(self);
        let title = name.clone();
        let work = move |progress: &Progress| this.run_plan(&request, title, budget, progress);
        Ok(self.jobs.submit(JobKind::Plan, &name, work)?)
    }

    fn run_plan(
        &self,
        request: &PlanRequest,
        name: String,
        budget: Duration,
        progress: &Progress,
    ) -> Result<Made, JobError> {
        progress.at(0.0, "reading the plant")?;
        let now = self.site.now();
        let model = self.plant_model().map_err(|error| JobError::Problem(error.to_string()))?;
        let orders = self.orders();
        let (objective, tariff) = (request.objective.objective(), self.tariff());
        let demand = demand(&model, &orders, now, objective, tariff.as_ref())
            .map_err(|error| JobError::Problem(error.to_string()))?;
        let (schedule, bound) = if request.robust {
            let (best, bound) = solve(&demand, None, budget, progress)?;
            let candidates = elite(&demand, &best, progress)?;
            progress.at(0.95, "trying the best plans against breakdowns")?;
            (most_robust(&model, &demand, candidates).unwrap_or(best), bound)
        } else {
            solve(&demand, None, budget, progress)?
        };
        let (id, reason) = (self.next_id("p"), "asked for".to_owned());
        let title = Title { id: id.clone(), name, reason, goal: request.objective, made: now };
        let kept = Kept::new(title, demand, schedule, bound).map_err(JobError::Problem)?;
        self.shelf.put(kept).map_err(|error| JobError::Problem(format!("the plan was not kept: {error}")))?;
        Ok(Made { plan: Some(id), branch: None })
    }

    /// A plan.
    ///
    /// # Errors
    /// When there is none of this id.
    pub fn plan(&self, id: &str) -> Result<Arc<Kept>, FutureError> {
        let none = || FutureError::NotFound(format!("There is no plan `{id}`; older plans are let go."));
        self.shelf.get(id).ok_or_else(none)
    }

    /// All plans, the newest first.
    #[must_use]
    pub fn plans(&self) -> Vec<Arc<Kept>> {
        self.shelf.list()
    }

    /// Puts an operation on a machine at an instant, and repairs the rest around it.
    ///
    /// # Errors
    /// When there is no such plan or operation, it has begun, or the machine cannot do it.
    pub fn move_operation(&self, id: &str, asked: &MoveRequest) -> Result<Arc<Kept>, FutureError> {
        let kept = self.plan(id)?;
        let (now, world) = (self.site.now(), self.site.world());
        let (mut demand, warm) = follow_on(&kept, now, &BTreeMap::new()).map_err(|error| fault(&error))?;
        let names = |thing| name_of(&world, thing);
        pin(&mut demand, &names, &asked.operation, asked.thing, asked.start)
            .map_err(|error| FutureError::Refused(vec![error.to_string()]))?;
        let reason = format!("{} was put on {}", asked.operation, names(asked.thing));
        self.repair(&kept, demand, warm.as_ref(), reason, now)
    }

    /// Plans around machines that are down.
    pub(crate) fn plan_around(&self, broken: ThingId) -> Result<Option<Arc<Kept>>, FutureError> {
        let Some(kept) = self.shelf.accepted().filter(|kept| kept.machines.contains(&broken)) else {
            return Ok(None);
        };
        let (now, world) = (self.site.now(), self.site.world());
        let down = self.expected_back(&kept, now);
        let (demand, warm) = follow_on(&kept, now, &down).map_err(|error| fault(&error))?;
        if demand.lots.is_empty() {
            return Ok(None);
        }
        let reason = format!("{} is down", name_of(&world, broken));
        let repaired = self.repair(&kept, demand, warm.as_ref(), reason.clone(), now)?;
        // Nobody listening is no error.
        let _ = self.told.send(Told::Plan { plan: repaired.plan.id.clone(), reason });
        Ok(Some(repaired))
    }

    fn repair(
        &self,
        kept: &Kept,
        demand: crate::plan::Demand,
        warm: Option<&Schedule>,
        reason: String,
        now: Instant,
    ) -> Result<Arc<Kept>, FutureError> {
        let quiet = self.jobs.quiet();
        let (schedule, bound) = solve(&demand, warm, REPAIR_BUDGET, &quiet)
            .map_err(|error| FutureError::Refused(vec![error.to_string()]))?;
        let (id, goal, name) = (self.next_id("p"), kept.plan.objective, kept.plan.name.clone());
        let title = Title { id, name, reason, goal, made: now };
        let repaired = Kept::new(title, demand, schedule, bound).map_err(FutureError::Fault)?;
        Ok(self.shelf.put(repaired)?)
    }

    /// When the machines of a plan that are down now are expected to work again.
    fn expected_back(&self, kept: &Kept, now: Instant) -> BTreeMap<ThingId, Instant> {
        let world = self.site.world();
        let model = self.known_model();
        let is_down = |thing: &ThingId| {
            let mut signals = world.signals_of(*thing);
            let state = signals.find(|signal| signal.description.role == Some(Role::State));
            let held = state.and_then(|signal| self.site.live().get(signal.id));
            held.and_then(|held| held.value.as_text().map(MachineState::from_word))
                == Some(MachineState::Down)
        };
        let repair_s = |thing: ThingId| {
            let model = model.as_ref()?;
            let station = model.mapping.station_of(thing)?;
            let failures = &model.flow.stations[station as usize].failures;
            failures.iter().map(|failure| failure.time_to_repair_s.mean()).reduce(f64::max)
        };
        let down = kept.machines.iter().copied().filter(is_down);
        down.map(|thing| (thing, now.plus_ns((repair_s(thing).unwrap_or(REPAIR_S) * 1e9) as i64))).collect()
    }

    /// Accepts a plan: the command `orders.dispatched`, which replaces the plan before.
    ///
    /// # Errors
    /// When there is no such plan, an order in it is finished, or it cannot be recorded.
    pub async fn accept(&self, id: &str) -> Result<(), FutureError> {
        let kept = self.plan(id)?;
        let dispatches = kept.dispatches();
        self.record(FactKind::OrdersDispatched { plan: id.to_owned(), dispatches }).await?;
        let mut accepted = Kept::clone(&kept);
        accepted.plan.accepted = Some(self.site.now());
        self.shelf.put(accepted)?;
        Ok(())
    }

    async fn record(&self, kind: FactKind) -> Result<(), FutureError> {
        self.record_as("planner", kind).await
    }

    pub(crate) async fn record_as(&self, origin: &str, kind: FactKind) -> Result<(), FutureError> {
        let now = self.site.now();
        let fact = NewFact { at: now, origin: Origin::new(origin), kind };
        let outcome = self.site.propose(now, vec![fact]).await;
        let outcome = outcome.map_err(|error| FutureError::Site(trine_site::SiteError::Facts(error)))?;
        match outcome.into_iter().next() {
            Some(Ok(_) | Err(Rejection::NothingNew)) | None => Ok(()),
            Some(Err(rejection)) => Err(FutureError::Refused(vec![rejection.to_string()])),
        }
    }
}

fn name_of(world: &World, thing: ThingId) -> String {
    world.thing(thing).map_or_else(|| format!("thing {thing}"), |thing| thing.description.name.to_string())
}

fn fault(error: &trine_schedule::ProblemFault) -> FutureError {
    FutureError::Fault(error.to_string())
}
