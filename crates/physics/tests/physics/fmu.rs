//! Builds FMUs of `oven.c` with the C compiler of the machine.

use std::ffi::OsString;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use trine_future::Physics as _;
use trine_physics::{Limits, Models};
use trine_world::{ModelInput, ModelOutput, PhysicsModel};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The oven by version; none where there is no C compiler, which is said.
pub fn oven(version: u8) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("oven.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/physics/oven.c");
    let mut compile = Command::new("cc");
    compile.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).arg("-lm");
    if version == 3 {
        compile.arg("-DFMI3");
    }
    match compile.status() {
        Err(error) => {
            eprintln!("skipped: there is no C compiler `cc` here ({error})");
            return None;
        }
        Ok(status) => assert!(status.success(), "oven.c does not compile"),
    }
    let library = std::fs::read(library).unwrap();
    let platform =
        if version == 3 { format!("{}-linux", std::env::consts::ARCH) } else { "linux64".to_owned() };
    let binary = format!("binaries/{platform}/oven.so");
    Some(archive(&[("modelDescription.xml", description(version).as_bytes()), (&binary, &library)]))
}

/// A file with these entries.
pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const VARIABLES: [(&str, &str, &str, &str); 8] = [
    ("power", "input", "Float64", "kW"),
    ("door", "input", "Boolean", ""),
    ("gain", "parameter", "Float64", ""),
    ("tau", "parameter", "Float64", "s"),
    ("fault", "parameter", "Float64", ""),
    ("fault_at", "parameter", "Float64", "s"),
    ("heat", "output", "Float64", "degC"),
    ("count", "output", "Int32", ""),
];

pub fn description(version: u8) -> String {
    let variable = |(number, (name, causality, kind, unit)): (usize, &(&str, &str, &str, &str))| {
        let start = if *causality == "output" { "" } else { "start=\"0\"" };
        let unit = if unit.is_empty() { String::new() } else { format!("unit=\"{unit}\"") };
        let common = format!("name=\"{name}\" valueReference=\"{number}\" causality=\"{causality}\"");
        let two = match *kind {
            "Float64" => format!("<Real {start} {unit}/>"),
            "Int32" => format!("<Integer {start}/>"),
            other => format!("<{other} {start}/>"),
        };
        if version == 3 {
            format!("<{kind} {common} {start} {unit}/>")
        } else {
            format!("<ScalarVariable {common}>{two}</ScalarVariable>")
        }
    };
    let variables: String = VARIABLES.iter().enumerate().map(variable).collect();
    let token = if version == 3 { "instantiationToken" } else { "guid" };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<fmiModelDescription fmiVersion=\"{version}.0\" \
         modelName=\"Oven\" {token}=\"{{oven}}\"><CoSimulation modelIdentifier=\"oven\"/>\
         <DefaultExperiment stepSize=\"1\"/><ModelVariables>{variables}</ModelVariables></fmiModelDescription>"
    )
}

/// Models in a folder, with little patience.
pub fn models(data: &Path) -> Arc<Models> {
    let command = vec![OsString::from(env!("CARGO_BIN_EXE_trine-fmu"))];
    let limits = Limits { step: Duration::from_millis(1_500), ..Limits::default() };
    Models::new(data, command, limits)
}

/// The oven on a shelf, wired to constants; none where there is no C compiler.
pub fn wired(models: &Models, version: u8, constants: &[(&str, f64)]) -> Option<PhysicsModel> {
    let file = models.keep(&oven(version)?).unwrap().file;
    let constants = constants.iter().map(|(name, value)| ((*name).to_owned(), ModelInput::Constant(*value)));
    let outputs = ["count", "heat"].map(|name| (name.to_owned(), ModelOutput::default()));
    Some(PhysicsModel {
        file: file.into(),
        name: "Oven".into(),
        step_s: 1.0,
        live: true,
        inputs: constants.collect(),
        outputs: outputs.into(),
    })
}
