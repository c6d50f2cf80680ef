//! Embedded data specifications, and the one that the association defines: IEC 61360.
//!
//! Spec: IDTA-01003-a.

use super::{LangString, SharedReference, Unknown};
use crate::Text;
use crate::class::{class, words};
use crate::decode::{Context, Decode};
use crate::tree::Tree;
use serde::{Serialize, Serializer};

words! {
    /// Types of IEC 61360.
    DataTypeIec61360 {
        Blob = "BLOB",
        Boolean = "BOOLEAN",
        Date = "DATE",
        File = "FILE",
        Html = "HTML",
        IntegerCount = "INTEGER_COUNT",
        IntegerCurrency = "INTEGER_CURRENCY",
        IntegerMeasure = "INTEGER_MEASURE",
        Irdi = "IRDI",
        Iri = "IRI",
        Rational = "RATIONAL",
        RationalMeasure = "RATIONAL_MEASURE",
        RealCount = "REAL_COUNT",
        RealCurrency = "REAL_CURRENCY",
        RealMeasure = "REAL_MEASURE",
        String = "STRING",
        StringTranslatable = "STRING_TRANSLATABLE",
        Time = "TIME",
        Timestamp = "TIMESTAMP",
    }
}

class! {
    /// A data specification with its content in place.
    EmbeddedDataSpecification {
        /// Which specification.
        data_specification: required SharedReference = "dataSpecification",
        /// What it says.
        data_specification_content: required DataSpecificationContent = "dataSpecificationContent",
    }
}

/// The content of a data specification.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DataSpecificationContent {
    /// IEC 61360.
    Iec61360(Box<DataSpecificationIec61360>),
}

class! {
    /// A concept as IEC 61360 describes it.
    DataSpecificationIec61360 as "DataSpecificationIec61360" {
        /// Its name, at least in English.
        preferred_name: required Vec<LangString> = "preferredName",
        /// A short name.
        short_name: optional Vec<LangString> = "shortName",
        /// The unit in words.
        unit: optional Option<Text> = "unit",
        /// The unit by its id.
        unit_id: optional Option<SharedReference> = "unitId",
        /// Where the definition comes from.
        source_of_definition: optional Option<Text> = "sourceOfDefinition",
        /// Its symbol in formulas.
        symbol: optional Option<Text> = "symbol",
        /// The type of its values.
        data_type: optional Option<DataTypeIec61360> = "dataType",
        /// What it is.
        definition: optional Vec<LangString> = "definition",
        /// How values are written.
        value_format: optional Option<Text> = "valueFormat",
        /// The values it can have.
        value_list: optional Option<ValueList> = "valueList",
        /// The value, when the concept is one.
        value: optional Option<Text> = "value",
        /// Which of its levels are given.
        level_type: optional Option<LevelType> = "levelType",
    }
}

class! {
    /// The values that a concept can have.
    ValueList {
        /// Each with its id.
        value_reference_pairs: required Vec<ValueReferencePair> = "valueReferencePairs",
    }
}

class! {
    /// A value and its id.
    ValueReferencePair {
        /// The value.
        value: required Text = "value",
        /// Its id; 3.0 wants one.
        value_id: optional Option<SharedReference> = "valueId",
    }
}

class! {
    /// Which levels of a quantity are given.
    LevelType {
        /// The least.
        min: required bool = "min",
        /// The nominal.
        nom: required bool = "nom",
        /// The typical.
        typ: required bool = "typ",
        /// The greatest.
        max: required bool = "max",
    }
}

impl Decode for DataSpecificationContent {
    fn decode(tree: &Tree<'_>, cx: &mut Context<'_>) -> Option<Self> {
        Decode::decode(tree, cx).map(Self::Iec61360)
    }
}

impl Serialize for DataSpecificationContent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Iec61360(it) => it.serialize(serializer),
        }
    }
}

impl DataSpecificationIec61360 {
    /// A concept with nothing but its name.
    #[must_use]
    pub fn named(preferred_name: Vec<LangString>) -> Self {
        Self {
            preferred_name,
            short_name: Vec::new(),
            unit: None,
            unit_id: None,
            source_of_definition: None,
            symbol: None,
            data_type: None,
            definition: Vec::new(),
            value_format: None,
            value_list: None,
            value: None,
            level_type: None,
            unknown: Unknown::NONE,
        }
    }
}
