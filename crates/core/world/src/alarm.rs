//! Conditions as sources report them, and the alarms that the world keeps of them.
//!
//! Spec: MTConnect 2.x Part 2, Condition (`Normal`, `Warning`, `Fault`, `Unavailable`); ISA-18.2 for the life of
//! an alarm: raised, acknowledged, cleared.

use serde::{Deserialize, Serialize};
use std::fmt;
use trine_base::{Instant, SignalId, ThingId};

/// How bad a condition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConditionLevel {
    /// All is well; without a code it clears every alarm of its signal.
    Normal,
    /// Worth a look.
    Warning,
    /// Needs a person.
    Fault,
    /// The source cannot say.
    Unavailable,
}

/// One report of a condition. As the text of a sample it is `LEVEL|code|priority|qualifier|message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How bad.
    pub level: ConditionLevel,
    /// The source's own code; tells alarms of one signal apart.
    pub code: String,
    /// 1 (worst) to 4, where the source says so.
    pub priority: Option<u8>,
    /// `HIGH`, `LOW` or empty.
    pub qualifier: String,
    /// For the operator.
    pub message: String,
}

impl Condition {
    /// Reads the text of a sample; `None` when it is no condition.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.splitn(5, '|');
        let level = match fields.next()?.trim().to_ascii_uppercase().as_str() {
            "NORMAL" => ConditionLevel::Normal,
            "WARNING" => ConditionLevel::Warning,
            "FAULT" => ConditionLevel::Fault,
            "UNAVAILABLE" => ConditionLevel::Unavailable,
            _ => return None,
        };
        let mut field = || fields.next().unwrap_or_default().trim().to_owned();
        let (code, priority, qualifier, message) = (field(), field(), field(), field());
        let priority = priority.parse().ok().filter(|p| (1..=4).contains(p));
        Some(Self { level, code, priority, qualifier, message })
    }

    /// The priority that it is shown with: its own, or by its level.
    #[must_use]
    pub fn shown_priority(&self) -> u8 {
        self.priority.unwrap_or(match self.level {
            ConditionLevel::Fault => 2,
            _ => 3,
        })
    }

    /// Whether it calls for attention.
    #[must_use]
    pub const fn is_raised(&self) -> bool {
        matches!(self.level, ConditionLevel::Warning | ConditionLevel::Fault)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            ConditionLevel::Normal => "NORMAL",
            ConditionLevel::Warning => "WARNING",
            ConditionLevel::Fault => "FAULT",
            ConditionLevel::Unavailable => "UNAVAILABLE",
        };
        let priority = self.priority.map(|p| p.to_string()).unwrap_or_default();
        write!(f, "{level}|{}|{priority}|{}|{}", self.code, self.qualifier, self.message)
    }
}

/// Number of an alarm within the site: the number of the fact that raised it.
pub type AlarmId = u64;

/// An alarm that is open: raised and not yet cleared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// Number of the fact that raised it.
    pub id: AlarmId,
    /// The thing that it calls to.
    pub thing: ThingId,
    /// The signal that reported it.
    pub signal: SignalId,
    /// The source's own code.
    pub code: String,
    /// 1 (worst) to 4.
    pub priority: u8,
    /// For the operator.
    pub message: String,
    /// Since when.
    pub raised: Instant,
    /// Since when somebody knows.
    pub acknowledged: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in
            ["FAULT|VIB-2|1|HIGH|Spindle vibration high | see manual", "NORMAL||||", "WARNING|7|||worn"]
        {
            assert_eq!(Condition::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_condition_is_none() {
        assert_eq!(Condition::parse("ACTIVE"), None);
        assert_eq!(Condition::parse(""), None);
        assert_eq!(Condition::parse("FAULT|a|99||x").unwrap().priority, None);
    }
}
