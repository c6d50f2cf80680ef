//! What a change means by a name.

use super::{ChangeError, Which};
use crate::PlantModel;
use trine_base::ThingId;

/// The station that is meant.
pub fn station(model: &PlantModel, which: &Which) -> Result<usize, ChangeError> {
    let names = model.flow.stations.iter().map(|station| station.name.as_str());
    let things = model.mapping.stations.iter().map(|station| station.thing);
    first("machine", which, names.zip(things)).map(|list| list[0])
}

/// The stations that are meant: all, when none is named.
pub fn stations(model: &PlantModel, which: Option<&Which>) -> Result<Vec<usize>, ChangeError> {
    match which {
        Some(which) => station(model, which).map(|index| vec![index]),
        None => Ok((0..model.flow.stations.len()).collect()),
    }
}

/// All buffers of the store that is meant.
pub fn buffers(model: &PlantModel, which: &Which) -> Result<Vec<usize>, ChangeError> {
    let names = model.flow.buffers.iter().map(|buffer| buffer.name.as_str());
    let things = model.mapping.buffers.iter().map(|buffer| buffer.thing);
    first("store", which, names.zip(things))
}

/// The fleet that is meant: by its name, or by one of its vehicles.
pub fn fleet(model: &PlantModel, which: &Which) -> Result<usize, ChangeError> {
    let vehicles = model.mapping.vehicles.iter().zip(&model.flow.fleets).position(|(maps, fleet)| {
        let things = maps.iter().map(|map| map.thing);
        let names = fleet.vehicles.iter().map(|(name, _)| name);
        match which {
            Which::Thing(wanted) => things.into_iter().any(|thing| thing == Some(*wanted)),
            Which::Name(wanted) => names.into_iter().any(|name| name == wanted),
        }
    });
    let fleets = model.flow.fleets.iter().map(|fleet| (fleet.name.as_str(), None));
    vehicles.map_or_else(|| first("fleet", which, fleets).map(|list| list[0]), Ok)
}

/// Something that has only a name.
pub fn named<'m>(
    what: &'static str,
    name: &str,
    names: impl Iterator<Item = &'m str>,
) -> Result<usize, ChangeError> {
    let which = Which::Name(name.to_owned());
    first(what, &which, names.map(|name| (name, None))).map(|list| list[0])
}

fn first<'m>(
    what: &'static str,
    which: &Which,
    all: impl Iterator<Item = (&'m str, Option<ThingId>)>,
) -> Result<Vec<usize>, ChangeError> {
    let mut known = Vec::new();
    let mut found = Vec::new();
    for (index, (name, thing)) in all.enumerate() {
        let fits = match which {
            Which::Thing(wanted) => thing == Some(*wanted),
            // The buffers of a store where materials lie apart are called by the store and the material.
            Which::Name(wanted) => name
                .strip_prefix(wanted.as_str())
                .is_some_and(|rest| rest.is_empty() || what == "store" && rest.starts_with(", ")),
        };
        if fits {
            found.push(index);
        }
        known.push(name.to_owned());
    }
    if found.is_empty() {
        Err(ChangeError::NotThere { what, name: which.to_string(), known })
    } else {
        Ok(found)
    }
}
