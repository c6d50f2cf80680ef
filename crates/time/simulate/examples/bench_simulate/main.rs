//! How fast futures are: the kernel and the material-flow engine.

mod clock;
mod kernel;
mod line;
mod peers;
mod plant;

fn report(name: &str, value: f64, unit: &str, beside: &str, beside_value: f64) {
    println!(
        r#"{{"name":"{name}","value":{value:.3},"unit":"{unit}","beside":"{beside}","beside_value":{beside_value:.3}}}"#
    );
}

fn main() {
    let (fast, bare) = kernel::mm1();
    report("kernel-mm1", fast, "events/s", "std BinaryHeap, no cancelling", bare);
    report("kernel-hold-1000", kernel::hold(1_000), "events/s", "kernel-mm1", fast);
    report("kernel-hold-100000", kernel::hold(100_000), "events/s", "kernel-mm1", fast);
    let (by_hand, rate) = line::by_hand();
    let (by_flow, flow_rate) = plant::line20();
    eprintln!("line of 20: {rate:.3} pieces/h by hand, {flow_rate:.3} through the engine");
    report("kernel-line20", by_hand, "events/s", "target", 10e6);
    report("flow-mm1", plant::mm1(), "events/s", "kernel-mm1", fast);
    report("flow-line20", by_flow, "events/s", "kernel-line20", by_hand);
    report("flow-1000-shifts", plant::thousand_shifts(), "s", "target", 1.0);
    let (ms, parts) = plant::fork();
    eprintln!("forked 1000 machines with {parts} parts");
    report("flow-fork", ms, "ms", "target", 5.0);
    let Some(peers) = peers::Peers::install() else { return };
    for peer in ["simpy", "salabim"] {
        for (name, model, own) in [("kernel-mm1", "mm1", fast), ("kernel-line20", "line", by_hand)] {
            if let Some(speed) = peers.speed(&format!("{peer}-{model}")) {
                report(&format!("{name}-beside-{peer}"), own, "events/s", peer, speed);
            }
        }
    }
}
