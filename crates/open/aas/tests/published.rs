//! Published packages: each is read, and comes back equal when it is written and read again.
//!
//! They are not part of the project; where they are absent the test says so and passes.

use std::path::{Path, PathBuf};
use trine_aas::aasx::{Limits, Package, SpecFormat};
use trine_aas::{Version, json, verify, xml};

fn packages() -> Vec<PathBuf> {
    let root = std::env::var_os("TRINE_REAL").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"));
    let folder = root.join("aasx");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no published packages at {}; set TRINE_REAL", folder.display());
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "aasx"));
    paths.sort();
    paths
}

#[test]
fn published_packages_come_back_equal() {
    for path in packages() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let reading = Package::read(&std::fs::read(&path).unwrap(), &Limits::default());
        let package = reading.package.unwrap_or_else(|| panic!("{name}: {:?}", reading.faults));
        assert!(!package.environment().submodels.is_empty(), "{name} has submodels");
        for fault in &reading.faults {
            println!("{name}: {fault}");
        }
        let again = Package::read(&package.write().unwrap(), &Limits::default());
        assert_eq!(again.package.unwrap(), package, "{name}");
    }
}

#[test]
fn published_environments_are_the_same_in_each_form() {
    for path in packages() {
        let package = Package::read(&std::fs::read(&path).unwrap(), &Limits::default()).package.unwrap();
        for spec in package.specs() {
            let written = json::write(&spec.environment);
            assert_eq!(json::read(&written).value.as_ref(), Some(&spec.environment));
            for version in [Version::V3_0, Version::V3_1] {
                let written = xml::write(&spec.environment, version).unwrap();
                assert_eq!(xml::read(&written).0.value.as_ref(), Some(&spec.environment));
            }
        }
    }
}

/// What the templates of each published package say; a template's example values are the vendor's, so only what its
/// form guarantees is asked.
#[test]
fn published_templates_are_understood() {
    use trine_aas::templates::{self, Template};
    let mut seen = std::collections::BTreeSet::new();
    for path in packages() {
        let package = Package::read(&std::fs::read(&path).unwrap(), &Limits::default()).package.unwrap();
        for submodel in &package.environment().submodels {
            let Some(template) = templates::template_of(submodel) else { continue };
            seen.insert(template);
            match template {
                Template::Nameplate => {
                    assert!(!templates::nameplate::read(submodel).manufacturer_name.is_empty());
                }
                Template::TechnicalData => {
                    let data = templates::technical_data::read(submodel);
                    assert!(!data.properties.is_empty() && !data.classifications.is_empty(), "{data:?}");
                }
                Template::Models3d => assert!(!templates::models_3d::read(submodel).is_empty()),
                Template::SimulationModels => {
                    let models = templates::simulation_models::read(submodel);
                    assert!(models[0].files[0].file.is_some(), "{models:?}");
                }
                Template::HierarchicalStructures => {
                    assert!(!templates::structures::read(submodel).unwrap().parts.is_empty());
                }
                Template::TimeSeries => assert_eq!(templates::time_series::read(submodel).segments.len(), 3),
                Template::AssetInterfaces => {
                    let interfaces = templates::interfaces::read(submodel);
                    let known = interfaces.iter().filter(|it| it.protocol.is_some()).count();
                    assert!(known >= interfaces.len().min(4), "{interfaces:#?}");
                    assert!(interfaces.iter().any(|it| !it.properties.is_empty()));
                }
                Template::AssetLocation => {
                    assert!(!templates::location::read(submodel).systems.is_empty());
                }
                Template::HandoverDocumentation => {}
            }
        }
    }
    if !packages().is_empty() {
        assert!(seen.len() >= 8, "{seen:?}");
    }
}

/// What verification says of published packages: faults are listed, none of them panics or hides the others.
#[test]
fn published_packages_are_verified() {
    for path in packages() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let package = Package::read(&std::fs::read(&path).unwrap(), &Limits::default()).package.unwrap();
        for spec in package.specs() {
            let SpecFormat::Xml(version) = spec.format else { continue };
            let faults = verify::environment(&spec.environment, version);
            println!("{name} ({version:?}): {} faults", faults.len());
            for fault in faults.iter().take(12) {
                println!("    {fault}");
            }
        }
    }
}
