//! Conditions, read strictly and decided on one document.

use super::field::FieldPath;
use crate::ApiError;
use crate::check::instant;
use serde_json::Value;
use trine_shells::Field;

/// Levels of nesting that are taken.
const DEPTH: usize = 50;

/// A condition.
#[derive(Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Always(bool),
    Compare(Comparison, Operand, Operand),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Contains,
    StartsWith,
    EndsWith,
    Regex,
}

/// What is compared.
#[derive(Debug)]
pub(super) enum Operand {
    Field(FieldPath),
    Text(String),
    Number(f64),
    Truth(bool),
    /// A conversion: numbers are compared as numbers, everything else as text.
    Cast(Cast, Box<Operand>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cast {
    Text,
    Number,
    Truth,
}

impl Condition {
    pub fn read(value: &Value, at: &str, depth: usize) -> Result<Self, ApiError> {
        let wrong = |what: &str| ApiError::invalid(format!("{at}: {what}"));
        if depth > DEPTH {
            return Err(wrong("the condition nests too deep."));
        }
        let members = value.as_object().ok_or_else(|| wrong("a condition is expected, as an object."))?;
        let [(name, value)] = members.iter().collect::<Vec<_>>()[..] else {
            return Err(wrong("exactly one operator is expected."));
        };
        let at = format!("{at}.{name}");
        let several = |least: usize| {
            let items = value.as_array().filter(|items| items.len() >= least);
            let items = items.ok_or_else(|| {
                ApiError::invalid(format!("{at}: a list of at least {least} conditions is expected."))
            })?;
            let read = |(n, item): (usize, &Value)| Self::read(item, &format!("{at}[{n}]"), depth + 1);
            items.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()
        };
        Ok(match name.as_str() {
            "$and" => Self::All(several(2)?),
            "$match" => Self::All(several(1)?),
            "$or" => Self::Any(several(2)?),
            "$not" => Self::Not(Box::new(Self::read(value, &at, depth + 1)?)),
            "$boolean" => {
                let expected = || ApiError::invalid(format!("{at}: `true` or `false` is expected."));
                Self::Always(value.as_bool().ok_or_else(expected)?)
            }
            name => {
                let comparison = Comparison::read(name)
                    .ok_or_else(|| ApiError::invalid(format!("{at}: there is no such operator.")))?;
                let [left, right] = &value.as_array().map(Vec::as_slice).unwrap_or_default() else {
                    return Err(ApiError::invalid(format!("{at}: two operands are expected.")));
                };
                let is_text = comparison.is_of_text();
                let left = Operand::read(left, &format!("{at}[0]"), is_text, 0)?;
                let right = Operand::read(right, &format!("{at}[1]"), is_text, 0)?;
                Self::Compare(comparison, left, right)
            }
        })
    }

    pub fn holds(&self, document: &Value) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(document)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(document)),
            Self::Not(condition) => !condition.holds(document),
            Self::Always(truth) => *truth,
            Self::Compare(comparison, left, right) => {
                let (left, right) = (left.values(document), right.values(document));
                left.iter().any(|left| right.iter().any(|right| comparison.holds(left, right)))
            }
        }
    }

    /// Equalities that must hold and that the store has an index for.
    pub fn fields(&self) -> Vec<(Field, String)> {
        match self {
            Self::All(conditions) => conditions.iter().flat_map(Self::fields).collect(),
            Self::Compare(Comparison::Equal, Operand::Field(path), Operand::Text(text))
            | Self::Compare(Comparison::Equal, Operand::Text(text), Operand::Field(path)) => {
                path.indexed(text).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Comparison {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "$eq" => Self::Equal,
            "$ne" => Self::Unequal,
            "$gt" => Self::Greater,
            "$ge" => Self::GreaterOrEqual,
            "$lt" => Self::Less,
            "$le" => Self::LessOrEqual,
            "$contains" => Self::Contains,
            "$starts-with" => Self::StartsWith,
            "$ends-with" => Self::EndsWith,
            "$regex" => Self::Regex,
            _ => return None,
        })
    }

    const fn is_of_text(self) -> bool {
        matches!(self, Self::Contains | Self::StartsWith | Self::EndsWith | Self::Regex)
    }

    fn holds(self, left: &Value, right: &Value) -> bool {
        let (a, b) = (text_of(left), text_of(right));
        match self {
            Self::Contains => return a.contains(&b),
            Self::StartsWith => return a.starts_with(&b),
            Self::EndsWith => return a.ends_with(&b),
            Self::Regex => return regex_lite::Regex::new(&b).is_ok_and(|pattern| pattern.is_match(&a)),
            _ => {}
        }
        let numbers = (number_of(left), number_of(right));
        let is_numeric = left.is_number() || right.is_number();
        let ordering = match numbers {
            (Some(a), Some(b)) if is_numeric => a.partial_cmp(&b),
            _ if is_numeric => None,
            _ => Some(a.cmp(&b)),
        };
        let Some(ordering) = ordering else { return self == Self::Unequal };
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Unequal => ordering.is_ne(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
            Self::Less => ordering.is_lt(),
            _ => ordering.is_le(),
        }
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), Into::into)
}

fn number_of(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

impl Operand {
    fn read(value: &Value, at: &str, is_text: bool, depth: usize) -> Result<Self, ApiError> {
        let wrong = |what: &str| ApiError::invalid(format!("{at}: {what}"));
        if depth > DEPTH {
            return Err(wrong("the operand nests too deep."));
        }
        let members = value.as_object().ok_or_else(|| wrong("an operand is expected, as an object."))?;
        let [(name, value)] = members.iter().collect::<Vec<_>>()[..] else {
            return Err(wrong("exactly one value is expected."));
        };
        let text = || value.as_str().ok_or_else(|| wrong("a text is expected."));
        let patterned = |fits: fn(&str) -> bool| {
            let text = text()?;
            if fits(text) {
                Ok(Self::Text(text.to_owned()))
            } else {
                Err(wrong("the text has another form."))
            }
        };
        let cast = |cast| Ok(Self::Cast(cast, Box::new(Self::read(value, at, false, depth + 1)?)));
        match name.as_str() {
            "$field" => {
                let path = FieldPath::parse(text()?);
                Ok(Self::Field(path.ok_or_else(|| wrong("there is no such field."))?))
            }
            "$strVal" => patterned(|text| !text.starts_with('$')),
            "$strCast" => cast(Cast::Text),
            _ if is_text => Err(wrong("a text, a field or a conversion to text is expected.")),
            "$numVal" => Ok(Self::Number(value.as_f64().ok_or_else(|| wrong("a number is expected."))?)),
            "$boolean" => {
                Ok(Self::Truth(value.as_bool().ok_or_else(|| wrong("`true` or `false` is expected."))?))
            }
            "$hexVal" => patterned(is_hex),
            "$dateTimeVal" | "$dayOfWeek" | "$dayOfMonth" | "$month" | "$year" => patterned(is_date_time),
            "$timeVal" => patterned(is_time),
            "$numCast" => cast(Cast::Number),
            "$boolCast" => cast(Cast::Truth),
            "$hexCast" | "$dateTimeCast" | "$timeCast" => cast(Cast::Text),
            _ => Err(wrong("there is no such value.")),
        }
    }

    fn values(&self, document: &Value) -> Vec<Value> {
        match self {
            Self::Field(path) => path.values(document),
            Self::Text(text) => vec![text.as_str().into()],
            Self::Number(number) => vec![(*number).into()],
            Self::Truth(truth) => vec![(*truth).into()],
            Self::Cast(cast, operand) => {
                operand.values(document).iter().filter_map(|value| cast.of(value)).collect()
            }
        }
    }
}

impl Cast {
    fn of(self, value: &Value) -> Option<Value> {
        match self {
            Self::Text => Some(text_of(value).into()),
            Self::Number => number_of(value).map(Into::into),
            Self::Truth => match text_of(value).as_str() {
                "true" | "1" => Some(true.into()),
                "false" | "0" => Some(false.into()),
                _ => None,
            },
        }
    }
}

fn is_hex(text: &str) -> bool {
    let digits = text.strip_prefix("16#").unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
}

/// RFC 3339, with any offset.
fn is_date_time(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let bare = upper.strip_suffix('Z').or_else(|| {
        let (bare, offset) = upper.split_at_checked(upper.len().checked_sub(6)?)?;
        let is_offset = offset.starts_with(['+', '-']) && is_time(&offset[1..]);
        is_offset.then_some(bare)
    });
    bare.is_some_and(|bare| {
        // A leap second is a second of RFC 3339.
        instant(&format!("{}Z", bare.replace(":60", ":59")))
    })
}

fn is_time(text: &str) -> bool {
    let mut parts = text.split(':');
    let is_pair = |part: Option<&str>| {
        part.is_some_and(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    is_pair(parts.next())
        && is_pair(parts.next())
        && parts.next().is_none_or(|part| is_pair(Some(part)))
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[expect(clippy::needless_pass_by_value, reason = "a call reads as the document that it makes")]
    fn holds(condition: Value) -> Option<bool> {
        let shell = json!({ "id": "s", "idShort": "Pump7", "assetInformation": { "assetKind": "Instance",
            "specificAssetIds": [{ "name": "serial", "value": "1" }, { "name": "weight", "value": "12.5" }] } });
        Condition::read(&condition, "$", 0).ok().map(|condition| condition.holds(&shell))
    }

    #[test]
    fn conditions_are_decided() {
        let field = |name: &str| json!({ "$field": format!("$aas#{name}") });
        let text = |text: &str| json!({ "$strVal": text });
        assert_eq!(holds(json!({ "$eq": [field("idShort"), text("Pump7")] })), Some(true));
        assert_eq!(holds(json!({ "$starts-with": [field("idShort"), text("Pu")] })), Some(true));
        assert_eq!(holds(json!({ "$regex": [field("idShort"), text("^P.*8$")] })), Some(false));
        let weight = field("assetInformation.specificAssetIds[].value");
        assert_eq!(holds(json!({ "$gt": [{ "$numCast": weight }, { "$numVal": 12 }] })), Some(true));
        let both = json!({ "$and": [{ "$boolean": true }, { "$not": { "$boolean": false } }] });
        assert_eq!(holds(both), Some(true));
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for wrong in [
            json!({}),
            json!([]),
            json!({ "$and": [] }),
            json!({ "$eq": [1, 2] }),
            json!({ "$eq": [{ "$strVal": "a" }] }),
            json!({ "$boolean": 1 }),
            json!({ "$contains": [{ "$numVal": 1 }, { "$strVal": "a" }] }),
            json!({ "$eq": [{ "$field": "$aas#nothing" }, { "$strVal": "a" }] }),
            json!({ "$boolean": true, "$not": {} }),
        ] {
            assert_eq!(holds(wrong.clone()), None, "{wrong}");
        }
    }
}
