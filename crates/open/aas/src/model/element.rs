//! Submodel elements: the fourteen kinds, and what they have in common.
//!
//! An element is small (see the test at the end): what is rare lies behind a pointer, and what most elements of a
//! plant are, a property with a short value, needs no allocation of its own.
//!
//! Spec: IDTA-01001, clause Submodel Elements.

use super::{
    DataTypeDefXsd, Details, DetailsBox, KeyType, LangString, Reference, SharedReference, SpecificAssetId,
    Unknown, put,
};
use crate::Text;
use crate::class::{class, words};
use crate::decode::{Context, Decode, Fields};
use crate::fault::Step;
use crate::tree::Tree;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A node of a submodel.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubmodelElement {
    /// Its name among its siblings; absent in a list.
    pub id_short: Option<Text>,
    /// What it means.
    pub semantic_id: Option<SharedReference>,
    /// The rarer members.
    pub details: DetailsBox,
    /// What it is.
    pub body: ElementBody,
}

/// What an element is, by its model type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ElementBody {
    /// A relationship with properties of its own.
    AnnotatedRelationshipElement(Box<AnnotatedRelationshipElement>),
    /// An event that tells of changes.
    BasicEventElement(Box<BasicEventElement>),
    /// A file in the place of its value.
    Blob(Box<Blob>),
    /// Something that the asset can do.
    Capability,
    /// A part or another asset.
    Entity(Box<Entity>),
    /// A file beside the model.
    File(Box<File>),
    /// A value in several languages.
    MultiLanguageProperty(MultiLanguageProperty),
    /// Something that can be called.
    Operation(Box<Operation>),
    /// A value.
    Property(Property),
    /// From a least to a greatest value.
    Range(Box<Range>),
    /// A reference as a value.
    ReferenceElement(Option<SharedReference>),
    /// A relation of two things.
    RelationshipElement(RelationshipElement),
    /// Elements by their names.
    SubmodelElementCollection(Vec<SubmodelElement>),
    /// Elements of one kind by their places.
    SubmodelElementList(Box<SubmodelElementList>),
}

words! {
    /// Whether an event comes in or goes out.
    Direction {
        Input = "input",
        Output = "output",
    }
}

words! {
    /// Whether an event is told.
    StateOfEvent {
        Off = "off",
        On = "on",
    }
}

words! {
    /// Whether an entity has its own asset.
    EntityType {
        CoManagedEntity = "CoManagedEntity",
        SelfManagedEntity = "SelfManagedEntity",
    }
}

/// A value of one type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Property {
    /// The type of the value.
    pub value_type: DataTypeDefXsd,
    /// The value as XML schema writes it.
    pub value: Option<Text>,
    /// The global id of a coded value.
    pub value_id: Option<SharedReference>,
}

/// A value in several languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MultiLanguageProperty {
    /// The value in each language.
    pub value: Vec<LangString>,
    /// The global id of a coded value.
    pub value_id: Option<SharedReference>,
}

/// From a least to a greatest value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// The type of both.
    pub value_type: DataTypeDefXsd,
    /// The least; without it, minus infinity.
    pub min: Option<Text>,
    /// The greatest; without it, infinity.
    pub max: Option<Text>,
}

/// A file in the place of its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Blob {
    /// The content, base64.
    pub value: Option<Text>,
    /// Its MIME type; 3.0 wants one.
    pub content_type: Option<Text>,
}

/// A file beside the model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct File {
    /// Its path or URL.
    pub value: Option<Text>,
    /// Its MIME type; 3.0 wants one.
    pub content_type: Option<Text>,
}

/// A relation of two things; 3.0 wants both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RelationshipElement {
    /// The one.
    pub first: Option<SharedReference>,
    /// The other.
    pub second: Option<SharedReference>,
}

/// A relation with properties of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AnnotatedRelationshipElement {
    /// What it relates.
    pub relation: RelationshipElement,
    /// Data elements about the relation.
    pub annotations: Vec<SubmodelElement>,
}

/// A part or another asset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Entity {
    /// What is said of it.
    pub statements: Vec<SubmodelElement>,
    /// Whether it has its own asset; 3.0 wants to know.
    pub entity_type: Option<EntityType>,
    /// The asset's id in the whole world.
    pub global_asset_id: Option<Text>,
    /// The asset's ids within somebody's domain.
    pub specific_asset_ids: Vec<SpecificAssetId>,
}

/// Something that can be called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Operation {
    /// What it takes.
    pub input_variables: Vec<OperationVariable>,
    /// What it gives.
    pub output_variables: Vec<OperationVariable>,
    /// What it changes.
    pub inoutput_variables: Vec<OperationVariable>,
}

class! {
    /// A variable of an operation, described by an element.
    OperationVariable {
        /// The element.
        value: required SubmodelElement = "value",
    }
}

/// An event that tells of changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BasicEventElement {
    /// What is watched.
    pub observed: SharedReference,
    /// In or out.
    pub direction: Direction,
    /// Told or not.
    pub state: StateOfEvent,
    /// Where a broker tells it.
    pub message_topic: Option<Text>,
    /// Which broker tells it.
    pub message_broker: Option<SharedReference>,
    /// When it was told last, UTC.
    pub last_update: Option<Text>,
    /// The least time between two.
    pub min_interval: Option<Text>,
    /// The greatest time between two.
    pub max_interval: Option<Text>,
}

/// Elements of one kind by their places.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubmodelElementList {
    /// Whether the order means something; it does where nothing is said.
    pub order_relevant: Option<bool>,
    /// What each element means.
    pub semantic_id_list_element: Option<SharedReference>,
    /// What each element is.
    pub type_value_list_element: KeyType,
    /// The type of each element's value.
    pub value_type_list_element: Option<DataTypeDefXsd>,
    /// The elements.
    pub value: Vec<SubmodelElement>,
}

impl SubmodelElement {
    /// An element with a name and nothing but its body.
    #[must_use]
    pub fn new(id_short: impl Into<Text>, body: ElementBody) -> Self {
        Self { id_short: Some(id_short.into()), ..Self::unnamed(body) }
    }

    /// An element without a name, for a list.
    #[must_use]
    pub fn unnamed(body: ElementBody) -> Self {
        Self { id_short: None, semantic_id: None, details: DetailsBox::default(), body }
    }

    /// A property.
    #[must_use]
    pub fn property(id_short: impl Into<Text>, value_type: DataTypeDefXsd, value: impl Into<Text>) -> Self {
        let value = Some(value.into());
        Self::new(id_short, ElementBody::Property(Property { value_type, value, value_id: None }))
    }

    /// The same with a meaning.
    #[must_use]
    pub fn meaning(mut self, semantic_id: Reference) -> Self {
        self.semantic_id = Some(semantic_id.into());
        self
    }

    /// What it is.
    #[must_use]
    pub fn model_type(&self) -> KeyType {
        self.body.model_type()
    }

    /// The elements in it that an idShort path can step into.
    #[must_use]
    pub fn children(&self) -> &[SubmodelElement] {
        match &self.body {
            ElementBody::SubmodelElementCollection(elements) => elements,
            ElementBody::SubmodelElementList(list) => &list.value,
            ElementBody::Entity(entity) => &entity.statements,
            ElementBody::AnnotatedRelationshipElement(relation) => &relation.annotations,
            _ => &[],
        }
    }

    /// The same, to be changed; `None` when it can have none.
    pub fn children_mut(&mut self) -> Option<&mut Vec<SubmodelElement>> {
        match &mut self.body {
            ElementBody::SubmodelElementCollection(elements) => Some(elements),
            ElementBody::SubmodelElementList(list) => Some(&mut list.value),
            ElementBody::Entity(entity) => Some(&mut entity.statements),
            ElementBody::AnnotatedRelationshipElement(relation) => Some(&mut relation.annotations),
            _ => None,
        }
    }

    /// Writes what every element has.
    pub(crate) fn write_head<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.details.write_referable(map, &self.id_short)?;
        self.details.write_semantics(map, &self.semantic_id)?;
        put(map, "embeddedDataSpecifications", &self.details.embedded_data_specifications)
    }
}

impl ElementBody {
    /// What it is.
    #[must_use]
    pub fn model_type(&self) -> KeyType {
        match self {
            Self::AnnotatedRelationshipElement(_) => KeyType::AnnotatedRelationshipElement,
            Self::BasicEventElement(_) => KeyType::BasicEventElement,
            Self::Blob(_) => KeyType::Blob,
            Self::Capability => KeyType::Capability,
            Self::Entity(_) => KeyType::Entity,
            Self::File(_) => KeyType::File,
            Self::MultiLanguageProperty(_) => KeyType::MultiLanguageProperty,
            Self::Operation(_) => KeyType::Operation,
            Self::Property(_) => KeyType::Property,
            Self::Range(_) => KeyType::Range,
            Self::ReferenceElement(_) => KeyType::ReferenceElement,
            Self::RelationshipElement(_) => KeyType::RelationshipElement,
            Self::SubmodelElementCollection(_) => KeyType::SubmodelElementCollection,
            Self::SubmodelElementList(_) => KeyType::SubmodelElementList,
        }
    }

    /// Reads the members of one kind of element.
    fn read(kind: KeyType, fields: &mut Fields<'_, '_>, cx: &mut Context<'_>) -> Option<Self> {
        Some(match kind {
            KeyType::AnnotatedRelationshipElement => {
                let relation = read_relation(fields, cx);
                let annotations = fields.optional("annotations", cx);
                Self::AnnotatedRelationshipElement(Box::new(AnnotatedRelationshipElement {
                    relation,
                    annotations,
                }))
            }
            KeyType::BasicEventElement => Self::BasicEventElement(Box::new(read_event(fields, cx)?)),
            KeyType::Blob => Self::Blob(Box::new(Blob {
                value: fields.optional("value", cx),
                content_type: fields.optional("contentType", cx),
            })),
            KeyType::Capability => Self::Capability,
            KeyType::Entity => Self::Entity(Box::new(Entity {
                statements: fields.optional("statements", cx),
                entity_type: fields.optional("entityType", cx),
                global_asset_id: fields.optional("globalAssetId", cx),
                specific_asset_ids: fields.optional("specificAssetIds", cx),
            })),
            KeyType::File => Self::File(Box::new(File {
                value: fields.optional("value", cx),
                content_type: fields.optional("contentType", cx),
            })),
            KeyType::MultiLanguageProperty => Self::MultiLanguageProperty(MultiLanguageProperty {
                value: fields.optional("value", cx),
                value_id: fields.optional("valueId", cx),
            }),
            KeyType::Operation => Self::Operation(Box::new(Operation {
                input_variables: fields.optional("inputVariables", cx),
                output_variables: fields.optional("outputVariables", cx),
                inoutput_variables: fields.optional("inoutputVariables", cx),
            })),
            KeyType::Property => {
                let value_type = fields.required("valueType", cx);
                let value = fields.optional("value", cx);
                let value_id = fields.optional("valueId", cx);
                Self::Property(Property { value_type: value_type?, value, value_id })
            }
            KeyType::Range => {
                let value_type = fields.required("valueType", cx);
                let (min, max) = (fields.optional("min", cx), fields.optional("max", cx));
                Self::Range(Box::new(Range { value_type: value_type?, min, max }))
            }
            KeyType::ReferenceElement => Self::ReferenceElement(fields.optional("value", cx)),
            KeyType::RelationshipElement => Self::RelationshipElement(read_relation(fields, cx)),
            KeyType::SubmodelElementCollection => {
                Self::SubmodelElementCollection(fields.optional("value", cx))
            }
            KeyType::SubmodelElementList => Self::SubmodelElementList(Box::new(read_list(fields, cx)?)),
            _ => {
                return cx
                    .at(Step::Member("modelType"), |cx| cx.unknown_word("SubmodelElement", kind.as_str()));
            }
        })
    }

    /// Writes the members of its kind.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::AnnotatedRelationshipElement(it) => {
                write_relation(map, &it.relation)?;
                put(map, "annotations", &it.annotations)
            }
            Self::BasicEventElement(it) => write_event(map, it),
            Self::Blob(it) => {
                put(map, "value", &it.value)?;
                put(map, "contentType", &it.content_type)
            }
            Self::Capability => Ok(()),
            Self::Entity(it) => {
                put(map, "statements", &it.statements)?;
                put(map, "entityType", &it.entity_type)?;
                put(map, "globalAssetId", &it.global_asset_id)?;
                put(map, "specificAssetIds", &it.specific_asset_ids)
            }
            Self::File(it) => {
                put(map, "value", &it.value)?;
                put(map, "contentType", &it.content_type)
            }
            Self::MultiLanguageProperty(it) => {
                put(map, "value", &it.value)?;
                put(map, "valueId", &it.value_id)
            }
            Self::Operation(it) => {
                put(map, "inputVariables", &it.input_variables)?;
                put(map, "outputVariables", &it.output_variables)?;
                put(map, "inoutputVariables", &it.inoutput_variables)
            }
            Self::Property(it) => {
                map.serialize_entry("valueType", &it.value_type)?;
                put(map, "value", &it.value)?;
                put(map, "valueId", &it.value_id)
            }
            Self::Range(it) => {
                map.serialize_entry("valueType", &it.value_type)?;
                put(map, "min", &it.min)?;
                put(map, "max", &it.max)
            }
            Self::ReferenceElement(it) => put(map, "value", it),
            Self::RelationshipElement(it) => write_relation(map, it),
            Self::SubmodelElementCollection(it) => put(map, "value", it),
            Self::SubmodelElementList(it) => {
                write_list_head(map, it)?;
                put(map, "value", &it.value)
            }
        }
    }
}

fn read_relation(fields: &mut Fields<'_, '_>, cx: &mut Context<'_>) -> RelationshipElement {
    RelationshipElement { first: fields.optional("first", cx), second: fields.optional("second", cx) }
}

fn write_relation<M: SerializeMap>(map: &mut M, it: &RelationshipElement) -> Result<(), M::Error> {
    put(map, "first", &it.first)?;
    put(map, "second", &it.second)
}

fn read_event(fields: &mut Fields<'_, '_>, cx: &mut Context<'_>) -> Option<BasicEventElement> {
    let observed = fields.required("observed", cx);
    let direction = fields.required("direction", cx);
    let state = fields.required("state", cx);
    let message_topic = fields.optional("messageTopic", cx);
    let message_broker = fields.optional("messageBroker", cx);
    let last_update = fields.optional("lastUpdate", cx);
    let min_interval = fields.optional("minInterval", cx);
    let max_interval = fields.optional("maxInterval", cx);
    Some(BasicEventElement {
        observed: observed?,
        direction: direction?,
        state: state?,
        message_topic,
        message_broker,
        last_update,
        min_interval,
        max_interval,
    })
}

fn write_event<M: SerializeMap>(map: &mut M, it: &BasicEventElement) -> Result<(), M::Error> {
    map.serialize_entry("observed", &it.observed)?;
    write_event_metadata(map, it)
}

/// Writes the members of an event but what it watches, which is its value.
pub(crate) fn write_event_metadata<M: SerializeMap>(
    map: &mut M,
    it: &BasicEventElement,
) -> Result<(), M::Error> {
    map.serialize_entry("direction", &it.direction)?;
    map.serialize_entry("state", &it.state)?;
    put(map, "messageTopic", &it.message_topic)?;
    put(map, "messageBroker", &it.message_broker)?;
    put(map, "lastUpdate", &it.last_update)?;
    put(map, "minInterval", &it.min_interval)?;
    put(map, "maxInterval", &it.max_interval)
}

fn read_list(fields: &mut Fields<'_, '_>, cx: &mut Context<'_>) -> Option<SubmodelElementList> {
    let order_relevant = fields.optional("orderRelevant", cx);
    let semantic_id_list_element = fields.optional("semanticIdListElement", cx);
    let type_value_list_element = fields.required("typeValueListElement", cx);
    let value_type_list_element = fields.optional("valueTypeListElement", cx);
    let value = fields.optional("value", cx);
    Some(SubmodelElementList {
        order_relevant,
        semantic_id_list_element,
        type_value_list_element: type_value_list_element?,
        value_type_list_element,
        value,
    })
}

/// Writes the members of a list but its elements.
pub(crate) fn write_list_head<M: SerializeMap>(
    map: &mut M,
    it: &SubmodelElementList,
) -> Result<(), M::Error> {
    put(map, "orderRelevant", &it.order_relevant)?;
    put(map, "semanticIdListElement", &it.semantic_id_list_element)?;
    map.serialize_entry("typeValueListElement", &it.type_value_list_element)?;
    put(map, "valueTypeListElement", &it.value_type_list_element)
}

impl Decode for SubmodelElement {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        let mut fields = Fields::of(tree, cx)?;
        let mut details = Details::default();
        let kind: Option<KeyType> = fields.required("modelType", cx);
        let id_short = details.read_referable(&mut fields, cx);
        let semantic_id = details.read_semantics(&mut fields, cx);
        details.embedded_data_specifications = fields.optional("embeddedDataSpecifications", cx);
        let body = ElementBody::read(kind?, &mut fields, cx);
        details.unknown = fields.rest(cx);
        Some(Self { id_short, semantic_id, details: details.into(), body: body? })
    }
}

impl Serialize for SubmodelElement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write_head(&mut map)?;
        self.body.write(&mut map)?;
        map.serialize_entry("modelType", &self.model_type())?;
        self.details.unknown.write(&mut map)?;
        map.end()
    }
}

impl OperationVariable {
    /// A variable.
    #[must_use]
    pub fn new(value: SubmodelElement) -> Self {
        Self { value, unknown: Unknown::NONE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_small() {
        assert!(size_of::<SubmodelElement>() <= 88, "{}", size_of::<SubmodelElement>());
    }
}
