//! The same host application with a broker that people use: mosquitto, with passwords and with TLS.
//!
//! Without the program the tests say so and pass; `cargo xtask test` installs it.

use crate::bench_of_devices::{Bench, press, press_with, state};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use trine_base::Value;
use trine_emulator::sparkplug::{self, SparkplugHostOptions};
use trine_sparkplug::SparkplugOptions;
use trine_world::FactKind;

struct Mosquitto {
    process: Child,
    folder: tempfile::TempDir,
    /// Open to everybody, for edge nodes.
    plain: u16,
    /// With a password.
    locked: u16,
    /// With a password and TLS.
    tls: u16,
}

impl Mosquitto {
    /// Starts it; `None` when it, or what makes its certificates, is not installed.
    fn start() -> Option<Self> {
        let programs = ["mosquitto", "mosquitto_passwd", "openssl"].map(program);
        let [Some(mosquitto), Some(passwd), Some(openssl)] = programs else {
            eprintln!(
                "SKIPPED: mosquitto, mosquitto_passwd and openssl are needed; `cargo xtask test` installs them"
            );
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("passwords"), "").unwrap();
        run(Command::new(passwd).args(["-b"]).arg(at("passwords")).args(["trine", "p@ss:word"]));
        certificates(&openssl, folder.path());
        let [plain, locked, tls] = free_ports();
        let path = |name: &str| at(name).display().to_string();
        let config = format!(
            "per_listener_settings true\nuser root\n\
             listener {plain} 127.0.0.1\nallow_anonymous true\n\
             listener {locked} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n\
             listener {tls} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n\
             cafile {ca}\ncertfile {certificate}\nkeyfile {key}\n",
            passwords = path("passwords"),
            ca = path("ca.pem"),
            certificate = path("server.pem"),
            key = path("server.key")
        );
        std::fs::write(at("mosquitto.conf"), config).unwrap();
        let mut command = Command::new(mosquitto);
        command.arg("-c").arg(at("mosquitto.conf")).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().unwrap();
        Some(Self { process, folder, plain, locked, tls })
    }

    fn options(&self, bench: &Bench, broker: String) -> SparkplugOptions {
        SparkplugOptions { broker, ca: Some(self.folder.path().join("ca.pem")), ..bench.options() }
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_tls() {
    let Some(mosquitto) = Mosquitto::start() else { return };
    let plant = SparkplugHostOptions::new(&format!("mqtt://127.0.0.1:{}", mosquitto.plain));
    let host = sparkplug::start("line-1", &[(7, press())], plant).unwrap();
    let user = "trine:p%40ss%3Aword@127.0.0.1";
    let (locked, tls) = (mosquitto.locked, mosquitto.tls);
    for broker in [format!("mqtt://{user}:{locked}"), format!("mqtts://{user}:{tls}")] {
        let bench = Bench::start();
        bench.connect(mosquitto.options(&bench, broker.clone()));
        bench.sink.until("the connection stands", |sink| state(sink) == "connected").await;
        for force in 1..=20 {
            press_with(&host, f64::from(force));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let last = Some(Value::Number(20.0));
        bench.sink.until("the force arrives", |sink| sink.value("Ram/Force") == last).await;
        let endpoint =
            bench.sink.world().thing_by_key("connection/b").unwrap().description.nameplate["Endpoint"]
                .clone();
        assert!(!endpoint.contains("word"), "{endpoint}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_or_an_unknown_authority_is_refused_with_the_reason() {
    let Some(mosquitto) = Mosquitto::start() else { return };
    let (locked, tls) = (mosquitto.locked, mosquitto.tls);
    let right = "trine:p%40ss%3Aword";
    let cases = [
        (format!("mqtt://trine:wrong@127.0.0.1:{locked}"), true, "refused"),
        (format!("mqtt://127.0.0.1:{locked}"), true, "refused"),
        (format!("mqtts://{right}@127.0.0.1:{tls}"), false, "TLS"),
    ];
    for (broker, authority, reason) in cases {
        let bench = Bench::start();
        let mut options = mosquitto.options(&bench, broker);
        options.ca = options.ca.filter(|_| authority);
        bench.connect(options);
        bench.sink.until(reason, |sink| failures(sink).iter().any(|error| error.contains(reason))).await;
    }
}

/// A broker that is killed and started again: the gap has a beginning and an end.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_broker_is_a_gap() {
    let Some(mut mosquitto) = Mosquitto::start() else { return };
    let broker = format!("mqtt://127.0.0.1:{}", mosquitto.plain);
    let bench = Bench::start();
    bench.connect(mosquitto.options(&bench, broker.clone()));
    let host = sparkplug::start("line-1", &[(7, press())], SparkplugHostOptions::new(&broker)).unwrap();
    bench.sink.until("the press is born", |sink| sink.world().thing_by_key("urn:press:1").is_some()).await;
    mosquitto.process.kill().unwrap();
    mosquitto.process.wait().unwrap();
    bench.sink.until("the gap is there", |_| bench.open_gaps() > 0).await;
    let config = mosquitto.folder.path().join("mosquitto.conf");
    mosquitto.process = Command::new(program("mosquitto").unwrap())
        .arg("-c")
        .arg(config)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    bench.sink.until("the gap is closed", |sink| state(sink) == "connected" && bench.open_gaps() == 0).await;
    let mut force = 0.0;
    bench
        .sink
        .until("data comes again", |sink| {
            force += 1.0;
            press_with(&host, force);
            sink.value("Ram/Force").is_some_and(|value| value != Value::Absent)
        })
        .await;
}

fn failures(sink: &trine_connector::kit::MemorySink) -> Vec<String> {
    let failed = |fact: &trine_world::Fact| match &fact.kind {
        FactKind::ConnectionChanged { state, error, .. } if state == "failed" => Some(error.clone()),
        _ => None,
    };
    sink.facts().iter().filter_map(failed).collect()
}

/// The broker of Debian lies where only root looks.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|program| program.exists())
}

fn run(command: &mut Command) {
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(done.success(), "{command:?}");
}

/// An authority, and a certificate for 127.0.0.1 that it signed.
fn certificates(openssl: &Path, folder: &Path) {
    let command = || {
        let mut command = Command::new(openssl);
        command.current_dir(folder);
        command
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    run(command().args(["req", "-x509", "-days", "30", "-subj", "/CN=Test authority"]).args(key).args([
        "-addext",
        "keyUsage=critical,keyCertSign",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
    ]));
    run(command().args(["req", "-subj", "/CN=localhost"]).args(key).args([
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
    ]));
    std::fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").unwrap();
    run(command()
        .args(["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "30"])
        .args(["-CAcreateserial", "-extfile", "names", "-out", "server.pem"]));
}

/// Three ports that were free a moment ago; mosquitto cannot pick for itself.
fn free_ports() -> [u16; 3] {
    let listeners = [(); 3].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
