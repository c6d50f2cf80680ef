//! What the plant of the demo makes, and how, becomes part of the world: processes, calendars, crews, orders.

use anyhow::Result;
use trine_emulator::plant::Layout;
use trine_site::Site;
use trine_world::{FactKind, NewFact, Origin, Rejection};

/// Proposes what a planner would say of the plant; the things that it is about are known already.
pub async fn describe(site: &Site, layout: &Layout) -> Result<()> {
    let (origin, world) = (Origin::new("layout"), site.world());
    let processes = layout.processes.iter().filter_map(|(key, process)| {
        let thing = world.thing_by_key(key)?.id;
        Some(FactKind::ProcessDescribed { thing, process: process.clone() })
    });
    let calendars = layout.calendars.iter().cloned().map(|calendar| FactKind::CalendarDescribed { calendar });
    let crews = layout.crews.iter().cloned().map(|crew| FactKind::CrewDescribed { crew });
    let orders = layout.orders.iter().cloned().map(|order| FactKind::OrderReleased { order });
    let facts = calendars.chain(crews).chain(processes).chain(orders);
    let facts = facts.map(|kind| NewFact::always(&origin, kind)).collect();
    for outcome in site.propose(site.now(), facts).await? {
        match outcome {
            Ok(_) | Err(Rejection::NothingNew) => {}
            Err(refused) => tracing::warn!("the production of the demo: {refused}"),
        }
    }
    Ok(())
}
