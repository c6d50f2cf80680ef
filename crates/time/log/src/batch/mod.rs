//! The payload of a signal record: a batch of samples, column by column.
//!
//! ```text
//! field        bytes                                                           little-endian
//! version      u8         1
//! time unit    u8         power of ten of the nanoseconds that times count in: 0, 3, 6 or 9
//! recorded     i64        when the batch became known, ns since the Unix epoch
//! count        varint     n; when it is 0 nothing follows
//! signals      n × zigzag varint, difference to the signal before (the first to 0)
//! first time   i64        source time of the first sample, ns since the Unix epoch
//! times        (n − 1) × zigzag varint, difference to the time before, in time units
//! qualities    runs until n: varint length, u32 status code
//! types        runs until n: varint length, u8 tag (0 absent, 1 boolean, 2 integer, 3 number, 4 text)
//! booleans     one bit each, lowest first, padded with zeros to a whole byte
//! integers     zigzag varint each
//! numbers      u8 form, if there are any: 0 = f64 each, 1 = f32 each, when every one survives that
//! texts        varint d, d × (varint length, UTF-8), then a varint index each; if there are any
//! ```
//!
//! A machine repeats its words and most of its timing, so texts are written once per batch and times as steps.
//! A count is believed only as far as the bytes that follow can hold it, so garbage cannot ask for memory.

mod decode;
mod encode;
#[cfg(test)]
mod tests;
mod varint;

pub use decode::decode;
pub use encode::encode;

const VERSION: u8 = 1;

/// The tags of the value types.
mod tag {
    pub(super) const ABSENT: u8 = 0;
    pub(super) const BOOLEAN: u8 = 1;
    pub(super) const INTEGER: u8 = 2;
    pub(super) const NUMBER: u8 = 3;
    pub(super) const TEXT: u8 = 4;
}

/// The bytes are no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The batch was written by a later version of Trine.
    #[error("the batch has format {0}, this program reads up to {VERSION}")]
    Version(u8),
    /// The bytes end too early.
    #[error("the batch ends before its {0}")]
    Short(&'static str),
    /// A field cannot have this value.
    #[error("the batch has an impossible {0}")]
    Impossible(&'static str),
    /// A text is no UTF-8.
    #[error("a text of the batch is not UTF-8")]
    Utf8,
    /// There is more than the batch.
    #[error("{0} bytes follow the batch")]
    Trailing(usize),
}
