//! The Sparkplug B payload as it travels.
//!
//! Written by hand after the published definition, so that building needs no protobuf compiler; the golden bytes in
//! the tests were put together from the wire format, not by this code.
//!
//! Spec: Eclipse Sparkplug 3.0, 6.4 Sparkplug B v1.0 Payload, `org.eclipse.tahu.protobuf`.

use prost::{Message, Oneof};

/// What an NBIRTH, NDATA, DBIRTH, DDATA, NDEATH, DDEATH, NCMD or DCMD carries.
#[derive(Clone, PartialEq, Message)]
pub struct Payload {
    /// When it was sent, ms since the epoch.
    #[prost(uint64, optional, tag = "1")]
    pub timestamp: Option<u64>,
    /// What it reports.
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    /// Its place in the order of its edge node's messages, 0 to 255.
    #[prost(uint64, optional, tag = "3")]
    pub seq: Option<u64>,
    /// Which schema the body has.
    #[prost(string, optional, tag = "4")]
    pub uuid: Option<String>,
    /// Anything.
    #[prost(bytes = "vec", optional, tag = "5")]
    pub body: Option<Vec<u8>>,
}

/// One value of one metric.
#[derive(Clone, PartialEq, Message)]
pub struct Metric {
    /// Its path; in data it may be left out for the alias.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// A number that stands for the name.
    #[prost(uint64, optional, tag = "2")]
    pub alias: Option<u64>,
    /// When it was so, ms since the epoch.
    #[prost(uint64, optional, tag = "3")]
    pub timestamp: Option<u64>,
    /// A [`crate::DataType`] by number; required in births.
    #[prost(uint32, optional, tag = "4")]
    pub datatype: Option<u32>,
    /// The value is not the newest.
    #[prost(bool, optional, tag = "5")]
    pub is_historical: Option<bool>,
    /// The value need not be stored.
    #[prost(bool, optional, tag = "6")]
    pub is_transient: Option<bool>,
    /// There is no value.
    #[prost(bool, optional, tag = "7")]
    pub is_null: Option<bool>,
    /// Of files and parts of files.
    #[prost(message, optional, boxed, tag = "8")]
    pub metadata: Option<Box<MetaData>>,
    /// Unit, range, quality, …
    #[prost(message, optional, tag = "9")]
    pub properties: Option<PropertySet>,
    /// The value.
    #[prost(oneof = "MetricValue", tags = "10, 11, 12, 13, 14, 15, 16, 17, 18")]
    pub value: Option<MetricValue>,
}

/// A value by its form on the wire; the data type says what it means.
#[derive(Clone, PartialEq, Oneof)]
pub enum MetricValue {
    /// Int8 to Int32 in two's complement, UInt8 to UInt32.
    #[prost(uint32, tag = "10")]
    Int(u32),
    /// Int64 in two's complement, UInt64, DateTime.
    #[prost(uint64, tag = "11")]
    Long(u64),
    /// Float.
    #[prost(float, tag = "12")]
    Float(f32),
    /// Double.
    #[prost(double, tag = "13")]
    Double(f64),
    /// Boolean.
    #[prost(bool, tag = "14")]
    Boolean(bool),
    /// String, Text, UUID.
    #[prost(string, tag = "15")]
    String(String),
    /// Bytes, File, arrays.
    #[prost(bytes = "vec", tag = "16")]
    Bytes(Vec<u8>),
    /// A table.
    #[prost(message, boxed, tag = "17")]
    DataSet(Box<DataSet>),
    /// A structure.
    #[prost(message, boxed, tag = "18")]
    Template(Box<Template>),
}

/// What is said of a value that is a file or a part of one.
#[derive(Clone, PartialEq, Message)]
pub struct MetaData {
    /// One part of several.
    #[prost(bool, optional, tag = "1")]
    pub is_multi_part: Option<bool>,
    /// Media type.
    #[prost(string, optional, tag = "2")]
    pub content_type: Option<String>,
    /// Bytes.
    #[prost(uint64, optional, tag = "3")]
    pub size: Option<u64>,
    /// Which part.
    #[prost(uint64, optional, tag = "4")]
    pub seq: Option<u64>,
    /// Name of the file.
    #[prost(string, optional, tag = "5")]
    pub file_name: Option<String>,
    /// Type of the file.
    #[prost(string, optional, tag = "6")]
    pub file_type: Option<String>,
    /// Its MD5.
    #[prost(string, optional, tag = "7")]
    pub md5: Option<String>,
    /// In words.
    #[prost(string, optional, tag = "8")]
    pub description: Option<String>,
}

/// Properties by name: two lists of equal length.
#[derive(Clone, PartialEq, Message)]
pub struct PropertySet {
    /// The names.
    #[prost(string, repeated, tag = "1")]
    pub keys: Vec<String>,
    /// Their values.
    #[prost(message, repeated, tag = "2")]
    pub values: Vec<PropertyValue>,
}

/// The value of a property.
#[derive(Clone, PartialEq, Message)]
pub struct PropertyValue {
    /// A [`crate::DataType`] by number.
    #[prost(uint32, optional, tag = "1")]
    pub datatype: Option<u32>,
    /// There is no value.
    #[prost(bool, optional, tag = "2")]
    pub is_null: Option<bool>,
    /// The value; nested property sets are read over.
    #[prost(oneof = "ScalarValue", tags = "3, 4, 5, 6, 7, 8")]
    pub value: Option<ScalarValue>,
}

/// The value of a property or of a template's parameter.
#[derive(Clone, PartialEq, Oneof)]
pub enum ScalarValue {
    /// Int8 to Int32, UInt8 to UInt32.
    #[prost(uint32, tag = "3")]
    Int(u32),
    /// Int64, UInt64, DateTime.
    #[prost(uint64, tag = "4")]
    Long(u64),
    /// Float.
    #[prost(float, tag = "5")]
    Float(f32),
    /// Double.
    #[prost(double, tag = "6")]
    Double(f64),
    /// Boolean.
    #[prost(bool, tag = "7")]
    Boolean(bool),
    /// String, Text, UUID.
    #[prost(string, tag = "8")]
    String(String),
}

/// A table.
#[derive(Clone, PartialEq, Message)]
pub struct DataSet {
    /// How many columns.
    #[prost(uint64, optional, tag = "1")]
    pub num_of_columns: Option<u64>,
    /// Their names.
    #[prost(string, repeated, tag = "2")]
    pub columns: Vec<String>,
    /// Their data types.
    #[prost(uint32, repeated, tag = "3")]
    pub types: Vec<u32>,
    /// The rows.
    #[prost(message, repeated, tag = "4")]
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, PartialEq, Message)]
pub struct Row {
    /// One for each column.
    #[prost(message, repeated, tag = "1")]
    pub elements: Vec<DataSetValue>,
}

/// One cell of a table.
#[derive(Clone, PartialEq, Message)]
pub struct DataSetValue {
    /// The value.
    #[prost(oneof = "CellValue", tags = "1, 2, 3, 4, 5, 6")]
    pub value: Option<CellValue>,
}

/// The value of a cell.
#[derive(Clone, PartialEq, Oneof)]
pub enum CellValue {
    /// Int8 to Int32, UInt8 to UInt32.
    #[prost(uint32, tag = "1")]
    Int(u32),
    /// Int64, UInt64, DateTime.
    #[prost(uint64, tag = "2")]
    Long(u64),
    /// Float.
    #[prost(float, tag = "3")]
    Float(f32),
    /// Double.
    #[prost(double, tag = "4")]
    Double(f64),
    /// Boolean.
    #[prost(bool, tag = "5")]
    Boolean(bool),
    /// String, Text, UUID.
    #[prost(string, tag = "6")]
    String(String),
}

/// A structure: a definition, or an instance of one.
#[derive(Clone, PartialEq, Message)]
pub struct Template {
    /// Version of the definition.
    #[prost(string, optional, tag = "1")]
    pub version: Option<String>,
    /// The members.
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    /// The parameters.
    #[prost(message, repeated, tag = "3")]
    pub parameters: Vec<Parameter>,
    /// Of an instance: the name of its definition.
    #[prost(string, optional, tag = "4")]
    pub template_ref: Option<String>,
    /// Whether it is a definition.
    #[prost(bool, optional, tag = "5")]
    pub is_definition: Option<bool>,
}

/// A parameter of a template.
#[derive(Clone, PartialEq, Message)]
pub struct Parameter {
    /// Its name.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// A [`crate::DataType`] by number.
    #[prost(uint32, optional, tag = "2")]
    pub datatype: Option<u32>,
    /// Its value.
    #[prost(oneof = "ScalarValue", tags = "3, 4, 5, 6, 7, 8")]
    pub value: Option<ScalarValue>,
}

impl PropertySet {
    /// Whether each name has its value; otherwise nobody knows which value is whose
    /// (tck-id-payloads-propertyset-keys-array-size, tck-id-payloads-propertyset-values-array-size).
    #[must_use]
    pub fn is_paired(&self) -> bool {
        self.keys.len() == self.values.len()
    }

    /// The value of a property, by a name whose case does not matter; none of a set that is not paired.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&ScalarValue> {
        if !self.is_paired() {
            return None;
        }
        let at = self.keys.iter().position(|known| known.eq_ignore_ascii_case(key))?;
        self.values.get(at).filter(|value| value.is_null != Some(true))?.value.as_ref()
    }

    /// The same with one property more.
    #[must_use]
    pub fn with(mut self, key: &str, datatype: crate::DataType, value: ScalarValue) -> Self {
        self.keys.push(key.to_owned());
        self.values.push(PropertyValue {
            datatype: Some(datatype as u32),
            is_null: None,
            value: Some(value),
        });
        self
    }
}

impl ScalarValue {
    /// The value as a number, where it is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(f64::from(*n as i32)),
            Self::Long(n) => Some(*n as i64 as f64),
            Self::Float(x) => Some(f64::from(*x)),
            Self::Double(x) => Some(*x),
            Self::Boolean(_) | Self::String(_) => None,
        }
    }

    /// The value as text, where it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }
}
