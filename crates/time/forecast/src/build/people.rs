//! Calendars, crews and orders.

use super::Builder;
use std::collections::BTreeMap;
use std::sync::Arc;
use trine_simulate::flow::{Calendar, Crew, Order};
use trine_world::CalendarDescription;

impl Builder<'_, '_> {
    /// Takes over what people described.
    pub(super) fn people(&mut self) {
        let production = self.past.world.production();
        for (key, calendar) in &production.calendars {
            self.calendars.insert(key.clone(), self.flow.calendars.len() as u32);
            self.flow.calendars.push(calendar_of(calendar));
            if calendar.origin.is_none() && calendar.period_s > 0.0 {
                self.assumptions.plant(
                    &format!("beginning of the calendar `{key}`"),
                    "1 January 1970, midnight UTC".into(),
                    "the calendar does not say where its pattern begins",
                    "give the calendar an origin",
                );
            }
        }
        for (key, crew) in &production.crews {
            let calendar = crew.calendar.as_ref().and_then(|key| self.calendar(key));
            self.crews.insert(key.clone(), self.flow.crews.len() as u32);
            self.flow.crews.push(Crew { name: crew.name.clone(), count: crew.count, calendar });
        }
    }

    /// The calendar with a key; one that nobody described is named, and left out.
    pub(super) fn calendar(&mut self, key: &Arc<str>) -> Option<u32> {
        let found = self.calendars.get(key).copied();
        if found.is_none() {
            self.assumptions.plant(
                &format!("calendar `{key}`"),
                "always open".into(),
                "it is named and nobody described it",
                "describe the calendar",
            );
        }
        found
    }

    /// The crew with a key; one that nobody described is named, and left out.
    pub(super) fn crew(&mut self, key: Option<&Arc<str>>) -> Option<(u32, u32)> {
        let key = key?;
        let found = self.crews.get(key).copied();
        if found.is_none() {
            self.assumptions.plant(
                &format!("crew `{key}`"),
                "as many people as are needed".into(),
                "it is named and nobody described it",
                "describe the crew",
            );
        }
        found.map(|crew| (crew, 1))
    }

    /// Good pieces of a material that were finished in the past.
    fn finished(&self, material: u32) -> u64 {
        let makes = |station: &u32| {
            let operations = &self.flow.stations[*station as usize].operations;
            let outcomes = operations.iter().flat_map(|operation| &operation.outcomes);
            outcomes.flat_map(|outcome| &outcome.gives).any(|pieces| pieces.material == material)
        };
        let makers = self.stations.iter().filter(|(_, station)| makes(station));
        makers.filter_map(|(thing, _)| self.observed.machine(*thing)).map(|machine| machine.good).sum()
    }

    /// Nobody says which piece was for which order: those that were finished go to the orders in their sequence.
    fn credit(&mut self) {
        let mut left: BTreeMap<u32, u64> = BTreeMap::new();
        for index in 0..self.flow.orders.len() {
            let material = self.flow.orders[index].material;
            let finished = left.get(&material).copied().unwrap_or_else(|| self.finished(material));
            let order = &mut self.flow.orders[index];
            let is_open = order.release_ns < self.past.now.as_ns();
            let taken = if is_open { finished.min(u64::from(order.quantity)) } else { 0 };
            order.done = taken as u32;
            left.insert(material, finished - taken);
        }
        let done: u64 = self.flow.orders.iter().map(|order| u64::from(order.done)).sum();
        if done > 0 {
            self.assumptions.plant(
                "pieces finished for the orders",
                format!("{done}, in the sequence of the orders"),
                "machines count pieces, and do not say for which order they were",
                "tell when an order is finished",
            );
        }
    }

    /// Orders by release, with what is known of them.
    pub(super) fn orders(&mut self) {
        let production = self.past.world.production();
        let mut orders: Vec<_> = production.orders.values().collect();
        orders.sort_by(|a, b| a.release.cmp(&b.release).then(a.due.cmp(&b.due)).then(a.key.cmp(&b.key)));
        for order in orders {
            let Some(material) = self.materials.get(&order.material).copied() else {
                self.assumptions.plant(
                    &format!("order `{}`", order.key),
                    "left out".into(),
                    &format!("nothing in the plant makes `{}`", order.material),
                    "describe a segment that gives this material",
                );
                continue;
            };
            self.mapping.orders.push(order.key.clone());
            self.flow.orders.push(Order {
                name: order.key.to_string(),
                material,
                quantity: order.quantity,
                release_ns: order.release.map_or(i64::MIN, trine_base::Instant::as_ns),
                due_ns: order.due.map_or(i64::MAX, trine_base::Instant::as_ns),
                weight: order.weight,
                ..Order::default()
            });
        }
        self.credit();
    }
}

/// A calendar in the words of the model.
pub(crate) fn calendar_of(calendar: &CalendarDescription) -> Calendar {
    let ns = |s: f64| (s * 1e9) as i64;
    Calendar {
        name: if calendar.name.is_empty() { calendar.key.to_string() } else { calendar.name.clone() },
        origin_ns: calendar.origin.map_or(0, trine_base::Instant::as_ns),
        period_ns: ns(calendar.period_s),
        open_ns: calendar.open_s.iter().map(|(from, to)| (ns(*from), ns(*to))).collect(),
        exceptions: Vec::new(),
    }
}
