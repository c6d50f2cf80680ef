//! Typed content goes into submodels that hold all constraints, and comes out equal.

use super::*;
use crate::json::{read_value, write};
use crate::{DataTypeDefXsd, LangString, Version, verify};
use serde_json::json;

/// A submodel that was built is sound in both editions and survives JSON.
fn sound(submodel: &Submodel) -> Submodel {
    for version in [Version::V3_0, Version::V3_1] {
        assert_eq!(verify::submodel(submodel, version), [], "{version:?}");
    }
    crate::json::read::<Submodel>(&write(submodel)).strict().unwrap()
}

#[test]
fn a_nameplate_is_written_and_read() {
    let plate = nameplate::Nameplate {
        uri_of_the_product: Some("https://example.com/p/1".into()),
        manufacturer_name: vec![LangString::new("en", "Maker"), LangString::new("de", "Hersteller")],
        product_designation: vec![LangString::new("en", "Mill")],
        product_type: Some("M-5".into()),
        serial_number: Some("S-1".into()),
        year_of_construction: Some("2024".into()),
        date_of_manufacture: Some("2024-02-29".into()),
        country_of_origin: Some("DE".into()),
        ..nameplate::Nameplate::default()
    };
    let submodel = sound(&nameplate::write("urn:np", &plate));
    assert_eq!(template_of(&submodel), Some(Template::Nameplate));
    assert_eq!(nameplate::read(&submodel), plate);
}

#[test]
fn an_older_nameplate_is_read_by_its_meanings() {
    let id =
        |id: &str| json!({"type": "ExternalReference", "keys": [{"type": "GlobalReference", "value": id}]});
    let document = json!({"modelType": "Submodel", "id": "urn:np",
        "semanticId": id("https://admin-shell.io/zvei/nameplate/2/0/Nameplate"), "submodelElements": [
            {"modelType": "Property", "idShort": "Hersteller", "valueType": "xs:string", "value": "M",
             "semanticId": id("0173-1#02-AAO677#004")},
            {"modelType": "Property", "idShort": "Nr", "valueType": "xs:string", "value": "7",
             "semanticId": id("urn:other"), "supplementalSemanticIds": [id("0173-1#02-AAM556#002")]},
            {"modelType": "Property", "idShort": "OrderCodeOfManufacturer", "valueType": "xs:string", "value": "O"}]});
    let submodel = read_value::<Submodel>(document).strict().unwrap();
    assert_eq!(template_of(&submodel), Some(Template::Nameplate));
    let plate = nameplate::read(&submodel);
    assert_eq!(plate.manufacturer_name, [LangString::new("en", "M")]);
    assert_eq!((plate.serial_number.as_deref(), plate.order_code.as_deref()), (Some("7"), Some("O")));
}

#[test]
fn signals_have_types_units_and_meanings() {
    let signal = technical_data::Signal {
        id_short: technical_data::id_short_from("1. spindle/speed"),
        display_name: "1. spindle/speed".into(),
        value_type: DataTypeDefXsd::Double,
        value: Some("1200.5".into()),
        unit: Some("1/min".into()),
        unit_id: Some("RPM".into()),
        semantic_id: Some("urn:speed".into()),
    };
    let id = technical_data::OPERATIONAL_SEMANTIC_ID;
    let submodel = sound(&technical_data::write_signals("urn:od", "OperationalData", id, &[signal]));
    let element = submodel.element(&"x_1__spindle_speed".parse().unwrap()).unwrap();
    assert_eq!(technical_data::unit_of(element).as_deref(), Some("1/min"));
    assert_eq!(technical_data::id_short_from("a"), "a_");
    assert_eq!(technical_data::id_short_from(""), "x_");
}

#[test]
fn technical_data_is_read_with_its_paths() {
    let document = json!({"modelType": "Submodel", "id": "urn:td", "submodelElements": [
        {"modelType": "SubmodelElementCollection", "idShort": "GeneralInformation", "value": [
            {"modelType": "Property", "idShort": "ManufacturerName", "valueType": "xs:string", "value": "M"}]},
        {"modelType": "SubmodelElementCollection", "idShort": "TechnicalProperties", "value": [
            {"modelType": "SubmodelElementCollection", "idShort": "Main", "value": [
                {"modelType": "Range", "idShort": "Temp", "valueType": "xs:int", "min": "0", "max": "40"}]}]}]});
    let data = technical_data::read(&read_value::<Submodel>(document).strict().unwrap());
    assert_eq!(data.manufacturer_name.as_deref(), Some("M"));
    assert_eq!(
        (data.properties[0].path.as_str(), data.properties[0].value.as_deref()),
        ("TechnicalProperties.Main.Temp", Some("0…40"))
    );
}

#[test]
fn a_structure_is_written_and_read() {
    let part = |name: &str, count| structures::Node {
        name: name.into(),
        global_asset_id: Some(format!("urn:asset:{name}").into()),
        bulk_count: count,
        parts: Vec::new(),
    };
    let root = structures::Node {
        name: "EntryNode".into(),
        global_asset_id: Some("urn:asset:line".into()),
        bulk_count: None,
        parts: vec![part("Mill", None), part("Mill", Some(3))],
    };
    let submodel = sound(&structures::write("urn:hs", &root));
    assert_eq!(template_of(&submodel), Some(Template::HierarchicalStructures));
    let read = structures::read(&submodel).unwrap();
    let names: Vec<&str> = read.parts.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Mill", "Mill_2"]);
    assert_eq!((read.parts[1].bulk_count, &read.global_asset_id), (Some(3), &root.global_asset_id));
}

#[test]
fn interfaces_are_written_and_read() {
    use interfaces::{Form, Interface, InterfaceProperty, Protocol};
    let form = Form {
        href: Some("ns=2;s=Speed".into()),
        content_type: None,
        options: vec![("mqv_qos".into(), "1".into())],
    };
    let property = |path: &[&str], form: &Form| InterfaceProperty {
        path: path.iter().map(|it| (*it).into()).collect(),
        kind: Some("number".into()),
        unit: Some("RPM".into()),
        observable: true,
        semantic_ids: vec!["urn:speed".into()],
        form: Some(form.clone()),
        ..InterfaceProperty::default()
    };
    for (protocol, base) in [
        (Protocol::OpcUa, "opc.tcp://host:4840"),
        (Protocol::Mqtt, "mqtt://host"),
        (Protocol::Http, "http://host/"),
        (Protocol::Modbus, "modbus+tcp://host"),
    ] {
        let interface = Interface {
            name: "InterfaceX".into(),
            title: Some("X".into()),
            protocol: Some(protocol),
            base: Some(base.into()),
            content_type: Some("application/json".into()),
            security: vec!["nosec".into()],
            properties: vec![property(&["status"], &form), property(&["status", "speed"], &form)],
        };
        let submodel = sound(&interfaces::write("urn:aid", std::slice::from_ref(&interface)));
        assert_eq!(template_of(&submodel), Some(Template::AssetInterfaces));
        assert_eq!(interfaces::read(&submodel), [interface]);
    }
}

#[test]
fn documents_of_both_versions_are_read() {
    let value = |name: &str, value: &str| json!({"modelType": "Property", "idShort": name, "valueType": "xs:string", "value": value});
    let smc = |name: &str, value: serde_json::Value| json!({"modelType": "SubmodelElementCollection", "idShort": name, "value": value});
    let file = json!({"modelType": "File", "idShort": "DigitalFile01", "contentType": "application/pdf", "value": "/a.pdf"});
    let old = json!([smc(
        "Document01",
        json!([
            smc("DocumentId01", json!([value("ValueId", "D1")])),
            smc(
                "DocumentClassification01",
                json!([value("ClassId", "03-02"), value("ClassificationSystem", "VDI 2770")])
            ),
            smc("DocumentVersion01", json!([value("Title", "Manual"), file]))
        ])
    )]);
    let unnamed = |mut it: serde_json::Value| {
        it.as_object_mut().unwrap().remove("idShort");
        it
    };
    let sml = |name: &str, kind: &str, items: serde_json::Value| {
        json!({"modelType": "SubmodelElementList", "idShort": name,
        "typeValueListElement": kind, "value": items})
    };
    let new = json!([sml(
        "Documents",
        "SubmodelElementCollection",
        json!([unnamed(smc(
            "x",
            json!([
                sml(
                    "DocumentIds",
                    "SubmodelElementCollection",
                    json!([unnamed(smc("x", json!([value("DocumentIdentifier", "D1")])))])
                ),
                sml(
                    "DocumentClassifications",
                    "SubmodelElementCollection",
                    json!([unnamed(smc(
                        "x",
                        json!([value("ClassId", "03-02"), value("ClassificationSystem", "VDI 2770")])
                    ))])
                ),
                sml(
                    "DocumentVersions",
                    "SubmodelElementCollection",
                    json!([unnamed(smc(
                        "x",
                        json!([
                            value("Title", "Manual"),
                            sml("DigitalFiles", "File", json!([unnamed(file.clone())]))
                        ])
                    ))])
                )
            ])
        ))])
    )]);
    for elements in [old, new] {
        let document = json!({"modelType": "Submodel", "id": "urn:hd", "submodelElements": elements});
        let documents = documentation::read(&read_value::<Submodel>(document).strict().unwrap());
        assert_eq!(documents.len(), 1);
        assert_eq!(
            (documents[0].id.as_deref(), documents[0].class_id.as_deref()),
            (Some("D1"), Some("03-02"))
        );
        assert_eq!(documents[0].versions[0].files, ["/a.pdf"]);
        assert_eq!(documents[0].versions[0].title, [LangString::new("en", "Manual")]);
    }
}

#[test]
fn what_is_common_to_versions_is_one_concept() {
    for (one, other) in [
        ("0173-1#02-AAO677#002", "0173-1#02-AAO677#004"),
        ("https://a.b/Record/1/0", " https://a.b/Record/1/1/ "),
        ("0112/2///61987#ABA565#009", "0112/2///61987#ABA565#010"),
    ] {
        assert_eq!(look::concept(one), look::concept(other));
    }
    assert_ne!(look::concept("https://a.b/x/1/0"), look::concept("https://a.b/y/1/0"));
}

#[test]
fn an_empty_submodel_is_read_as_nothing() {
    let empty = Submodel::new("urn:empty");
    assert_eq!(nameplate::read(&empty), nameplate::Nameplate::default());
    assert_eq!(technical_data::read(&empty), technical_data::TechnicalData::default());
    assert_eq!(location::read(&empty), location::AssetLocation::default());
    assert_eq!(time_series::read(&empty), time_series::TimeSeries::default());
    assert!(models_3d::read(&empty).is_empty() && simulation_models::read(&empty).is_empty());
    assert!(documentation::read(&empty).is_empty() && interfaces::read(&empty).is_empty());
    assert!(structures::read(&empty).is_none() && template_of(&empty).is_none());
}
