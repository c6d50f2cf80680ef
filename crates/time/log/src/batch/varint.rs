//! Numbers of few bytes: seven bits a byte, lowest first, the top bit says that more follow.

use super::BatchError;

/// Small magnitudes of either sign become small numbers: 0, −1, 1, −2 … are 0, 1, 2, 3 …
pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

pub(super) fn push(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// What is left to read.
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn take(&mut self, length: usize, field: &'static str) -> Result<&'a [u8], BatchError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(BatchError::Short(field))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], BatchError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(BatchError::Short(field))?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn byte(&mut self, field: &'static str) -> Result<u8, BatchError> {
        self.array::<1>(field).map(|[byte]| byte)
    }

    pub(super) fn varint(&mut self, field: &'static str) -> Result<u64, BatchError> {
        let (&first, rest) = self.rest.split_first().ok_or(BatchError::Short(field))?;
        if first < 0x80 {
            self.rest = rest;
            return Ok(u64::from(first));
        }
        self.long_varint(field)
    }

    fn long_varint(&mut self, field: &'static str) -> Result<u64, BatchError> {
        let mut value = 0;
        for (at, &byte) in self.rest.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7F) << (7 * at);
            if byte < 0x80 {
                // The tenth byte has room for one bit.
                if at == 9 && byte > 1 {
                    return Err(BatchError::Impossible(field));
                }
                self.rest = &self.rest[at + 1..];
                return Ok(value);
            }
        }
        if self.rest.len() < 10 { Err(BatchError::Short(field)) } else { Err(BatchError::Impossible(field)) }
    }

    /// A count of things that take at least one byte each.
    pub(super) fn count(&mut self, field: &'static str) -> Result<usize, BatchError> {
        let count = self.varint(field)?;
        match usize::try_from(count) {
            Ok(count) if count <= self.rest.len() => Ok(count),
            _ => Err(BatchError::Impossible(field)),
        }
    }
}
