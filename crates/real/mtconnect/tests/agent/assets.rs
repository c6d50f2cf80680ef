//! Cutting tools that an agent keeps as assets.

use crate::rig::{Rig, now, options, state};
use trine_base::{Quality, Value};
use trine_emulator::mtconnect::{CuttingTool, MtConnectHostOptions, Tools};
use trine_world::Level;

fn tool(id: &str, minutes: f64, states: &[&str]) -> CuttingTool {
    CuttingTool {
        id: id.to_owned(),
        tool: "EM <10>".to_owned(),
        device: 3,
        at: now(),
        states: states.iter().map(|state| (*state).to_owned()).collect(),
        minutes: (minutes, 120.0),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tools_are_things_of_their_machine_and_their_life_goes_on() {
    let tools = Tools::default();
    let first = tool("T-1", 12.5, &["USED"]);
    tools.put(first.clone());
    let rig = Rig::agent(MtConnectHostOptions { tools: Some(tools.clone()), ..Default::default() });
    rig.connect(options(&rig.host.endpoint()));
    let sink = &rig.sink;
    let life = |sink: &trine_connector::kit::MemorySink, of: &str| sink.value(&format!("{of}/life-minutes"));
    sink.until("the life of the tool comes", |sink| life(sink, "T-1") == Some(Value::Number(12.5))).await;
    assert_eq!(sink.samples("T-1/life-minutes")[0].source, first.at, "at the time of the asset");
    assert_eq!(sink.value("T-1/state"), Some(Value::text("USED")));
    let world = sink.world();
    let thing = world.thing_by_key("connection/a/asset/T-1").unwrap();
    assert_eq!((&*thing.description.name, &*thing.description.class), ("EM <10>", "cutting-tool"));
    assert_eq!(thing.description.level, Level::Component);
    assert_eq!(thing.description.parent.as_deref(), Some("urn:grinder:1"));

    sink.until("the connection stands", |sink| state(sink) == "connected").await;
    tools.put(tool("T-1", 13.5, &["USED", "MEASURED"]));
    tools.put(tool("T-2", 0.0, &["NEW"]));
    sink.until("what changed comes", |sink| life(sink, "T-1") == Some(Value::Number(13.5))).await;
    sink.until("a new tool comes", |sink| sink.value("T-2/state") == Some(Value::text("NEW"))).await;
    tools.remove("T-1");
    sink.until("a tool is taken away", |sink| life(sink, "T-1") == Some(Value::Absent)).await;
    assert_eq!(sink.samples("T-1/life-minutes").pop().unwrap().quality, Quality::BAD_NO_DATA);
    let values: Vec<_> = sink.samples("T-2/life-minutes").into_iter().map(|sample| sample.value).collect();
    assert_eq!(values, [Value::Number(0.0)], "what did not change is not said again");
}
