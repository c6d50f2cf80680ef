//! Reading what a client asks, with errors that say what to write instead.

use crate::{Problem, limits};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use trine_base::{Instant, SignalId};
use trine_site::{Site, Track};
use trine_world::BranchId;

/// Query parameters whose errors are problems.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(value)| Self(value)).map_err(|rejection| Problem::invalid(rejection.body_text()))
    }
}

/// An instant as RFC 3339, or `now`.
pub fn instant(name: &str, text: &str, now: Instant) -> Result<Instant, Problem> {
    if text == "now" {
        return Ok(now);
    }
    text.parse().map_err(|error| Problem::invalid(format!("{name}: {error}, or `now`")))
}

/// An instant that may be left out.
pub fn optional_instant(name: &str, text: Option<&str>, now: Instant) -> Result<Option<Instant>, Problem> {
    text.filter(|text| !text.is_empty()).map(|text| instant(name, text, now)).transpose()
}

/// A span with an end after its start; left out, the end is `last`.
pub fn span(
    from: &str,
    to: Option<&str>,
    now: Instant,
    last: Instant,
) -> Result<(Instant, Instant), Problem> {
    let from = instant("from", from, now)?;
    let to = optional_instant("to", to, now)?.unwrap_or(last);
    if from >= to {
        return Err(Problem::invalid(format!("`from` ({from}) has to be before `to` ({to})")));
    }
    Ok((from, to))
}

/// Signal ids separated by commas.
pub fn signals(text: &str) -> Result<Vec<SignalId>, Problem> {
    let parse = |part: &str| {
        let id = part.trim().parse().map(SignalId);
        id.map_err(|_| {
            Problem::invalid(format!("signals: `{part}` is not the number of a signal; write 1,2,3"))
        })
    };
    let ids: Vec<SignalId> =
        text.split(',').filter(|part| !part.trim().is_empty()).map(parse).collect::<Result<_, _>>()?;
    if ids.is_empty() {
        return Err(Problem::invalid("signals: name at least one, such as signals=1,2"));
    }
    at_most("signals", ids.len(), limits::SIGNALS)?;
    Ok(ids)
}

/// A count within its limit.
pub fn at_most(what: &str, count: usize, limit: usize) -> Result<usize, Problem> {
    if count > limit {
        return Err(Problem::too_much(format!("{what}: {count} is more than the limit of {limit}")));
    }
    Ok(count)
}

/// The branch that is asked for; `live` when it is left out.
pub fn track(site: &Site, branch: Option<&str>) -> Result<Track, Problem> {
    match branch {
        None | Some("" | BranchId::LIVE) => Ok(site.live_track()),
        Some(other) => site.track(&BranchId(other.into())).ok_or_else(|| {
            Problem::not_found(format!(
                "There is no branch `{other}`; it may have been discarded. /api/v1/branches lists them all."
            ))
        }),
    }
}
