//! Packages that are sound, and packages that mean harm.

use super::*;
use crate::{AssetAdministrationShell, AssetInformation, AssetKind, Environment, Submodel, Version};

fn environment() -> Environment {
    let mut environment = Environment::default();
    let asset = AssetInformation::global(AssetKind::Instance, "urn:asset");
    environment.asset_administration_shells.push(AssetAdministrationShell::new("urn:aas", asset));
    environment.submodels.push(Submodel::new("urn:sm"));
    environment
}

fn package(format: SpecFormat) -> Package {
    let mut package = Package::new(environment(), format);
    package.add_file("aasx/files/manual ä.pdf", "application/pdf", vec![7; 3000]).unwrap();
    package.set_thumbnail("thumb.png", "image/png", vec![1, 2, 3]).unwrap();
    package
}

fn faults(reading: &PackageReading) -> Vec<String> {
    reading.faults.iter().map(ToString::to_string).collect()
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip::write(entries)
}

#[test]
fn what_is_written_is_read_again() {
    for format in [SpecFormat::Json, SpecFormat::Xml(Version::V3_0), SpecFormat::Xml(Version::V3_1)] {
        let package = package(format);
        let bytes = package.write().unwrap();
        let reading = Package::read(&bytes, &Limits::default());
        assert_eq!(faults(&reading), Vec::<String>::new());
        let again = reading.package.unwrap();
        assert_eq!(again, package);
        assert_eq!(again.write().unwrap(), bytes);
        assert_eq!(again.thumbnail().unwrap().bytes, [1, 2, 3]);
        assert_eq!(again.file("/aasx/files/manual%20ä.pdf").unwrap().content_type, Some("application/pdf"));
    }
}

#[test]
fn files_are_taken_out_with_all_that_leads_to_them() {
    let mut package = package(SpecFormat::Json);
    assert!(package.remove_file("/thumb.png") && !package.remove_file("/thumb.png"));
    assert!(package.thumbnail().is_none());
    let reading = Package::read(&package.write().unwrap(), &Limits::default());
    assert_eq!(faults(&reading), Vec::<String>::new());
}

#[test]
fn names_that_lead_out_are_not_taken() {
    let mut package = package(SpecFormat::Json);
    for name in ["../x", "a/../../x", "aasx/data.json", "_rels/.rels", "[Content_Types].xml", "a\\b", ""] {
        assert_eq!(package.add_file(name, "a/b", Vec::new()), None, "{name}");
    }
}

#[test]
fn older_relations_are_understood() {
    for uri in [
        "http://www.admin-shell.io/aasx/relationships/aas-spec",
        "https://admin-shell.io/aasx/relationships/aas-spec",
        "http://admin-shell.io/aasx/relationships/aas-spec-split",
    ] {
        assert_eq!(RelationKind::of(uri), RelationKind::Spec, "{uri}");
    }
    assert_eq!(RelationKind::of("http://evil.example/aas-spec"), RelationKind::Other);
}

#[test]
fn sound_parts_of_a_package_with_bad_ones_are_offered() {
    let good = package(SpecFormat::Json).write().unwrap();
    let mut parts = zip::read(&good, &Limits::default(), &mut Vec::new());
    for name in ["../../etc/passwd", "/absolute", "C:/x", "aasx/DATA.json"] {
        parts.push(zip::Entry { name: name.into(), bytes: b"x".to_vec() });
    }
    let entries: Vec<(&str, &[u8])> =
        parts.iter().map(|it| (it.name.as_str(), it.bytes.as_slice())).collect();
    let reading = Package::read(&archive(&entries), &Limits::default());
    assert_eq!(
        faults(&reading),
        [
            "../../etc/passwd: the name of the part leads out of the package or is not allowed",
            "/absolute: the name of the part leads out of the package or is not allowed",
            "C:/x: the name of the part leads out of the package or is not allowed",
            "aasx/DATA.json: there is another part of this name; the first one counts",
        ]
    );
    assert_eq!(reading.package.unwrap().environment(), environment());
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = vec![0; 8 << 20];
    let bomb = archive(&[("aasx/bomb", &zeros)]);
    assert!(bomb.len() < 10_000);
    let limits = Limits::default();
    assert_eq!(
        faults(&Package::read(&bomb, &limits)),
        ["aasx/bomb: it unpacks to more than 200 times its size"]
    );
    let small = Limits { part_bytes_max: 1 << 20, ..limits };
    let reading = Package::read(&bomb, &small);
    assert_eq!(faults(&reading), ["aasx/bomb: it unpacks to more than the 1048576 bytes that are taken"]);
    let two: Vec<u8> = (0..3_u32 << 18).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let both = archive(&[("a", &two), ("b", &two)]);
    let tight = Limits { total_bytes_max: 4 << 20, ..limits };
    let reading = Package::read(&both, &tight);
    assert!(faults(&reading)[0].starts_with("b: it unpacks to more than"), "{:?}", faults(&reading));
    let few = Limits { parts_max: 1, ..limits };
    assert_eq!(faults(&Package::read(&both, &few)), ["there are 2 parts; 1 are taken"]);
}

#[test]
fn a_directory_that_lies_about_a_length_is_found_out() {
    let bytes = package(SpecFormat::Json).write().unwrap();
    let at = bytes.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
    let mut lies = bytes.clone();
    lies[at + 24] ^= 1;
    let reading = Package::read(&lies, &Limits::default());
    assert!(faults(&reading)[0].contains("damaged"), "{:?}", faults(&reading));
    let mut locked = bytes;
    locked[at + 8] |= 1;
    assert!(faults(&Package::read(&locked, &Limits::default()))[0].contains("encrypted"));
}

#[test]
fn no_stump_and_no_flipped_byte_panics() {
    let bytes = package(SpecFormat::Xml(Version::V3_0)).write().unwrap();
    for end in 0..bytes.len() {
        let reading = Package::read(&bytes[..end], &Limits::default());
        assert!(reading.package.is_none() && !reading.faults.is_empty(), "cut at {end}");
    }
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x55;
        let _ = Package::read(&flipped, &Limits::default());
    }
}

#[test]
fn a_package_without_an_environment_says_so() {
    let reading = Package::read(&archive(&[("readme.txt", b"x")]), &Limits::default());
    assert!(faults(&reading).iter().any(|it| it == "no relation leads to an environment"));
}

#[test]
fn faults_of_an_environment_name_part_and_path() {
    let mut package = package(SpecFormat::Json);
    package.specs_mut()[0].environment.submodels[0].details.edit().unknown.keep("odd", 1.into());
    let reading = Package::read(&package.write().unwrap(), &Limits::default());
    assert_eq!(
        faults(&reading),
        ["aasx/data.json: $.submodels[0]: `odd` is not part of the metamodel; it is kept as it is"]
    );
}
