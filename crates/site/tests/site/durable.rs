//! Invariant 1: what is acknowledged is there after a kill.

use crate::kit::{CONDITION, LOAD, Plant, copy_folder, image, load, second, text};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use trine_base::{Sample, SignalId, Value};

/// Images are taken while eight sources submit; whatever was acknowledged before an image was begun is in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledgement_means_durable() {
    let plant = Arc::new(Plant::new().await);
    let acknowledged: Arc<[AtomicI64; 8]> = Arc::default();
    let over = Arc::new(AtomicBool::new(false));
    let source = |source: usize| {
        let (plant, acknowledged, over) = (Arc::clone(&plant), Arc::clone(&acknowledged), Arc::clone(&over));
        async move {
            let signal = SignalId(10 + source as u32);
            for n in (1..).take_while(|_| !over.load(Ordering::SeqCst)) {
                plant.submit(vec![Sample::good(signal, second(n), Value::Integer(n))]).await;
                acknowledged[source].store(n, Ordering::SeqCst);
            }
        }
    };
    let sources: Vec<_> = (0..8).map(|n| tokio::spawn(source(n))).collect();
    let mut images = Vec::new();
    for _ in 0..6 {
        let promised: Vec<i64> = acknowledged.iter().map(|n| n.load(Ordering::SeqCst)).collect();
        let folder = plant.folder.path().to_owned();
        images.push((promised, tokio::task::spawn_blocking(move || image(&folder)).await.unwrap()));
        let before = acknowledged[0].load(Ordering::SeqCst);
        while acknowledged[0].load(Ordering::SeqCst) < before + 5 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
    over.store(true, Ordering::SeqCst);
    for source in sources {
        source.await.unwrap();
    }
    for (promised, folder) in images {
        let after = Plant::open(folder, 100);
        for (source, n) in promised.into_iter().enumerate() {
            let held = after.at(SignalId(10 + source as u32), second(100_000), None);
            let found = held.map_or(0, |held| held.value.as_f64().unwrap() as i64);
            assert!(found >= n, "source {source}: {n} was acknowledged, {found} is there");
        }
    }
}

/// Whoever waits for the acknowledgement sees their own samples.
#[tokio::test]
async fn an_acknowledgement_means_visible() {
    let plant = Plant::new().await;
    for n in 0..20 {
        plant.submit(vec![load(n, n as f64)]).await;
        assert_eq!(plant.site.live().get(LOAD).unwrap().value, Value::Number(n as f64));
        assert_eq!(plant.at(LOAD, second(n), None).unwrap().value, Value::Number(n as f64));
    }
}

/// A kill between a sample and the fact that follows from it must not swallow the alarm.
#[tokio::test]
async fn an_alarm_whose_fact_was_lost_is_raised_at_the_next_start() {
    let plant = Plant::new().await;
    let early = image(plant.folder.path());
    plant.submit(vec![text(CONDITION, 1, "FAULT|V|1||loud")]).await;
    plant.until_facts("alarm.raised", 1).await;
    // The signals of later, the facts of earlier.
    let torn = image(plant.folder.path());
    std::fs::remove_dir_all(torn.path().join("facts")).unwrap();
    copy_folder(&early.path().join("facts"), &torn.path().join("facts"));
    let after = Plant::open(torn, 10);
    after.until_facts("alarm.raised", 1).await;
    assert_eq!(after.site.alarms_at(second(5)).len(), 1);
    // And one that was recorded is not raised twice.
    let again = plant.killed(10);
    again.submit(vec![text(CONDITION, 11, "FAULT|V|1||loud"), text(CONDITION, 12, "NORMAL|V|||")]).await;
    again.until_facts("alarm.cleared", 1).await;
    assert_eq!(again.facts("alarm.raised").len(), 1);
}

#[tokio::test]
async fn nothing_and_too_much_are_answered() {
    let plant = Plant::new().await;
    plant.submit(Vec::new()).await;
    let huge = Value::text("x".repeat(2 << 20));
    let refused = plant.site.submit(second(0), vec![Sample::good(LOAD, second(0), huge)]).await;
    assert!(refused.is_err(), "more than a segment of the log holds");
    plant.submit(vec![load(1, 1.0)]).await;
    assert_eq!(plant.site.counters().samples, 1);
}

/// A source that waits for its submission beside other things may not look at it for a while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_submission_that_nobody_looks_at_keeps_nobody_out() {
    let plant = Plant::new().await;
    let large = |n: i64| (0..100_000).map(|k| load(n * 100_000 + k, k as f64)).collect::<Vec<_>>();
    // More than the log takes at once, so that some of them have to wait for their place.
    let mut left: Vec<_> = (0..30).map(|n| Box::pin(plant.site.submit(second(n), large(n)))).collect();
    for submission in &mut left {
        let look_once = |context: &mut std::task::Context<'_>| {
            let _ = submission.as_mut().poll(context);
            std::task::Poll::Ready(())
        };
        std::future::poll_fn(look_once).await;
    }
    let other = async { plant.site.submit(second(100), vec![load(9_000_000, 1.0)]).await.unwrap().await };
    let answered = tokio::time::timeout(std::time::Duration::from_secs(60), other).await;
    answered.expect("the other source is let in").unwrap();
    for submission in left {
        submission.await.unwrap().await.unwrap();
    }
}
