//! What the server answers is what `openapi.json` says that it answers; so are the document's own examples.

use crate::plant::Plant;
use crate::schema::Document;
use serde_json::{Value, json};

#[tokio::test]
async fn answers_are_as_the_document_says() {
    let plant = Plant::start().await;
    let document = Document::read();
    let span = "from=2026-11-23T05:00:00Z&to=2026-11-23T05:01:00Z";
    let calls = [
        ("/api/v1/site", String::new()),
        ("/api/v1/world", String::new()),
        ("/api/v1/world", "?at=2026-11-23T05:00:21Z".into()),
        ("/api/v1/things/{id}", String::new()),
        ("/api/v1/connections", String::new()),
        ("/api/v1/values", "?signals=1,2,3,4,5,6".into()),
        ("/api/v1/values", "?signals=1,2,3,4,5,6&at=2026-11-23T05:00:30Z".into()),
        ("/api/v1/samples", format!("?signals=1,2,3,4,5,6,77&{span}")),
        ("/api/v1/buckets", format!("?signals=1,4,5&{span}&buckets=7")),
        ("/api/v1/events", format!("?{span}")),
        ("/api/v1/events", "?limit=3&order=asc".into()),
        ("/api/v1/timeline", format!("?{span}")),
        ("/api/v1/search", "?q=press".into()),
        ("/healthz", String::new()),
        ("/openapi.json", String::new()),
    ];
    for (path, query) in calls {
        let answer = plant.json(&format!("{}{query}", path.replace("{id}", "3"))).await;
        assert_eq!(document.errors(document.answer(path), &answer), [""; 0], "{path}{query}");
    }
}

#[tokio::test]
async fn problems_and_messages_are_as_the_document_says() {
    let plant = Plant::start().await;
    let document = Document::read();
    let problem = plant.get("/api/v1/things/99").await.json();
    assert_eq!(document.errors(document.schema("Problem"), &problem), [""; 0]);
    let mut viewer = plant.viewer().await;
    viewer.view(json!({ "at": "2026-11-23T05:00:10Z", "speed": 1000 })).await;
    viewer.say(json!({ "type": "ping", "id": 7 })).await;
    viewer.say(json!({ "type": "nonsense" })).await;
    let mut seen = std::collections::BTreeSet::new();
    while !["ended", "event", "pong", "problem"].iter().all(|kind| seen.contains(*kind)) {
        let message = viewer.text().await;
        assert_eq!(document.errors(document.schema("ViewMessage"), &message), [""; 0], "{message}");
        seen.insert(message["type"].as_str().unwrap().to_owned());
    }
}

#[test]
fn the_examples_fit_their_schemas() {
    let document = Document::read();
    let mut checked = 0;
    each_example(&document.0, &mut |schema, example| {
        assert_eq!(document.errors(schema, example), [""; 0]);
        checked += 1;
    });
    assert!(checked > 20, "{checked}");
}

/// Visits every object that has both a schema and an example of it.
fn each_example(value: &Value, visit: &mut dyn FnMut(&Value, &Value)) {
    if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
        visit(schema, example);
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|field| each_example(field, visit)),
        Value::Array(items) => items.iter().for_each(|item| each_example(item, visit)),
        _ => {}
    }
}
