//! Structured values: read by the definition that the server gives of their data type. Pure.
//!
//! The library leaves a body that it does not know as bytes, and we decode those ourselves: a body that does not
//! follow its definition then costs one value, not the message that it came in.
//! Spec: OPC 10000-3, 8.48 `DataTypeDefinition`; OPC 10000-6, 5.2.2.15 (extension objects), 5.2.6 to 5.2.8
//! (structures, optional fields, unions).

use crate::value::{Members, json, value_of};
use opcua::types::{
    BinaryDecodable, ByteStringBody, Context, ContextOwned, Error, ExtensionObject, NodeId, Variant, XmlBody,
};
use serde_json::Value as Json;
use std::io::{Cursor, Read};
use std::sync::Arc;
use trine_base::{Quality, Value};

/// Fields of one structured variable that become signals, at most.
pub(crate) const LEAVES_MAX: usize = 200;

/// Structures within structures, at most.
pub(crate) const DEPTH_MAX: usize = 8;

/// How a body is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// All fields in their order.
    Plain,
    /// A mask tells which of the optional fields are there.
    Optional,
    /// One of the fields, or none.
    Union,
}

/// A structured data type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// Id of the binary encoding; null where the server does not tell.
    pub encoding: NodeId,
    pub form: Form,
    pub fields: Vec<Field>,
}

/// One field of a structured data type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub name: String,
    pub what: What,
    /// Dimensions of an array; 0 for a single value.
    pub dimensions: usize,
    pub is_optional: bool,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// A built-in type by its number (OPC 10000-6, 5.1.2), or the words of an enumeration.
    Plain(u8, Members),
    /// A structure whose type is known.
    Structure(Arc<Shape>),
}

/// A single value within a structure.
#[derive(Clone, Debug)]
pub(crate) struct Leaf<'a> {
    /// Names of the fields from the outside in.
    pub path: Vec<&'a str>,
    pub field: &'a Field,
}

/// What was decoded: a tree like its shape.
enum Piece {
    One(Variant),
    Many(Vec<Self>),
    /// By field; a field that is not there is `None`.
    Structure(Vec<Option<Self>>),
}

impl Shape {
    /// The single values within it, in the order in which [`Shape::read`] gives them. Arrays are single values.
    pub(crate) fn leaves(&self) -> Vec<Leaf<'_>> {
        let mut leaves = Vec::new();
        self.collect(&mut Vec::new(), &mut leaves);
        leaves
    }

    fn collect<'a>(&'a self, path: &mut Vec<&'a str>, leaves: &mut Vec<Leaf<'a>>) {
        for field in &self.fields {
            path.push(&field.name);
            match &field.what {
                What::Structure(shape) if field.dimensions == 0 => shape.collect(path, leaves),
                _ => leaves.push(Leaf { path: path.clone(), field }),
            }
            path.pop();
        }
    }

    /// The value of each leaf; `Absent` where a field is not there.
    ///
    /// # Errors
    /// The quality that says why the body cannot be read.
    pub(crate) fn read(&self, object: &ExtensionObject) -> Result<Vec<Value>, Quality> {
        let decoded = self.decode_object(object)?;
        let mut values = Vec::new();
        self.flatten(Some(decoded), &mut values);
        Ok(values)
    }

    /// The whole as JSON, for arrays of structures.
    ///
    /// # Errors
    /// The quality that says why the body cannot be read.
    pub(crate) fn read_json(&self, object: &ExtensionObject) -> Result<Json, Quality> {
        self.decode_object(object).map(|piece| self.json(piece))
    }

    fn decode_object(&self, object: &ExtensionObject) -> Result<Piece, Quality> {
        let owned = ContextOwned::default();
        let context = owned.context();
        let bytes = body(object, &self.encoding, &context)?;
        let mut body = Cursor::new(bytes.as_slice());
        self.decode(&mut body, &context).map_err(|_| Quality::BAD_DECODING)
    }

    fn decode(&self, body: &mut Cursor<&[u8]>, context: &Context<'_>) -> Result<Piece, Error> {
        let mask = if self.form == Form::Plain { 0 } else { u32::decode(body, context)? };
        let mut optional = 0;
        let mut fields = Vec::with_capacity(self.fields.len());
        for (number, field) in (1..).zip(&self.fields) {
            let is_there = match self.form {
                Form::Plain => true,
                Form::Union => mask == number,
                Form::Optional if field.is_optional => {
                    optional += 1;
                    mask & 1_u32.checked_shl(optional - 1).unwrap_or_default() != 0
                }
                Form::Optional => true,
            };
            fields.push(if is_there { Some(field.decode(body, context)?) } else { None });
        }
        Ok(Piece::Structure(fields))
    }

    fn flatten(&self, piece: Option<Piece>, values: &mut Vec<Value>) {
        let mut fields = match piece {
            Some(Piece::Structure(fields)) => fields.into_iter(),
            _ => Vec::new().into_iter(),
        };
        for field in &self.fields {
            let piece = fields.next().flatten();
            match &field.what {
                What::Structure(shape) if field.dimensions == 0 => shape.flatten(piece, values),
                _ => values.push(piece.map_or(Value::Absent, |piece| field.value(piece))),
            }
        }
    }

    fn json(&self, piece: Piece) -> Json {
        let Piece::Structure(pieces) = piece else { return Json::Null };
        let fields = self.fields.iter().zip(pieces);
        let named = fields.filter_map(|(field, piece)| Some((field.name.clone(), field.json(piece?))));
        Json::Object(named.collect())
    }
}

impl Field {
    fn decode(&self, body: &mut Cursor<&[u8]>, context: &Context<'_>) -> Result<Piece, Error> {
        if self.dimensions == 0 {
            return self.what.decode(body, context);
        }
        let count = elements(self.dimensions, body, context)?;
        let many = (0..count).map(|_| self.what.decode(body, context));
        Ok(Piece::Many(many.collect::<Result<_, _>>()?))
    }

    fn value(&self, piece: Piece) -> Value {
        match (piece, &self.what) {
            (Piece::One(variant), What::Plain(_, members)) => value_of(Some(&variant), members),
            (piece, _) => crate::value::bounded(&self.json(piece).to_string()),
        }
    }

    fn json(&self, piece: Piece) -> Json {
        match (piece, &self.what) {
            (Piece::One(variant), _) => json(&variant),
            (Piece::Many(pieces), _) => pieces.into_iter().map(|piece| self.json(piece)).collect(),
            (piece, What::Structure(shape)) => shape.json(piece),
            (Piece::Structure(_), What::Plain(..)) => Json::Null,
        }
    }
}

impl What {
    fn decode(&self, body: &mut Cursor<&[u8]>, context: &Context<'_>) -> Result<Piece, Error> {
        match self {
            Self::Structure(shape) => shape.decode(body, context),
            // A variant on the wire is the number of its type and then the value, and here the type is known.
            Self::Plain(number @ 1..=23 | number @ 25, _) => {
                Variant::decode(&mut [*number].as_slice().chain(body), context).map(Piece::One)
            }
            Self::Plain(..) => Variant::decode(body, context).map(Piece::One),
        }
    }
}

/// How many elements an array has: never more than bytes are left, so that a wild length costs nothing.
fn elements(dimensions: usize, body: &mut Cursor<&[u8]>, context: &Context<'_>) -> Result<usize, Error> {
    let mut next = || i32::decode(body, context);
    let first = next()?;
    let count = if dimensions == 1 {
        usize::try_from(first).unwrap_or_default()
    } else {
        let sizes = (0..first.clamp(0, 16)).map(|_| Ok(usize::try_from(next()?).unwrap_or_default()));
        let sizes = sizes.collect::<Result<Vec<usize>, Error>>()?;
        sizes.into_iter().fold(1_usize, usize::saturating_mul)
    };
    let left = body.get_ref().len().saturating_sub(usize::try_from(body.position()).unwrap_or(usize::MAX));
    if count > left { Err(Error::decoding("an array is longer than its message")) } else { Ok(count) }
}

/// The bytes of a body of this encoding.
fn body(object: &ExtensionObject, encoding: &NodeId, context: &Context<'_>) -> Result<Vec<u8>, Quality> {
    let Some(held) = &object.body else { return Err(Quality::BAD_NO_DATA) };
    if object.inner_is::<XmlBody>() {
        return Err(BAD_ENCODING_UNSUPPORTED);
    }
    let (bytes, shown) = match object.inner_as::<ByteStringBody>() {
        Some(raw) => (raw.raw_body().as_ref().to_vec(), raw.encoding_id().clone()),
        // A type that the library knows: back to bytes, so that all are read alike.
        None => {
            let mut bytes = Vec::new();
            held.encode_binary(&mut bytes, context).map_err(|_| Quality::BAD_DECODING)?;
            (bytes, held.binary_type_id().node_id)
        }
    };
    if encoding.is_null() || *encoding == shown { Ok(bytes) } else { Err(BAD_TYPE_UNKNOWN) }
}

/// `Bad_DataTypeIdUnknown`: the type of a structure is not described, or is another one than was announced.
pub(crate) const BAD_TYPE_UNKNOWN: Quality = Quality(0x8011_0000);

/// `Bad_DataEncodingUnsupported`: XML within a binary message.
const BAD_ENCODING_UNSUPPORTED: Quality = Quality(0x8039_0000);

#[cfg(test)]
mod tests {
    use super::*;
    use opcua::types::{BinaryEncodable, ByteString, Range};

    fn plain(name: &str, number: u8) -> Field {
        let what = What::Plain(number, Arc::from([]));
        Field { name: name.into(), what, dimensions: 0, is_optional: false }
    }

    fn shape(form: Form, fields: Vec<Field>) -> Shape {
        Shape { encoding: NodeId::new(1, 7), form, fields }
    }

    fn object(bytes: Vec<u8>) -> ExtensionObject {
        ExtensionObject::new(ByteStringBody::new(ByteString::from(bytes), NodeId::new(1, 7)))
    }

    type Put<'a> = &'a dyn Fn(&mut Vec<u8>);

    fn bytes(parts: &[Put<'_>]) -> Vec<u8> {
        let mut all = Vec::new();
        parts.iter().for_each(|part| part(&mut all));
        all
    }

    fn put<T: BinaryEncodable>(value: T) -> impl Fn(&mut Vec<u8>) {
        move |all| value.encode(all, &ContextOwned::default().context()).unwrap()
    }

    #[test]
    fn nested_structures_become_their_leaves() {
        let words: Members = Arc::from([(2, Arc::from("fine"))]);
        let mut phase = plain("Phase", 6);
        phase.what = What::Plain(6, words);
        let mut list = plain("List", 4);
        list.dimensions = 1;
        let inner = Arc::new(shape(Form::Plain, vec![plain("X", 11), list]));
        let mut position = plain("Position", 0);
        position.what = What::Structure(inner);
        let shape = shape(Form::Plain, vec![plain("Ok", 1), position, phase]);
        let paths: Vec<_> = shape.leaves().iter().map(|leaf| leaf.path.join(".")).collect();
        assert_eq!(paths, ["Ok", "Position.X", "Position.List", "Phase"]);
        let body = bytes(&[&put(true), &put(1.5_f64), &put(2_i32), &put(7_i16), &put(8_i16), &put(2_i32)]);
        let read = shape.read(&object(body)).unwrap();
        let wanted = [Value::Boolean(true), Value::Number(1.5), Value::text("[7,8]"), Value::text("fine")];
        assert_eq!(read, wanted);
    }

    #[test]
    fn a_field_that_is_not_there_is_absent() {
        let mut note = plain("Note", 6);
        note.is_optional = true;
        let optional = shape(Form::Optional, vec![plain("A", 6), note]);
        let without = optional.read(&object(bytes(&[&put(0_u32), &put(5_i32)]))).unwrap();
        assert_eq!(without, [Value::Integer(5), Value::Absent]);
        let with = optional.read(&object(bytes(&[&put(1_u32), &put(5_i32), &put(6_i32)]))).unwrap();
        assert_eq!(with, [Value::Integer(5), Value::Integer(6)]);
        let union = shape(Form::Union, vec![plain("A", 6), plain("B", 1)]);
        let second = union.read(&object(bytes(&[&put(2_u32), &put(true)]))).unwrap();
        assert_eq!(second, [Value::Absent, Value::Boolean(true)]);
        assert_eq!(union.read(&object(bytes(&[&put(0_u32)]))).unwrap(), [Value::Absent, Value::Absent]);
    }

    #[test]
    fn a_type_that_the_library_knows_is_read_like_any_other() {
        let mut range = shape(Form::Plain, vec![plain("Low", 11), plain("High", 11)]);
        range.encoding = NodeId::null();
        let object = ExtensionObject::from_message(Range { low: 1.0, high: 2.5 });
        assert_eq!(range.read(&object).unwrap(), [Value::Number(1.0), Value::Number(2.5)]);
        assert_eq!(range.read_json(&object).unwrap(), serde_json::json!({ "Low": 1.0, "High": 2.5 }));
    }

    #[test]
    fn a_body_that_does_not_follow_its_definition_is_a_bad_quality() {
        let mut list = plain("List", 6);
        list.dimensions = 1;
        let listed = shape(Form::Plain, vec![list]);
        assert_eq!(listed.read(&object(bytes(&[&put(i32::MAX)]))), Err(Quality::BAD_DECODING));
        assert_eq!(listed.read(&object(vec![1])), Err(Quality::BAD_DECODING));
        assert_eq!(listed.read(&ExtensionObject::null()), Err(Quality::BAD_NO_DATA));
        let other = ExtensionObject::new(ByteStringBody::new(ByteString::from(&[0]), NodeId::new(1, 8)));
        assert_eq!(listed.read(&other), Err(BAD_TYPE_UNKNOWN));
    }
}
