//! Assets that an agent keeps: cutting tools and what else belongs to a machine without being a part of it. Pure.
//!
//! Each is a thing below its device, with what it says of itself on its plate. A cutting tool has its states, its life
//! and how often it was reconditioned as signals, at the times that the asset gives.
//! Spec: MTConnect Standard 2.x, Part 4.0 Asset Information Model, Part 4.1 Cutting Tools; Part 1.0, Assets request.

use crate::observe;
use crate::xml::{Element, XmlError};
use trine_base::{Instant, Quality, Value};
use trine_world::{Level, SignalDescription, ThingDescription, ValueKind};

/// Assets of one agent, at most: that many are asked for.
pub(super) const ASSETS_MAX: usize = 1_000;

/// Attributes of an asset that are told elsewhere or are of no use to people.
const NOT_ON_PLATE: [&str; 6] = ["assetId", "deviceUuid", "timestamp", "removed", "hash", "xmlns"];

/// One asset.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asset {
    pub id: String,
    /// `CuttingTool`, `File`, …
    pub kind: String,
    pub device: String,
    /// When it was so; `None` where the agent does not say.
    pub at: Option<Instant>,
    plate: Vec<(String, String)>,
    pub values: Vec<Measured>,
}

/// One value of an asset.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    /// The end of the key of its signal.
    word: String,
    name: String,
    kind: ValueKind,
    unit: &'static str,
    range: Option<[f64; 2]>,
    pub value: Value,
    pub quality: Quality,
}

/// Reads the answer to `assets`; `None` when it is another document: the agent has none, or knows no assets.
pub(super) fn parse(text: &str) -> Result<Option<Vec<Asset>>, XmlError> {
    let root = Element::parse(text)?;
    if root.name != "MTConnectAssets" {
        return Ok(None);
    }
    let assets = root.within("Assets").filter(|element| !element.attribute("assetId").is_empty());
    Ok(Some(
        assets.filter(|element| element.attribute("removed") != "true").take(ASSETS_MAX).map(asset).collect(),
    ))
}

fn asset(element: &Element) -> Asset {
    let is_tool = element.name.starts_with("CuttingTool");
    let mut plate: Vec<(String, String)> = element
        .attributes
        .iter()
        .filter(|(name, _)| !NOT_ON_PLATE.contains(&name.as_str()) && !name.starts_with("xmlns:"))
        .map(|(name, text)| (plate_name(name), text.clone()))
        .collect();
    if let Some(description) = element.child("Description") {
        plate.push(("Description".into(), description.text.clone()));
    }
    let mut values = Vec::new();
    if let Some(life) = element.child("CuttingToolLifeCycle").filter(|_| is_tool) {
        let told = ["ProgramToolNumber", "ProgramToolGroup", "Location", "ConnectionCodeMachineSide"];
        let told = told.iter().filter_map(|name| Some(((*name).to_owned(), life.child(name)?.text.clone())));
        plate.extend(told);
        values = values_of_tool(life);
    }
    plate.retain(|(_, text)| !text.is_empty());
    Asset {
        id: element.attribute("assetId").to_owned(),
        kind: element.name.clone(),
        device: element.attribute("deviceUuid").to_owned(),
        at: observe::instant(element.attribute("timestamp")),
        plate,
        values,
    }
}

/// The words of the IDTA Digital Nameplate where it has them.
fn plate_name(attribute: &str) -> String {
    match attribute {
        "manufacturers" => "ManufacturerName".to_owned(),
        "serialNumber" => "SerialNumber".to_owned(),
        other => {
            let mut letters = other.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

fn values_of_tool(life: &Element) -> Vec<Measured> {
    let mut values = Vec::new();
    let states: Vec<&str> = life.within("CutterStatus").map(|status| status.text.as_str()).collect();
    if !states.is_empty() {
        values.push(Measured::new("state", "Tool state", ValueKind::Text, "", &states.join(" ")));
    }
    for element in life.children.iter().filter(|child| child.name == "ToolLife") {
        let (word, name, unit) = match element.attribute("type") {
            "MINUTES" => ("life-minutes", "Tool life", "MIN"),
            "PART_COUNT" => ("life-parts", "Tool life", "C62"),
            "WEAR" => ("life-wear", "Tool wear", "MMT"),
            _ => ("life", "Tool life", ""),
        };
        let mut measured = Measured::new(word, name, ValueKind::Number, unit, &element.text);
        let limit =
            element.attribute("limit").parse().ok().filter(|limit: &f64| limit.is_finite() && *limit > 0.0);
        measured.range = limit.map(|limit| [0.0, limit]);
        values.push(measured);
    }
    if let Some(count) = life.child("ReconditionCount") {
        values.push(Measured::new("reconditions", "Reconditioned", ValueKind::Integer, "C62", &count.text));
    }
    values
}

impl Measured {
    fn new(word: &str, name: &str, kind: ValueKind, unit: &'static str, text: &str) -> Self {
        let (value, quality) = observe::value(kind, text);
        Self { word: word.into(), name: name.into(), kind, unit, range: None, value, quality }
    }
}

impl Asset {
    /// Key of the thing.
    pub(super) fn key(&self, connection: &str) -> String {
        format!("{connection}/asset/{}", self.id)
    }

    /// What the world is told of it; `parent` is the thing of its device.
    pub(super) fn describe(
        &self,
        connection: &str,
        parent: Option<&str>,
    ) -> (ThingDescription, Vec<SignalDescription>) {
        let key = self.key(connection);
        let called =
            |name: &str| self.plate.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
        let name = called("ToolId").unwrap_or(&self.id);
        let mut thing = ThingDescription::new(&key, name, &class(&self.kind), Level::Component);
        thing = thing.with_plate("AssetId", &self.id);
        for (name, text) in &self.plate {
            thing = thing.with_plate(name, text);
        }
        if let Some(parent) = parent {
            thing = thing.in_parent(parent);
        }
        let signal = |measured: &Measured| {
            let address = format!("{key}/{}", measured.word);
            let mut signal =
                SignalDescription::new(&key, &address, &measured.name, measured.kind).in_unit(measured.unit);
            signal.range = measured.range;
            signal
        };
        (thing, self.values.iter().map(signal).collect())
    }
}

/// `CuttingTool` becomes `cutting-tool`.
fn class(kind: &str) -> String {
    let mut class = String::new();
    for letter in kind.chars().take(60) {
        if letter.is_uppercase() && !class.is_empty() {
            class.push('-');
        }
        class.extend(letter.to_lowercase());
    }
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOLS: &str = r#"<MTConnectAssets><Header/><Assets>
      <CuttingTool assetId="T-7" serialNumber="s1" toolId="KMT" deviceUuid="urn:m:1" timestamp="2026-01-02T03:04:05Z" manufacturers="Kenna">
        <Description>Face mill</Description>
        <CuttingToolLifeCycle><CutterStatus><Status>USED</Status><Status>MEASURED</Status></CutterStatus>
          <ReconditionCount maximumCount="5">3</ReconditionCount>
          <ToolLife type="MINUTES" countDirection="UP" initial="0" limit="100">35.5</ToolLife>
          <ProgramToolNumber>12</ProgramToolNumber></CuttingToolLifeCycle>
      </CuttingTool>
      <File assetId="F-1" name="a.nc" deviceUuid="urn:m:2" timestamp="nonsense"/>
      <CuttingTool assetId="gone" removed="true" timestamp="2026-01-02T03:04:05Z"/>
    </Assets></MTConnectAssets>"#;

    #[test]
    fn a_cutting_tool_is_a_thing_with_its_life() {
        let assets = parse(TOOLS).unwrap().unwrap();
        assert_eq!(assets.len(), 2, "what was removed is not there");
        let (thing, signals) = assets[0].describe("connection/a", Some("urn:m:1"));
        assert_eq!(
            (&*thing.key, &*thing.name, &*thing.class),
            ("connection/a/asset/T-7", "KMT", "cutting-tool")
        );
        assert_eq!(thing.level, Level::Component);
        for (name, text) in
            [("ManufacturerName", "Kenna"), ("Description", "Face mill"), ("ProgramToolNumber", "12")]
        {
            assert_eq!(thing.nameplate.get(name).map(String::as_str), Some(text));
        }
        let values: Vec<_> = assets[0].values.iter().map(|m| (m.word.as_str(), m.value.clone())).collect();
        let wanted = [
            ("state", Value::text("USED MEASURED")),
            ("life-minutes", Value::Number(35.5)),
            ("reconditions", Value::Integer(3)),
        ];
        assert_eq!(values, wanted);
        assert_eq!(signals[1].range, Some([0.0, 100.0]));
        let (file, signals) = assets[1].describe("connection/a", None);
        assert_eq!((&*file.class, signals.len(), assets[1].at), ("file", 0, None));
    }

    #[test]
    fn an_agent_without_assets_is_no_error() {
        let error = "<MTConnectError><Header/><Errors><Error errorCode=\"ASSET_NOT_FOUND\"/></Errors></MTConnectError>";
        assert_eq!(parse(error).unwrap(), None);
        assert!(parse("<nonsense").is_err());
    }
}
