//! Who may do what to what: principals, actions, resources, and the one decision about them.
//!
//! Whatever comes in or goes out (a call, a view, an export, a command) asks here first. Nothing is allowed unless a
//! policy allows it, and every answer says why in plain words.

mod action;
mod decision;
mod principal;
mod resource;

pub use action::{Action, ActionGroup};
pub use decision::{Decision, Missing, Outcome, Reason};
pub use principal::{Authentication, Credential, Principal, PrincipalId, PrincipalKind, Strength};
pub use resource::{Resource, Target};
