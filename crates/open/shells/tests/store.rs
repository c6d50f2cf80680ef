//! The store in a folder of its own: it survives what a kill leaves, and says the same after as before.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use trine_connector::SystemClock;
use trine_shells::{Change, Field, Kind, Query, Shells, Store};
use trine_site::{Fold, Site, SiteOptions};
use trine_world::Origin;

fn open(folder: &Path) -> Shells {
    let store = Store::open(&folder.join("shells")).unwrap();
    let mut options = SiteOptions::in_folder(folder);
    options.folds.push(Arc::clone(&store) as Arc<dyn Fold>);
    Shells::new(Site::open(options, Arc::new(SystemClock)).unwrap(), store).unwrap()
}

/// What a kill would leave of a folder.
fn image(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            image(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn submodel(n: usize) -> Change {
    let text = format!(r#"{{"modelType":"Submodel","id":"m{n:04}","idShort":"Plate{}"}}"#, n % 3);
    Change::put(Kind::Submodel, &format!("m{n:04}"), text)
}

async fn put(shells: &Shells, changes: Vec<Change>) {
    shells.put_all(&Origin::new("test"), changes).await.unwrap();
}

/// Everything that can be asked, so that two stores can be compared.
fn all(shells: &Shells) -> Vec<String> {
    let mut said = Vec::new();
    for name in ["Plate0", "Plate1", "Plate2"] {
        let fields = vec![(Field::IdShort, name.to_owned())];
        let page =
            shells.store().page(Kind::Submodel, &Query { fields, after: None, limit: 10_000 }).unwrap();
        said.extend(page.documents.iter().map(|(id, text)| format!("{name} {id} {text}")));
    }
    let page = shells.store().page(Kind::Submodel, &Query { limit: 10_000, ..Query::default() }).unwrap();
    said.extend(page.documents.iter().map(|(id, text)| format!("{id} {text}")));
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let shells = open(folder.path());
    put(&shells, (0..50).map(submodel).collect()).await;
    put(&shells, vec![Change::remove(Kind::Submodel, "m0007")]).await;
    let killed = tempfile::tempdir().unwrap();
    image(folder.path(), killed.path());
    let again = open(killed.path());
    assert_eq!(all(&again), all(&shells));
    assert_eq!(again.store().get(Kind::Submodel, "m0007").unwrap(), None);
    assert_eq!(all(&again).len(), 98);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_from_the_index_says_what_the_log_says() {
    let folder = tempfile::tempdir().unwrap();
    let shells = open(folder.path());
    put(&shells, (0..50).map(submodel).collect()).await;
    shells.site().close().unwrap();
    // After the index was written: they are only in the log.
    put(&shells, vec![submodel(60), Change::remove(Kind::Submodel, "m0001")]).await;
    let wanted = all(&shells);
    type Spoiled = (&'static str, fn(&Path));
    let spoil: [Spoiled; 5] = [
        ("nothing", |_| {}),
        ("the index is gone", |folder| fs::remove_file(folder.join("shells/index")).unwrap()),
        ("the index is damaged", |folder| {
            let path = folder.join("shells/index");
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).unwrap();
        }),
        ("the documents are cut off", |folder| {
            let path = folder.join("shells/documents");
            let bytes = fs::read(&path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 3]).unwrap();
        }),
        ("there is a torn document behind", |folder| {
            let path = folder.join("shells/documents");
            let mut bytes = fs::read(&path).unwrap();
            bytes.extend_from_slice(b"{\"torn");
            fs::write(path, bytes).unwrap();
        }),
    ];
    for (what, spoil) in spoil {
        let killed = tempfile::tempdir().unwrap();
        image(folder.path(), killed.path());
        spoil(killed.path());
        assert_eq!(all(&open(killed.path())), wanted, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_log_is_noticed() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let shells = open(one.path());
    put(&shells, (0..5).map(submodel).collect()).await;
    shells.site().close().unwrap();
    drop(open(other.path()));
    let mixed = tempfile::tempdir().unwrap();
    image(other.path(), mixed.path());
    fs::remove_dir_all(mixed.path().join("shells")).unwrap();
    image(&one.path().join("shells"), &mixed.path().join("shells"));
    assert_eq!(all(&open(mixed.path())), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_whole_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shells = open(folder.path());
    let large = "x".repeat(13 << 20);
    let huge = (0..2).map(|n| Change::put(Kind::Concept, &format!("c{n}"), format!("\"{large}\""))).collect();
    assert!(shells.put_all(&Origin::new("test"), huge).await.is_err());
    assert!(!shells.store().has(Kind::Concept, "c0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_end_while_others_write_and_miss_nothing_that_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let shells = open(folder.path());
    put(&shells, (0..300).map(|n| submodel(n * 2)).collect()).await;
    let writer = {
        let shells = shells.clone();
        tokio::spawn(async move {
            for n in 0..40 {
                put(
                    &shells,
                    vec![submodel(n * 2 + 1), Change::remove(Kind::Submodel, &format!("m{:04}", n * 2 + 1))],
                )
                .await;
            }
        })
    };
    let mut rounds = 0;
    while !writer.is_finished() || rounds == 0 {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page =
                shells.store().page(Kind::Submodel, &Query { fields: Vec::new(), after, limit: 7 }).unwrap();
            seen.extend(page.documents.iter().map(|(id, _)| id.to_string()));
            after = page.next;
            if after.is_none() {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert!(seen.is_sorted_by(|a, b| a < b));
        let steady = seen.iter().filter(|id| id[1..].parse::<usize>().unwrap() % 2 == 0).count();
        assert_eq!(steady, 300);
        rounds += 1;
    }
    writer.await.unwrap();
}
