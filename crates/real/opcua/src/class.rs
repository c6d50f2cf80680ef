//! What kind of machine a server means, by what it says itself, by its type, or by its name.

/// The classes of `docs/wire.md` that a machine can have.
const CLASSES: &[&str] = &[
    "turning-machine",
    "milling-machine",
    "grinding-machine",
    "gear-hobbing-machine",
    "edm-machine",
    "press",
    "furnace",
    "quench-tank",
    "washing-machine",
    "robot",
    "assembly-station",
    "test-bench",
    "measuring-machine",
    "conveyor",
    "buffer",
    "rack",
    "agv",
    "charging-station",
    "energy-meter",
    "controller",
];

/// `(a part of a type's or machine's name, class)`; the first that fits is taken, so the narrower comes first.
const HINTS: &[(&str, &str)] = &[
    ("motiondevicesystem", "robot"),
    ("motiondevice", "robot"),
    ("robot", "robot"),
    ("turning", "turning-machine"),
    ("lathe", "turning-machine"),
    ("drehen", "turning-machine"),
    ("hobbing", "gear-hobbing-machine"),
    ("gearcutting", "gear-hobbing-machine"),
    ("grinding", "grinding-machine"),
    ("grinder", "grinding-machine"),
    ("eroding", "edm-machine"),
    ("edm", "edm-machine"),
    ("milling", "milling-machine"),
    ("machiningcenter", "milling-machine"),
    ("machiningcentre", "milling-machine"),
    ("millturn", "milling-machine"),
    ("press", "press"),
    ("furnace", "furnace"),
    ("oven", "furnace"),
    ("quench", "quench-tank"),
    ("washing", "washing-machine"),
    ("washer", "washing-machine"),
    ("testbench", "test-bench"),
    ("teststand", "test-bench"),
    ("assembly", "assembly-station"),
    ("measuring", "measuring-machine"),
    ("coordinatemeasuring", "measuring-machine"),
    ("conveyor", "conveyor"),
    ("buffer", "buffer"),
    ("storage", "rack"),
    ("warehouse", "rack"),
    ("charging", "charging-station"),
    ("charger", "charging-station"),
    ("guidedvehicle", "agv"),
    ("agv", "agv"),
    ("energymeter", "energy-meter"),
    ("powermeter", "energy-meter"),
    ("machinetool", "milling-machine"),
    ("plc", "controller"),
    ("controller", "controller"),
];

/// The class of a machine; `said` is what the machine says of its own class.
#[must_use]
pub(crate) fn class_of(said: Option<&str>, type_name: &str, name: &str, model: &str) -> &'static str {
    let said = said.unwrap_or_default();
    let known = CLASSES.iter().find(|class| plain(class) == plain(said)).copied();
    let hinted = |text: &str| {
        let text = plain(text);
        HINTS.iter().find(|(hint, _)| text.contains(hint)).map(|(_, class)| *class)
    };
    // A type such as MachineToolType is only a frame; the name within it is narrower.
    let narrow = hinted(said).or_else(|| hinted(name)).or_else(|| hinted(model));
    known.or(narrow).or_else(|| hinted(type_name)).unwrap_or("controller")
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_machine_says_goes_before_what_it_looks_like() {
        assert_eq!(
            class_of(Some("grinding-machine"), "MachineToolType", "Turning 3", ""),
            "grinding-machine"
        );
        assert_eq!(class_of(Some("Machine tool"), "", "CNC lathe 7", ""), "milling-machine");
        assert_eq!(class_of(None, "MotionDeviceSystemType", "R1", ""), "robot");
        assert_eq!(class_of(None, "BaseObjectType", "CNC lathe 7", ""), "turning-machine");
        assert_eq!(class_of(None, "MachineToolType", "M1", ""), "milling-machine");
        assert_eq!(class_of(None, "FolderType", "Tank", ""), "controller");
    }
}
