//! Technical Data: typed properties of a product, and our own operational data, which has the same form: signals with
//! their types, units and meanings.
//!
//! Spec: IDTA 02003-1-2 and 02003-2-0.

use super::look::{Look, text_of};
use crate::{
    DataSpecificationContent, DataSpecificationIec61360, DataTypeDefXsd, ElementBody,
    EmbeddedDataSpecification, LangString, Property, Reference, Submodel, SubmodelElement, Text, Unknown,
};

/// The semantic id of the submodel that is written.
pub const SEMANTIC_ID: &str = "0173-1#01-AHX837#002";
/// The semantic id of our operational data: no template is published for it.
pub const OPERATIONAL_SEMANTIC_ID: &str = "https://admin-shell.io/idta/OperationalData/1/0";
const IEC_61360: &str = "https://admin-shell.io/DataSpecificationTemplates/DataSpecificationIec61360/3";

/// What technical data says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TechnicalData {
    /// The manufacturer.
    pub manufacturer_name: Option<Text>,
    /// What the product is called.
    pub product_designation: Option<Text>,
    /// The number of the article.
    pub article_number: Option<Text>,
    /// The paths of its pictures.
    pub images: Vec<Text>,
    /// What classes it belongs to.
    pub classifications: Vec<Classification>,
    /// Its properties, in the order of the submodel.
    pub properties: Vec<TechnicalProperty>,
}

/// A class that the product belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classification {
    /// `ECLASS`, `IEC CDD`, ….
    pub system: Option<Text>,
    /// The id of the class.
    pub class_id: Option<Text>,
    /// Its name.
    pub class_name: Option<Text>,
}

/// A property of the product.
#[derive(Clone, Debug, PartialEq)]
pub struct TechnicalProperty {
    /// Its idShort path in the submodel.
    pub path: String,
    /// What it is called.
    pub name: Text,
    /// What it means.
    pub semantic_id: Option<Text>,
    /// The type of its value.
    pub value_type: Option<DataTypeDefXsd>,
    /// Its value.
    pub value: Option<Text>,
    /// Its unit, where its data specification names one.
    pub unit: Option<Text>,
}

/// Reads technical data.
#[must_use]
pub fn read(submodel: &Submodel) -> TechnicalData {
    let look = Look(&submodel.submodel_elements);
    let general = look.within(
        "GeneralInformation",
        &["0173-1#02-ABK161", "https://admin-shell.io/ZVEI/TechnicalData/GeneralInformation/1/1"],
    );
    let classes = look.within(
        "ProductClassifications",
        &["0173-1#02-ABK162", "https://admin-shell.io/ZVEI/TechnicalData/ProductClassifications/1/1"],
    );
    let mut properties = Vec::new();
    for (name, concepts) in [
        ("TechnicalPropertyAreas", &["0173-1#02-ABK163"][..]),
        ("TechnicalProperties", &["https://admin-shell.io/ZVEI/TechnicalData/TechnicalProperties/1/1"][..]),
    ] {
        if let Some(area) = look.one(name, concepts) {
            collect(area, area.id_short.as_deref().unwrap_or(name), &mut properties);
        }
    }
    TechnicalData {
        manufacturer_name: general.text("ManufacturerName", &["0173-1#02-AAO677"]),
        product_designation: general.text("ManufacturerProductDesignation", &["0173-1#02-AAW338"]),
        article_number: general.text("ManufacturerArticleNumber", &["0173-1#02-AAO676"]),
        images: images(general),
        classifications: classes.0.iter().map(classification).collect(),
        properties,
    }
}

fn images(general: Look<'_>) -> Vec<Text> {
    let list = general.within("ProductImages", &["0173-1#02-ABM220"]);
    let in_list = list.0.iter().filter_map(|it| Look::inside(it).text("ImageFile", &["0173-1#02-ABK291"]));
    let older = general
        .0
        .iter()
        .filter(|it| it.id_short.as_ref().is_some_and(|name| name.starts_with("ProductImage")));
    in_list.chain(older.filter_map(text_of)).collect()
}

fn classification(element: &SubmodelElement) -> Classification {
    let look = Look::inside(element);
    Classification {
        system: look.text("ClassificationSystem", &["0173-1#02-ABL424"]),
        class_id: look.text("ProductClassId", &["0173-1#02-ABG776"]),
        class_name: look.text("ProductClassName", &["0173-1#02-ABK273"]),
    }
}

/// Collects the values in an element.
fn collect(element: &SubmodelElement, path: &str, into: &mut Vec<TechnicalProperty>) {
    let in_list = matches!(element.body, ElementBody::SubmodelElementList(_));
    for (index, child) in element.children().iter().enumerate() {
        let name = child.id_short.as_deref();
        let path = match name {
            Some(name) if !in_list => format!("{path}.{name}"),
            _ => format!("{path}[{index}]"),
        };
        if let ElementBody::Property(_) | ElementBody::MultiLanguageProperty(_) | ElementBody::Range(_) =
            &child.body
        {
            into.push(technical_property(child, path));
        } else {
            collect(child, &path, into);
        }
    }
}

fn technical_property(element: &SubmodelElement, path: String) -> TechnicalProperty {
    let (value_type, value) = match &element.body {
        ElementBody::Property(it) => (Some(it.value_type), it.value.clone()),
        ElementBody::Range(it) => {
            let end = |end: &Option<Text>| end.clone().unwrap_or_default();
            (Some(it.value_type), Some(format!("{}…{}", end(&it.min), end(&it.max)).into()))
        }
        _ => (None, text_of(element)),
    };
    let name = element.id_short.clone().unwrap_or_else(|| path.as_str().into());
    let semantic_id = element.semantic_id.as_ref().and_then(|it| it.target().cloned());
    TechnicalProperty { path, name, semantic_id, value_type, value, unit: unit_of(element) }
}

/// The unit that an element's data specification names.
#[must_use]
pub fn unit_of(element: &SubmodelElement) -> Option<Text> {
    element.details.embedded_data_specifications.iter().find_map(|it| {
        let DataSpecificationContent::Iec61360(content) = &it.data_specification_content;
        content.unit.clone().or_else(|| content.unit_id.as_ref()?.target().cloned())
    })
}

/// A signal as a property of a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Its idShort; see [`id_short_from`].
    pub id_short: Text,
    /// What it is called on screens.
    pub display_name: Text,
    /// The type of its values.
    pub value_type: DataTypeDefXsd,
    /// Its last value.
    pub value: Option<Text>,
    /// Its unit in words.
    pub unit: Option<Text>,
    /// The unit's id, such as a UNECE code with its scheme.
    pub unit_id: Option<Text>,
    /// What it means, where a standard says so.
    pub semantic_id: Option<Text>,
}

/// Writes the signals of an asset as a submodel, by its idShort and semantic id.
#[must_use]
pub fn write_signals(
    id: impl Into<Text>,
    id_short: impl Into<Text>,
    semantic_id: &str,
    signals: &[Signal],
) -> Submodel {
    let mut submodel = Submodel::new(id);
    submodel.id_short = Some(id_short.into());
    submodel.semantic_id = Some(Reference::external(semantic_id).into());
    submodel.submodel_elements = signals.iter().map(signal_element).collect();
    submodel
}

/// The property that shows a signal.
#[must_use]
pub fn signal_element(signal: &Signal) -> SubmodelElement {
    let body = Property { value_type: signal.value_type, value: signal.value.clone(), value_id: None };
    let mut element = SubmodelElement::new(signal.id_short.clone(), ElementBody::Property(body));
    element.semantic_id = signal.semantic_id.clone().map(|id| Reference::external(id).into());
    if signal.display_name != signal.id_short {
        element.details.edit().display_name = vec![LangString::new("en", signal.display_name.clone())];
    }
    if signal.unit.is_some() || signal.unit_id.is_some() {
        element.details.edit().embedded_data_specifications = vec![unit_specification(signal)];
    }
    element
}

fn unit_specification(signal: &Signal) -> EmbeddedDataSpecification {
    let name = vec![LangString::new("en", signal.display_name.clone())];
    let mut content = DataSpecificationIec61360::named(name);
    content.unit = signal.unit.clone();
    content.unit_id = signal.unit_id.clone().map(|id| Reference::external(id).into());
    EmbeddedDataSpecification {
        data_specification: Reference::external(IEC_61360).into(),
        data_specification_content: DataSpecificationContent::Iec61360(Box::new(content)),
        unknown: Unknown::NONE,
    }
}

/// An idShort out of any name: what it may not have becomes an underscore.
#[must_use]
pub fn id_short_from(name: &str) -> Text {
    let mut id_short: String =
        name.chars().take(120).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if !id_short.starts_with(|c: char| c.is_ascii_alphabetic()) {
        id_short.insert_str(0, "x_");
    }
    if id_short.len() < 2 {
        id_short.push('_');
    }
    id_short.into()
}
