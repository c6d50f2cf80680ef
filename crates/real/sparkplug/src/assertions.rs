//! What edge nodes must do by the specification, and what becomes of those that do not: told to the host without a
//! network. The table of all assertions is `docs/sparkplug.md`.

use crate::DataType;
use crate::birth::Observation;
use crate::host::Host;
use crate::node::{Patience, Step, UnitId};
use crate::payload::{
    Metric, MetricValue, Parameter, Payload, PropertySet, PropertyValue, ScalarValue, Template,
};
use crate::topic::{Kind, NodeName};
use prost::Message as _;
use trine_base::{Instant, Quality, Value};
use trine_world::SignalDescription;

const NODE: UnitId = (0, 0);
const DEVICE: UnitId = (0, 1);

/// A host that hears one edge node with one device.
struct Bench {
    host: Host<()>,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        Self { host: Host::new("connection/b", Patience::default()), now: Instant::from_ms(1_000_000) }
    }

    /// With an edge node that is born with number 0.
    fn with_node(metrics: Vec<Metric>) -> Self {
        let mut bench = Self::new();
        bench.hear(Kind::NBirth, payload(0, with_life(0, metrics)));
        bench
    }

    #[expect(clippy::needless_pass_by_value, reason = "a call reads as the message that it is")]
    fn hear(&mut self, kind: Kind, payload: Payload) -> Vec<Step<()>> {
        let device = matches!(kind, Kind::DBirth | Kind::DData | Kind::DDeath).then(|| "D".to_owned());
        let node = NodeName { group: "G".into(), node: "N".into() };
        self.host.receive((kind, node, device), &payload.encode_to_vec(), (), self.now)
    }

    /// Later than anybody waits for a message that is missing.
    fn lose_patience(&mut self) -> Vec<Step<()>> {
        self.now = self.now.plus_ns(3_000_000_000);
        self.host.tick(self.now)
    }
}

fn payload(seq: u64, metrics: Vec<Metric>) -> Payload {
    Payload { timestamp: Some(2_000_000), metrics, seq: Some(seq), ..Payload::default() }
}

fn metric(name: &str, datatype: DataType, value: MetricValue) -> Metric {
    let (name, datatype) = (Some(name.to_owned()), Some(datatype as u32));
    Metric { name, datatype, value: Some(value), ..Metric::default() }
}

fn load(value: f64) -> Metric {
    metric("Load", DataType::Double, MetricValue::Double(value))
}

fn by_alias(alias: u64, value: f64) -> Metric {
    Metric { alias: Some(alias), value: Some(MetricValue::Double(value)), ..Metric::default() }
}

fn with_life(number: u64, mut metrics: Vec<Metric>) -> Vec<Metric> {
    metrics.insert(0, metric("bdSeq", DataType::Int64, MetricValue::Long(number)));
    metrics
}

fn death(number: u64) -> Payload {
    Payload { metrics: with_life(number, Vec::new()), ..Payload::default() }
}

fn born(steps: &[Step<()>]) -> Vec<UnitId> {
    steps.iter().filter_map(|step| if let Step::Birth(unit, _) = step { Some(*unit) } else { None }).collect()
}

fn signals(steps: &[Step<()>]) -> Vec<&SignalDescription> {
    let births =
        steps.iter().filter_map(|step| if let Step::Birth(_, birth) = step { Some(birth) } else { None });
    births.flat_map(|birth| &birth.signals).collect()
}

fn keys(steps: &[Step<()>]) -> Vec<&str> {
    signals(steps).into_iter().map(|signal| &*signal.key).collect()
}

fn data(steps: &[Step<()>]) -> Vec<&Observation> {
    let all =
        steps.iter().filter_map(|step| if let Step::Data(_, values) = step { Some(values) } else { None });
    all.flatten().collect()
}

fn silent(steps: &[Step<()>]) -> Vec<UnitId> {
    let all =
        steps.iter().filter_map(|step| if let Step::Silent(units, _) = step { Some(units) } else { None });
    all.flatten().copied().collect()
}

fn notes(steps: &[Step<()>]) -> String {
    let all = steps.iter().filter_map(|step| if let Step::Note(note) = step { Some(&**note) } else { None });
    all.collect::<Vec<_>>().join("; ")
}

fn asks_rebirth(steps: &[Step<()>]) -> bool {
    steps.iter().any(|step| matches!(step, Step::Rebirth(_)))
}

#[test]
fn births_and_deaths_of_devices_keep_to_the_order_of_their_edge_node() {
    let mut bench = Bench::with_node(vec![load(0.0)]);
    assert_eq!(born(&bench.hear(Kind::DBirth, payload(2, vec![load(1.0)]))), [], "number 1 is missing");
    assert_eq!(born(&bench.hear(Kind::NData, payload(1, vec![load(1.0)]))), [DEVICE]);
    assert_eq!(silent(&bench.hear(Kind::DDeath, payload(4, Vec::new()))), [], "number 3 is missing");
    assert_eq!(silent(&bench.hear(Kind::DData, payload(3, vec![load(2.0)]))), [DEVICE]);
    // What never comes is given up: the death counts, and a rebirth is asked for.
    bench.hear(Kind::DBirth, payload(5, vec![load(1.0)]));
    assert_eq!(silent(&bench.hear(Kind::DDeath, payload(9, Vec::new()))), []);
    let given_up = bench.lose_patience();
    assert!(silent(&given_up).contains(&DEVICE) && asks_rebirth(&given_up), "{given_up:?}");
}

#[test]
fn a_message_without_a_number_is_named_and_read() {
    let mut bench = Bench::with_node(vec![load(0.0)]);
    let numberless = |metrics| Payload { seq: None, ..payload(0, metrics) };
    for (kind, metrics) in
        [(Kind::DBirth, vec![load(1.0)]), (Kind::DData, vec![load(2.0)]), (Kind::NData, vec![load(3.0)])]
    {
        let steps = bench.hear(kind, numberless(metrics));
        assert!(notes(&steps).contains("no sequence number"), "{steps:?}");
        assert_eq!(data(&steps).len(), 1);
    }
    assert_eq!(silent(&bench.hear(Kind::DDeath, numberless(Vec::new()))), [DEVICE]);
    // The order of the others goes on.
    assert_eq!(data(&bench.hear(Kind::NData, payload(1, vec![load(4.0)]))).len(), 1);
}

#[test]
fn a_device_says_when_it_was_and_else_it_was_when_it_came() {
    let mut bench = Bench::with_node(Vec::new());
    let timeless = |seq, metrics| Payload { timestamp: None, ..payload(seq, metrics) };
    let sent = Instant::from_ms(2_000_000);
    assert_eq!(data(&bench.hear(Kind::DBirth, payload(1, vec![load(1.0)])))[0].at, sent);
    assert_eq!(data(&bench.hear(Kind::DData, payload(2, vec![load(2.0)])))[0].at, sent);
    let now = bench.now;
    assert_eq!(data(&bench.hear(Kind::DData, timeless(3, vec![load(3.0)])))[0].at, now);
    assert_eq!(silent(&bench.hear(Kind::DDeath, timeless(4, Vec::new()))), [DEVICE]);
    assert_eq!(data(&bench.hear(Kind::DBirth, timeless(5, vec![load(4.0)])))[0].at, now);
}

#[test]
fn what_one_alias_says_of_two_metrics_is_said_of_neither() {
    let alias = |alias, name| Metric {
        alias: Some(alias),
        ..metric(name, DataType::Double, MetricValue::Double(0.0))
    };
    let mut bench = Bench::new();
    let steps =
        bench.hear(Kind::NBirth, payload(0, with_life(0, vec![alias(1, "A"), alias(1, "B"), alias(2, "C")])));
    assert!(notes(&steps).contains("alias 1"), "{}", notes(&steps));
    assert_eq!(data(&steps).len(), 3, "the birth names them all");
    let steps = bench.hear(Kind::NData, payload(1, vec![by_alias(1, 5.0), by_alias(2, 6.0)]));
    let values: Vec<_> = data(&steps).iter().map(|observation| &observation.value).collect();
    assert_eq!(values, [&Value::Number(6.0)]);
    assert!(!asks_rebirth(&steps), "another birth would say the same");
}

#[test]
fn a_metric_named_twice_is_one_signal() {
    let mut bench = Bench::new();
    let steps = bench.hear(Kind::NBirth, payload(0, with_life(0, vec![load(1.0), load(2.0)])));
    assert_eq!(keys(&steps), ["connection/b/G/N/Load"]);
    assert!(notes(&steps).contains("`Load` is named twice"), "{}", notes(&steps));
}

fn property(form: ScalarValue, datatype: Option<DataType>) -> PropertyValue {
    PropertyValue { datatype: datatype.map(|datatype| datatype as u32), is_null: None, value: Some(form) }
}

#[test]
fn properties_that_do_not_pair_up_are_not_read() {
    let unit = || property(ScalarValue::String("mm".into()), Some(DataType::String));
    for (keys, values) in [(vec!["engLow", "engUnit"], vec![unit()]), (vec!["engUnit"], vec![unit(), unit()])]
    {
        let keys = keys.into_iter().map(str::to_owned).collect();
        let crooked = Metric { properties: Some(PropertySet { keys, values }), ..load(1.0) };
        let mut bench = Bench::new();
        let steps = bench.hear(Kind::NBirth, payload(0, with_life(0, vec![crooked])));
        assert_eq!(signals(&steps)[0].unit, load_signal_unit(), "nobody knows which value is the unit");
        assert!(notes(&steps).contains("the properties of `Load`"), "{}", notes(&steps));
        assert_eq!(data(&steps)[0].value, Value::Number(1.0), "its value is as sound as ever");
    }
}

/// The unit of a metric that tells none.
fn load_signal_unit() -> Option<trine_base::Unit> {
    let steps = Bench::new().hear(Kind::NBirth, payload(0, with_life(0, vec![load(1.0)])));
    signals(&steps)[0].unit.clone()
}

#[test]
fn a_property_is_read_by_its_form_whatever_its_type_says() {
    let read = |low: PropertyValue| {
        let high = property(ScalarValue::Double(9.0), Some(DataType::Double));
        let properties =
            PropertySet { keys: vec!["engLow".into(), "engHigh".into()], values: vec![low, high] };
        let metric = Metric { properties: Some(properties), ..load(1.0) };
        let steps = Bench::new().hear(Kind::NBirth, payload(0, with_life(0, vec![metric])));
        signals(&steps)[0].range
    };
    assert_eq!(read(property(ScalarValue::Double(1.5), Some(DataType::Double))), Some([1.5, 9.0]));
    assert_eq!(read(property(ScalarValue::Float(1.5), None)), Some([1.5, 9.0]), "without a type");
    assert_eq!(
        read(property(ScalarValue::Int(2), Some(DataType::String))),
        Some([2.0, 9.0]),
        "of another type"
    );
    assert_eq!(read(property(ScalarValue::String("low".into()), Some(DataType::Double))), None, "no number");
    assert_eq!(read(PropertyValue::default()), None, "nothing at all");
}

#[test]
fn a_rebirth_repeats_its_bdseq_and_a_new_session_raises_it() {
    let mut bench = Bench::new();
    let birth = |number| payload(0, with_life(number, vec![load(1.0)]));
    bench.hear(Kind::NBirth, birth(3));
    assert_eq!(born(&bench.hear(Kind::NBirth, birth(3))), [NODE]);
    assert_eq!(silent(&bench.hear(Kind::NDeath, death(3))), [NODE], "the same life");
    bench.hear(Kind::NBirth, birth(4));
    assert_eq!(silent(&bench.hear(Kind::NDeath, death(3))), [], "the will of the session before");
    assert_eq!(silent(&bench.hear(Kind::NDeath, death(4))), [NODE]);
    // After 255 comes 0.
    bench.hear(Kind::NBirth, birth(255));
    bench.hear(Kind::NBirth, birth(0));
    assert_eq!(silent(&bench.hear(Kind::NDeath, death(255))), []);
    assert_eq!(silent(&bench.hear(Kind::NDeath, death(0))), [NODE]);
}

#[test]
fn two_births_of_one_name_are_one_edge_node() {
    let mut bench = Bench::with_node(vec![load(1.0)]);
    let other = metric("Heat", DataType::Double, MetricValue::Double(1.0));
    let steps = bench.hear(Kind::NBirth, payload(0, with_life(1, vec![other])));
    assert_eq!(born(&steps), [NODE]);
    assert_eq!(bench.host.names().count(), 1);
    // The newer one is right: what only the older one named is not known any more.
    let steps = bench.hear(Kind::NData, payload(1, vec![load(2.0)]));
    assert!(data(&steps).is_empty() && asks_rebirth(&steps), "{steps:?}");
}

#[test]
fn a_death_is_out_of_order_whatever_number_it_has() {
    let mut bench = Bench::with_node(vec![load(1.0)]);
    let numbered = Payload { seq: Some(77), timestamp: Some(1), ..death(0) };
    assert_eq!(silent(&bench.hear(Kind::NDeath, numbered)), [NODE], "nobody waits for 1 to 76");
    bench.hear(Kind::NBirth, payload(0, with_life(1, vec![load(1.0)])));
    assert_eq!(silent(&bench.hear(Kind::NDeath, death(1))), [NODE]);
}

fn template(template: Template) -> MetricValue {
    MetricValue::Template(Box::new(template))
}

/// A motor type with a member and a parameter.
fn definition() -> Template {
    let parameter = Parameter {
        name: Some("Poles".into()),
        datatype: Some(DataType::Int32 as u32),
        value: Some(ScalarValue::Int(4)),
    };
    let metrics = vec![metric("Turns", DataType::Int32, MetricValue::Int(0))];
    let version = Some("1.2".into());
    Template { version, metrics, parameters: vec![parameter], template_ref: None, is_definition: Some(true) }
}

fn instance(turns: u32) -> Template {
    let metrics = vec![metric("Turns", DataType::Int32, MetricValue::Int(turns))];
    let template_ref = Some("MotorType".into());
    Template { metrics, template_ref, is_definition: Some(false), ..definition() }
}

const MEMBER: &str = "connection/b/G/N/Motor/Turns";

#[test]
fn a_definition_is_no_signal_wherever_it_is() {
    let defined = |definition| metric("MotorType", DataType::Template, template(definition));
    let motor = || metric("Motor", DataType::Template, template(instance(1)));
    let odd = [
        definition(),
        Template { template_ref: Some("AnotherType".into()), ..definition() },
        Template { parameters: vec![Parameter::default()], version: None, ..definition() },
        Template { metrics: Vec::new(), ..definition() },
    ];
    for definition in odd {
        let mut bench = Bench::new();
        let steps = bench.hear(Kind::NBirth, payload(0, with_life(0, vec![defined(definition), motor()])));
        assert_eq!(keys(&steps), [MEMBER]);
        assert_eq!(data(&steps)[0].value, Value::Integer(1));
    }
    // One that comes in a device's birth or in data is none either, and harms nobody.
    let mut bench = Bench::with_node(vec![defined(definition()), motor()]);
    assert!(keys(&bench.hear(Kind::DBirth, payload(1, vec![defined(definition())]))).is_empty());
    let steps = bench.hear(Kind::NData, payload(2, vec![defined(definition()), motor()]));
    assert_eq!(data(&steps).len(), 1);
    assert!(!asks_rebirth(&steps), "{steps:?}");
}

#[test]
fn an_instance_is_read_by_its_members() {
    let read = |instance: Template| {
        let mut bench = Bench::new();
        let motor = metric("Motor", DataType::Template, template(instance));
        let steps = bench.hear(Kind::NBirth, payload(0, with_life(0, vec![motor])));
        let value = data(&steps).first().map(|observation| (observation.value.clone(), observation.quality));
        (keys(&steps).join(" "), value)
    };
    let sound = (MEMBER.to_owned(), Some((Value::Integer(7), Quality::GOOD)));
    assert_eq!(read(instance(7)), sound);
    // Whether the definition is known, its version, and what the parameters are does not change the members.
    let parameters = [
        Vec::new(),
        vec![Parameter::default()],
        vec![Parameter { name: None, ..definition().parameters.remove(0) }],
        vec![Parameter { datatype: None, ..definition().parameters.remove(0) }],
        vec![Parameter { datatype: Some(999), ..definition().parameters.remove(0) }],
        vec![Parameter { value: None, ..definition().parameters.remove(0) }],
        vec![Parameter {
            value: Some(ScalarValue::String("four".into())),
            ..definition().parameters.remove(0)
        }],
    ];
    for parameters in parameters {
        assert_eq!(read(Template { parameters, ..instance(7) }), sound);
    }
    for template_ref in [None, Some("NeverDefined".to_owned())] {
        assert_eq!(read(Template { template_ref, version: None, ..instance(7) }), sound);
    }
    assert_eq!(read(Template { is_definition: None, ..instance(7) }), sound, "silence is no definition");
}
