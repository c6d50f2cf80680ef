//! Calendars, crews and orders.

use super::Builder;
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
