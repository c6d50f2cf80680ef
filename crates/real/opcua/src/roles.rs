//! Which role a variable plays, by the browse names of the companion models and by common names.
//!
//! Spec: OPC 40001-1 (Machinery), OPC 40501-1 (MachineTool), OPC 40010-1 (Robotics). The table is published in
//! `docs/opc-ua.md`; a `Role` property on the variable itself goes before it.

use trine_world::Role;

/// `(browse name, name of an object above it or empty, role)`. Names are compared without case, spaces, `-` and `_`.
/// The first entry that fits is taken.
pub(crate) const ROLES: &[(&str, &str, Role)] = &[
    // Machinery: the state machine of MachineryItemState; its CurrentState carries the word.
    ("CurrentState", "MachineryItemState", Role::State),
    ("CurrentState", "MachineryOperationMode", Role::Mode),
    ("MachineState", "", Role::State),
    ("OperatingState", "", Role::State),
    ("Execution", "", Role::State),
    ("State", "", Role::State),
    // MachineTool: Monitoring/MachineTool, Monitoring/Channel, Monitoring/Spindle, Production.
    ("OperationMode", "", Role::Mode),
    ("ChannelMode", "", Role::Mode),
    ("Mode", "", Role::Mode),
    ("FeedOverride", "", Role::FeedOverride),
    ("Override", "Feed", Role::FeedOverride),
    ("Feedrate", "", Role::Feedrate),
    ("ActualSpeed", "Spindle", Role::SpindleSpeed),
    ("CommandedSpeed", "Spindle", Role::SpindleSpeed),
    ("SpindleSpeed", "", Role::SpindleSpeed),
    ("ActualLoad", "Spindle", Role::SpindleLoad),
    ("SpindleLoad", "", Role::SpindleLoad),
    ("PartsProduced", "", Role::PartCount),
    ("PartsCompleted", "", Role::PartCount),
    ("PartsGood", "", Role::PartCount),
    ("PartCount", "", Role::PartCount),
    ("GoodParts", "", Role::PartCount),
    ("PartsScrapped", "", Role::ScrapCount),
    ("ScrapCount", "", Role::ScrapCount),
    ("ScrapParts", "", Role::ScrapCount),
    ("CustomerOrderIdentifier", "", Role::Order),
    ("OrderIdentifier", "", Role::Order),
    ("JobOrderId", "", Role::Order),
    ("ProductionOrder", "", Role::Order),
    ("PartIdentifier", "", Role::Part),
    ("ActiveProgramName", "", Role::Program),
    ("ProgramName", "", Role::Program),
    ("Name", "ActiveProgram", Role::Program),
    ("ToolIdentifier", "", Role::Tool),
    ("ActiveTool", "", Role::Tool),
    ("ToolNumber", "", Role::Tool),
    // Robotics: Axes/Axis_n/ParameterSet/ActualPosition.
    ("ActualPosition", "Axis1", Role::Joint1),
    ("ActualPosition", "Axis2", Role::Joint2),
    ("ActualPosition", "Axis3", Role::Joint3),
    ("ActualPosition", "Axis4", Role::Joint4),
    ("ActualPosition", "Axis5", Role::Joint5),
    ("ActualPosition", "Axis6", Role::Joint6),
    // Linear axes of machine tools.
    ("ActualPosition", "X", Role::AxisX),
    ("ActualPosition", "Y", Role::AxisY),
    ("ActualPosition", "Z", Role::AxisZ),
    ("PositionX", "", Role::AxisX),
    ("PositionY", "", Role::AxisY),
    ("PositionZ", "", Role::AxisZ),
    // Common names.
    ("Progress", "", Role::Progress),
    ("Condition", "", Role::Condition),
    ("ActivePower", "", Role::Power),
    ("Power", "", Role::Power),
    ("Energy", "", Role::Energy),
    ("EnergyConsumption", "", Role::Energy),
    ("Current", "", Role::Current),
    ("MotorCurrent", "", Role::Current),
    ("Vibration", "", Role::Vibration),
    ("SpindleVibration", "", Role::Vibration),
    ("Temperature", "", Role::Temperature),
    ("MotorTemperature", "", Role::Temperature),
    ("Pressure", "", Role::Pressure),
    ("BatteryLevel", "", Role::Battery),
    ("StateOfCharge", "", Role::Battery),
    ("BeltSpeed", "", Role::BeltSpeed),
    ("FillLevel", "", Role::Level),
];

/// The role of a variable by its browse name and the names of the objects above it within its machine.
#[must_use]
pub(crate) fn role_of(name: &str, above: &[String]) -> Option<Role> {
    let name = plain(name);
    let above: Vec<String> = above.iter().map(|part| plain(part)).collect();
    let fits = |object: &str| object.is_empty() || above.iter().any(|part| *part == plain(object));
    ROLES.iter().find(|(known, object, _)| plain(known) == name && fits(object)).map(|(_, _, role)| *role)
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_companion_models_have_their_roles() {
        let role =
            |name, above: &[&str]| role_of(name, &above.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(role("CurrentState", &["MachineryItemState"]), Some(Role::State));
        assert_eq!(role("ActualPosition", &["Axes", "Axis_3", "ParameterSet"]), Some(Role::Joint3));
        assert_eq!(role("Spindle Speed", &[]), Some(Role::SpindleSpeed));
        assert_eq!(role("ActualSpeed", &["Conveyor"]), None);
        assert_eq!(role("SomethingElse", &[]), None);
    }

    #[test]
    fn the_published_table_is_this_one() {
        let published = include_str!("../../../../docs/opc-ua.md");
        for (name, object, role) in ROLES {
            let below = if object.is_empty() { "anything".to_owned() } else { format!("`{object}`") };
            let line = format!("| `{name}` | {below} | `{}` |", role.as_str());
            assert!(published.contains(&line), "docs/opc-ua.md lacks the line {line}");
        }
    }

    #[test]
    fn each_line_of_the_table_can_be_reached() {
        for (name, object, role) in ROLES {
            let above: Vec<String> = if object.is_empty() { vec![] } else { vec![(*object).to_owned()] };
            assert_eq!(role_of(name, &above), Some(*role), "{name} below {object}");
        }
    }
}
