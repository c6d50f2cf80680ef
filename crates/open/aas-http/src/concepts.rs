//! The repository of concept descriptions.

use crate::api::{Answer, Call, created, done, json, text};
use crate::page::{documents, paged, parse, query};
use crate::route::encode_id;
use crate::{body, change, check};
use axum::http::{Method, StatusCode};
use serde_json::Value;
use trine_shells::{Field, Kind};

/// `/concept-descriptions`.
pub(crate) async fn all(call: Call, method: &Method) -> Answer {
    if method == Method::POST {
        let concept = body::json(&call.headers, call.body).await?;
        check::object(&check::CONCEPT, &concept)?;
        let id = concept["id"].as_str().unwrap_or_default();
        call.api.create(Kind::Concept, id, &concept).await?;
        return Ok(created(&format!("{}/concept-descriptions/{}", call.base, encode_id(id)), &concept));
    }
    let params = &call.params;
    let mut fields: Vec<(Field, String)> = Vec::new();
    fields.extend(params.one("idShort").map(|name| (Field::IdShort, name.to_owned())));
    fields.extend(params.reference("isCaseOf").map(|key| (Field::IsCaseOf, key)));
    fields.extend(params.reference("dataSpecificationRef").map(|key| (Field::DataSpecification, key)));
    let page = documents(&call.api, Kind::Concept, query(params, fields)?).await?;
    let result: Vec<Value> = page.documents.iter().map(|(_, text)| parse(text)).collect();
    Ok(json(StatusCode::OK, &paged(result, page.next.as_deref())))
}

/// `/concept-descriptions/{id}`.
pub(crate) async fn one(call: Call, method: &Method, id: &str) -> Answer {
    match *method {
        Method::PUT => {
            let concept = body::json(&call.headers, call.body).await?;
            check::object(&check::CONCEPT, &concept)?;
            change::same_id(&concept, id)?;
            let is_new = call.api.replace(Kind::Concept, id, &concept).await?;
            Ok(if is_new { created(&call.path, &concept) } else { done() })
        }
        Method::DELETE => {
            call.api.remove(Kind::Concept, id).await?;
            Ok(done())
        }
        _ => Ok(text(StatusCode::OK, call.api.text(Kind::Concept, id)?)),
    }
}
