//! What was seen of a server's address space: a tree of objects, variables and properties. Pure.

use crate::structure::Shape;
use opcua::types::{NodeClass, NodeId, Variant};
use std::collections::HashMap;
use std::sync::Arc;

/// Index of a node within [`Space::nodes`].
pub(crate) type At = usize;

/// How a node hangs below its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hangs {
    /// It says something about its parent (`HasProperty`).
    Property,
    /// It is a part or a member of its parent.
    Part,
}

/// One node.
#[derive(Clone, Debug)]
pub(crate) struct SpaceNode {
    pub id: NodeId,
    /// Index of the namespace of the browse name, and the name.
    pub browse_name: (u16, String),
    pub display_name: String,
    pub class: NodeClass,
    pub type_definition: NodeId,
    pub hangs: Hangs,
    pub parent: Option<At>,
    pub children: Vec<At>,
}

/// The part of an address space below `Objects`; node 0 is the folder itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Space {
    /// URIs of the namespaces by index.
    pub namespaces: Vec<String>,
    pub nodes: Vec<SpaceNode>,
    /// Values of properties, by node.
    pub properties: HashMap<At, Variant>,
    /// Data type, rank and rights of variables, by node.
    pub variables: HashMap<At, VariableFacts>,
    /// Browse names of type definitions.
    pub type_names: HashMap<NodeId, (u16, String)>,
    /// What the data types of the variables come down to.
    pub data_types: HashMap<NodeId, DataType>,
}

/// What the attributes of a variable say.
#[derive(Clone, Debug, Default)]
pub(crate) struct VariableFacts {
    pub data_type: NodeId,
    pub value_rank: i32,
    pub readable: bool,
}

/// A data type by the built-in type below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DataType {
    /// Number of the type of namespace 0 that it derives from: `Boolean` 1 … `Enumeration` 29.
    pub base: u32,
    /// Words of an enumeration, where the type itself has them.
    pub members: Vec<(i64, String)>,
    /// The fields of a structure, or why they are not known; `None` for what is no structure.
    pub shape: Option<Result<Arc<Shape>, Arc<str>>>,
}

impl Space {
    /// URI of a namespace, or its index where the server's table is too short.
    pub(crate) fn uri(&self, index: u16) -> String {
        self.namespaces.get(usize::from(index)).cloned().unwrap_or_else(|| index.to_string())
    }

    /// The node's address that outlives a restart: `nsu=URI;s=…`.
    ///
    /// Spec: OPC 10000-6, 5.3.1.11: the string form of an ExpandedNodeId.
    pub(crate) fn address(&self, id: &NodeId) -> String {
        match id.namespace {
            0 => id.identifier.to_string(),
            index => format!("nsu={};{}", self.uri(index), id.identifier),
        }
    }

    /// The child with this browse name, whatever its namespace.
    pub(crate) fn child(&self, at: At, name: &str) -> Option<At> {
        self.nodes[at].children.iter().copied().find(|child| self.nodes[*child].browse_name.1 == name)
    }

    /// The value of the property with this browse name.
    pub(crate) fn property(&self, at: At, name: &str) -> Option<&Variant> {
        self.properties.get(&self.child(at, name)?)
    }

    /// That property as a text that is not empty.
    pub(crate) fn property_text(&self, at: At, name: &str) -> Option<String> {
        text_of(self.property(at, name)?)
    }

    /// Browse name of the type definition, without its namespace.
    pub(crate) fn type_name(&self, at: At) -> &str {
        self.type_names.get(&self.nodes[at].type_definition).map_or("", |(_, name)| name)
    }
}

/// A variant as a text that is not empty.
pub(crate) fn text_of(value: &Variant) -> Option<String> {
    let text = match value {
        Variant::String(text) => text.as_ref().to_owned(),
        Variant::LocalizedText(text) => text.text.as_ref().to_owned(),
        Variant::Empty | Variant::Array(_) | Variant::ExtensionObject(_) => String::new(),
        other => other.to_string(),
    };
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}
