//! The part of JSON Schema 2020-12 that `openapi.json` uses, checked strictly: a keyword that is not known here fails.

use serde_json::Value;

/// `openapi.json`.
pub struct Document(pub Value);

impl Document {
    pub fn read() -> Self {
        Self(serde_json::from_str(include_str!("../../openapi.json")).unwrap())
    }

    /// The schema of a successful JSON answer.
    pub fn answer(&self, path: &str) -> &Value {
        let content = &self.0["paths"][path]["get"]["responses"]["200"]["content"];
        &content["application/json"]["schema"]
    }

    /// The schema with a name.
    pub fn schema(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }

    /// All that is wrong with a value, each with its place.
    pub fn errors(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut errors = Vec::new();
        self.check(schema, value, "$", &mut errors);
        errors
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, errors: &mut Vec<String>) {
        let keywords = schema.as_object().unwrap_or_else(|| panic!("{at}: no schema: {schema}"));
        for (keyword, rule) in keywords {
            let is_met = match keyword.as_str() {
                "$ref" => {
                    let pointer = rule.as_str().unwrap().trim_start_matches('#');
                    let target = self.0.pointer(pointer).unwrap_or_else(|| panic!("{pointer} leads nowhere"));
                    self.check(target, value, at, errors);
                    true
                }
                "type" => one_or_many(rule).iter().any(|name| is_type(name, value)),
                "enum" => rule.as_array().unwrap().contains(value),
                "const" => rule == value,
                "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
                "minItems" => {
                    value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap())
                }
                "maxItems" => {
                    value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap())
                }
                "required" => one_or_many(rule).iter().all(|name| value.get(name).is_some()),
                "anyOf" => self.matching(rule, value, at) > 0,
                "oneOf" => self.matching(rule, value, at) == 1,
                "properties" | "items" | "prefixItems" | "additionalProperties" => {
                    self.check_parts(keyword, schema, value, at, errors);
                    true
                }
                "description" | "format" | "default" | "examples" | "maxLength" => true,
                other => panic!("{at}: the keyword {other} is not known here"),
            };
            if !is_met {
                errors.push(format!("{at}: {value} against {keyword}: {rule}"));
            }
        }
    }

    fn matching(&self, schemas: &Value, value: &Value, at: &str) -> usize {
        let fits = |schema: &&Value| {
            let mut errors = Vec::new();
            self.check(schema, value, at, &mut errors);
            errors.is_empty()
        };
        schemas.as_array().unwrap().iter().filter(fits).count()
    }

    fn check_parts(&self, keyword: &str, schema: &Value, value: &Value, at: &str, errors: &mut Vec<String>) {
        let rule = &schema[keyword];
        match (keyword, value) {
            ("items", Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.check(rule, item, &format!("{at}[{index}]"), errors);
                }
            }
            ("prefixItems", Value::Array(items)) => {
                for (index, (rule, item)) in rule.as_array().unwrap().iter().zip(items).enumerate() {
                    self.check(rule, item, &format!("{at}[{index}]"), errors);
                }
            }
            ("properties", Value::Object(fields)) => {
                for (name, field) in fields {
                    if let Some(rule) = rule.get(name) {
                        self.check(rule, field, &format!("{at}.{name}"), errors);
                    }
                }
            }
            ("additionalProperties", Value::Object(fields)) => {
                for (name, field) in
                    fields.iter().filter(|(name, _)| schema["properties"].get(name).is_none())
                {
                    match rule {
                        Value::Bool(true) => {}
                        Value::Bool(false) => errors.push(format!("{at}: nobody knows `{name}`")),
                        rule => self.check(rule, field, &format!("{at}.{name}"), errors),
                    }
                }
            }
            _ => {}
        }
    }
}

fn one_or_many(rule: &Value) -> Vec<String> {
    match rule {
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
        name => vec![name.as_str().unwrap().to_owned()],
    }
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("no type {other}"),
    }
}
