//! Files, packages, serialisation and import.

use crate::kit::{Plant, b64, plant, shell, submodel};
use serde_json::{Value, json};
use trine_aas::aasx::{Limits, Package, SpecFormat};
use trine_aas::{Environment, json as aas_json};

fn form(file: &[u8], name: &str, kind: &str) -> (String, Vec<u8>) {
    let head = format!(
        "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--X--\r\n"].concat();
    ("multipart/form-data; boundary=X".into(), body)
}

async fn upload(
    plant: &Plant,
    method: &str,
    path: &str,
    file: &[u8],
    name: &str,
    kind: &str,
) -> crate::kit::Answer {
    let (form_kind, body) = form(file, name, kind);
    plant.send(method, &format!("/api/aas/v3.1{path}"), Some((&form_kind, body)), &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_goes_up_and_down() {
    let plant = plant();
    plant.expect(201, "POST", "/submodels", Some(submodel("m"))).await;
    let path = format!("/submodels/{}/submodel-elements/Manual/attachment", b64("m"));
    plant.expect(404, "GET", &path, None).await;
    let put = upload(&plant, "PUT", &path, b"\x00\xffPDF", "../guide one.pdf", "application/pdf").await;
    assert_eq!(put.status.as_u16(), 204);
    let got = plant.expect(200, "GET", &path, None).await;
    assert_eq!(&got.bytes[..], b"\x00\xffPDF");
    assert_eq!(got.headers["content-type"], "application/octet-stream");
    let element = plant.get(&format!("/submodels/{}/submodel-elements/Manual", b64("m"))).await;
    assert_eq!(element["value"], "/aasx/files/guide_one.pdf");
    plant.expect(200, "DELETE", &path, None).await;
    plant.expect(404, "GET", &path, None).await;
    let property = format!("/submodels/{}/submodel-elements/Speed/attachment", b64("m"));
    plant.expect(405, "GET", &property, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumbnail_is_a_picture_for_those_who_ask_for_one() {
    let plant = plant();
    plant.expect(201, "POST", "/shells", Some(shell("s", &[]))).await;
    let path = format!("/shells/{}/asset-information/thumbnail", b64("s"));
    assert_eq!(upload(&plant, "PUT", &path, b"PNG", "p.png", "image/png").await.status.as_u16(), 204);
    let as_picture =
        plant.send("GET", &format!("/api/aas/v3.1{path}"), None, &[("accept", "image/webp,image/*")]).await;
    assert_eq!(as_picture.headers["content-type"], "image/png");
    upload(&plant, "PUT", &path, b"<svg onload=x>", "p.svg", "image/svg+xml").await;
    let as_picture = plant.send("GET", &format!("/api/aas/v3.1{path}"), None, &[("accept", "image/*")]).await;
    assert_eq!(as_picture.headers["content-type"], "application/octet-stream", "scripts do not run here");
    plant.expect(204, "DELETE", &path, None).await;
    plant.expect(404, "GET", &path, None).await;
}

fn package() -> Vec<u8> {
    let environment =
        json!({ "assetAdministrationShells": [shell("s", &["m", "gone"])], "submodels": [submodel("m")] });
    let environment = aas_json::read_value::<Environment>(environment).value.unwrap();
    let mut package = Package::new(environment, SpecFormat::Json);
    package.add_file("/aasx/files/m.pdf", "application/pdf", b"manual".to_vec()).unwrap();
    package.write().unwrap()
}

async fn import(plant: &Plant, body: Vec<u8>, query: &str) -> Value {
    let answer = plant
        .send("POST", &format!("/api/aas/import{query}"), Some(("application/octet-stream", body)), &[])
        .await;
    assert_eq!(answer.status.as_u16(), 200, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_imported_and_comes_out_again() {
    let plant = plant();
    let dry = import(&plant, package(), "?dry=true").await;
    assert_eq!((&dry["shells"], &dry["applied"]), (&json!(1), &json!(false)));
    assert_eq!(plant.get("/shells").await["result"], json!([]));
    let report = import(&plant, package(), "?name=a.aasx").await;
    assert_eq!(
        (&report["shells"], &report["submodels"], &report["files"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let notes = report["warnings"].to_string();
    assert!(notes.contains("submodels[1]") && notes.contains("gone"), "{notes}");
    let manual = format!("/submodels/{}/submodel-elements/Manual/attachment", b64("m"));
    assert_eq!(&plant.expect(200, "GET", &manual, None).await.bytes[..], b"manual");
    let packages = plant.get(&format!("/packages?aasId={}", b64("s"))).await;
    let id = packages["result"][0]["packageId"].as_str().unwrap();
    assert_eq!(plant.expect(200, "GET", &format!("/packages/{}", b64(id)), None).await.bytes, package());
    let accept = [("accept", "application/asset-administration-shell-package")];
    let path = format!("/api/aas/v3.1/serialization?aasIds={}&submodelIds={}", b64("s"), b64("m"));
    let exported = plant.send("GET", &path, None, &accept).await;
    let again = Package::read(&exported.bytes, &Limits::default()).package.unwrap();
    assert_eq!(
        again.environment(),
        Package::read(&package(), &Limits::default()).package.unwrap().environment()
    );
    assert_eq!(again.file("/aasx/files/m.pdf").unwrap().bytes, b"manual");
    let xml = plant.send("GET", &path, None, &[("accept", "application/xml")]).await;
    assert!(String::from_utf8_lossy(&xml.bytes).contains("https://admin-shell.io/aas/3/1"));
    assert_eq!(plant.send("GET", &path, None, &[("accept", "text/csv")]).await.status.as_u16(), 406);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sound_is_imported_and_each_fault_is_named() {
    let plant = plant();
    let whole = package();
    for end in [0, 1, 10, whole.len() / 2, whole.len() - 1] {
        let report = import(&plant, whole[..end].to_vec(), "").await;
        assert_eq!(report["applied"], false, "{end}");
        assert!(!report["errors"].as_array().unwrap().is_empty(), "{end}");
    }
    let twice = json!({ "submodels": [submodel("m"), submodel("m"), { "modelType": "Submodel" }] });
    let report = import(&plant, twice.to_string().into_bytes(), "").await;
    assert_eq!(report["submodels"], 1);
    let errors = report["errors"].to_string();
    assert!(errors.contains("submodels[1]"), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_server_keeps_packages_as_they_are() {
    let plant = plant();
    let posted =
        upload(&plant, "POST", "/packages", &package(), "pump.aasx", "application/octet-stream").await;
    assert_eq!(posted.status.as_u16(), 201);
    let described = posted.json();
    assert_eq!(described["aasIds"], json!(["s"]), "read from the package itself");
    let path = format!("/packages/{}", b64(described["packageId"].as_str().unwrap()));
    let got = plant.expect(200, "GET", &path, None).await;
    assert_eq!((&got.bytes[..], &got.headers["x-filename"]), (&package()[..], &"pump.aasx".parse().unwrap()));
    plant.expect(204, "DELETE", &path, None).await;
    plant.expect(404, "GET", &path, None).await;
}
