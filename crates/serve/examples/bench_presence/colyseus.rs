//! The peer: a Colyseus server and its people, each in a process of Node.js.

use crate::people::{Report, expect};
use crate::{Measured, Outcome, Plan, cpu_s};
use std::io::BufReader;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const SERVER: &str = include_str!("colyseus_server.mjs");
const PEOPLE: &str = include_str!("colyseus_people.mjs");

/// The same walk on Colyseus; none when its packages are not there.
pub fn measure(plan: Plan) -> Outcome<Option<Measured>> {
    let Ok(folder) = std::env::var("TRINE_COLYSEUS") else { return Ok(None) };
    // Node.js looks for packages beside the script.
    let folder = Path::new(&folder);
    std::fs::write(folder.join("server.mjs"), SERVER)?;
    std::fs::write(folder.join("people.mjs"), PEOPLE)?;
    let mut server = node(folder, &["server.mjs"])?;
    let measured = beside(folder, &mut server, plan);
    server.kill()?;
    server.wait()?;
    measured.map(Some)
}

fn node(folder: &Path, arguments: &[&str]) -> Outcome<Child> {
    Ok(Command::new("node").args(arguments).current_dir(folder).stdout(Stdio::piped()).spawn()?)
}

fn beside(folder: &Path, server: &mut Child, plan: Plan) -> Outcome<Measured> {
    let mut said = BufReader::new(server.stdout.take().ok_or("no output")?);
    let mut port = String::new();
    std::io::BufRead::read_line(&mut said, &mut port)?;
    let (people, seconds) = (plan.people.to_string(), plan.length.as_secs().to_string());
    let mut walkers = node(folder, &["people.mjs", port.trim(), &people, &seconds])?;
    let mut said = BufReader::new(walkers.stdout.take().ok_or("no output")?);
    expect(&mut said, "ready")?;
    let before = cpu_s(server.id());
    let report = Report::read(&mut said)?;
    let server_cpu_s = cpu_s(server.id()) - before;
    walkers.wait()?;
    Ok(Measured { report, server_cpu_s })
}
