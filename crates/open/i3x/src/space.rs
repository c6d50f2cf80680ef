//! The address space: the objects of a plant and how they belong together, read from its world.
//!
//! Spec: i3X 1.0, "Objects", "Relationship Semantics": every edge is found from both of its ends.

use crate::id::{self, Named};
use crate::types::{Edge, class_type, value_type};
use serde_json::{Map, Value, json};
use std::cell::OnceCell;
use std::collections::HashMap;
use trine_base::ThingId;
use trine_world::{Level, Signal, Thing, World};

/// The objects of a plant at one moment.
pub(crate) struct Space {
    world: World,
    edges: OnceCell<Edges>,
}

/// What stands in what, and what belongs to what besides; looked for when somebody asks.
#[derive(Default)]
struct Edges {
    /// `None`: what stands in the site itself.
    things_in: HashMap<Option<ThingId>, Vec<ThingId>>,
    relations: HashMap<ThingId, Vec<(Edge, ThingId)>>,
}

/// One object.
#[derive(Clone, Copy)]
pub(crate) enum Object<'a> {
    Site,
    Thing(&'a Thing),
    Signal(&'a Signal),
}

impl Space {
    pub fn new(world: World) -> Self {
        Self { world, edges: OnceCell::new() }
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    pub fn object(&self, id: &str) -> Option<Object<'_>> {
        match id::parse(id)? {
            Named::Site => Some(Object::Site),
            Named::Thing(key) => self.world.thing_by_key(&key).map(Object::Thing),
            Named::Signal(key) => self.world.signal_by_key(&key).map(Object::Signal),
        }
    }

    /// The site, then things, then signals.
    pub fn objects(&self) -> impl Iterator<Item = Object<'_>> {
        let things = self.world.things().map(Object::Thing);
        std::iter::once(Object::Site).chain(things).chain(self.world.signals().map(Object::Signal))
    }

    pub fn id(&self, object: Object<'_>) -> String {
        match object {
            Object::Site => id::SITE.to_owned(),
            Object::Thing(thing) => id::of_thing(&thing.description.key),
            Object::Signal(signal) => id::of_signal(&signal.description.key),
        }
    }

    pub fn type_of(&self, object: Object<'_>) -> String {
        match object {
            Object::Site => class_type("site"),
            Object::Thing(thing) => class_type(&thing.description.class),
            Object::Signal(signal) => value_type(signal.description.kind).to_owned(),
        }
    }

    fn parent<'a>(&'a self, object: Object<'a>) -> Option<Object<'a>> {
        match object {
            Object::Site => None,
            Object::Thing(thing) => {
                let parent = thing.description.parent.as_deref();
                let known = parent.and_then(|key| self.world.thing_by_key(key));
                Some(known.filter(|parent| parent.id != thing.id).map_or(Object::Site, Object::Thing))
            }
            Object::Signal(signal) => self.world.thing(signal.thing_id).map(Object::Thing),
        }
    }

    fn children<'a>(&'a self, object: Object<'a>) -> Vec<Object<'a>> {
        let own = match object {
            Object::Site => None,
            Object::Thing(thing) => Some(thing.id),
            Object::Signal(_) => return Vec::new(),
        };
        let things = self.edges().things_in.get(&own).into_iter().flatten();
        let things = things.filter_map(|id| self.world.thing(*id)).map(Object::Thing);
        let signals = own.into_iter().flat_map(|own| self.world.signals_of(own)).map(Object::Signal);
        things.chain(signals).collect()
    }

    /// What the object's value is composed of: the signals and the components of a thing.
    pub fn components<'a>(&'a self, object: Object<'a>) -> Vec<Object<'a>> {
        let mut children = self.children(object);
        children.retain(|child| is_component(*child));
        children
    }

    fn is_composition(&self, object: Object<'_>) -> bool {
        match object {
            Object::Thing(thing) => {
                self.world.signals_of(thing.id).next().is_some() || !self.components(object).is_empty()
            }
            Object::Site | Object::Signal(_) => false,
        }
    }

    /// Every edge that leaves the object.
    pub fn edges_of<'a>(&'a self, object: Object<'a>) -> Vec<(Edge, Object<'a>)> {
        let mut edges = Vec::new();
        if let Some(parent) = self.parent(object) {
            edges.push((Edge::HasParent, parent));
            if is_component(object) {
                edges.push((Edge::ComponentOf, parent));
            }
        }
        for child in self.children(object) {
            edges.push((Edge::HasChildren, child));
            if is_component(child) {
                edges.push((Edge::HasComponent, child));
            }
        }
        if let Object::Thing(thing) = object {
            edges.extend(self.relations(thing.id));
        }
        edges
    }

    fn relations(&self, own: ThingId) -> impl Iterator<Item = (Edge, Object<'_>)> {
        let relations = self.edges().relations.get(&own).into_iter().flatten();
        relations.filter_map(|(edge, there)| Some((*edge, Object::Thing(self.world.thing(*there)?))))
    }

    fn edges(&self) -> &Edges {
        self.edges.get_or_init(|| {
            let mut edges = Edges::default();
            for thing in self.world.things() {
                let parent = match self.parent(Object::Thing(thing)) {
                    Some(Object::Thing(parent)) => Some(parent.id),
                    _ => None,
                };
                edges.things_in.entry(parent).or_default().push(thing.id);
            }
            for relation in self.world.relations() {
                let edge = Edge::of(relation.kind);
                edges.relations.entry(relation.from).or_default().push((edge, relation.to));
                edges.relations.entry(relation.to).or_default().push((edge.reverse(), relation.from));
            }
            edges
        })
    }

    /// The record of an object, without its value.
    pub fn record(&self, object: Object<'_>, with_metadata: bool) -> Value {
        let mut record = json!({
            "elementId": self.id(object),
            "displayName": self.name(object),
            "typeElementId": self.type_of(object),
            "parentId": self.parent(object).map(|parent| self.id(parent)),
            "isComposition": self.is_composition(object),
            "isExtended": false,
        });
        if with_metadata {
            record["metadata"] = self.metadata(object);
        }
        record
    }

    fn name(&self, object: Object<'_>) -> String {
        let (own, otherwise) = match object {
            Object::Site => (self.world.name(), "Site"),
            Object::Thing(thing) => (&*thing.description.name, &*thing.description.key),
            Object::Signal(signal) => (&*signal.description.name, &*signal.description.key),
        };
        if own.trim().is_empty() { otherwise.to_owned() } else { own.to_owned() }
    }

    fn metadata(&self, object: Object<'_>) -> Value {
        let mut relationships = Map::new();
        for (edge, there) in self.edges_of(object) {
            let ids = relationships.entry(edge.id()).or_insert_with(|| json!([]));
            ids.as_array_mut().expect("it was made one").push(Value::String(self.id(there)));
        }
        let (namespace, source) = match object {
            Object::Site => (crate::types::CLASSES, "site"),
            Object::Thing(thing) => (crate::types::CLASSES, &*thing.description.class),
            Object::Signal(signal) => {
                (crate::types::VALUES, value_type(signal.description.kind).trim_start_matches("value/"))
            }
        };
        json!({
            "description": self.description(object),
            "typeNamespaceUri": namespace,
            "sourceTypeId": source,
            "relationships": relationships,
            "system": system(object),
        })
    }

    /// In words: what it is and where.
    fn description(&self, object: Object<'_>) -> String {
        match object {
            Object::Site => format!("The whole plant; its clocks are read in {}.", self.world.zone()),
            Object::Thing(thing) => thing.description.class.replace('-', " "),
            Object::Signal(signal) => {
                let path = signal.description.path.iter().map(String::as_str);
                let path: Vec<&str> = path.chain([&*signal.description.name]).collect();
                let unit = signal.description.unit.as_ref().map(|unit| format!(" in {}", unit.text));
                format!("{}{}", path.join(", "), unit.unwrap_or_default())
            }
        }
    }
}

/// Whether an object is a part of its parent's value.
fn is_component(object: Object<'_>) -> bool {
    match object {
        Object::Signal(_) => true,
        Object::Thing(thing) => {
            thing.description.level == Level::Component && thing.description.parent.is_some()
        }
        Object::Site => false,
    }
}

/// What Trine itself says of the object, as its own interface does.
fn system(object: Object<'_>) -> Value {
    let said = match object {
        Object::Site => Ok(json!({})),
        Object::Thing(thing) => serde_json::to_value(thing),
        Object::Signal(signal) => serde_json::to_value(signal),
    };
    said.unwrap_or_else(|_| json!({}))
}
