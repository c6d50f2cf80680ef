//! A page of another site must not act in the name of the person who looks at it.
//!
//! Browsers let any page open a socket to this machine and send it simple requests, and say in `Origin` which page it
//! was. Calls that a page could misuse take only our own, or one served from this machine (a client in development).
//!
//! Spec: RFC 6455, 10.2; RFC 6454.

use crate::Problem;
use axum::http::{HeaderMap, header};

/// Refuses pages of other sites; programs send no `Origin`.
pub fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap_or(""));
    let Some(origin) = text(header::ORIGIN) else { return Ok(()) };
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    let host = text(header::HOST).unwrap_or("");
    let forwarded = headers.get("x-forwarded-host").and_then(|value| value.to_str().ok());
    if is_this_machine(authority) || authority == host && !host.is_empty() || forwarded == Some(authority) {
        return Ok(());
    }
    let origin: String = origin.chars().take(100).collect();
    Err(Problem::foreign_origin(format!(
        "The page {origin} is not of this server; a proxy in front of it has to pass on the Host header."
    )))
}

fn is_this_machine(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => authority.split(':').next().unwrap_or(""),
    };
    let is_loopback = |address: std::net::IpAddr| address.is_loopback();
    host == "localhost" || host.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origin: &str, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, origin.parse().unwrap());
        headers.insert(header::HOST, host.parse().unwrap());
        check(&headers).is_ok()
    }

    #[test]
    fn only_our_own_pages_and_those_of_this_machine_act() {
        assert!(check(&HeaderMap::new()).is_ok());
        assert!(allowed("http://127.0.0.1:8080", "127.0.0.1:8080"));
        assert!(allowed("http://localhost:5173", "127.0.0.1:8080"));
        assert!(allowed("http://[::1]:5173", "127.0.0.1:8080"));
        assert!(allowed("https://plant.example", "plant.example"));
        assert!(!allowed("https://evil.example", "127.0.0.1:8080"));
        assert!(!allowed("https://localhost.evil.example", "127.0.0.1:8080"));
        assert!(!allowed("null", "127.0.0.1:8080"));
        assert!(!allowed("", ""));
    }
}
