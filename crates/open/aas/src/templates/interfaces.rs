//! Asset Interfaces Description: how to reach the asset's data, in the words of the Web of Things.
//!
//! Spec: IDTA 02017-1-0 and 1-1; W3C WoT Thing Description 1.1 and its bindings for HTTP, MQTT, Modbus and OPC UA.

use super::look::{Look, means, text_of};
use crate::{DataTypeDefXsd, ElementBody, Reference, Submodel, SubmodelElement, Text};

const BASE: &str = "https://admin-shell.io/idta/AssetInterfacesDescription";
const WOT: &str = "https://www.w3.org/2019/wot/";
/// The semantic id of the submodel that is written.
pub const SEMANTIC_ID: &str = "https://admin-shell.io/idta/AssetInterfacesDescription/1/1/Submodel";

/// How an interface is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// HTTP.
    Http,
    /// MQTT.
    Mqtt,
    /// Modbus.
    Modbus,
    /// OPC UA.
    OpcUa,
}

/// `(protocol, the id that a description names it by, how its URLs begin)`.
const PROTOCOLS: &[(Protocol, &str, &[&str])] = &[
    (Protocol::Http, "http://www.w3.org/2011/http", &["http://", "https://"]),
    (Protocol::Mqtt, "http://www.w3.org/2011/mqtt", &["mqtt://", "mqtts://", "mqtt+ws://"]),
    (Protocol::Modbus, "http://www.w3.org/2011/modbus", &["modbus+tcp://", "modbus://"]),
    (Protocol::OpcUa, "http://opcfoundation.org/UA/WoT-Binding", &["opc.tcp://"]),
];

/// An interface of the asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its idShort.
    pub name: Text,
    /// Its title.
    pub title: Option<Text>,
    /// How it is spoken to; `None` when nobody says.
    pub protocol: Option<Protocol>,
    /// The URL that all others are relative to.
    pub base: Option<Text>,
    /// The MIME type of what is spoken.
    pub content_type: Option<Text>,
    /// The schemes that protect it: `nosec`, `basic`, ….
    pub security: Vec<Text>,
    /// What can be read there.
    pub properties: Vec<InterfaceProperty>,
}

/// Something that can be read at an interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InterfaceProperty {
    /// Its idShorts from the outermost property down.
    pub path: Vec<Text>,
    /// Its key in the message, where that is not its idShort.
    pub key: Option<Text>,
    /// Its title.
    pub title: Option<Text>,
    /// `number`, `integer`, `boolean`, `string`, `object`, `array`, or what the vendor wrote.
    pub kind: Option<Text>,
    /// Its unit.
    pub unit: Option<Text>,
    /// Whether its changes are told.
    pub observable: bool,
    /// What it means.
    pub semantic_ids: Vec<Text>,
    /// How to get it; a part of a message has the form of the whole.
    pub form: Option<Form>,
}

/// How to get a property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The address, relative to the base: a path, a topic, a node id.
    pub href: Option<Text>,
    /// The MIME type, where it is not that of the interface.
    pub content_type: Option<Text>,
    /// `htv_methodName`, `mqv_qos`, `modv_function` and the like, as they are written.
    pub options: Vec<(Text, Text)>,
}

/// Reads the interfaces.
#[must_use]
pub fn read(submodel: &Submodel) -> Vec<Interface> {
    let wanted = format!("{BASE}/1/0/Interface");
    let is_interface = |it: &&SubmodelElement| {
        means(it, &[&wanted]) || it.id_short.as_ref().is_some_and(|name| name.starts_with("Interface"))
    };
    submodel.submodel_elements.iter().filter(is_interface).map(interface).collect()
}

fn interface(element: &SubmodelElement) -> Interface {
    let look = Look::inside(element);
    let endpoint = look.within("EndpointMetadata", &[&format!("{BASE}/1/0/EndpointMetadata")]);
    let interaction = look.within("InteractionMetadata", &[&format!("{BASE}/1/0/InteractionMetadata")]);
    let base = endpoint.text("base", &[&format!("{WOT}td#baseURI"), &format!("{WOT}td#base")]);
    let mut properties = Vec::new();
    let affordances = interaction.within("properties", &[&format!("{WOT}td#PropertyAffordance")]);
    collect(affordances, &[], None, &mut properties);
    Interface {
        name: element.id_short.clone().unwrap_or_default(),
        title: look.text("title", &[&format!("{WOT}td#title")]),
        protocol: protocol_of(element, base.as_deref()),
        base,
        content_type: endpoint.text("contentType", &[&format!("{WOT}hypermedia#forContentType")]),
        security: security(endpoint),
        properties,
    }
}

/// The protocol by the description's ids, or by the beginning of its URL.
fn protocol_of(element: &SubmodelElement, base: Option<&str>) -> Option<Protocol> {
    let by_id = PROTOCOLS.iter().find(|(_, id, _)| means(element, &[id]));
    let begins =
        |base: &str| PROTOCOLS.iter().find(|(.., schemes)| schemes.iter().any(|it| base.starts_with(it)));
    by_id.or_else(|| base.and_then(begins)).map(|(protocol, ..)| *protocol)
}

/// The schemes that the interface names; all that are defined, where it names none.
fn security(endpoint: Look<'_>) -> Vec<Text> {
    let definitions = endpoint.within("securityDefinitions", &[&format!("{WOT}td#definesSecurityScheme")]);
    let named = endpoint.within("security", &[&format!("{WOT}td#hasSecurityConfiguration")]);
    let names: Vec<Text> = named.0.iter().filter_map(text_of).collect();
    let wanted =
        |it: &&SubmodelElement| names.is_empty() || it.id_short.as_ref().is_some_and(|id| names.contains(id));
    let scheme =
        |it: &SubmodelElement| Look::inside(it).text("scheme", &[&format!("{WOT}security#SecurityScheme")]);
    definitions.0.iter().filter(wanted).filter_map(scheme).collect()
}

/// Collects properties and the properties in them. A tree that was read nests no deeper than its reader allows.
fn collect(look: Look<'_>, above: &[Text], form_above: Option<&Form>, into: &mut Vec<InterfaceProperty>) {
    for element in look.0 {
        let (ElementBody::SubmodelElementCollection(_), Some(name)) = (&element.body, &element.id_short)
        else {
            continue;
        };
        let inside = Look::inside(element);
        let mut path = above.to_vec();
        path.push(name.clone());
        let form = form(inside).or_else(|| form_above.cloned());
        let nested = inside.within("properties", &[&format!("{WOT}json-schema#properties")]);
        into.push(property(element, inside, path.clone(), form.clone()));
        collect(nested, &path, form.as_ref(), into);
    }
}

fn property(
    element: &SubmodelElement,
    look: Look<'_>,
    path: Vec<Text>,
    form: Option<Form>,
) -> InterfaceProperty {
    let definition = format!("{BASE}/1/0/PropertyDefinition");
    let ids = element.semantic_id.iter().chain(&element.details.supplemental_semantic_ids);
    let ids = ids.filter_map(|it| it.target().cloned());
    InterfaceProperty {
        path,
        key: look.text("key", &[&format!("{BASE}/1/0/key")]),
        title: look.text("title", &[&format!("{WOT}td#title")]),
        kind: look.text("type", &["https://www.w3.org/1999/02/22-rdf-syntax-ns#type"]),
        unit: look.text("unit", &["https://schema.org/unitCode"]),
        observable: look
            .text("observable", &[&format!("{WOT}td#isObservable")])
            .is_some_and(|it| it == "true"),
        semantic_ids: ids.filter(|id| !id.contains("AssetInterface") && *id != definition).collect(),
        form,
    }
}

fn form(look: Look<'_>) -> Option<Form> {
    let forms = look.one("forms", &[&format!("{WOT}td#hasForm")])?;
    // A list of forms says the same in several ways; the first is taken.
    let inside = match &forms.body {
        ElementBody::SubmodelElementList(list) => list.value.first().map_or(Look(&[]), Look::inside),
        _ => Look::inside(forms),
    };
    let option = |it: &SubmodelElement| {
        let name =
            it.id_short.clone().filter(|name| name.contains('_') || name == "op" || name == "subprotocol")?;
        Some((name, text_of(it)?))
    };
    Some(Form {
        href: inside.text("href", &[&format!("{WOT}hypermedia#hasTarget")]),
        content_type: inside.text("contentType", &[&format!("{WOT}hypermedia#forContentType")]),
        options: inside.0.iter().filter_map(option).collect(),
    })
}

/// Writes interfaces by the template of version 1.1.
#[must_use]
pub fn write(id: impl Into<Text>, interfaces: &[Interface]) -> Submodel {
    let mut submodel = Submodel::new(id);
    submodel.id_short = Some("AssetInterfacesDescription".into());
    submodel.semantic_id = Some(Reference::external(SEMANTIC_ID).into());
    submodel.submodel_elements = interfaces.iter().map(interface_element).collect();
    submodel
}

/// Elements in a collection.
fn collection(name: &str, concept: &str, elements: Vec<SubmodelElement>) -> SubmodelElement {
    SubmodelElement::new(name, ElementBody::SubmodelElementCollection(elements))
        .meaning(Reference::external(concept))
}

/// A property, where there is a value.
fn value(name: &str, kind: DataTypeDefXsd, concept: &str, value: Option<&Text>) -> Option<SubmodelElement> {
    Some(SubmodelElement::property(name, kind, value?.clone()).meaning(Reference::external(concept)))
}

fn interface_element(it: &Interface) -> SubmodelElement {
    use DataTypeDefXsd::{AnyUri, String};
    let mut endpoint: Vec<SubmodelElement> = Vec::new();
    endpoint.extend(value("base", AnyUri, &format!("{WOT}td#baseURI"), it.base.as_ref()));
    endpoint.extend(value(
        "contentType",
        String,
        &format!("{WOT}hypermedia#forContentType"),
        it.content_type.as_ref(),
    ));
    let scheme = |scheme: &Text| {
        let inner = value("scheme", String, &format!("{WOT}security#SecurityScheme"), Some(scheme));
        collection(
            &format!("{scheme}_sc"),
            &format!("{WOT}security#SecurityScheme"),
            inner.into_iter().collect(),
        )
    };
    let schemes = it.security.iter().map(scheme).collect();
    endpoint.push(collection("securityDefinitions", &format!("{WOT}td#definesSecurityScheme"), schemes));
    let properties =
        it.properties.iter().filter(|it| it.path.len() == 1).map(|top| property_element(it, top)).collect();
    let properties = collection("properties", &format!("{WOT}td#PropertyAffordance"), properties);
    let mut elements: Vec<SubmodelElement> = Vec::new();
    elements.extend(value("title", String, &format!("{WOT}td#title"), it.title.as_ref()));
    elements.push(collection("EndpointMetadata", &format!("{BASE}/1/0/EndpointMetadata"), endpoint));
    elements.push(collection(
        "InteractionMetadata",
        &format!("{BASE}/1/0/InteractionMetadata"),
        vec![properties],
    ));
    let mut element = collection(&it.name, &format!("{BASE}/1/0/Interface"), elements);
    let protocol = PROTOCOLS.iter().find(|(protocol, ..)| Some(*protocol) == it.protocol);
    if let Some((_, id, _)) = protocol {
        let ids = [format!("{WOT}td"), (*id).to_owned()];
        element.details.edit().supplemental_semantic_ids =
            ids.map(|id| Reference::external(id).into()).to_vec();
    }
    element
}

fn property_element(interface: &Interface, it: &InterfaceProperty) -> SubmodelElement {
    use DataTypeDefXsd::{Boolean, String};
    let mut elements: Vec<SubmodelElement> = Vec::new();
    elements.extend(value("key", String, &format!("{BASE}/1/0/key"), it.key.as_ref()));
    elements.extend(value(
        "type",
        String,
        "https://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        it.kind.as_ref(),
    ));
    elements.extend(value("title", String, &format!("{WOT}td#title"), it.title.as_ref()));
    if it.observable {
        elements.extend(value("observable", Boolean, &format!("{WOT}td#isObservable"), Some(&"true".into())));
    }
    elements.extend(value("unit", String, "https://schema.org/unitCode", it.unit.as_ref()));
    let below = |other: &&InterfaceProperty| {
        other.path.len() == it.path.len() + 1 && other.path.starts_with(&it.path)
    };
    let nested: Vec<SubmodelElement> =
        interface.properties.iter().filter(below).map(|it| property_element(interface, it)).collect();
    if !nested.is_empty() {
        elements.push(collection("properties", &format!("{WOT}json-schema#properties"), nested));
    }
    if let Some(form) = it.form.as_ref().filter(|_| it.path.len() == 1) {
        elements.push(form_element(form));
    }
    let name = it.path.last().cloned().unwrap_or_default();
    let mut element = collection(&name, &format!("{BASE}/1/0/PropertyDefinition"), elements);
    if !it.semantic_ids.is_empty() {
        let ids = it.semantic_ids.iter().map(|id| Reference::external(id.clone()).into());
        element.details.edit().supplemental_semantic_ids = ids.collect();
    }
    element
}

fn form_element(form: &Form) -> SubmodelElement {
    use DataTypeDefXsd::String;
    let mut elements: Vec<SubmodelElement> = Vec::new();
    elements.extend(value(
        "contentType",
        String,
        &format!("{WOT}hypermedia#forContentType"),
        form.content_type.as_ref(),
    ));
    elements.extend(value("href", String, &format!("{WOT}hypermedia#hasTarget"), form.href.as_ref()));
    for (name, option) in &form.options {
        elements.push(SubmodelElement::property(name.clone(), String, option.clone()));
    }
    collection("forms", &format!("{WOT}td#hasForm"), elements)
}
