//! Who asks: a person, a guest, a machine, or nobody that we know.
//!
//! Identity fills a principal on every request or message, from a session, a token or a certificate. What it may do
//! follows from the roles and units that the *world* grants its id; the roles here are those that identity itself
//! vouches for (the first administrator, groups of an identity provider). Both count.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use trine_base::Instant;

/// Lasting id of who acts, such as `person/7f3a`, `machine/gateway-2`, `guest/5c`; it is the origin of their facts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PrincipalId(pub Arc<str>);

impl PrincipalId {
    /// The principal with this id.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }
}

impl fmt::Display for PrincipalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrincipalKind {
    /// Somebody with an account.
    Person,
    /// Somebody with a chosen name and no account.
    Guest,
    /// A program or a device with a token or a certificate.
    Machine,
    /// Whoever did not say who they are.
    Nobody,
}

impl PrincipalKind {
    /// The word by which it travels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Guest => "guest",
            Self::Machine => "machine",
            Self::Nobody => "nobody",
        }
    }
}

/// How sure it is that they are who they say. The order is from weak to strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// They said so.
    Claimed,
    /// A password, or a token that lasts.
    Single,
    /// A passkey, a second factor, or a certificate.
    Strong,
}

/// When and how they proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authentication {
    /// When they last did it in person; not when a session was renewed.
    pub at: Instant,
    /// How.
    pub strength: Strength,
}

/// A credential that identity has verified: signature, issuer and status are in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// What it certifies, as policies and commands name it: `welding-robots`.
    pub kind: Arc<str>,
    /// Who says so.
    pub issuer: Arc<str>,
    /// The first instant at which it no longer counts; `None`: it does not expire.
    pub expires: Option<Instant>,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// Their id.
    pub id: PrincipalId,
    /// What kind of somebody.
    pub kind: PrincipalKind,
    /// What others see.
    pub name: Arc<str>,
    /// Key of their company; `None`: the company that runs the site.
    #[serde(default)]
    pub company: Option<Arc<str>>,
    /// Keys of units that identity vouches for, beside those that the world says.
    #[serde(default)]
    pub units: BTreeSet<Arc<str>>,
    /// Roles all over the site that identity vouches for, beside those that the world grants: `administrator`.
    #[serde(default)]
    pub roles: BTreeSet<Arc<str>>,
    /// What the token that they came with is good for, in the words of [`crate::Action`] or of its groups; `None`: all
    /// that they may do.
    #[serde(default)]
    pub scopes: Option<BTreeSet<Arc<str>>>,
    /// What they are certified for.
    #[serde(default)]
    pub credentials: BTreeSet<Credential>,
    /// How they proved who they are; `None`: they did not.
    #[serde(default)]
    pub authentication: Option<Authentication>,
    /// The first instant at which their session or token no longer counts.
    #[serde(default)]
    pub expires: Option<Instant>,
}

impl Principal {
    /// Somebody of whom only this is known.
    #[must_use]
    pub fn new(id: &str, kind: PrincipalKind, name: &str) -> Self {
        Self {
            id: PrincipalId::new(id),
            kind,
            name: name.into(),
            company: None,
            units: BTreeSet::new(),
            roles: BTreeSet::new(),
            scopes: None,
            credentials: BTreeSet::new(),
            authentication: None,
            expires: None,
        }
    }

    /// Whoever did not say who they are.
    #[must_use]
    pub fn nobody() -> Self {
        Self::new("nobody", PrincipalKind::Nobody, "nobody")
    }

    /// A guest with a chosen name.
    #[must_use]
    pub fn guest(id: &str, name: &str) -> Self {
        Self::new(id, PrincipalKind::Guest, name)
    }

    /// The same with a role all over the site.
    #[must_use]
    pub fn with_role(mut self, role: &str) -> Self {
        self.roles.insert(role.into());
        self
    }

    /// The same, having proven who they are.
    #[must_use]
    pub fn proven(mut self, at: Instant, strength: Strength) -> Self {
        self.authentication = Some(Authentication { at, strength });
        self
    }

    /// The same with a credential.
    #[must_use]
    pub fn with_credential(mut self, kind: &str, issuer: &str, expires: Option<Instant>) -> Self {
        self.credentials.insert(Credential { kind: kind.into(), issuer: issuer.into(), expires });
        self
    }
}
