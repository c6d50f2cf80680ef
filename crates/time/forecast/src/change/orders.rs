//! Changes of what is to be made.

use super::{ChangeError, find};
use crate::PlantModel;
use trine_base::Instant;
use trine_simulate::flow::Order;
use trine_world::OrderDescription;

pub fn add(model: &mut PlantModel, order: &OrderDescription) -> Result<(), ChangeError> {
    let key = &order.key;
    if model.flow.orders.iter().any(|known| known.name == **key) {
        return Err(ChangeError::Nonsense(format!(
            "there is an order `{key}` already; give the new one another key"
        )));
    }
    if order.quantity == 0 {
        return Err(ChangeError::Nonsense(format!("order `{key}` asks for no pieces")));
    }
    let materials = model.flow.materials.iter().map(|material| material.name.as_str());
    let material = find::named("material", &order.material, materials)? as u32;
    in_time(model, key, order.due)?;
    model.flow.orders.push(Order {
        name: key.to_string(),
        material,
        quantity: order.quantity,
        release_ns: order.release.map_or(i64::MIN, Instant::as_ns),
        due_ns: order.due.map_or(i64::MAX, Instant::as_ns),
        weight: order.weight,
        ..Order::default()
    });
    model.mapping.orders.push(key.clone());
    Ok(())
}

/// The order stays in the list, so that everything keeps its number, but nobody wants any more of it.
pub fn remove(model: &mut PlantModel, key: &str) -> Result<(), ChangeError> {
    let index = index_of(model, key)?;
    let order = &mut model.flow.orders[index];
    order.quantity = order.done.max(1);
    order.done = order.quantity;
    order.weight = 0.0;
    order.due_ns = i64::MAX;
    order.dispatches.clear();
    Ok(())
}

pub fn change(
    model: &mut PlantModel,
    key: &str,
    quantity: Option<u32>,
    due: Option<Instant>,
) -> Result<(), ChangeError> {
    let index = index_of(model, key)?;
    in_time(model, key, due)?;
    let order = &mut model.flow.orders[index];
    if let Some(quantity) = quantity {
        if quantity < order.done.max(1) {
            let done = order.done;
            return Err(ChangeError::Nonsense(format!(
                "{done} pieces of order `{key}` are done already; {quantity} is too few"
            )));
        }
        order.quantity = quantity;
    }
    if let Some(due) = due {
        order.due_ns = due.as_ns();
    }
    Ok(())
}

fn index_of(model: &PlantModel, key: &str) -> Result<usize, ChangeError> {
    find::named("order", key, model.flow.orders.iter().map(|order| order.name.as_str()))
}

fn in_time(model: &PlantModel, key: &str, due: Option<Instant>) -> Result<(), ChangeError> {
    match due {
        Some(due) if due.as_ns() < model.flow.start_ns => {
            Err(ChangeError::Nonsense(format!("order `{key}` would have been due before the future begins")))
        }
        _ => Ok(()),
    }
}
