//! Files that are no models, or mean harm.

use crate::fmu::{archive, description, models, oven};
use std::io::{Cursor, Write as _};
use trine_future::Physics as _;
use trine_world::PhysicsModel;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn refused(bytes: &[u8]) -> String {
    let data = tempfile::tempdir().unwrap();
    let error = models(data.path()).keep(bytes).unwrap_err().to_string();
    assert!(!data.path().join("models").exists(), "something was kept of it");
    error
}

#[test]
fn a_file_is_kept_once_under_its_digest_and_read_again() {
    let data = tempfile::tempdir().unwrap();
    let models = models(data.path());
    let Some(bytes) = oven(2) else { return };
    let kept = models.keep(&bytes).unwrap();
    assert_eq!(models.keep(&bytes).unwrap(), kept);
    assert_eq!(models.file(&kept.file).unwrap(), kept);
    assert_eq!((kept.fmi.as_str(), kept.name.as_str(), kept.step_s), ("2.0", "Oven", Some(1.0)));
    let names: Vec<&str> = kept.variables.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["power", "door", "gain", "tau", "fault", "fault_at", "heat", "count"]);
    let path = data.path().join("models").join(format!("{}.fmu", kept.file));
    let mut damaged = std::fs::read(&path).unwrap();
    damaged[100] ^= 1;
    std::fs::write(&path, damaged).unwrap();
    assert!(models.file(&kept.file).unwrap_err().to_string().contains("damaged"));
}

#[test]
fn what_is_no_fmu_says_why() {
    assert!(refused(b"MZ this is a program").contains("no FMU"));
    assert!(refused(&archive(&[("readme.txt", b"hello")])).contains("no `modelDescription.xml`"));
    assert!(refused(&archive(&[("modelDescription.xml", b"\xff\xfe")])).contains("cannot be read"));
    let one = description(2).replace("fmiVersion=\"2.0\"", "fmiVersion=\"1.0\"");
    assert!(refused(&archive(&[("modelDescription.xml", one.as_bytes())])).contains("FMI 1.0; 2.0 and 3.0"));
}

#[test]
fn an_entry_that_would_land_outside_is_refused_with_the_whole_file() {
    let text = description(2);
    for name in ["../../etc/cron.d/x", "/etc/passwd", "resources/../../../x", "binaries\\..\\..\\x"] {
        let bytes = archive(&[("modelDescription.xml", text.as_bytes()), (name, b"x")]);
        assert!(refused(&bytes).contains("outside of its folder"), "{name}");
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("modelDescription.xml", SimpleFileOptions::default()).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    zip.add_symlink("resources/way-out", "/etc", SimpleFileOptions::default()).unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    assert!(refused(&bytes).contains("outside of its folder"));
}

#[test]
fn a_file_that_grows_without_end_is_cut_off_and_forgotten() {
    let data = tempfile::tempdir().unwrap();
    let models = models(data.path());
    let text = description(2);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8], times: usize| {
        zip.start_file(name, SimpleFileOptions::default().large_file(true)).unwrap();
        (0..times).for_each(|_| zip.write_all(bytes).unwrap());
    };
    put("modelDescription.xml", text.as_bytes(), 1);
    put("binaries/linux64/oven.so", b"x", 1);
    // 600 MB of nothing, in half a megabyte.
    put("resources/bomb", &vec![0; 1 << 20], 600);
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 4 << 20);
    let file = models.keep(&bytes).unwrap().file;
    let model = PhysicsModel { file: file.clone().into(), ..PhysicsModel::default() };
    let error = models.fit(model).unwrap_err().to_string();
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        assert!(error.contains("bytes when unpacked"), "{error}");
    }
    let left: Vec<_> = std::fs::read_dir(data.path().join("models")).unwrap().flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_description_that_grows_without_end_is_refused() {
    let spaces = vec![b' '; 1 << 20];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("modelDescription.xml", SimpleFileOptions::default()).unwrap();
    (0..40).for_each(|_| zip.write_all(&spaces).unwrap());
    assert!(refused(&zip.finish().unwrap().into_inner()).contains("bytes of description"));
}

#[test]
fn a_model_for_other_machines_says_which() {
    let data = tempfile::tempdir().unwrap();
    let models = models(data.path());
    let text = description(3);
    let bytes =
        archive(&[("modelDescription.xml", text.as_bytes()), ("binaries/riscv128-plan9/oven.so", b"x")]);
    let kept = models.keep(&bytes).unwrap();
    assert!(!kept.runs_here);
    let model = PhysicsModel { file: kept.file.into(), ..PhysicsModel::default() };
    let error = models.fit(model).unwrap_err().to_string();
    assert!(error.contains("no binary for this machine") && error.contains("riscv128-plan9"), "{error}");
}

#[test]
fn a_library_that_is_none_is_a_sentence() {
    let data = tempfile::tempdir().unwrap();
    let models = models(data.path());
    let platform = format!("binaries/{}-linux/oven.so", std::env::consts::ARCH);
    let text = description(3);
    let bytes = archive(&[("modelDescription.xml", text.as_bytes()), (&platform, b"no library at all")]);
    let outputs = [("heat".to_owned(), trine_world::ModelOutput::default())].into();
    let file = models.keep(&bytes).unwrap().file.into();
    let model = PhysicsModel { file, step_s: 1.0, outputs, ..PhysicsModel::default() };
    let error = models.start(&model).err().unwrap();
    assert!(error.is_lasting() && error.to_string().contains("refused loading"), "{error}");
}
