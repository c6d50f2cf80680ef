//! What shape a machine has, guessed from its words and its axes.
//!
//! MTConnect has no field for it. A wrong guess costs a wrong shape in the hall and nothing else, and whoever
//! knows better describes the thing anew.

use super::Device;

/// `(class, words that name it)`; the first that matches wins, so the narrower stand before the wider.
const WORDS: &[(&str, &[&str])] = &[
    ("gear-hobbing-machine", &["hobbing", "gear cutting", "gear-hobbing"]),
    ("grinding-machine", &["grinding", "grinder"]),
    ("turning-machine", &["turning", "lathe", "quickturn", "quick turn", "integrex", "turn-mill", "turret"]),
    ("milling-machine", &["milling", "machining cent", "mikron", "hurco", "vmx", "vmc", "hmc", "router"]),
    ("edm-machine", &["edm", "electrical discharge", "agie", "sodick", "die sinking", "wire cut"]),
    ("quench-tank", &["quench"]),
    ("furnace", &["furnace", "oven", "heat treatment"]),
    ("washing-machine", &["washing", "washer", "cleaning"]),
    ("measuring-machine", &["measuring", "cmm", "metrology", "inspection"]),
    ("test-bench", &["test bench", "test-bench", "test stand", "tester"]),
    ("assembly-station", &["assembly"]),
    ("charging-station", &["charging"]),
    ("energy-meter", &["energy meter", "energy-meter", "power meter"]),
    ("agv", &["agv", "guided vehicle", "mobile robot"]),
    ("robot", &["robot", "cobot", "manipulator"]),
    ("conveyor", &["conveyor", "belt"]),
    ("rack", &["rack", "warehouse", "storage"]),
    ("buffer", &["buffer"]),
    ("press", &["press"]),
];

/// The class of a device; `controller`, drawn as a cabinet, when nothing says what it is.
pub(super) fn class(device: &Device) -> &'static str {
    let plate = &device.description;
    // The free text says best what it is; a maker's name may say anything.
    let texts = [&plate.text, &plate.model, &plate.station, &device.name, &plate.manufacturer];
    texts.into_iter().find_map(|text| by_words(text)).or_else(|| by_axes(device)).unwrap_or("controller")
}

fn by_words(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    WORDS.iter().find(|(_, names)| names.iter().any(|name| has(&text, name))).map(|(class, _)| *class)
}

/// Short names must stand alone (`edm` in `EDM 3`, not in `freedman`); long ones may be part of a word.
fn has(words: &str, name: &str) -> bool {
    let alone = |at: usize| {
        let end = words[at + name.len()..].chars().next();
        let before = words[..at].chars().next_back();
        [before, end].into_iter().flatten().all(|c| !c.is_ascii_alphabetic())
    };
    words.match_indices(name).any(|(at, _)| name.len() > 5 || alone(at))
}

/// A machine with X, Z and a spindle but no Y turns; one with X, Y and Z mills; six rotary axes are an arm.
fn by_axes(device: &Device) -> Option<&'static str> {
    let named =
        |kind: &str, name: &str| device.components.iter().any(|(k, n)| k == kind && n.starts_with(name));
    let rotary = device.components.iter().filter(|(kind, _)| kind == "Rotary").count();
    let linear = |name| named("Linear", name);
    match (linear("X"), linear("Y"), linear("Z")) {
        (true, false, true) if rotary > 0 => Some("turning-machine"),
        (true, true, true) => Some("milling-machine"),
        (false, false, false) if rotary >= 6 => Some("robot"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Description;
    use super::*;

    fn said(text: &str) -> &'static str {
        class(&Device {
            description: Description { text: text.into(), ..Description::default() },
            ..Device::default()
        })
    }

    #[test]
    fn words_tell_the_class() {
        assert_eq!(said("Mazak QuickTurn Nexus 300"), "turning-machine");
        assert_eq!(said("Hurco VMX 24 #1"), "milling-machine");
        assert_eq!(said("Agie Mikron HPM600U - a milling centre by a maker of EDM"), "milling-machine");
        assert_eq!(said("AgieCharmilles CUT wire EDM"), "edm-machine");
        assert_eq!(said("gear-hobbing machine"), "gear-hobbing-machine");
        assert_eq!(said("The press of Mr Freedman"), "press");
        assert_eq!(said("compressor"), "controller");
    }

    #[test]
    fn axes_tell_it_when_words_do_not() {
        let axes = |axes: &[(&str, &str)]| {
            let components = axes.iter().map(|(kind, name)| ((*kind).into(), (*name).into())).collect();
            class(&Device { components, ..Device::default() })
        };
        assert_eq!(axes(&[("Rotary", "C"), ("Linear", "X"), ("Linear", "Z")]), "turning-machine");
        assert_eq!(axes(&[("Linear", "X"), ("Linear", "Y"), ("Linear", "Z")]), "milling-machine");
        assert_eq!(axes(&[("Rotary", "J1"); 6]), "robot");
        assert_eq!(axes(&[]), "controller");
    }
}
