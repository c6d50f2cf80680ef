//! Who may do what to what: principals, actions, resources, and the one decision about them.
//!
//! Whatever comes in or goes out (a call, a view, an export, a command) asks here first. Nothing is allowed unless a
//! policy allows it, and every answer says why in plain words.

mod action;
mod circumstances;
mod compiled;
mod decision;
mod explain;
mod point;
mod principal;
mod resource;
mod schema;

pub use action::{Action, ActionGroup};
pub use circumstances::Question;
pub use compiled::{PolicyEntry, PolicyError, check as check_policy, list as list_policies};
pub use decision::{Decision, Missing, Outcome, Reason};
pub use explain::{Explanation, PastDecision, STANDARD_ROLES, Turned, roles_held};
pub use point::DecisionPoint;
pub use principal::{Authentication, Credential, Principal, PrincipalId, PrincipalKind, Strength};
pub use resource::{Resource, Target};
