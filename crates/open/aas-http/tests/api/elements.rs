//! Elements: the whole life of one, in the repository and through a shell, and the parts of a submodel.

use crate::kit::{b64, plant, property, shell, submodel};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_element_is_made_changed_and_removed() {
    let plant = plant();
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let base = format!("/submodels/{}/submodel-elements", b64("m"));
    let made =
        plant.expect(201, "POST", &format!("{base}/Parts"), Some(property("New", "xs:int", "1"))).await;
    assert_eq!(made.headers["location"], format!("/api/aas/v3.1{base}/Parts.New"));
    plant.expect(409, "POST", &format!("{base}/Parts"), Some(property("New", "xs:int", "1"))).await;
    plant.expect(204, "PUT", &format!("{base}/Parts.New"), Some(property("New", "xs:int", "2"))).await;
    plant.expect(201, "PUT", &format!("{base}/Parts.Other"), Some(property("Other", "xs:int", "3"))).await;
    plant.expect(204, "PATCH", &format!("{base}/Parts.New/$value"), Some(json!(7))).await;
    assert_eq!(plant.get(&format!("{base}/Parts.New/$value")).await, json!(7));
    plant.expect(400, "PATCH", &format!("{base}/Parts.New/$value"), Some(json!({ "a": 1 }))).await;
    plant.expect(204, "DELETE", &format!("{base}/Parts.New"), None).await;
    plant.expect(404, "GET", &format!("{base}/Parts.New"), None).await;
    plant.expect(204, "DELETE", &format!("{base}/Parts.Items%5B0%5D"), None).await;
    let list = plant.get(&format!("{base}/Parts.Items")).await;
    assert_eq!(list.get("value"), None, "an empty list is left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_takes_what_fits() {
    let plant = plant();
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let items = format!("/submodels/{}/submodel-elements/Parts.Items", b64("m"));
    plant.expect(409, "POST", &items, Some(property("Named", "xs:int", "1"))).await;
    plant.expect(409, "POST", &items, Some(json!({ "modelType": "Capability" }))).await;
    let item = json!({ "modelType": "Property", "valueType": "xs:int", "value": "2" });
    plant.expect(201, "POST", &items, Some(item.clone())).await;
    assert_eq!(plant.get(&format!("{items}%5B1%5D")).await, item);
    assert_eq!(plant.get(&format!("{items}/$value")).await, json!([1, 2]));
    plant.expect(404, "PUT", &format!("{items}%5B9%5D"), Some(item)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_leads_to_its_submodels_and_to_no_other() {
    let plant = plant();
    plant.expect(201, "POST", "/shells", Some(shell("s", &["m"]))).await;
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    plant.expect(201, "POST", "/submodels", Some(submodel("other"))).await;
    let through = format!("/shells/{}/submodels/{}", b64("s"), b64("m"));
    assert_eq!(plant.get(&through).await, plant.get(&format!("/submodels/{}", b64("m"))).await);
    plant.expect(404, "GET", &format!("/shells/{}/submodels/{}", b64("s"), b64("other")), None).await;
    plant.expect(204, "PATCH", &format!("{through}/submodel-elements/Speed/$value"), Some(json!(9))).await;
    assert_eq!(plant.get(&format!("/submodels/{}/$value", b64("m"))).await["Speed"], 9);
    plant.expect(204, "DELETE", &through, None).await;
    plant.expect(404, "GET", &format!("/submodels/{}", b64("m")), None).await;
    assert_eq!(plant.get(&format!("/shells/{}", b64("s"))).await.get("submodels"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submodel_has_parts() {
    let plant = plant();
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let base = format!("/submodels/{}", b64("m"));
    let metadata = plant.get(&format!("{base}/$metadata")).await;
    assert_eq!((metadata.get("submodelElements"), &metadata["idShort"]), (None, &json!("Data")));
    let paths = plant.get(&format!("{base}/$path")).await;
    assert_eq!(
        paths,
        json!(["Speed", "Parts", "Parts.Inner", "Parts.Items", "Parts.Items[0]", "Manual", "Pump", "Start"])
    );
    let core = plant.get(&format!("{base}/$path?level=core")).await;
    assert_eq!(core, json!(["Speed", "Parts", "Manual", "Pump", "Start"]));
    let reference = plant.get(&format!("{base}/submodel-elements/Parts.Items%5B0%5D/$reference")).await;
    assert_eq!(reference["keys"][3], json!({ "type": "Property", "value": "0" }));
    let values = plant.get(&format!("{base}/$value")).await;
    assert_eq!(values["Parts"], json!({ "Inner": "x", "Items": [1] }));
    plant.expect(204, "PATCH", &format!("{base}/$value"), Some(json!({ "Parts": { "Inner": "y" } }))).await;
    assert_eq!(plant.get(&format!("{base}/submodel-elements/Parts.Inner/$value")).await, "y");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_at_once_are_all_kept() {
    let plant = std::sync::Arc::new(plant());
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let base = format!("/submodels/{}/submodel-elements", b64("m"));
    let mut running = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (plant, base) = (plant.clone(), base.clone());
        running.spawn(async move {
            plant.expect(201, "POST", &base, Some(property(&format!("New{n}"), "xs:int", "1"))).await;
        });
    }
    while let Some(done) = running.join_next().await {
        done.unwrap();
    }
    let values = plant.get(&format!("/submodels/{}/$value", b64("m"))).await;
    assert_eq!((0..20).filter(|n| values[format!("New{n}")] == 1).count(), 20);
}
