//! The data types of metrics.
//!
//! Spec: Eclipse Sparkplug 3.0, 6.4.16 Data Types.

use trine_world::ValueKind;

macro_rules! data_types {
    ($($variant:ident = $number:literal,)*) => {
        /// The type of a metric's or a property's value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u32)]
        #[allow(missing_docs, reason = "the names are the documentation")]
        pub enum DataType { $($variant = $number,)* }

        impl DataType {
            /// The type with this number.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

data_types! {
    Int8 = 1,
    Int16 = 2,
    Int32 = 3,
    Int64 = 4,
    UInt8 = 5,
    UInt16 = 6,
    UInt32 = 7,
    UInt64 = 8,
    Float = 9,
    Double = 10,
    Boolean = 11,
    String = 12,
    DateTime = 13,
    Text = 14,
    Uuid = 15,
    DataSet = 16,
    Bytes = 17,
    File = 18,
    Template = 19,
    PropertySet = 20,
    PropertySetList = 21,
    Int8Array = 22,
    Int16Array = 23,
    Int32Array = 24,
    Int64Array = 25,
    UInt8Array = 26,
    UInt16Array = 27,
    UInt32Array = 28,
    UInt64Array = 29,
    FloatArray = 30,
    DoubleArray = 31,
    BooleanArray = 32,
    StringArray = 33,
    DateTimeArray = 34,
}

impl DataType {
    /// The type that the site gives to such values. What has no scalar form (tables, bytes, arrays) is told as text.
    #[must_use]
    pub const fn kind(self) -> ValueKind {
        match self {
            Self::Int8 | Self::Int16 | Self::Int32 | Self::Int64 => ValueKind::Integer,
            Self::UInt8 | Self::UInt16 | Self::UInt32 | Self::UInt64 => ValueKind::Integer,
            Self::Float | Self::Double => ValueKind::Number,
            Self::Boolean => ValueKind::Boolean,
            _ => ValueKind::Text,
        }
    }
}
