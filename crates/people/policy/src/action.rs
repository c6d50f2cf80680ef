//! What can be done: a closed vocabulary, in groups that policies and scopes of tokens may name as a whole.

use serde::{Deserialize, Serialize};

/// Actions that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionGroup {
    /// Looking, without leaving a trace in the plant.
    Read,
    /// Trying what touches nothing real.
    Imagine,
    /// Being with others and leaving things for them.
    Meet,
    /// Acting on machines and on those who run them.
    Operate,
    /// Changing what there is and who may do what.
    Administer,
}

impl ActionGroup {
    /// All groups.
    pub const ALL: [Self; 5] = [Self::Read, Self::Imagine, Self::Meet, Self::Operate, Self::Administer];

    /// The word by which policies and scopes name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Imagine => "imagine",
            Self::Meet => "meet",
            Self::Operate => "operate",
            Self::Administer => "administer",
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $text:literal in $group:ident, $does:literal;)*) => {
        /// What somebody wants to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Action {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl Action {
            /// All actions.
            pub const ALL: &'static [Action] = &[$(Action::$variant),*];

            /// The word by which policies, scopes and records name it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Action::$variant => $text),* }
            }

            /// The group that it belongs to.
            #[must_use]
            pub const fn group(self) -> ActionGroup {
                match self { $(Action::$variant => ActionGroup::$group),* }
            }

            /// The end of the sentence "you may not …".
            #[must_use]
            pub const fn in_words(self) -> &'static str {
                match self { $(Action::$variant => $does),* }
            }

            /// The action behind a word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($text => Some(Action::$variant),)* _ => None }
            }
        }
    };
}

actions! {
    /// See what there is, and the present values.
    See = "see" in Read, "look at this";
    /// See another instant than the present.
    ReadHistory = "read-history" in Read, "look at the past";
    /// Take data away in bulk.
    Export = "export" in Read, "export data";
    /// See what happened: events, alarms, commands.
    ReadEvents = "read-events" in Read, "read what happened";
    /// Read an asset administration shell.
    ReadShell = "read-shell" in Read, "read asset shells";
    /// See how the server does.
    ReadHealth = "read-health" in Read, "read the server's metrics";
    /// See branches, forecasts, plans and the model.
    ReadFuture = "read-future" in Read, "look at what may come";
    /// Run forecasts, what-ifs and validations, and draft plans.
    MakeFuture = "make-future" in Imagine, "run forecasts and what-ifs";
    /// Describe or discard a branch, stop a job.
    TendFuture = "tend-future" in Imagine, "change or discard futures";
    /// Be in the hall: appear, move, hear, speak, point.
    Appear = "appear" in Meet, "appear in the hall";
    /// Read threads and the feed.
    ReadPosts = "read-posts" in Meet, "read threads";
    /// Write in threads, react, attach, follow.
    Post = "post" in Meet, "write in threads";
    /// Make tasks and change them.
    Assign = "assign" in Meet, "make or change tasks";
    /// Hide what others wrote, mute and remove people.
    Moderate = "moderate" in Administer, "moderate what others write";
    /// Change a set-point.
    SetPoint = "set-point" in Operate, "change set-points";
    /// Start a machine.
    Start = "start" in Operate, "start machines";
    /// Stop a machine.
    Stop = "stop" in Operate, "stop machines";
    /// Acknowledge an alarm.
    Acknowledge = "acknowledge" in Operate, "acknowledge alarms";
    /// Release orders, accept plans: say what is made.
    Dispatch = "dispatch" in Operate, "release orders or dispatch a plan";
    /// Be the second person of a dangerous command.
    Approve = "approve" in Operate, "approve dangerous commands";
    /// Lock a machine out for maintenance, or take the own lock off.
    LockOut = "lock-out" in Operate, "lock machines out";
    /// Put the site into read-only.
    Halt = "halt" in Operate, "put the site into read-only";
    /// Take the site out of read-only again.
    Resume = "resume" in Administer, "take the site out of read-only";
    /// Make connections to sources.
    Connect = "connect" in Administer, "make connections";
    /// Change what is said of things, where they stand, their interlocks.
    Describe = "describe" in Administer, "change what is said of things";
    /// Write an asset administration shell.
    WriteShell = "write-shell" in Administer, "change asset shells";
    /// Invite people, change and close accounts.
    ManagePeople = "manage-people" in Administer, "invite people or change accounts";
    /// Grant and revoke roles, memberships and contracts.
    Grant = "grant" in Administer, "grant or revoke roles";
    /// Change policies.
    SetPolicy = "set-policy" in Administer, "change policies";
    /// Ask who can do what, read the record of decisions.
    Audit = "audit" in Administer, "read the record of decisions";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_its_word_and_back() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(*action));
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
        }
        assert_eq!(Action::parse("fly"), None);
    }
}
