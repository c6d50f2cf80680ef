//! Digital Nameplate: who made the asset, what it is, and how it is marked.
//!
//! Spec: IDTA 02006-2-0 and 02006-3-0.

use super::look::Look;
use crate::{
    DataTypeDefXsd, ElementBody, LangString, MultiLanguageProperty, Reference, Submodel, SubmodelElement,
    Text,
};

/// What a nameplate says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nameplate {
    /// The identification link (IEC 61406) of the product.
    pub uri_of_the_product: Option<Text>,
    /// The manufacturer in each language.
    pub manufacturer_name: Vec<LangString>,
    /// What the product is called, in each language.
    pub product_designation: Vec<LangString>,
    /// The family of the product.
    pub product_family: Vec<LangString>,
    /// The type of the product.
    pub product_type: Option<Text>,
    /// By what it is ordered.
    pub order_code: Option<Text>,
    /// The number of the article.
    pub article_number: Option<Text>,
    /// The number of this one.
    pub serial_number: Option<Text>,
    /// When it was built.
    pub year_of_construction: Option<Text>,
    /// The day it was made.
    pub date_of_manufacture: Option<Text>,
    /// The version of its hardware.
    pub hardware_version: Option<Text>,
    /// The version of its firmware.
    pub firmware_version: Option<Text>,
    /// The version of its software.
    pub software_version: Option<Text>,
    /// Where it was made, ISO 3166.
    pub country_of_origin: Option<Text>,
    /// The path of the manufacturer's logo.
    pub company_logo: Option<Text>,
    /// The marks on it.
    pub markings: Vec<Marking>,
}

/// A mark on the product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marking {
    /// Its name.
    pub name: Option<Text>,
    /// What certificate or approval it stands for.
    pub designation: Option<Text>,
    /// The path of its picture.
    pub file: Option<Text>,
}

/// The semantic id of the submodel that is written.
pub const SEMANTIC_ID: &str = "https://admin-shell.io/idta/nameplate/3/0/Nameplate";

/// `(idShort, concepts: the one of 3.0 first)`.
type Names = (&'static str, &'static [&'static str]);
const URI: Names =
    ("URIOfTheProduct", &["0112/2///61987#ABN590#002", "0173-1#02-AAY811#001", "0173-1#02-ABH173#003"]);
const MAKER: Names = ("ManufacturerName", &["0112/2///61987#ABA565#009", "0173-1#02-AAO677#002"]);
const DESIGNATION: Names =
    ("ManufacturerProductDesignation", &["0112/2///61987#ABA567#009", "0173-1#02-AAW338#001"]);
const FAMILY: Names = ("ManufacturerProductFamily", &["0112/2///61987#ABP464#002", "0173-1#02-AAU731#001"]);
const TYPE: Names = ("ManufacturerProductType", &["0112/2///61987#ABA300#008", "0173-1#02-AAO057#002"]);
const ORDER: Names = ("OrderCodeOfManufacturer", &["0112/2///61987#ABA950#008", "0173-1#02-AAO227#002"]);
const ARTICLE: Names =
    ("ProductArticleNumberOfManufacturer", &["0112/2///61987#ABA581#007", "0173-1#02-AAO676#003"]);
const SERIAL: Names = ("SerialNumber", &["0112/2///61987#ABA951#009", "0173-1#02-AAM556#002"]);
const YEAR: Names = ("YearOfConstruction", &["0112/2///61987#ABP000#002", "0173-1#02-AAP906#001"]);
const DATE: Names = ("DateOfManufacture", &["0112/2///61987#ABB757#007", "0173-1#02-AAR972#002"]);
const HARDWARE: Names = ("HardwareVersion", &["0112/2///61987#ABA926#008", "0173-1#02-AAN270#002"]);
const FIRMWARE: Names = ("FirmwareVersion", &["0112/2///61987#ABA302#006", "0173-1#02-AAM985#002"]);
const SOFTWARE: Names = ("SoftwareVersion", &["0112/2///61987#ABA601#008", "0173-1#02-AAM737#002"]);
const COUNTRY: Names = ("CountryOfOrigin", &["0112/2///61987#ABP462#001", "0173-1#02-AAO259#004"]);
const LOGO: Names = ("CompanyLogo", &["0112/2///61987#ABP463#001"]);
const MARKINGS: Names = ("Markings", &["0112/2///61360_7#AAS006#001", "0173-1#01-AGZ673#001"]);

/// Reads a nameplate.
#[must_use]
pub fn read(submodel: &Submodel) -> Nameplate {
    let look = Look(&submodel.submodel_elements);
    let text = |(name, concepts): Names| look.text(name, concepts);
    let languages = |(name, concepts): Names| look.languages(name, concepts);
    Nameplate {
        uri_of_the_product: text(URI),
        manufacturer_name: languages(MAKER),
        product_designation: languages(DESIGNATION),
        product_family: languages(FAMILY),
        product_type: text(TYPE),
        order_code: text(ORDER),
        article_number: text(ARTICLE),
        serial_number: text(SERIAL),
        year_of_construction: text(YEAR),
        date_of_manufacture: text(DATE),
        hardware_version: text(HARDWARE),
        firmware_version: text(FIRMWARE),
        software_version: text(SOFTWARE),
        country_of_origin: text(COUNTRY),
        company_logo: text(LOGO),
        markings: markings(look),
    }
}

fn markings(look: Look<'_>) -> Vec<Marking> {
    let marking = |element: &SubmodelElement| {
        let look = Look::inside(element);
        Marking {
            name: look.text("MarkingName", &["0112/2///61987#ABA231#009", "0173-1#02-BAB392#015"]),
            designation: look.text("DesignationOfCertificateOrApproval", &["0112/2///61987#ABH783#003"]),
            file: look.text("MarkingFile", &["0112/2///61987#ABO100#002"]),
        }
    };
    look.within(MARKINGS.0, MARKINGS.1).0.iter().map(marking).collect()
}

/// Writes a nameplate by the template of version 3.0.
#[must_use]
pub fn write(id: impl Into<Text>, nameplate: &Nameplate) -> Submodel {
    let mut submodel = Submodel::new(id);
    submodel.id_short = Some("Nameplate".into());
    submodel.semantic_id = Some(Reference::external(SEMANTIC_ID).into());
    let elements = &mut submodel.submodel_elements;
    let text = |names, kind, value| text_element(names, kind, value);
    use DataTypeDefXsd::{AnyUri, Date, String};
    elements.extend(text(URI, AnyUri, &nameplate.uri_of_the_product));
    elements.extend(language_element(MAKER, &nameplate.manufacturer_name));
    elements.extend(language_element(DESIGNATION, &nameplate.product_designation));
    elements.extend(language_element(FAMILY, &nameplate.product_family));
    for (names, kind, value) in [
        (TYPE, String, &nameplate.product_type),
        (ORDER, String, &nameplate.order_code),
        (ARTICLE, String, &nameplate.article_number),
        (SERIAL, String, &nameplate.serial_number),
        (YEAR, String, &nameplate.year_of_construction),
        (DATE, Date, &nameplate.date_of_manufacture),
        (HARDWARE, String, &nameplate.hardware_version),
        (FIRMWARE, String, &nameplate.firmware_version),
        (SOFTWARE, String, &nameplate.software_version),
        (COUNTRY, String, &nameplate.country_of_origin),
    ] {
        elements.extend(text(names, kind, value));
    }
    submodel
}

fn text_element(names: Names, kind: DataTypeDefXsd, value: &Option<Text>) -> Option<SubmodelElement> {
    let value = value.clone()?;
    Some(SubmodelElement::property(names.0, kind, value).meaning(Reference::external(names.1[0])))
}

fn language_element(names: Names, value: &[LangString]) -> Option<SubmodelElement> {
    let body = MultiLanguageProperty { value: value.to_vec(), value_id: None };
    let element = SubmodelElement::new(names.0, ElementBody::MultiLanguageProperty(body));
    (!value.is_empty()).then(|| element.meaning(Reference::external(names.1[0])))
}
