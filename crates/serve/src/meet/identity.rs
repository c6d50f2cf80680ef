//! Who somebody is who comes in.
//!
//! The one place where the plane of presence asks that: another source of identity is another body of [`identify`].

use crate::Problem;
use axum::http::HeaderMap;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use trine_presence::{PersonId, Profile, clean_name};

/// Shortest and longest secret of a guest, bytes.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 16..=128;

/// Who it is, from the request that opened the socket and from what is said on it.
pub fn identify(_headers: &HeaderMap, name: &str, secret: &str) -> Result<Profile, Problem> {
    guest(name, secret)
}

/// A guest has a name that was chosen and a secret that the browser keeps: the same secret is the same person, and
/// what others see of it does not give it away.
fn guest(name: &str, secret: &str) -> Result<Profile, Problem> {
    let name =
        clean_name(name).ok_or_else(|| Problem::invalid("a name has at least one visible character"))?;
    if !SECRET_BYTES.contains(&secret.len()) {
        return Err(Problem::invalid(
            "`guest` is a secret of 16 to 128 bytes that the client made and keeps",
        ));
    }
    let digest = Sha256::new().chain_update("trine guest ").chain_update(secret).finalize();
    let id = digest[..8].iter().fold(String::from("guest-"), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    });
    Ok(Profile { person: PersonId(id.into()), name: name.into(), is_guest: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_is_known_again_and_gives_nothing_away() {
        let of = |name, secret| identify(&HeaderMap::new(), name, secret);
        let (anna, again) = (of("Anna", "0123456789abcdef").unwrap(), of("Ann", "0123456789abcdef").unwrap());
        assert_eq!(anna.person, again.person);
        assert_ne!(anna.person, of("Anna", "0123456789abcdeg").unwrap().person);
        assert!(anna.person.0.len() == 22 && !anna.person.0.contains("0123456789abcdef"));
        assert!(of("Anna", "short").is_err() && of(" \u{200B}", "0123456789abcdef").is_err());
    }
}
