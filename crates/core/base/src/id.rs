//! One id type per kind of thing, dense from 1 within a site, so that they index flat arrays.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The id as an index into a flat array.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

id! {
    /// A thing of the plant: site, line, machine, vehicle, connection.
    ThingId
}
id! {
    /// A signal of a thing: one series of samples.
    SignalId
}
id! {
    /// A branch of the world. `BranchId::LIVE` is what really happens.
    BranchId
}

impl BranchId {
    /// The one branch that has actuators.
    pub const LIVE: Self = Self(0);
}
