//! Hierarchical Structures: what the asset consists of.
//!
//! Spec: IDTA 02011-1-0 and 1-1.

use super::look::{Look, means};
use crate::{
    DataTypeDefXsd, ElementBody, Entity, EntityType, Key, KeyType, Reference, ReferenceType,
    RelationshipElement, Submodel, SubmodelElement, Text,
};

const BASE: &str = "https://admin-shell.io/idta/HierarchicalStructures";
/// The semantic id of the submodel that is written.
pub const SEMANTIC_ID: &str = "https://admin-shell.io/idta/HierarchicalStructures/1/1/Submodel";

/// A node of the structure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Its idShort.
    pub name: Text,
    /// The asset that it stands for, when it has its own shell.
    pub global_asset_id: Option<Text>,
    /// How many there are of it; one where nothing is said.
    pub bulk_count: Option<u64>,
    /// What it consists of.
    pub parts: Vec<Node>,
}

/// Reads the structure from its entry node; an ownership by relations (`HasPart`) says the same as the nesting of
/// entities, which is read.
#[must_use]
pub fn read(submodel: &Submodel) -> Option<Node> {
    let look = Look(&submodel.submodel_elements);
    look.one("EntryNode", &[&format!("{BASE}/EntryNode")]).and_then(node)
}

fn node(element: &SubmodelElement) -> Option<Node> {
    let ElementBody::Entity(entity) = &element.body else { return None };
    let statements = Look(&entity.statements);
    let count = statements.text("BulkCount", &[&format!("{BASE}/BulkCount")]);
    Some(Node {
        name: element.id_short.clone().unwrap_or_default(),
        global_asset_id: entity.global_asset_id.clone(),
        bulk_count: count.and_then(|it| it.parse().ok()),
        parts: entity.statements.iter().filter_map(node).collect(),
    })
}

/// Whether a relation says that one node is the same as another.
#[must_use]
pub fn is_same_as(element: &SubmodelElement) -> bool {
    means(element, &[&format!("{BASE}/SameAs")])
}

/// Writes a structure: nested entities, and a `HasPart` relation for each part. Names of siblings that are equal get
/// a number.
#[must_use]
pub fn write(id: impl Into<Text>, root: &Node) -> Submodel {
    let mut submodel = Submodel::new(id);
    submodel.id_short = Some("HierarchicalStructures".into());
    submodel.semantic_id = Some(Reference::external(SEMANTIC_ID).into());
    let entry = Node { name: "EntryNode".into(), ..root.clone() };
    let way = vec![Key::new(KeyType::Submodel, submodel.id.clone())];
    submodel.submodel_elements = vec![
        entity(&entry, "EntryNode/1/0", &way),
        SubmodelElement::property("ArcheType", DataTypeDefXsd::String, "Full")
            .meaning(Reference::external(format!("{BASE}/ArcheType/1/0"))),
    ];
    submodel
}

fn entity(node: &Node, concept: &str, above: &[Key]) -> SubmodelElement {
    let mut way = above.to_vec();
    way.push(Key::new(KeyType::Entity, node.name.clone()));
    let mut statements: Vec<SubmodelElement> = Vec::new();
    let mut taken = std::collections::BTreeSet::new();
    for part in &node.parts {
        let name = free_name(&part.name, &mut taken);
        let part = Node { name, ..part.clone() };
        statements.push(entity(&part, "Node/1/0", &way));
        statements.push(has_part(&part, &way));
    }
    if let Some(count) = node.bulk_count {
        let count = SubmodelElement::property("BulkCount", DataTypeDefXsd::UnsignedLong, count.to_string());
        statements.push(count.meaning(Reference::external(format!("{BASE}/BulkCount/1/0"))));
    }
    let kind = if node.global_asset_id.is_some() {
        EntityType::SelfManagedEntity
    } else {
        EntityType::CoManagedEntity
    };
    let body = Entity {
        statements,
        entity_type: Some(kind),
        global_asset_id: node.global_asset_id.clone(),
        specific_asset_ids: Vec::new(),
    };
    SubmodelElement::new(node.name.clone(), ElementBody::Entity(Box::new(body)))
        .meaning(Reference::external(format!("{BASE}/{concept}")))
}

/// A name that no sibling has.
fn free_name(name: &Text, taken: &mut std::collections::BTreeSet<Text>) -> Text {
    let numbered = (2..).map(|n| Text::from(format!("{name}_{n}")));
    let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
    let free = free.unwrap_or_default();
    taken.insert(free.clone());
    free
}

fn has_part(part: &Node, way: &[Key]) -> SubmodelElement {
    let whole = Reference::new(ReferenceType::ModelReference, way.to_vec());
    let mut to = way.to_vec();
    to.push(Key::new(KeyType::Entity, part.name.clone()));
    let part_of = Reference::new(ReferenceType::ModelReference, to);
    let body = RelationshipElement { first: Some(whole.into()), second: Some(part_of.into()) };
    SubmodelElement::new(format!("HasPart_{}", part.name), ElementBody::RelationshipElement(body))
        .meaning(Reference::external(format!("{BASE}/HasPart/1/0")))
}
