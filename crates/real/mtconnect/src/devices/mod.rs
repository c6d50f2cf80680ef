//! What an agent says of its devices: `Devices.xml`, or the answer to `probe`.
//!
//! Spec: MTConnect Standard 1.2 to 2.x, Part 2.0 Device Information Model; ANSI/MTC1.4-2018 for the older names.

mod announce;
mod class;
mod role;

use announce::announce_device;
pub(crate) use announce::{thing_key, value_kind};

use crate::xml::{Element, XmlError};
use std::path::{Path, PathBuf};
use trine_connector::Announcement;
use trine_world::Limits;

/// Devices and data items beyond this are not taken: a document that large is a mistake.
const ITEMS_MAX: usize = 200_000;

/// Why a device document was refused.
#[derive(Debug, thiserror::Error)]
pub enum DevicesError {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is no XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is XML of another kind.
    #[error("the document is a `{0}`, not `MTConnectDevices`")]
    Other(String),
    /// It has no device.
    #[error("the document describes no device")]
    Empty,
    /// It has too many data items.
    #[error("the document has more than {ITEMS_MAX} data items")]
    TooMany,
}

/// The three categories of data items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Measured continuously.
    Sample,
    /// Changes at instants.
    Event,
    /// Tells of health.
    Condition,
}

/// One data item of a device.
#[derive(Clone, Debug)]
pub struct DataItem {
    /// Unique within the document.
    pub id: String,
    /// The name that adapters use; often empty.
    pub name: String,
    /// What an adapter calls it instead, when the agent renames.
    pub source: String,
    /// Its category.
    pub category: Category,
    /// What it measures: `POSITION`, `x:MOTION`.
    pub kind: String,
    /// Its variety: `ACTUAL`.
    pub sub_type: String,
    /// The unit of its values.
    pub units: String,
    /// `VALUE`, `DATA_SET`, `TABLE`, `TIME_SERIES`, `DISCRETE`; empty for a value.
    pub representation: String,
    /// Lowest and highest value to expect.
    pub range: Option<[f64; 2]>,
    /// Limits that it should not pass.
    pub limits: Option<Limits>,
    /// The words that its value is one of, where the document lists them.
    pub values: Vec<String>,
    /// Names of the components that it belongs to, from the outside in.
    pub path: Vec<String>,
    /// The kind of component that it belongs to: `Linear`, `Rotary`.
    pub component: String,
}

/// One device.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// Unique and lasting; empty in careless documents.
    pub uuid: String,
    /// Name within the document.
    pub name: String,
    /// Manufacturer, model, serial number, station, and free text.
    pub description: Description,
    /// Kinds and names of its components.
    pub components: Vec<(String, String)>,
    /// Its data items.
    pub items: Vec<DataItem>,
}

/// The plate of a device.
#[derive(Clone, Debug, Default)]
pub struct Description {
    /// Who made it.
    pub manufacturer: String,
    /// What it is.
    pub model: String,
    /// Which one it is.
    pub serial_number: String,
    /// Where it stands.
    pub station: String,
    /// In free words.
    pub text: String,
}

/// Reads a device document.
///
/// # Errors
/// When the document is damaged, of another kind, or without devices.
pub fn parse(text: &str) -> Result<Vec<Device>, DevicesError> {
    let root = Element::parse(text)?;
    if root.name != "MTConnectDevices" {
        return Err(DevicesError::Other(root.name.chars().take(60).collect()));
    }
    let mut devices = Vec::new();
    for element in root.within("Devices") {
        // An agent of version 2 describes itself as a device too, of the kind `Agent`.
        if matches!(element.name.as_str(), "Device" | "Agent") {
            devices.push(device(element));
        }
    }
    if devices.is_empty() {
        return Err(DevicesError::Empty);
    }
    if devices.iter().map(|device| device.items.len()).sum::<usize>() > ITEMS_MAX {
        return Err(DevicesError::TooMany);
    }
    Ok(devices)
}

/// Reads a device document from a file.
///
/// # Errors
/// As [`parse`], and when the file cannot be read.
pub fn read(path: &Path) -> Result<Vec<Device>, DevicesError> {
    let refuse = |source| DevicesError::Read { path: path.to_owned(), source };
    let bytes = std::fs::read(path).map_err(refuse)?;
    parse(std::str::from_utf8(&bytes).map_err(XmlError::Encoding)?)
}

/// What the devices say of themselves, for the site: things, signals, and that they come by this connection.
#[must_use]
pub fn announcement(connection: &str, devices: &[Device]) -> Announcement {
    let mut announcement = Announcement::default();
    for device in devices {
        announce_device(connection, device, &mut announcement);
    }
    announcement
}

fn device(element: &Element) -> Device {
    let mut device = Device {
        uuid: element.attribute("uuid").to_owned(),
        name: or(element.attribute("name"), element.attribute("id")).to_owned(),
        description: element.child("Description").map(description).unwrap_or_default(),
        ..Device::default()
    };
    items_of(element, &[], &mut device);
    limit(element, &mut device);
    device
}

/// Limits stand in the specifications of the device or of its components, by the id of the data item.
fn limit(element: &Element, device: &mut Device) {
    let configurations = element.children.iter().filter(|child| child.name == "Configuration");
    for specification in configurations.flat_map(|configuration| configuration.within("Specifications")) {
        let bound = |name: &str| specification.child(name)?.text.parse().ok().filter(|x: &f64| x.is_finite());
        let limits = Limits { warn: bound("UpperWarning"), alarm: bound("UpperLimit") };
        let of = specification.attribute("dataItemIdRef");
        let item = device.items.iter_mut().find(|item| item.id == of);
        item.into_iter().for_each(|item| item.limits = (limits != Limits::default()).then_some(limits));
    }
    element.within("Components").for_each(|component| limit(component, device));
}

fn description(element: &Element) -> Description {
    let attribute = |name: &str| element.attribute(name).trim().to_owned();
    Description {
        manufacturer: attribute("manufacturer"),
        model: attribute("model"),
        serial_number: attribute("serialNumber"),
        station: attribute("station"),
        text: element.text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

fn items_of(element: &Element, path: &[String], device: &mut Device) {
    let own = element.within("DataItems").filter(|item| item.name == "DataItem");
    device.items.extend(own.filter_map(|item| data_item(item, path, &element.name)));
    for component in element.within("Components") {
        let name = component.attribute("name");
        let mut path = path.to_vec();
        // An unnamed organizer such as `Axes` says nothing that its parts do not say.
        if !name.is_empty() || !is_organizer(&component.name) {
            path.push(or(name, &component.name).to_owned());
        }
        device.components.push((component.name.clone(), name.to_owned()));
        items_of(component, &path, device);
    }
}

fn is_organizer(kind: &str) -> bool {
    const ORGANIZERS: [&str; 12] = [
        "Adapters",
        "Auxiliaries",
        "Axes",
        "Controllers",
        "Interfaces",
        "Materials",
        "Parts",
        "Processes",
        "Resources",
        "Structures",
        "Systems",
        "Personnel",
    ];
    ORGANIZERS.contains(&kind)
}

fn data_item(element: &Element, path: &[String], component: &str) -> Option<DataItem> {
    let category = match element.attribute("category") {
        "SAMPLE" => Category::Sample,
        "EVENT" => Category::Event,
        "CONDITION" => Category::Condition,
        _ => return None,
    };
    let id = element.attribute("id");
    let text = |name: &str| element.attribute(name).to_owned();
    (!id.is_empty()).then(|| DataItem {
        id: id.to_owned(),
        name: text("name"),
        source: element.child("Source").map(|source| source.text.clone()).unwrap_or_default(),
        category,
        kind: text("type"),
        sub_type: text("subType"),
        units: or(element.attribute("units"), element.attribute("nativeUnits")).to_owned(),
        representation: text("representation"),
        range: range(element),
        limits: None,
        values: element.within("Constraints").filter(|c| c.name == "Value").map(|c| c.text.clone()).collect(),
        path: path.to_vec(),
        component: component.to_owned(),
    })
}

fn range(element: &Element) -> Option<[f64; 2]> {
    let constraints = element.child("Constraints")?;
    let bound = |name: &str| constraints.child(name)?.text.parse().ok().filter(|x: &f64| x.is_finite());
    Some([bound("Minimum")?, bound("Maximum")?])
}

fn or<'a>(first: &'a str, second: &'a str) -> &'a str {
    if first.is_empty() { second } else { first }
}
