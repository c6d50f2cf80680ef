//! The wiring of a model, checked against what its file says: names become numbers with types.

use crate::ModelError;
use crate::description::{Description, Variable};
use crate::protocol::{Start, Wire};
use std::path::Path;
use std::sync::Arc;
use trine_world::{ModelInput, PhysicsModel, SignalDescription, ValueKind};

/// Names that an error lists.
const NAMES_MAX: usize = 12;

/// A wiring that fits its file.
#[derive(Clone, Debug)]
pub struct Wires {
    /// How the model is started.
    pub start: Start,
    /// Where each input comes from, in the order of the start.
    pub inputs: Vec<ModelInput>,
    /// Names of the outputs, in the order of the start.
    pub outputs: Vec<String>,
}

impl Wires {
    /// Fits a wiring to a file that is unpacked in a folder.
    ///
    /// # Errors
    /// When a name is not there, or is not what it is wired as.
    pub fn fit(model: &PhysicsModel, description: &Description, folder: &Path) -> Result<Self, ModelError> {
        let library = folder.join(crate::archive::library(description.version, &description.identifier));
        let mut start = Start {
            version: description.version,
            library,
            resources: folder.join("resources"),
            token: description.token.clone(),
            name: description.name.clone(),
            parameters: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        let mut inputs = Vec::new();
        for (name, input) in &model.inputs {
            let (variable, wire) =
                find(description, name, "input", &["input", "parameter", "structuralParameter"])?;
            match (input, variable.causality == "input") {
                (ModelInput::Constant(value), false) => start.parameters.push((wire, *value)),
                (ModelInput::Signal(_), false) => return Err(ModelError::ParameterFromSignal(name.clone())),
                (ModelInput::Constant(value), true) => {
                    start.inputs.push((wire, *value));
                    inputs.push(input.clone());
                }
                (ModelInput::Signal(_), true) => {
                    start.inputs.push((wire, variable.start.unwrap_or(0.0)));
                    inputs.push(input.clone());
                }
            }
        }
        let mut outputs = Vec::new();
        for name in model.outputs.keys() {
            let causalities = ["output", "local", "calculatedParameter"];
            start.outputs.push(find(description, name, "output", &causalities)?.1);
            outputs.push(name.clone());
        }
        Ok(Self { start, inputs, outputs })
    }
}

fn find<'a>(
    description: &'a Description,
    name: &str,
    causality: &'static str,
    fitting: &[&str],
) -> Result<(&'a Variable, Wire), ModelError> {
    let fits = |variable: &&Variable| fitting.contains(&variable.causality.as_str());
    let Some(variable) = description.variable(name).filter(fits) else {
        let known = description.variables.iter().filter(|variable| variable.causality == causality);
        let names: Vec<&str> = known.map(|variable| variable.name.as_str()).take(NAMES_MAX).collect();
        let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(ModelError::NoVariable { causality, name: name.to_owned(), has });
    };
    let kind = variable.kind.ok_or_else(|| ModelError::NotNumber(name.to_owned()))?;
    Ok((variable, Wire { reference: variable.reference, kind }))
}

/// The signals that the outputs of a model are: of the thing, by the model's connection.
pub fn signals(
    model: &PhysicsModel,
    description: Option<&Description>,
    thing: &Arc<str>,
    connection: &str,
) -> Vec<SignalDescription> {
    let signal = |(variable, output): (&String, &trine_world::ModelOutput)| {
        let name = if output.name.is_empty() { variable } else { &output.name };
        let said = description.and_then(|description| description.variable(variable));
        let unit = if output.unit.is_empty() { said.map_or("", |said| &said.unit) } else { &output.unit };
        let key = format!("{connection}/{variable}");
        let mut signal = SignalDescription::new(thing, &key, name, ValueKind::Number).in_unit(unit);
        signal.role = output.role;
        signal
    };
    model.outputs.iter().map(signal).collect()
}
