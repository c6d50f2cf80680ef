//! How far a sample can be trusted: the OPC UA status code, whatever protocol it came by.
//!
//! Spec: OPC 10000-4 (OPC UA Part 4, Services) 1.05, 7.39 StatusCode. Bits 31–30 are the severity,
//! bits 27–16 the sub-code, the low 16 bits information flags.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A 32-bit OPC UA status code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quality(pub u32);

/// The two top bits of a status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The value can be used.
    Good,
    /// The value can be used with care.
    Uncertain,
    /// The value cannot be used.
    Bad,
}

impl Quality {
    /// Good, nothing to add.
    pub const GOOD: Self = Self(0);
    /// The value is doubtful and nobody said why.
    pub const UNCERTAIN: Self = Self(0x4000_0000);
    /// The source's time stamp was not believable; the time of recording stands in for it.
    pub const UNCERTAIN_TIME: Self = Self(0x40BC_0000);
    /// The last value before the source went silent.
    pub const UNCERTAIN_LAST_USABLE: Self = Self(0x4090_0000);
    /// The mean of a stretch whose samples are no longer kept (`Uncertain_DataSubNormal`; information bits: a data value
    /// that a historian calculated).
    pub const UNCERTAIN_AGGREGATE: Self = Self(0x40A4_0401);
    /// Not usable and nobody said why.
    pub const BAD: Self = Self(0x8000_0000);
    /// There is no connection to the source (`Bad_NoCommunication`).
    pub const BAD_NO_COMMUNICATION: Self = Self(0x8031_0000);
    /// The source has no value: MTConnect `UNAVAILABLE`, Sparkplug null (`Bad_NoData`).
    pub const BAD_NO_DATA: Self = Self(0x809B_0000);
    /// The value lies outside what can be represented: NaN, infinity (`Bad_OutOfRange`).
    pub const BAD_OUT_OF_RANGE: Self = Self(0x803C_0000);
    /// The payload could not be decoded (`Bad_DecodingError`).
    pub const BAD_DECODING: Self = Self(0x8007_0000);
    /// The value has another type than was announced (`Bad_TypeMismatch`).
    pub const BAD_TYPE_MISMATCH: Self = Self(0x8074_0000);

    /// The two top bits.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self.0 >> 30 {
            0 => Severity::Good,
            1 => Severity::Uncertain,
            _ => Severity::Bad,
        }
    }

    /// Whether the value can be used without care.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self.severity(), Severity::Good)
    }

    /// Whether the value cannot be used.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(self.severity(), Severity::Bad)
    }

    /// The upper 16 bits, which is what travels to the client.
    #[must_use]
    pub const fn upper(self) -> u16 {
        (self.0 >> 16) as u16
    }
}

impl fmt::Debug for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(0x{:08X})", self.severity(), self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_is_the_two_top_bits() {
        assert_eq!(Quality::GOOD.severity(), Severity::Good);
        assert_eq!(Quality::UNCERTAIN_TIME.severity(), Severity::Uncertain);
        assert_eq!(Quality::BAD_NO_DATA.severity(), Severity::Bad);
        assert_eq!(Quality(0xC000_0000).severity(), Severity::Bad, "the reserved pattern is not usable");
        assert_eq!(Quality::BAD_NO_DATA.upper(), 0x809B);
    }
}
