//! The query of a request, read strictly: what is not understood is refused with the parameter's name.

use crate::route::{decode_id, encode_id};
use crate::{ApiError, Reason};
use serde_json::Value;
use trine_shells::{asset_key, reference_key};

/// Entries of a page, unless the client asks for fewer or more.
const LIMIT: usize = 100;
/// Entries of a page at most.
const LIMIT_MAX: usize = 1000;

/// How deep a resource is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Everything.
    Deep,
    /// The level that is asked for and its direct children.
    Core,
}

/// The pairs of a query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query.
    pub fn of(query: &str) -> Result<Self, ApiError> {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((percent(&name.replace('+', " "))?, percent(&value.replace('+', " "))?))
        });
        let decoded: Option<Vec<_>> = decoded.collect();
        decoded.map(Self).ok_or_else(|| ApiError::invalid("The query is not UTF-8 in percent-encoding."))
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// `limit`: how many entries a page has at most.
    pub fn limit(&self) -> Result<usize, ApiError> {
        let Some(text) = self.one("limit") else { return Ok(LIMIT) };
        let digits = text.strip_prefix('+').unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let limit = digits.parse().unwrap_or(usize::MAX);
        if !is_number || limit == 0 {
            return Err(ApiError::invalid("limit: a whole number from 1 is expected."));
        }
        Ok(limit.min(LIMIT_MAX))
    }

    /// `cursor`: where a page goes on.
    pub fn cursor(&self) -> Result<Option<String>, ApiError> {
        let Some(text) = self.one("cursor").filter(|text| !text.is_empty()) else { return Ok(None) };
        decode_id(text).map(Some).ok_or_else(|| {
            ApiError::not_found(
                "cursor: there is no such page; take the cursor that came with the page before.",
            )
        })
    }

    /// `level`.
    pub fn level(&self) -> Result<Level, ApiError> {
        match self.one("level") {
            None | Some("deep") => Ok(Level::Deep),
            Some("core") => Ok(Level::Core),
            Some(_) => Err(ApiError::invalid("level: `deep` or `core` is expected.")),
        }
    }

    /// `level` of a call that knows only `deep`.
    pub fn only_deep(&self) -> Result<(), ApiError> {
        match self.one("level") {
            None | Some("deep" | "core") => Ok(()),
            Some(_) => Err(ApiError::invalid("level: `deep` is expected.")),
        }
    }

    /// `extent`: whether the content of blobs is wanted.
    pub fn with_blobs(&self) -> Result<bool, ApiError> {
        match self.one("extent") {
            None | Some("withoutBlobValue") => Ok(false),
            Some("withBlobValue") => Ok(true),
            Some(_) => Err(ApiError::invalid("extent: `withBlobValue` or `withoutBlobValue` is expected.")),
        }
    }

    /// A truth value.
    pub fn is(&self, name: &str, usual: bool) -> Result<bool, ApiError> {
        match self.one(name) {
            None => Ok(usual),
            // Clients in Python write it like that.
            Some("true" | "True") => Ok(true),
            Some("false" | "False") => Ok(false),
            Some(_) => Err(ApiError::invalid(format!("{name}: `true` or `false` is expected."))),
        }
    }

    /// Identifiers in base64url, one by one or separated by commas.
    pub fn ids(&self, name: &str) -> Result<Vec<String>, ApiError> {
        let texts = self.all(name).flat_map(|text| text.split(',')).filter(|text| !text.is_empty());
        let decode = |text| {
            decode_id(text).ok_or_else(|| {
                ApiError::not_found(format!("{name}: no identifier in base64url (UTF-8), so nothing has it."))
            })
        };
        texts.map(decode).collect()
    }

    /// `assetIds`, as the store searches them.
    pub fn asset_keys(&self) -> Result<Vec<String>, ApiError> {
        let unreadable = || {
            ApiError::not_found(
                "assetIds: each is a SpecificAssetId in JSON and base64url; no asset has this one.",
            )
        };
        let mut keys = Vec::new();
        for text in self.ids("assetIds").map_err(|_| unreadable())? {
            let id: Value = serde_json::from_str(&text).map_err(|_| unreadable())?;
            let (Some(name), Some(value)) = (id["name"].as_str(), id["value"].as_str()) else {
                return Err(unreadable());
            };
            keys.push(asset_key(name, value));
        }
        Ok(keys)
    }

    /// A reference to search by: base64url of its JSON or of its value, or the bare value.
    pub fn reference(&self, name: &str) -> Option<String> {
        let text = self.one(name).filter(|text| !text.is_empty())?;
        let text = decode_id(text).unwrap_or_else(|| text.to_owned());
        let Ok(Value::Object(reference)) = serde_json::from_str(&text) else { return Some(text) };
        let keys = reference.get("keys").and_then(Value::as_array)?;
        Some(reference_key(keys.iter().filter_map(|key| key["value"].as_str())))
    }

    /// A text in base64url.
    pub fn encoded(&self, name: &str) -> Result<Option<String>, ApiError> {
        let Some(text) = self.one(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        decode_id(text).map(Some).ok_or_else(|| {
            ApiError::not_found(format!("{name}: no text in base64url (UTF-8), so nothing has it."))
        })
    }

    /// `assetKind`.
    pub fn asset_kind(&self) -> Result<Option<String>, ApiError> {
        match self.one("assetKind") {
            None => Ok(None),
            Some(kind @ ("Instance" | "Type" | "Role" | "NotApplicable")) => Ok(Some(kind.to_owned())),
            Some(_) => Err(ApiError::new(
                Reason::Invalid,
                "assetKind: `Instance`, `Type`, `Role` or `NotApplicable` is expected.",
            )),
        }
    }
}

/// Writes a cursor.
pub(crate) fn cursor_of(position: &str) -> String {
    encode_id(position)
}

/// Undoes percent-encoding; `None` when it is not UTF-8 or broken.
pub(crate) fn percent(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        bytes.push((digit(rest.next())? * 16 + digit(rest.next())?) as u8);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_whole_numbers_from_one() {
        let limit = |query: &str| Params::of(query).unwrap().limit().ok();
        assert_eq!(limit(""), Some(LIMIT));
        assert_eq!(limit("limit=7"), Some(7));
        assert_eq!(limit("limit=99999999999999999999999"), Some(LIMIT_MAX));
        for wrong in ["limit=0", "limit=-1", "limit=", "limit=1.5", "limit=x"] {
            assert_eq!(limit(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn broken_encodings_are_refused() {
        for wrong in ["a=%", "a=%f", "a=%zz", "a=%ff"] {
            assert!(Params::of(wrong).is_err(), "{wrong}");
        }
    }
}
