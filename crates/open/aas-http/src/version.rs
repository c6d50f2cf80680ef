//! Which edition of the API a client speaks.

/// The edition of the API, said by the base path.
///
/// Where they differ: in 3.0 a list of values is an array and the value of a single property is an object with the
/// property's name; in 3.1 a list of values is an object by name and the value of a single property is the bare value.
/// Operations and capabilities have no metadata of their own in 3.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// IDTA-01002-3-0.
    V3_0,
    /// IDTA-01002-3-1.
    V3_1,
}

impl Version {
    /// The version that a segment of the path names.
    #[must_use]
    pub fn parse(segment: &str) -> Option<Self> {
        match segment {
            "v3.0" => Some(Self::V3_0),
            "v3" | "v3.1" => Some(Self::V3_1),
            _ => None,
        }
    }
}
