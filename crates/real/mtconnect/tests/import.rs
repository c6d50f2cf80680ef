//! The import of raw adapter lines: the four real days of a shop floor, and lines as bad as they come.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use trine_base::{Quality, Value};
use trine_connector::kit::MemorySink;
use trine_mtconnect::{ImportReport, Progress, import};
use trine_world::Role;

/// The folder of real data, or `None` when it is not there; the tests that need it then say so and pass.
fn nist() -> Option<PathBuf> {
    let root = std::env::var_os("TRINE_REAL").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"));
    let folder = root.join("nist-sms");
    if folder.join("Devices.xml").exists() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no real data at {}; set TRINE_REAL", folder.display());
    None
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "gz")).collect();
    files.sort();
    files
}

async fn run(devices: &Path, files: &[PathBuf], sink: &MemorySink) -> ImportReport {
    import(devices, files, Arc::new(sink.clone()), &|_| ()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_lines_of_the_real_shop_floor_are_kept() {
    let Some(folder) = nist() else { return };
    let sink = MemorySink::default();
    let seen = Mutex::new(Progress::default());
    let note = |progress: Progress| *seen.lock().unwrap() = progress;
    let files = files_of(&folder);
    let report = import(&folder.join("Devices.xml"), &files, Arc::new(sink.clone()), &note).await.unwrap();
    assert_eq!((report.lines, report.samples, report.malformed), (507_864, 507_864, 0), "{:?}", report.notes);
    assert_eq!(report.things, 8);
    assert!(report.first.unwrap().to_string().starts_with("2017-01-23"));
    assert!(report.last.unwrap().to_string().starts_with("2018-02-13T"));
    let seen = seen.into_inner().unwrap();
    assert_eq!((seen.lines, seen.bytes), (507_864, seen.bytes_total));

    let world = sink.world();
    let class = |key: &str| world.thing_by_key(key).unwrap().description.class.to_string();
    assert_eq!(class("mtc_adapter002"), "turning-machine");
    assert_eq!(class("mtc_adapter005"), "milling-machine");
    let roles: Vec<_> = world
        .signals_of(world.thing_by_key("mtc_adapter002").unwrap().id)
        .filter_map(|signal| Some((signal.description.role?, signal.description.name.to_string())))
        .collect();
    for (role, name) in [
        (Role::State, "execution"),
        (Role::Mode, "mode"),
        (Role::SpindleSpeed, "Srpm"),
        (Role::SpindleLoad, "Sload"),
        (Role::Feedrate, "Fact"),
        (Role::AxisX, "Xabs"),
        (Role::AxisZ, "Zabs"),
    ] {
        let named: Vec<_> = roles.iter().filter(|(r, _)| *r == role).map(|(_, name)| name.as_str()).collect();
        assert_eq!(named, [name], "{role:?}");
    }
    let wrong: Vec<_> = world
        .signals()
        .filter(|signal| {
            let samples = sink.samples(&signal.description.key);
            samples.iter().any(|sample| sample.quality == Quality::BAD_TYPE_MISMATCH)
        })
        .map(|signal| signal.description.key.to_string())
        .collect();
    assert_eq!(wrong, Vec::<String>::new(), "real values fit the types that their items announce");
}

const DEVICES: &str = "<MTConnectDevices xmlns='urn:mtconnect.org:MTConnectDevices:2.0'><Header/><Devices>
  <Device name='M1' uuid='u1' id='d1'><DataItems>
    <DataItem id='a' name='avail' category='EVENT' type='AVAILABILITY'/>
    <DataItem id='x' name='Xact' category='SAMPLE' type='POSITION' subType='ACTUAL' units='MILLIMETER'/>
    <DataItem id='c' name='servo' category='CONDITION' type='ACTUATOR'/>
  </DataItems></Device>
  <Device name='M2' id='d2'><DataItems><DataItem id='y' category='EVENT' type='PART_COUNT'/></DataItems></Device>
</Devices></MTConnectDevices>";

/// A folder with the device document and one file of lines.
fn folder(name: &str, lines: &[u8]) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (devices, file) = (folder.path().join("Devices.xml"), folder.path().join(name));
    std::fs::write(&devices, DEVICES).unwrap();
    std::fs::write(&file, lines).unwrap();
    (folder, devices, file)
}

#[tokio::test]
async fn whatever_a_line_holds_is_kept_or_named() {
    let lines = b"* shdrVersion: 2.0\n\
        2020-01-01T00:00:00Z|avail|AVAILABLE|Xact|1.5|servo|FAULT|7|1|HIGH|hot\n\
        2020-01-01T00:00:01Z|Xact|UNAVAILABLE\n\
        2020-01-01T00:00:02|M2:y|12\n\
        2020-01-01T00:00:03Z|Xact|NaN|newcomer|3.5|other|words|alarm|WARNING|3|||warm\n\
        no time stamp here\n\
        2020-01-01T00:00:04Z|Xact\n\
        2020-01-01T00:00:05Z|@ASSET@|T1|CuttingTool|--multiline--AA\n<Tool\nid='T1'/>\n--multiline--AA\n\
        \n\
        2020-01-01T00:00:06Z|Xact|caf\xe9\n";
    let (_folder, devices, file) = folder("M1-2020.txt", lines);
    let sink = MemorySink::default();
    let report = run(&devices, &[file], &sink).await;
    assert_eq!((report.lines, report.commands, report.malformed), (13, 1, 2), "{:?}", report.notes);
    assert!(report.notes.iter().any(|note| note.contains("M1-2020.txt:6: ")), "{:?}", report.notes);
    assert!(report.notes.iter().any(|note| note.contains("M1-2020.txt:7: `Xact` has no value")));
    let last =
        |suffix: &str| sink.samples(suffix).pop().map(|sample| (sample.value, sample.quality)).unwrap();
    assert_eq!(last("u1/c").0, Value::text("FAULT|7|1|HIGH|hot"));
    assert_eq!(last("M2/y").0, Value::Integer(12));
    assert_eq!(last("u1/newcomer").0, Value::Number(3.5));
    assert_eq!(last("u1/other").0, Value::text("words"));
    assert_eq!(last("u1/alarm").0, Value::text("WARNING|3|||warm"));
    assert_eq!(last("u1/@ASSET@").0, Value::text("T1|CuttingTool|<Tool\nid='T1'/>\n"));
    let x: Vec<_> = sink.samples("u1/x").into_iter().map(|sample| (sample.value, sample.quality)).collect();
    assert_eq!(x[0], (Value::Number(1.5), Quality::GOOD));
    assert_eq!(x[1], (Value::Absent, Quality::BAD_NO_DATA));
    assert_eq!(x[2], (Value::Absent, Quality::BAD_OUT_OF_RANGE));
    assert_eq!(x[3].1, Quality::BAD_TYPE_MISMATCH);
}

#[tokio::test]
async fn importing_again_announces_nothing_new_and_says_the_same() {
    let (_folder, devices, file) = folder("M1.txt", b"2020-01-01T00:00:00Z|Xact|1|unheard|2\n");
    let sink = MemorySink::default();
    let first = run(&devices, std::slice::from_ref(&file), &sink).await;
    let revision = sink.world().revision();
    let again = run(&devices, &[file], &sink).await;
    assert_eq!((first, revision), (again, sink.world().revision()));
    let twice = sink.samples("u1/unheard");
    assert_eq!(twice[0], twice[1]);
}

#[tokio::test]
async fn a_file_that_is_cut_off_or_of_no_known_device_keeps_what_it_has() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    for second in 0..59_999 {
        writeln!(
            gzip,
            "2020-01-01T00:{:02}:{:02}Z|speed|{}",
            second / 60 % 60,
            second % 60,
            second * 7919 % 10_007
        )
        .unwrap();
    }
    let mut bytes = gzip.finish().unwrap();
    bytes.truncate(bytes.len() / 2);
    let (_folder, devices, file) = folder("Lathe7-today.txt.gz", &bytes);
    let sink = MemorySink::default();
    let report = run(&devices, &[file], &sink).await;
    assert!(report.samples > 1_000, "{report:?}");
    assert_eq!(report.malformed, 1);
    assert!(report.notes[0].contains("cannot be read on"), "{:?}", report.notes);
    assert_eq!(sink.samples("mtconnect-import/Lathe7/speed").len() as u64, report.samples);
}

#[tokio::test]
async fn documents_that_are_none_are_refused_with_the_reason() {
    let (folder, devices, file) = folder("M1.txt", b"");
    for (text, reason) in
        [("", "cut off"), ("<html/>", "html"), ("<MTConnectDevices/>", "no device"), ("<a>", "cut off")]
    {
        std::fs::write(&devices, text).unwrap();
        let sink = Arc::new(MemorySink::default());
        let error = import(&devices, std::slice::from_ref(&file), sink, &|_| ()).await.unwrap_err();
        let words = format!("{error}: {}", std::error::Error::source(&error).unwrap());
        assert!(words.contains(reason), "{words}");
    }
    let missing = folder.path().join("missing.txt");
    assert!(import(&missing, &[], Arc::new(MemorySink::default()), &|_| ()).await.is_err());
}
