//! Published packages: each is read, and comes back equal when it is written and read again.
//!
//! They are not part of the project; where they are absent the test says so and passes.

use std::path::Path;
use trine_aas::aasx::{Limits, Package};
use trine_aas::{Version, json, xml};

fn packages() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(4).unwrap().join("shared/real/aasx");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: there are no published packages beside the project");
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
