//! An independent server, asyncua, which `TRINE_PYTHON` must be able to import.

use crate::rig::{connect, options};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use trine_base::{Quality, Value};
use trine_connector::kit::MemorySink;
use trine_world::{Role, ValueKind};

struct Peer {
    _child: Child,
    input: ChildStdin,
    endpoint: String,
}

impl Peer {
    /// Starts the peer; `None` where there is no Python for it, said aloud.
    async fn start() -> Option<Self> {
        let promised = std::env::var("TRINE_TOOLS").is_ok_and(|tools| tools == "all");
        let Ok(python) = std::env::var("TRINE_PYTHON") else {
            assert!(!promised, "the tools are promised, so TRINE_PYTHON must name a Python with asyncua");
            eprintln!("skipped: TRINE_PYTHON names no Python with asyncua");
            return None;
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/opcua/peer.py");
        let mut command = Command::new(python);
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let endpoint = lines.next_line().await.unwrap().expect("the peer tells its address");
        Some(Self { _child: child, input, endpoint })
    }

    async fn tell(&mut self, line: &str) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_other_people_is_understood() {
    let Some(mut peer) = Peer::start().await else { return };
    let sink = MemorySink::default();
    let running = connect(&sink, options("peer", &peer.endpoint));
    sink.until("the machine is there", |sink| {
        sink.world().thing_by_key("urn:example:peer:lathe-7").is_some()
    })
    .await;
    let world = sink.world();
    let thing = &world.thing_by_key("urn:example:peer:lathe-7").unwrap().description;
    assert_eq!((&*thing.name, &*thing.class), ("CNC lathe 7", "turning-machine"));
    assert_eq!(thing.nameplate.get("ManufacturerName").map(String::as_str), Some("Peer Works"));
    let key = "connection/peer/nsu=urn:example:peer;s=speed";
    let speed = &world.signal_by_key(key).unwrap().description;
    assert_eq!((speed.kind, speed.role), (ValueKind::Number, Some(Role::SpindleSpeed)));
    assert_eq!(speed.unit.as_ref().map(|unit| unit.code.as_str()), Some("RPM"));
    assert_eq!((speed.range, speed.path.as_slice()), (Some([0.0, 8000.0]), &["Spindle".to_owned()][..]));
    for step in 1..20 {
        peer.tell(&format!("set {step}")).await;
    }
    sink.until("the last speed came", |sink| sink.value("s=speed") == Some(Value::Number(19.0))).await;
    peer.tell("state 1").await;
    sink.until("the state came", |sink| sink.value("s=state") == Some(Value::text("running"))).await;
    sink.until("the array came", |sink| sink.value("i=77") == Some(Value::text("[1.5,2.5]"))).await;
    peer.tell("bad").await;
    // Bad_SensorFailure, OPC 10000-6 A.2.
    let bad = |sink: &MemorySink| sink.samples("s=speed").pop().map(|sample| sample.quality);
    sink.until("the failure came", |sink| bad(sink) == Some(Quality(0x808C_0000))).await;
    peer.tell("pose 1.5 2.5").await;
    sink.until("a field of the structure came", |sink| sink.value("s=pose#Y") == Some(Value::Number(2.5)))
        .await;
    assert_eq!(sink.value("s=pose#X"), Some(Value::Number(1.5)));
    assert_eq!(sink.value("s=pose#Note"), Some(Value::text("moved")));
    peer.tell("alarm on").await;
    let alarm = |sink: &MemorySink, text: &str| sink.value("#alarms") == Some(Value::text(text));
    sink.until("the alarm came", |sink| alarm(sink, "FAULT|SpindleHot|2||spindle hot")).await;
    peer.tell("alarm off").await;
    sink.until("the alarm ended", |sink| alarm(sink, "NORMAL|SpindleHot|2||cold again")).await;
    running.stop().await;
    peer.tell("stop").await;
}
