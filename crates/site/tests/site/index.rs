//! The index of facts says what a scan of the log says, whatever became of its files.

use crate::kit::{Plant, image, second};
use proptest::prelude::*;
use std::{fs, path::Path};
use trine_base::{Instant, ThingId};
use trine_connector::{Announcement, Sink};
use trine_log::{Log, LogOptions};
use trine_site::{FactFilter, Site};
use trine_world::{Fact, FactKind, Level, MachineState, NewFact, Origin, ThingDescription};

const MACHINES: u32 = 5;

/// A plant of some machines with so small chapters that there are many.
async fn plant() -> Plant {
    let plant = Plant::open_with(tempfile::tempdir().unwrap(), 0, |options| options.facts_per_chapter = 20);
    let machine = |n: u32| ThingDescription::new(&format!("m{n}"), "Machine", "press", Level::WorkUnit);
    let things = (1..=MACHINES).map(machine).collect();
    let said = Announcement { things, ..Announcement::default() };
    plant.site.announce(Origin::new("test"), said).await.unwrap();
    plant
}

fn reopened(folder: tempfile::TempDir) -> Plant {
    Plant::open_with(folder, 0, |options| options.facts_per_chapter = 20)
}

fn happening(machine: u32, what: u32, at: i64) -> NewFact {
    let thing = ThingId(machine % MACHINES + 1);
    let kind = match what % 6 {
        0 => FactKind::StateChanged { thing, from: MachineState::Running, to: MachineState::Down },
        1 => FactKind::PartArrived { thing, part: format!("P-{what}") },
        2 => FactKind::PartLeft { thing, part: "é\u{2028}\n".into() },
        3 => FactKind::GapOpened { thing, signals: Vec::new(), cause: "cable".into() },
        4 => FactKind::ThingPlaced { thing, place: None },
        _ => FactKind::PartCompleted { thing, count: what, good: true },
    };
    let at = if what.is_multiple_of(17) { Instant::MIN } else { second(at) };
    NewFact { at, origin: Origin::new("test"), kind }
}

async fn some_facts(plant: &Plant, groups: u32) {
    for group in 0..groups {
        let facts =
            (0..group % 7).map(|n| happening(group * 3 + n, group * 5 + n, i64::from(group * 37 % 200)));
        // Some say nothing new.
        let _ = plant.site.propose(second(i64::from(group)), facts.collect()).await.unwrap();
    }
}

/// All facts, from the log itself.
fn scan(folder: &Path) -> Vec<Fact> {
    let image = image(folder);
    let (log, _) = Log::open(&image.path().join("facts"), LogOptions::default()).unwrap();
    let lines = |payload: Vec<u8>| {
        let lines = payload.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| Fact::from_bytes(line).unwrap()).collect::<Vec<_>>()
    };
    log.read(0).flat_map(|record| lines(record.unwrap().payload)).collect()
}

fn filters() -> Vec<FactFilter> {
    let mut filters = Vec::new();
    for span in
        [(None, None), (Some(30), None), (None, Some(90)), (Some(50), Some(51)), (Some(60), Some(180))]
    {
        for thing in [None, Some(0), Some(1), Some(4), Some(77), Some(u32::MAX)] {
            for kinds in
                [None, Some(vec!["part"]), Some(vec!["state.changed.v1", "gap"]), Some(vec!["nothing"])]
            {
                filters.push(FactFilter {
                    from: span.0.map(second),
                    to: span.1.map(second),
                    thing: thing.map(ThingId),
                    kinds: kinds.map(|kinds| kinds.into_iter().map(String::from).collect()),
                });
            }
        }
    }
    filters
}

fn pages(site: &Site, filter: &FactFilter, newest_first: bool, limit: usize) -> Vec<Fact> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = site.facts(filter, newest_first, cursor, limit).unwrap();
        assert!(page.facts.len() <= limit);
        all.extend(page.facts);
        cursor = page.cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

fn check(plant: &Plant, all: &[Fact]) {
    for (n, filter) in filters().iter().enumerate() {
        let mut expected: Vec<Fact> = all.iter().filter(|fact| filter.wants(fact)).cloned().collect();
        let limit = [1, 7, 1000][n % 3];
        assert_eq!(pages(&plant.site, filter, false, limit), expected, "{filter:?}");
        expected.reverse();
        assert_eq!(pages(&plant.site, filter, true, limit), expected, "{filter:?}, newest first");
    }
    for s in [-1, 0, 60, 150, 1000] {
        let mut world = trine_world::World::new();
        let structure = all.iter().filter(|fact| fact.kind.is_structure() && fact.at <= second(s));
        structure.for_each(|fact| world.apply(fact));
        let found = plant.site.world_at(second(s)).unwrap();
        assert!(found.things().eq(world.things()), "at {s}");
        assert!(found.revision() >= world.revision());
    }
}

fn chapters(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(folder.join("facts-index")) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[tokio::test]
async fn it_says_what_a_scan_says() {
    let plant = plant().await;
    some_facts(&plant, 60).await;
    let all = scan(plant.folder.path());
    assert!(all.len() > 100);
    check(&plant, &all);
    plant.site.close().unwrap();
    let count = chapters(plant.folder.path()).len();
    assert!(count > 4 && count <= all.len() / 20, "{count} chapters");
    check(&plant, &all);
    let after = reopened(image(plant.folder.path()));
    check(&after, &all);
    // And on.
    some_facts(&after, 30).await;
    let all = scan(after.folder.path());
    check(&after, &all);
    after.site.close().unwrap();
    check(&after, &all);
    check(&reopened(image(after.folder.path())), &all);
}

/// A kill may come between the log and the index, between two chapters, and within the writing of one.
#[tokio::test]
async fn whatever_became_of_its_files_it_says_what_the_log_says() {
    let plant = plant().await;
    some_facts(&plant, 60).await;
    let all = scan(plant.folder.path());
    let bare = image(plant.folder.path());
    plant.site.close().unwrap();
    let whole: Vec<Vec<u8>> =
        chapters(plant.folder.path()).iter().map(|path| fs::read(path).unwrap()).collect();
    let stranger = self::plant().await;
    some_facts(&stranger, 70).await;
    stranger.site.close().unwrap();
    let foreign: Vec<Vec<u8>> =
        chapters(stranger.folder.path()).iter().map(|path| fs::read(path).unwrap()).collect();
    check(&reopened(bare), &all);
    for (n, bytes) in whole.iter().enumerate() {
        let flipped =
            |at: usize| bytes.iter().enumerate().map(move |(i, b)| if i == at { b ^ 1 } else { *b });
        let cut = |at: usize| Some(bytes[..at].to_vec());
        let after = |i: usize| whole.get((n + i) % whole.len()).cloned();
        let strange = [
            None,
            cut(0),
            cut(20),
            cut(bytes.len() - 1),
            Some(flipped(3).collect()),
            Some(flipped(bytes.len() - 3).collect()),
            Some(flipped(bytes.len() / 2).collect()),
            after(1),
            foreign.get(n).cloned(),
            Some([bytes.clone(), vec![0]].concat()),
        ];
        for (case, strange) in strange.into_iter().enumerate() {
            let image = image(plant.folder.path());
            let path = &chapters(image.path())[n];
            fs::write(path.with_extension("new"), "half").unwrap();
            match strange {
                None => fs::remove_file(path).unwrap(),
                Some(strange) => fs::write(path, strange).unwrap(),
            }
            let found = reopened(image);
            let filter = FactFilter::default();
            assert_eq!(pages(&found.site, &filter, case % 2 == 0, 50).len(), all.len(), "{n} {case}");
            if n == 1 {
                check(&found, &all);
            }
            found.site.close().unwrap();
            let path =
                &chapters(found.folder.path()).into_iter().filter(|p| p.extension().unwrap() == "idx").nth(n);
            assert_eq!(&fs::read(path.as_ref().unwrap()).unwrap(), bytes, "{n} {case}: it is made good");
        }
    }
}

/// The files are damaged under the running program.
#[tokio::test]
async fn damage_that_comes_later_is_found_too() {
    let plant = plant().await;
    some_facts(&plant, 60).await;
    let all = scan(plant.folder.path());
    plant.site.close().unwrap();
    for path in chapters(plant.folder.path()) {
        fs::remove_file(path).unwrap();
    }
    check(&plant, &all);
    assert!(!chapters(plant.folder.path()).is_empty(), "and made good");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn random_facts_are_found(facts in prop::collection::vec((any::<u32>(), any::<u32>(), -50i64..250), 0..200), cut in 1usize..40) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let plant = plant().await;
            for group in facts.chunks(cut) {
                let proposed = group.iter().map(|(machine, what, at)| happening(*machine, *what, *at)).collect();
                let _ = plant.site.propose(second(0), proposed).await.unwrap();
            }
            let all = scan(plant.folder.path());
            check(&plant, &all);
            plant.site.close().unwrap();
            check(&plant, &all);
            check(&reopened(image(plant.folder.path())), &all);
        });
    }
}
