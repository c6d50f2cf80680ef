//! What a signal means to the scene and to the rules, whatever its protocol calls it.

use serde::{Deserialize, Serialize};

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// A closed vocabulary; in JSON its kebab-case text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Role {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl Role {
            /// All roles.
            pub const ALL: &'static [Role] = &[$(Role::$variant),*];

            /// The text by which the role travels.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Role::$variant => $text),* }
            }

            /// The role behind a text.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Role::$variant),)* _ => None }
            }
        }
    };
}

roles! {
    /// What the machine is doing; see [`crate::MachineState`].
    State = "state",
    /// Serial of the workpiece in the thing; empty for none.
    Part = "part",
    /// The production order being worked on.
    Order = "order",
    /// How many pieces are in the buffer or rack.
    Level = "level",
    /// How many fit.
    Capacity = "capacity",
    /// Good pieces finished, counting up.
    PartCount = "part-count",
    /// Pieces scrapped, counting up.
    ScrapCount = "scrap-count",
    /// Progress of the present cycle, 0 to 1.
    Progress = "progress",
    /// An alarm; see [`crate::Condition`].
    Condition = "condition",
    /// Automatic, manual, …
    Mode = "mode",
    /// The program that runs.
    Program = "program",
    /// The tool in the spindle.
    Tool = "tool",
    /// Speed of the main spindle.
    SpindleSpeed = "spindle-speed",
    /// Load of the main spindle.
    SpindleLoad = "spindle-load",
    /// Feed rate along the path.
    Feedrate = "feedrate",
    /// Override of the feed rate.
    FeedOverride = "feed-override",
    /// Active power.
    Power = "power",
    /// Energy used, counting up.
    Energy = "energy",
    /// Electric current.
    Current = "current",
    /// Vibration velocity, RMS.
    Vibration = "vibration",
    /// A temperature.
    Temperature = "temperature",
    /// A pressure.
    Pressure = "pressure",
    /// Position of the first linear axis.
    AxisX = "axis-x",
    /// Position of the second linear axis.
    AxisY = "axis-y",
    /// Position of the third linear axis.
    AxisZ = "axis-z",
    /// Angle of the first joint of an arm.
    Joint1 = "joint-1",
    /// Angle of the second joint.
    Joint2 = "joint-2",
    /// Angle of the third joint.
    Joint3 = "joint-3",
    /// Angle of the fourth joint.
    Joint4 = "joint-4",
    /// Angle of the fifth joint.
    Joint5 = "joint-5",
    /// Angle of the sixth joint.
    Joint6 = "joint-6",
    /// East position of a vehicle in the site frame.
    PoseX = "pose-x",
    /// North position of a vehicle in the site frame.
    PoseY = "pose-y",
    /// Heading of a vehicle, counter-clockwise from east.
    PoseHeading = "pose-heading",
    /// Charge of a vehicle.
    Battery = "battery",
    /// Speed of a conveyor's belt.
    BeltSpeed = "belt-speed",
    /// State of a connection.
    ConnectionState = "connection-state",
    /// Time from source to record.
    ConnectionLag = "connection-lag",
    /// Samples received.
    ConnectionReceived = "connection-received",
    /// Messages known to be lost.
    ConnectionLost = "connection-lost",
    /// Times that the connection was built again.
    ConnectionReconnects = "connection-reconnects",
    /// The last error in words.
    ConnectionError = "connection-error",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_its_text_and_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(*role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!(Role::parse("unheard-of"), None);
    }
}
