//! A site with its API, and requests to it.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use base64::Engine as _;
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt as _;
use trine_aas_http::{Api, ApiOptions, router};
use trine_connector::SystemClock;
use trine_shells::{Shells, Store};
use trine_site::{Fold, Site, SiteOptions};

pub struct Plant {
    pub router: Router,
    _folder: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| {
            panic!("{error}: {}", String::from_utf8_lossy(&self.bytes));
        })
    }
}

pub fn plant() -> Plant {
    plant_with(ApiOptions::default())
}

pub fn plant_with(options: ApiOptions) -> Plant {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("shells")).unwrap();
    let mut site = SiteOptions::in_folder(folder.path());
    site.folds.push(Arc::clone(&store) as Arc<dyn Fold>);
    let site = Site::open(site, Arc::new(SystemClock)).unwrap();
    let shells = Shells::new(site, store).unwrap();
    Plant { router: router(Api::new(shells, options)), _folder: folder }
}

impl Plant {
    /// A request to version 3.1.
    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map(|body| ("application/json", body.to_string().into_bytes()));
        self.send(method, &format!("/api/aas/v3.1{path}"), body, &[]).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&answer.bytes));
        answer.json()
    }

    pub async fn expect(&self, status: u16, method: &str, path: &str, body: Option<Value>) -> Answer {
        let answer = self.ask(method, path, body).await;
        let said = String::from_utf8_lossy(&answer.bytes);
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {said}");
        answer
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some((kind, bytes)) => request.header("content-type", kind).body(Body::from(bytes)),
            None => request.body(Body::empty()),
        };
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, bytes }
    }
}

pub fn b64(id: &str) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(id)
}

pub fn shell(id: &str, submodels: &[&str]) -> Value {
    let mut shell = json!({ "modelType": "AssetAdministrationShell", "id": id, "idShort": "Pump",
        "assetInformation": { "assetKind": "Instance", "globalAssetId": format!("urn:asset:{id}"),
            "specificAssetIds": [{ "name": "serial", "value": format!("S-{id}") }] } });
    if !submodels.is_empty() {
        let reference =
            |id: &&str| json!({ "type": "ModelReference", "keys": [{ "type": "Submodel", "value": id }] });
        shell["submodels"] = submodels.iter().map(reference).collect();
    }
    shell
}

pub fn property(name: &str, kind: &str, value: &str) -> Value {
    json!({ "modelType": "Property", "idShort": name, "valueType": kind, "value": value })
}

pub fn submodel(id: &str) -> Value {
    json!({ "modelType": "Submodel", "id": id, "idShort": "Data",
        "semanticId": { "type": "ExternalReference", "keys": [{ "type": "GlobalReference", "value": "urn:meaning" }] },
        "submodelElements": [
            property("Speed", "xs:int", "5"),
            { "modelType": "SubmodelElementCollection", "idShort": "Parts", "value": [
                property("Inner", "xs:string", "x"),
                { "modelType": "SubmodelElementList", "idShort": "Items", "typeValueListElement": "Property",
                  "value": [{ "modelType": "Property", "valueType": "xs:int", "value": "1" }] } ] },
            { "modelType": "File", "idShort": "Manual", "contentType": "application/pdf", "value": "/aasx/files/m.pdf" },
            { "modelType": "Capability", "idShort": "Pump" },
            { "modelType": "Operation", "idShort": "Start",
              "inputVariables": [{ "value": property("Rate", "xs:int", "1") }],
              "outputVariables": [{ "value": property("Done", "xs:boolean", "false") }] } ] })
}
