//! Branches and what looks ahead: asked like the past, walked to their end, made by long runs.

use crate::http;
use crate::plant::{COUNT, PRESS, Plant, STATE, TEMPERATURE, sample, second};
use crate::schema::Document;
use serde_json::{Value as Json, json};
use trine_base::Value;
use trine_world::{Branch, BranchId, BranchPurpose, FactKind, Level, NewFact, Origin, ThingDescription};

const JSON: &str = "Content-Type: application/json\r\n";

/// A branch from second 60 to 90 in which the press is 1,000 degrees warmer, and another press stands.
async fn with_branch() -> Plant {
    let plant = Plant::start().await;
    let branch = Branch {
        id: BranchId("hot".into()),
        name: "Hot".into(),
        parent: BranchId::live(),
        forked_at: second(60),
        until: second(90),
        purpose: BranchPurpose::WhatIf,
        changes: Vec::new(),
        kept: false,
    };
    let mut writer = plant.site.begin_branch(branch).unwrap();
    let description = ThingDescription::new("press-2", "Press 2", "press", Level::WorkUnit);
    let kind = FactKind::ThingDescribed { thing: trine_base::ThingId(0), description };
    writer.propose(vec![NewFact { at: second(60), origin: Origin::new("what-if"), kind }]).unwrap();
    for s in 60..90 {
        let at = second(s);
        let state = if s == 75 { "down" } else { "running" };
        writer
            .append(&[
                sample(TEMPERATURE, at, Value::Number(1000.0 + s as f64)),
                sample(STATE, at, Value::text(state)),
            ])
            .unwrap();
    }
    plant.site.add_branch(writer).await.unwrap();
    plant
}

async fn send(plant: &Plant, method: &str, path: &str, body: &Json) -> http::Answer {
    let body = body.to_string();
    let head = format!("{JSON}Content-Length: {}\r\n", body.len());
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{head}\r\n{body}",
        plant.address
    );
    http::raw(&plant.address, head.as_bytes()).await
}

/// Waits until a job has ended.
async fn ended(plant: &Plant, answer: http::Answer) -> Json {
    assert_eq!(answer.status, 202, "{}", answer.text());
    let id = answer.json()["id"].as_u64().unwrap();
    let mut changes = plant.futures.listen_to_jobs();
    loop {
        let job = plant.json(&format!("/api/v1/jobs/{id}")).await;
        if !job["ended"].is_null() {
            return job;
        }
        changes.recv().await.unwrap();
    }
}

#[tokio::test]
async fn a_branch_is_asked_like_the_past() {
    let plant = with_branch().await;
    let value = |at: &str, branch: &str| {
        let path = format!("/api/v1/values?signals={TEMPERATURE}&at={at}&branch={branch}");
        let plant = &plant;
        async move { plant.json(&path).await[0]["value"].as_f64().unwrap() }
    };
    assert_eq!(value("2026-11-23T05:00:30Z", "hot").await, value("2026-11-23T05:00:30Z", "live").await);
    assert_eq!(value("2026-11-23T05:01:20Z", "hot").await, 1080.0);
    assert_eq!(value("2026-11-23T05:01:20Z", "live").await, 59.5);
    let span = "from=2026-11-23T05:00:00Z&branch=hot";
    let buckets = plant.json(&format!("/api/v1/buckets?signals={TEMPERATURE}&{span}&buckets=3")).await;
    assert_eq!(buckets["to"], "2026-11-23T05:01:30Z", "to the end of the branch");
    assert_eq!(buckets["series"][0]["buckets"][2]["max"], 1089.0);
    let down = |strip: Json| -> u64 {
        strip["buckets"].as_array().unwrap().iter().map(|part| part["down"].as_u64().unwrap()).sum()
    };
    let before = down(plant.json("/api/v1/timeline?from=2026-11-23T05:00:00Z&to=2026-11-23T05:01:00Z").await);
    assert_eq!(down(plant.json(&format!("/api/v1/timeline?{span}&buckets=3")).await), before + 1);
    let events = plant.json("/api/v1/events?branch=hot&kinds=state.changed&limit=1").await;
    assert_eq!(events["events"][0]["data"]["to"], "running");
    let csv = plant.get(&format!("/api/v1/export?{span}&signals={TEMPERATURE}&format=csv")).await;
    assert_eq!((csv.status, csv.text().lines().count()), (200, 91));
    let names = |world: Json| -> Vec<String> {
        let things = world["things"].as_array().unwrap();
        things.iter().map(|thing| thing["name"].as_str().unwrap().to_owned()).collect()
    };
    assert!(names(plant.json("/api/v1/world?branch=hot").await).contains(&"Press 2".to_owned()));
    assert!(!names(plant.json("/api/v1/world").await).contains(&"Press 2".to_owned()));
    for path in ["/api/v1/world?branch=x", "/api/v1/branches/x", "/api/v1/branches/x/bands"] {
        assert_eq!(plant.problem(path).await, (404, "not-found".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_view_walks_from_the_past_into_a_branch_and_stands_at_its_end() {
    let plant = with_branch().await;
    let mut viewer = plant.viewer().await;
    viewer.view(json!({ "branch": "hot", "at": "2026-11-23T05:00:50Z", "speed": 20, "rateHz": 20 })).await;
    let keyframe = viewer.frame().await;
    assert!(keyframe.is_keyframe && !keyframe.live);
    assert_eq!(viewer.text_of("ended").await["type"], "ended");
    let last = viewer.frame().await;
    assert_eq!((last.instant, last.playing), (second(90), false), "it stands at the end and says so");
    viewer.view(json!({ "branch": "hot", "epoch": 2 })).await;
    loop {
        let frame = viewer.frame().await;
        if frame.epoch == 2 {
            assert_eq!(frame.instant, second(60), "without an instant a branch is shown at its fork");
            assert_eq!(frame.updates[&TEMPERATURE].value, Value::Number(1060.0));
            break;
        }
    }
    viewer.view(json!({ "branch": "nowhere" })).await;
    assert_eq!(viewer.text_of("problem").await["code"], "not-found");
}

#[tokio::test]
async fn a_branch_is_named_kept_and_discarded() {
    let plant = with_branch().await;
    let named =
        send(&plant, "PATCH", "/api/v1/branches/hot", &json!({ "name": "Hotter", "kept": true })).await;
    assert_eq!(
        (named.status, &named.json()["name"], &named.json()["kept"]),
        (200, &json!("Hotter"), &json!(true))
    );
    assert_eq!(plant.json("/api/v1/branches").await[1]["name"], "Hotter");
    let live = send(&plant, "DELETE", "/api/v1/branches/live", &json!({})).await;
    assert_eq!(live.problem(), (409, "conflict".to_owned()));
    assert_eq!(send(&plant, "DELETE", "/api/v1/branches/hot", &json!({})).await.status, 204);
    assert_eq!(plant.json("/api/v1/branches").await.as_array().unwrap().len(), 1);
    let foreign = format!("{JSON}Origin: http://elsewhere.example\r\n");
    for path in
        ["/api/v1/forecasts", "/api/v1/what-ifs", "/api/v1/plans", "/api/v1/orders", "/api/v1/validations"]
    {
        let answer = http::post(&plant.address, path, &foreign, "{}").await;
        assert_eq!(answer.problem(), (403, "foreign-origin".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_forecast_and_a_what_if_are_made_and_compared() {
    let plant = Plant::start().await;
    plant.submit(second(60), vec![sample(STATE, second(60), Value::text("running"))]).await;
    plant.set_clock(second(61));
    let document = Document::read();
    let fits = |schema: &str, value: &Json| {
        assert_eq!(document.errors(document.schema(schema), value), [""; 0], "{schema}");
    };
    let asked = json!({ "hours": 0.2, "replications": 10 });
    let forecast = ended(&plant, send(&plant, "POST", "/api/v1/forecasts", &asked).await).await;
    fits("Job", &forecast);
    assert_eq!(forecast["state"], "done", "{forecast}");
    let asked = json!({ "name": "Faster", "hours": 0.2, "replications": 10,
        "changes": [{ "change": "speed", "thing": PRESS, "factor": 2.0 }] });
    let what_if = ended(&plant, send(&plant, "POST", "/api/v1/what-ifs", &asked).await).await;
    assert_eq!(what_if["state"], "done", "{what_if}");
    let id = what_if["branch"].as_str().unwrap();
    let branch = plant.json(&format!("/api/v1/branches/{id}")).await;
    fits("BranchDetail", &branch);
    assert_eq!(branch["changes"][0]["change"], "speed");
    fits("Bands", &plant.json(&format!("/api/v1/branches/{id}/bands")).await);
    let only = plant.json(&format!("/api/v1/branches/{id}/bands?series=output")).await;
    assert_eq!(only["series"].as_array().unwrap().len(), 1);
    let base = forecast["branch"].as_str().unwrap();
    let comparison = plant.json(&format!("/api/v1/comparison?branches={base},{id}")).await;
    fits("Comparison", &comparison);
    let output = &comparison["rows"][0];
    assert_eq!(output["kpi"], "output");
    assert!(output["differences"][0]["mean"].as_f64().unwrap() > 0.0, "{output}");
    for (what, format) in [("kpis", "csv"), ("bands", "csv"), ("kpis", "parquet"), ("bands", "parquet")] {
        let file = plant.get(&format!("/api/v1/branches/{id}/results?what={what}&format={format}")).await;
        assert_eq!(file.status, 200, "{what} {format}");
        assert_eq!(file.body.starts_with(b"PAR1"), format == "parquet");
    }
    fits("Model", &plant.json("/api/v1/model").await);
    fits("ForecastErrors", &plant.json("/api/v1/forecast-error").await);
    let counted = format!("/api/v1/values?signals={COUNT}&branch={id}");
    let counted = plant.json(&counted).await;
    assert!(
        counted[0]["value"].as_i64().unwrap() > 5,
        "the press goes on counting there: {counted} {branch}"
    );
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_plain_words_and_leaves_nothing() {
    let plant = Plant::start().await;
    let refused = [
        ("/api/v1/forecasts", json!({ "hours": 0 })),
        ("/api/v1/forecasts", json!({ "replications": 1_000_000 })),
        ("/api/v1/what-ifs", json!({ "name": "x", "changes": [{ "change": "fly" }] })),
        ("/api/v1/what-ifs", json!({ "name": "x", "at": "2030-01-01T00:00:00Z" })),
        ("/api/v1/plans", json!({ "seconds": -1 })),
        ("/api/v1/orders", json!({ "key": "PO-1", "material": "x", "quantity": 0 })),
    ];
    for (path, body) in refused {
        let answer = send(&plant, "POST", path, &body).await;
        assert_eq!(answer.problem(), (422, "refused".to_owned()), "{path} {body}");
    }
    let two = json!({ "name": "x", "changes": [
        { "change": "speed", "factor": 2.0 }, { "change": "remove-machine", "thing": 4711 }] });
    let answer = send(&plant, "POST", "/api/v1/what-ifs", &two).await.json();
    assert_eq!(answer["changes"][0]["change"], 1, "{answer}");
    for (path, body) in
        [("/api/v1/forecasts", "{\"hour\": 8}"), ("/api/v1/what-ifs", "{}"), ("/api/v1/plans", "[")]
    {
        let answer = http::post(&plant.address, path, JSON, body).await;
        assert_eq!(answer.problem(), (400, "invalid-request".to_owned()), "{path} {body}");
    }
    assert_eq!(plant.json("/api/v1/branches").await.as_array().unwrap().len(), 1);
    let plan = ended(&plant, send(&plant, "POST", "/api/v1/plans", &json!({})).await).await;
    assert_eq!(
        (&plan["state"], plan["problem"].as_str().unwrap().contains("no released order")),
        (&json!("failed"), true)
    );
    let stopped = send(&plant, "DELETE", "/api/v1/jobs/99", &json!({})).await;
    assert_eq!(stopped.problem(), (404, "not-found".to_owned()));
}
