//! Gaps to the best known on the published problems.

use crate::{
    cpsat,
    figure::{gap, mean, print},
    listed::problems,
    race,
};

/// Plans all problems of a kind for a first and, where the best known is not reached, a second number of seconds.
pub fn run(kind: &str, [first, second]: [f64; 2], names: &[&str]) -> bool {
    let Some(listed) = problems(kind, names) else { return true };
    let (mut at_first, mut at_second) = (Vec::new(), Vec::new());
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for one in &listed {
        let (_, course) = race::run(&one.problem, None, second, one.best);
        let early = race::at(&course, first);
        let (early, late) = (gap(early, one.best), gap(race::at(&course, second), one.best));
        at_first.push(early);
        at_second.push(late);
        let time = course.last().map_or(0.0, |(found, _)| *found);
        eprintln!(
            "{}: {early:.2} % after {first} s, {late:.2} % after {second} s, last found at {time:.1} s",
            one.name
        );
        if late < 0.0 {
            eprintln!("{}: better than the best known, {}", one.name, one.best);
        }
        let peer = if early > 0.0 { cpsat::run(kind, &one.path, first) } else { None };
        if let Some(cost) = peer {
            eprintln!("{}: CP-SAT {:.2} % after {first} s", one.name, gap(cost, one.best));
            ours.push(early);
            peers.push(gap(cost, one.best));
        }
    }
    let count = listed.len();
    print(&format!("schedule {kind} ({count}), gap after {first} s"), mean(&at_first), "%", None);
    print(&format!("schedule {kind} ({count}), gap after {second} s"), mean(&at_second), "%", None);
    if !peers.is_empty() {
        let name = format!("schedule {kind}, the {} hardest, gap after {first} s", peers.len());
        print(&name, mean(&ours), "%", Some(("OR-Tools CP-SAT", mean(&peers))));
    }
    true
}
