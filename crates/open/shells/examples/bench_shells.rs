//! A company's shells on one machine: import, memory, start, and what clients ask. One JSON line a figure, beside a
//! linear scan of the same documents.
//!
//! `bench_shells [SHELLS] [FOLDER]`: 300,000 shells with 1,000,000 submodels unless said.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use trine_connector::SystemClock;
use trine_shells::{Change, Field, Kind, Query, Shells, Store, asset_key};
use trine_site::{Fold, Site, SiteOptions};
use trine_world::Origin;

/// Documents of one batch.
const BATCH: usize = 3000;
/// Questions of each sort.
const CALLS: usize = 2000;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let shells = std::env::args().nth(1).map_or(Ok(300_000), |text| text.parse())?;
    let parent = std::env::args().nth(2).map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::tempdir_in(parent)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let store = open(folder.path())?;
    let began = Instant::now();
    runtime.block_on(fill(&store, shells))?;
    line("shells: import", shells as f64 / began.elapsed().as_secs_f64(), "shells/s", None);
    let size = store.store().size();
    eprintln!("documents of each kind: {:?}, {} bytes", size.documents, size.bytes);
    line(
        "shells: memory of the process",
        resident_mib()?,
        "MiB",
        Some(("bytes of documents, MiB", size.bytes as f64 / 1048576.0)),
    );
    ask(&store, shells)?;
    let began = Instant::now();
    store.site().close()?;
    line("shells: close", began.elapsed().as_secs_f64(), "s", None);
    drop(store);
    let began = Instant::now();
    let store = when_free(|| open(folder.path()))?;
    line("shells: start", began.elapsed().as_secs_f64(), "s", None);
    assert!(store.store().has(Kind::Shell, &shell_id(0)));
    Ok(())
}

fn open(folder: &Path) -> Result<Shells, Failure> {
    let store = Store::open(&folder.join("shells"))?;
    let mut options = SiteOptions::in_folder(folder);
    options.folds.push(Arc::clone(&store) as Arc<dyn Fold>);
    Ok(Shells::new(Site::open(options, Arc::new(SystemClock))?, store)?)
}

/// The upkeep of the site before lets go of the folder within moments.
fn when_free<T>(open: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
    for _ in 0..100 {
        if let Ok(opened) = open() {
            return Ok(opened);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    open()
}

fn shell_id(n: usize) -> String {
    format!("https://example.com/shells/{:08x}", scattered(n))
}

/// Identifiers do not come in their order.
fn scattered(n: usize) -> u32 {
    (n as u32).wrapping_mul(0x9E37_79B1)
}

async fn fill(shells: &Shells, count: usize) -> Result<(), Failure> {
    let origin = Origin::new("bench");
    let (mut batch, mut running) = (Vec::with_capacity(BATCH + 5), tokio::task::JoinSet::new());
    for n in 0..count {
        let submodels: Vec<usize> = (n * 10 / 3..(n + 1) * 10 / 3).collect();
        batch.push(Change::put(Kind::Shell, &shell_id(n), shell(n, &submodels)));
        batch.extend(submodels.into_iter().map(submodel));
        if batch.len() >= BATCH || n + 1 == count {
            let (shells, origin) = (shells.clone(), origin.clone());
            let changes = std::mem::take(&mut batch);
            running.spawn(async move { shells.put_all(&origin, changes).await });
        }
        while running.len() > 3 {
            running.join_next().await.ok_or("no batch")???;
        }
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    Ok(())
}

fn shell(n: usize, submodels: &[usize]) -> String {
    let references: Vec<serde_json::Value> = submodels
        .iter()
        .map(|m| serde_json::json!({ "type": "ModelReference", "keys": [{ "type": "Submodel", "value": submodel_id(*m) }] }))
        .collect();
    serde_json::json!({
        "modelType": "AssetAdministrationShell", "id": shell_id(n), "idShort": format!("Pump_{n}"),
        "assetInformation": { "assetKind": "Instance", "globalAssetId": format!("https://example.com/assets/{n}"),
            "specificAssetIds": [{ "name": "serialNumber", "value": format!("SN-{n:07}") }] },
        "submodels": references,
    })
    .to_string()
}

fn submodel_id(m: usize) -> String {
    format!("https://example.com/submodels/{:08x}", scattered(m))
}

const TEMPLATES: [(&str, &str); 4] = [
    ("Nameplate", "https://admin-shell.io/zvei/nameplate/2/0/Nameplate"),
    ("TechnicalData", "https://admin-shell.io/ZVEI/TechnicalData/Submodel/1/2"),
    ("CarbonFootprint", "https://admin-shell.io/idta/CarbonFootprint/CarbonFootprint/0/9"),
    ("Documentation", "https://admin-shell.io/vdi/2770/1/2/Documentation"),
];

fn submodel(m: usize) -> Change {
    let (name, semantic) = TEMPLATES[m % TEMPLATES.len()];
    let property = |k: usize| {
        serde_json::json!({ "modelType": "Property", "idShort": format!("Property{k}"), "valueType": "xs:string",
            "value": format!("value {m} {k}"), "semanticId": { "type": "ExternalReference",
            "keys": [{ "type": "GlobalReference", "value": format!("0173-1#02-AAO{k:03}#002") }] } })
    };
    let properties: Vec<serde_json::Value> = (0..5).map(property).collect();
    let document = serde_json::json!({
        "modelType": "Submodel", "id": submodel_id(m), "idShort": name, "kind": "Instance",
        "semanticId": { "type": "ExternalReference", "keys": [{ "type": "GlobalReference", "value": semantic }] },
        "submodelElements": properties,
    });
    Change::put(Kind::Submodel, &submodel_id(m), document.to_string())
}

fn ask(shells: &Shells, count: usize) -> Result<(), Failure> {
    let store = shells.store();
    let began = Instant::now();
    let mut after = None;
    loop {
        let page = store.page(Kind::Shell, &Query { fields: Vec::new(), after, limit: 1000 })?;
        if page.documents.iter().any(|(_, text)| text.contains("\"SN-no such\"")) {
            break;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let scan_ms = began.elapsed().as_secs_f64() * 1e3;
    let somewhere = |n: usize| scattered(n * 7 + 1) as usize % count;
    percentiles("shells: lookup by asset id", scan_ms, |n| {
        let key = asset_key("serialNumber", &format!("SN-{:07}", somewhere(n)));
        Ok(store
            .page(Kind::Shell, &Query { fields: vec![(Field::AssetId, key)], after: None, limit: 100 })?
            .documents
            .len())
    })?;
    percentiles("shells: page of a hundred", scan_ms, |n| {
        let query = Query { fields: Vec::new(), after: Some(shell_id(somewhere(n))), limit: 100 };
        Ok(store.page(Kind::Shell, &query)?.documents.len())
    })?;
    percentiles("shells: hundred submodels by meaning and name", scan_ms, |n| {
        let (name, semantic) = TEMPLATES[n % TEMPLATES.len()];
        let fields = vec![(Field::SemanticId, semantic.to_owned()), (Field::IdShort, name.to_owned())];
        let query = Query { fields, after: Some(submodel_id(somewhere(n))), limit: 100 };
        Ok(store.page(Kind::Submodel, &query)?.documents.len())
    })?;
    percentiles("shells: two filters that never agree", scan_ms, |n| {
        let (name, _) = TEMPLATES[n % TEMPLATES.len()];
        let (_, semantic) = TEMPLATES[(n + 1) % TEMPLATES.len()];
        let fields = vec![(Field::SemanticId, semantic.to_owned()), (Field::IdShort, name.to_owned())];
        Ok(store.page(Kind::Submodel, &Query { fields, after: None, limit: 100 })?.documents.len())
    })
}

fn percentiles(
    name: &str,
    scan_ms: f64,
    mut call: impl FnMut(usize) -> Result<usize, Failure>,
) -> Result<(), Failure> {
    let (mut took_ms, mut found) = (Vec::new(), 0);
    for n in 0..CALLS {
        let start = Instant::now();
        found += call(n)?;
        took_ms.push(start.elapsed().as_secs_f64() * 1e3);
    }
    eprintln!("{name}: {} found a call", found as f64 / CALLS as f64);
    took_ms.sort_by(f64::total_cmp);
    for part in [0.5, 0.95] {
        let at = took_ms[((CALLS - 1) as f64 * part).round() as usize];
        line(&format!("{name} p{}", part * 100.0), at, "ms", Some(("reading every shell", scan_ms)));
    }
    Ok(())
}

fn resident_mib() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(kib.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

fn line(name: &str, value: f64, unit: &str, beside: Option<(&str, f64)>) {
    let (beside, beside_value) = beside.unzip();
    let line = serde_json::json!({
        "name": name, "value": value, "unit": unit, "beside": beside, "beside_value": beside_value,
    });
    println!("{line}");
}
