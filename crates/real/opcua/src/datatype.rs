//! What the data types of variables come down to: their built-in type, the words of enumerations that are types of
//! their own, and the fields of structures.
//!
//! Spec: OPC 10000-3, 5.8.3 DataType NodeClass, 8.14 EnumStrings, 8.40 EnumValueType, 8.48 to 8.52
//! `DataTypeDefinition`.

use crate::OpcUaError;
use crate::ask::{read, read_values};
use crate::browse::references;
use crate::limits::Limits;
use crate::space::{DataType, Space, text_of};
use crate::structure::{DEPTH_MAX, Field, Form, LEAVES_MAX, Shape, What};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use opcua::client::Session;
use opcua::types::{
    AttributeId, BrowseDescription, BrowseDirection, EnumDefinition, EnumValueType, Identifier, NodeId,
    ReferenceTypeId, StructureDefinition, StructureField, StructureType, Variant,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How many steps up from a type its built-in type may be.
const STEPS_MAX: usize = 16;

/// `Enumeration` of namespace 0.
pub(crate) const ENUMERATION: u32 = 29;

/// `Structure` of namespace 0.
pub(crate) const STRUCTURE: u32 = 22;

/// Fills [`Space::data_types`] for the types that variables use.
pub(crate) async fn resolve(session: &Session, limits: &Limits, space: &mut Space) -> Result<(), OpcUaError> {
    let used: HashSet<NodeId> = space.variables.values().map(|facts| facts.data_type.clone()).collect();
    let mut types = Types { session, limits, known: HashMap::new() };
    for id in used.into_iter().filter(|id| !id.is_null()) {
        types.of(&id, 0).await?;
    }
    space.data_types = types.known;
    Ok(())
}

/// The types that are known so far.
struct Types<'a> {
    session: &'a Session,
    limits: &'a Limits,
    known: HashMap<NodeId, DataType>,
}

impl Types<'_> {
    /// What a type comes down to; structures in it are looked at as well.
    fn of<'a>(&'a mut self, id: &'a NodeId, depth: usize) -> BoxFuture<'a, Result<DataType, OpcUaError>> {
        async move {
            if let Some(known) = self.known.get(id) {
                return Ok(known.clone());
            }
            let mut found = match base_of(id) {
                Some(base) => DataType { base, ..DataType::default() },
                None => climb(self.session, self.limits, id).await?,
            };
            if found.base == STRUCTURE {
                // While it is looked at it counts as one that cannot be read: that ends types within themselves.
                let within_itself = Err(Arc::from("it contains itself"));
                let unfinished = DataType { shape: Some(within_itself), ..found.clone() };
                self.known.insert(id.clone(), unfinished);
                found.shape = Some(self.shape(id, depth).await?);
            }
            self.known.insert(id.clone(), found.clone());
            Ok(found)
        }
        .boxed()
    }

    /// The fields of a structure, or why they are not known.
    async fn shape(&mut self, id: &NodeId, depth: usize) -> Result<Result<Arc<Shape>, Arc<str>>, OpcUaError> {
        if depth >= DEPTH_MAX {
            return Ok(Err(Arc::from("structures are nested too deeply")));
        }
        let asked = [(id.clone(), AttributeId::DataTypeDefinition)];
        let values = read(self.session, self.limits, &asked).await?;
        let definition = match values.into_iter().next().and_then(|value| value.value) {
            Some(Variant::ExtensionObject(object)) => object.into_inner_as::<StructureDefinition>(),
            _ => None,
        };
        let Some(definition) = definition else {
            return Ok(Err(Arc::from("the server gives no definition of it")));
        };
        let form = match definition.structure_type {
            StructureType::Structure => Form::Plain,
            StructureType::StructureWithOptionalFields => Form::Optional,
            StructureType::Union => Form::Union,
            _ => return Ok(Err(Arc::from("its fields may be of other types than they are defined with"))),
        };
        let mut fields = Vec::new();
        for field in definition.fields.into_iter().flatten() {
            match self.field(field, depth).await? {
                Ok(field) => fields.push(field),
                Err(reason) => return Ok(Err(reason)),
            }
        }
        let shape = Shape { encoding: definition.default_encoding_id, form, fields };
        if shape.leaves().len() > LEAVES_MAX {
            return Ok(Err(format!("it has more than {LEAVES_MAX} fields").into()));
        }
        Ok(Ok(Arc::new(shape)))
    }

    async fn field(
        &mut self,
        field: StructureField,
        depth: usize,
    ) -> Result<Result<Field, Arc<str>>, OpcUaError> {
        let found = self.of(&field.data_type, depth + 1).await?;
        let named = |reason: &str| Arc::from(format!("{}: {reason}", field.name));
        // `Structure` itself stands for any structure, which then tells its own type.
        let any = field.data_type == NodeId::new(0, STRUCTURE);
        let what = match (found.base, found.shape) {
            (STRUCTURE, Some(Ok(shape))) if !any => What::Structure(shape),
            (STRUCTURE, Some(Err(reason))) if !any => return Ok(Err(named(&reason))),
            (0, _) => return Ok(Err(named("its type comes down to nothing that is known"))),
            (base, _) => What::Plain(wire_type(base), members_of(found.members)),
        };
        let dimensions = usize::try_from(field.value_rank).unwrap_or_default();
        let (name, is_optional) = (field.name.as_ref().to_owned(), field.is_optional);
        Ok(Ok(Field { name, what, dimensions, is_optional }))
    }
}

/// The built-in type by which a field travels: enumerations as Int32, abstract types as variants.
fn wire_type(base: u32) -> u8 {
    match base {
        ENUMERATION => 6,
        1..=25 => u8::try_from(base).unwrap_or(24),
        _ => 24,
    }
}

fn members_of(members: Vec<(i64, String)>) -> crate::value::Members {
    members.into_iter().map(|(number, word)| (number, Arc::from(word))).collect()
}

/// The built-in and abstract number types, `Enumeration`, and the aliases of built-in types that are common.
fn base_of(id: &NodeId) -> Option<u32> {
    match (id.namespace, &id.identifier) {
        (0, Identifier::Numeric(number @ 1..=28)) => Some(*number),
        // Duration is a Double, UtcTime a DateTime, LocaleId a String.
        (0, Identifier::Numeric(290)) => Some(11),
        (0, Identifier::Numeric(294)) => Some(13),
        (0, Identifier::Numeric(295)) => Some(12),
        _ => None,
    }
}

async fn climb(session: &Session, limits: &Limits, id: &NodeId) -> Result<DataType, OpcUaError> {
    let members = members_of_type(session, limits, id).await?;
    let mut at = id.clone();
    for _ in 0..STEPS_MAX {
        if at == NodeId::new(0, ENUMERATION) {
            return Ok(DataType { base: ENUMERATION, members, shape: None });
        }
        if let Some(base) = base_of(&at) {
            return Ok(DataType { base, members, shape: None });
        }
        let up = ask(&at, BrowseDirection::Inverse, ReferenceTypeId::HasSubtype);
        let parents = references(session, limits, vec![up]).await?;
        match parents.into_iter().flatten().next() {
            Some(parent) => at = parent.node_id.node_id,
            None => break,
        }
    }
    Ok(DataType { members, ..DataType::default() })
}

async fn members_of_type(
    session: &Session,
    limits: &Limits,
    id: &NodeId,
) -> Result<Vec<(i64, String)>, OpcUaError> {
    let down = ask(id, BrowseDirection::Forward, ReferenceTypeId::HasProperty);
    let properties = references(session, limits, vec![down]).await?;
    let named = properties
        .into_iter()
        .flatten()
        .filter(|property| matches!(property.browse_name.name.as_ref(), "EnumStrings" | "EnumValues"));
    let nodes: Vec<NodeId> = named.map(|property| property.node_id.node_id).collect();
    let values = read_values(session, limits, &nodes).await?;
    let told = values.iter().filter_map(|value| value.value.as_ref()).map(members).find(|m| !m.is_empty());
    match told {
        Some(members) => Ok(members),
        None => defined_members(session, limits, id).await,
    }
}

/// The words of an enumeration whose definition alone tells them.
async fn defined_members(
    session: &Session,
    limits: &Limits,
    id: &NodeId,
) -> Result<Vec<(i64, String)>, OpcUaError> {
    let values = read(session, limits, &[(id.clone(), AttributeId::DataTypeDefinition)]).await?;
    let Some(Variant::ExtensionObject(object)) = values.into_iter().next().and_then(|value| value.value)
    else {
        return Ok(Vec::new());
    };
    let fields = object.into_inner_as::<EnumDefinition>().and_then(|definition| definition.fields);
    let word = |field: opcua::types::EnumField| {
        let shown = field.display_name.text.as_ref();
        (field.value, if shown.is_empty() { field.name.as_ref() } else { shown }.to_owned())
    };
    Ok(fields.into_iter().flatten().map(word).collect())
}

fn ask(node: &NodeId, direction: BrowseDirection, reference: ReferenceTypeId) -> BrowseDescription {
    BrowseDescription {
        node_id: node.clone(),
        browse_direction: direction,
        reference_type_id: reference.into(),
        include_subtypes: true,
        node_class_mask: 0,
        result_mask: 0x3F,
    }
}

/// The words in a value of `EnumStrings` or `EnumValues`.
pub(crate) fn members(value: &Variant) -> Vec<(i64, String)> {
    let Variant::Array(array) = value else { return Vec::new() };
    let one = |(index, value): (usize, &Variant)| match value {
        Variant::ExtensionObject(object) => {
            let member = object.inner_as::<EnumValueType>()?;
            Some((member.value, member.display_name.text.as_ref().to_owned()))
        }
        text => Some((i64::try_from(index).ok()?, text_of(text)?)),
    };
    array.values.iter().enumerate().filter_map(one).collect()
}
