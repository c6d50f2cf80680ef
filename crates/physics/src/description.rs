//! `modelDescription.xml`: what a model calls itself, and its variables.
//!
//! Spec: FMI 2.0.4, 2.2 (`ScalarVariable` with its type inside); FMI 3.0.1, 2.4 (one element per type).

use crate::ModelError;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Variables that are read.
const VARIABLES_MAX: usize = 200_000;
/// How deep elements may nest.
const DEPTH_MAX: usize = 32;

/// The type of a variable, as it is set and got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    /// FMI 2 `Real`.
    Float64,
    /// Single precision.
    Float32,
    /// 8 bits.
    Int8,
    /// 8 bits, from 0.
    UInt8,
    /// 16 bits.
    Int16,
    /// 16 bits, from 0.
    UInt16,
    /// FMI 2 `Integer` and `Enumeration`.
    Int32,
    /// 32 bits, from 0.
    UInt32,
    /// FMI 3 `Enumeration` too.
    Int64,
    /// 64 bits, from 0.
    UInt64,
    /// True or false.
    Boolean,
}

/// A variable of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its number.
    pub reference: u32,
    /// `input`, `output`, `parameter`, `local`, …
    pub causality: String,
    /// Its type; none for texts, clocks and arrays.
    pub kind: Option<Type>,
    /// Its unit as the file writes it.
    pub unit: String,
    /// Its value at the start.
    pub start: Option<f64>,
    /// What it is, in words.
    pub description: String,
    declared: String,
}

/// What a file says of its model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Description {
    /// 2 or 3.
    pub version: u8,
    /// As the file writes it.
    pub version_text: String,
    /// What people call the model.
    pub name: String,
    /// GUID or instantiation token.
    pub token: String,
    /// Name of the library.
    pub identifier: String,
    /// The step that the file proposes, s.
    pub step_s: Option<f64>,
    /// Whether it stands alone.
    pub needs_tool: bool,
    /// Whether it has its solver with it.
    pub is_co_simulation: bool,
    /// Its variables.
    pub variables: Vec<Variable>,
}

impl Description {
    /// Reads it.
    ///
    /// # Errors
    /// When the text is no description of a version that is known, or the model cannot be co-simulated.
    pub fn read(text: &str) -> Result<Self, ModelError> {
        let mut reading = Reading::default();
        walk(text, &mut reading)?;
        let mut description = reading.description;
        description.version = match description.version_text.split('.').next() {
            Some("2") => 2,
            Some("3") => 3,
            _ => return Err(ModelError::Version(short(&description.version_text))),
        };
        if !description.is_co_simulation {
            return Err(ModelError::NotCoSimulation);
        }
        if description.needs_tool {
            return Err(ModelError::NeedsTool);
        }
        let id = &description.identifier;
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(ModelError::Description(format!("`{}` is no model identifier", short(id))));
        }
        for variable in &mut description.variables {
            if variable.unit.is_empty() {
                variable.unit = reading.units.get(&variable.declared).cloned().unwrap_or_default();
            }
        }
        Ok(description)
    }

    /// The variable of this name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.name == name)
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

#[derive(Default)]
struct Reading {
    description: Description,
    /// Units of declared types.
    units: BTreeMap<String, String>,
    /// The type definition that is open, in FMI 2.
    defining: String,
    path: Vec<String>,
}

fn walk(text: &str, reading: &mut Reading) -> Result<(), ModelError> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let bad = |why: String| ModelError::Description(why);
    loop {
        let at = reader.buffer_position();
        match reader.read_event().map_err(|error| bad(format!("near byte {at}: {error}")))? {
            Event::Start(start) => {
                if reading.path.len() >= DEPTH_MAX {
                    return Err(bad(format!("elements nest deeper than {DEPTH_MAX}")));
                }
                reading.begin(&start)?;
                reading.path.push(start.local_name().as_ref().to_owned());
            }
            Event::End(_) => {
                reading.path.pop();
            }
            Event::DocType(_) => {
                return Err(bad("a DOCTYPE is refused, as it could expand without end".into()));
            }
            Event::Eof if reading.path.is_empty() => return Ok(()),
            Event::Eof => return Err(bad("it is cut off".into())),
            _ => {}
        }
    }
}

impl Reading {
    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), ModelError> {
        let name = start.local_name();
        let name: &str = name.as_ref();
        let get = |wanted: &str| attribute(start, wanted);
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            [] if name == "fmiModelDescription" => {
                self.description.version_text = get("fmiVersion").unwrap_or_default();
                self.description.name = get("modelName").unwrap_or_default();
                self.description.token =
                    get("guid").or_else(|| get("instantiationToken")).unwrap_or_default();
            }
            [] => return Err(ModelError::Description(format!("its root is `{}`", short(name)))),
            [_] if name == "CoSimulation" => {
                self.description.is_co_simulation = true;
                self.description.identifier = get("modelIdentifier").unwrap_or_default();
                self.description.needs_tool = get("needsExecutionTool").as_deref() == Some("true");
            }
            [_] if name == "DefaultExperiment" => {
                let step = get("stepSize").and_then(|step| step.parse::<f64>().ok());
                self.description.step_s = step.filter(|step| step.is_finite() && *step > 0.0);
            }
            [_, "TypeDefinitions"] => {
                self.defining = get("name").unwrap_or_default();
                if let Some(unit) = get("unit") {
                    self.units.insert(self.defining.clone(), unit);
                }
            }
            [_, "TypeDefinitions", _] => {
                if let Some(unit) = get("unit") {
                    self.units.insert(self.defining.clone(), unit);
                }
            }
            [_, "ModelVariables"] => return self.variable(name, &get),
            [_, "ModelVariables", "ScalarVariable"] => {
                if let Some(variable) = self.description.variables.last_mut() {
                    typed(variable, type_of_fmi2(name), &get);
                }
            }
            [_, "ModelVariables", _] if name == "Dimension" => {
                if let Some(variable) = self.description.variables.last_mut() {
                    variable.kind = None;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn variable(&mut self, name: &str, get: &dyn Fn(&str) -> Option<String>) -> Result<(), ModelError> {
        if self.description.variables.len() >= VARIABLES_MAX {
            return Err(ModelError::TooLarge { what: "variables", most: VARIABLES_MAX as u64 });
        }
        let called = get("name").unwrap_or_default();
        let number = get("valueReference").and_then(|text| text.parse().ok());
        let reference =
            number.ok_or_else(|| ModelError::Description(format!("`{}` has no number", short(&called))))?;
        let mut variable = Variable {
            name: called,
            reference,
            causality: get("causality").unwrap_or_else(|| "local".into()),
            description: get("description").unwrap_or_default(),
            ..Variable::default()
        };
        if name != "ScalarVariable" {
            typed(&mut variable, type_of_fmi3(name), get);
        }
        self.description.variables.push(variable);
        Ok(())
    }
}

fn typed(variable: &mut Variable, kind: Option<Type>, get: &dyn Fn(&str) -> Option<String>) {
    variable.kind = kind;
    variable.unit = get("unit").unwrap_or_default();
    variable.declared = get("declaredType").unwrap_or_default();
    variable.start = get("start").and_then(|text| match text.as_str() {
        "true" => Some(1.0),
        "false" => Some(0.0),
        number => number.parse().ok().filter(|number: &f64| number.is_finite()),
    });
}

fn type_of_fmi2(name: &str) -> Option<Type> {
    match name {
        "Real" => Some(Type::Float64),
        "Integer" | "Enumeration" => Some(Type::Int32),
        "Boolean" => Some(Type::Boolean),
        _ => None,
    }
}

fn type_of_fmi3(name: &str) -> Option<Type> {
    Some(match name {
        "Float64" => Type::Float64,
        "Float32" => Type::Float32,
        "Int8" => Type::Int8,
        "UInt8" => Type::UInt8,
        "Int16" => Type::Int16,
        "UInt16" => Type::UInt16,
        "Int32" => Type::Int32,
        "UInt32" => Type::UInt32,
        "Int64" | "Enumeration" => Type::Int64,
        "UInt64" => Type::UInt64,
        "Boolean" => Type::Boolean,
        _ => return None,
    })
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    attributes.with_checks(false);
    let found = attributes.flatten().find(|attribute| attribute.key.as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"<?xml version="1.0"?><fmiModelDescription fmiVersion="2.0" modelName="Oven &amp; door" guid="{1}">
        <CoSimulation modelIdentifier="oven"/><TypeDefinitions><SimpleType name="T"><Real unit="K"/></SimpleType></TypeDefinitions>
        <DefaultExperiment stepSize="0.5"/><ModelVariables>
        <ScalarVariable name="power" valueReference="1" causality="input"><Real start="2.5" unit="kW"/></ScalarVariable>
        <ScalarVariable name="t" valueReference="2" causality="output"><Real declaredType="T"/></ScalarVariable>
        <ScalarVariable name="word" valueReference="3" causality="output"><String/></ScalarVariable>
        </ModelVariables></fmiModelDescription>"#;

    #[test]
    fn version_two_is_read() {
        let read = Description::read(TWO).unwrap();
        assert_eq!((read.version, read.name.as_str(), read.step_s), (2, "Oven & door", Some(0.5)));
        let power = read.variable("power").unwrap();
        assert_eq!((power.kind, power.start, power.unit.as_str()), (Some(Type::Float64), Some(2.5), "kW"));
        assert_eq!(read.variable("t").unwrap().unit, "K");
        assert_eq!(read.variable("word").unwrap().kind, None);
    }

    #[test]
    fn version_three_is_read_and_its_arrays_are_no_numbers() {
        let text = r#"<fmiModelDescription fmiVersion="3.0" modelName="m" instantiationToken="x">
            <CoSimulation modelIdentifier="m"/><ModelVariables>
            <Float64 name="a" valueReference="7" causality="output"><Dimension start="3"/></Float64>
            <Boolean name="on" valueReference="8" causality="input" start="true"/>
            </ModelVariables></fmiModelDescription>"#;
        let read = Description::read(text).unwrap();
        assert_eq!(read.variable("a").unwrap().kind, None);
        assert_eq!(read.variable("on").unwrap().start, Some(1.0));
    }

    #[test]
    fn what_is_no_model_for_us_says_why() {
        let refused = |text: &str| Description::read(text).unwrap_err().to_string();
        assert!(refused(&TWO.replace("\"2.0\"", "\"1.0\"")).contains("FMI 1.0"));
        assert!(refused(&TWO.replace("CoSimulation", "ModelExchange")).contains("model exchange"));
        assert!(refused(&TWO.replace("\"oven\"", "\"../oven\"")).contains("no model identifier"));
        assert!(refused(&TWO.replace("\"oven\"", "\"oven\" needsExecutionTool=\"true\"")).contains("tool"));
        let cut = TWO.find("<DefaultExperiment").unwrap();
        assert!(refused(&TWO[..cut]).contains("cut off"));
        assert!(refused("<!DOCTYPE x [<!ENTITY a 'b'>]><x/>").contains("DOCTYPE"));
        assert!(refused("<html/>").contains("root"));
        assert!(refused(&TWO.replace("valueReference=\"1\"", "")).contains("no number"));
    }
}
