//! Invariant 8: late data lands at its own time and keeps when it became known.

use crate::kit::{CONDITION, LOAD, Plant, load, second, text};
use trine_base::Value;
use trine_history::SignalFilter;

#[tokio::test]
async fn what_is_late_lands_at_its_time_and_the_present_stays() {
    let plant = Plant::new().await;
    plant.set_clock(10);
    plant.submit(vec![load(1, 1.0), load(10, 10.0)]).await;
    plant.set_clock(20);
    plant.submit(vec![load(5, 5.0)]).await;
    assert_eq!(plant.site.live().get(LOAD).unwrap().value, Value::Number(10.0));
    assert_eq!(plant.at(LOAD, second(6), None).unwrap().value, Value::Number(5.0));
    assert_eq!(plant.at(LOAD, second(6), Some(second(15))).unwrap().value, Value::Number(1.0));
    assert_eq!(plant.at(LOAD, second(6), Some(second(20))).unwrap().recorded, second(20));
    assert_eq!(plant.at(LOAD, second(6), Some(second(9))), None, "nothing was known then");
    let after = plant.killed(30);
    assert_eq!(after.at(LOAD, second(6), Some(second(15))).unwrap().value, Value::Number(1.0));
    assert_eq!(after.site.live().get(LOAD).unwrap().value, Value::Number(10.0));
}

#[tokio::test]
async fn a_correction_counts_from_when_it_came() {
    let plant = Plant::new().await;
    plant.submit(vec![load(0, 1.0)]).await;
    plant.set_clock(10);
    plant.submit(vec![load(0, 2.0)]).await;
    assert_eq!(plant.at(LOAD, second(5), None).unwrap().value, Value::Number(2.0));
    assert_eq!(plant.at(LOAD, second(5), Some(second(9))).unwrap().value, Value::Number(1.0));
    let range = plant.site.history().range(&SignalFilter::All, second(0), second(1), None, 10).unwrap();
    assert_eq!(range.samples.len(), 1, "one instant, one sample");
}

#[tokio::test]
async fn late_conditions_raise_nothing_now() {
    let plant = Plant::new().await;
    plant.set_clock(10);
    plant.submit(vec![text(CONDITION, 10, "NORMAL||||")]).await;
    plant.submit(vec![text(CONDITION, 5, "FAULT|V|1||loud")]).await;
    plant.submit(vec![text(CONDITION, 11, "FAULT|W|1||hot")]).await;
    plant.until_facts("alarm.raised", 1).await;
    let raised = plant.facts("alarm.raised");
    assert_eq!((raised.len(), raised[0].at), (1, second(11)));
}

/// The site's own clock is set back and forth by hours, as an operator or a wrong time server does.
#[tokio::test]
async fn a_clock_that_jumps_loses_nothing_and_puts_nothing_in_the_wrong_place() {
    let plant = Plant::new().await;
    let jumps = [0, 7_200, 10, -86_400, 11, 400_000_000, 12, 13, -400_000_000, 14];
    for (n, clock) in jumps.into_iter().enumerate() {
        plant.set_clock(clock);
        let s = 100 + n as i64;
        plant.submit(vec![load(s, n as f64)]).await;
        assert_eq!(plant.site.live().get(LOAD).unwrap().value, Value::Number(n as f64));
        if n % 3 == 2 {
            plant.site.history().seal().unwrap();
        }
    }
    let check = |plant: &Plant| {
        let all =
            plant.site.history().range(&SignalFilter::All, second(0), second(1000), None, 1000).unwrap();
        let samples = all.samples;
        assert_eq!(samples.len(), jumps.len(), "each once");
        assert!(samples.is_sorted_by_key(|held| held.recorded), "what became known later is recorded later");
        for (n, held) in samples.iter().enumerate() {
            assert_eq!((held.source, &held.value), (second(100 + n as i64), &Value::Number(n as f64)));
        }
        // Known at the second jump: the first two and no others, whatever the clock said later.
        let then = Some(samples[1].recorded);
        assert_eq!(plant.at(LOAD, second(1000), then).unwrap().value, samples_at(&samples, then));
    };
    check(&plant);
    let after = plant.killed(20);
    check(&after);
    after.set_clock(30);
    after.submit(vec![load(200, 99.0)]).await;
    assert_eq!(after.at(LOAD, second(1000), None).unwrap().value, Value::Number(99.0));
}

/// The newest value among those recorded by an instant.
fn samples_at(samples: &[trine_base::Held], known: Option<trine_base::Instant>) -> Value {
    samples.iter().rfind(|held| Some(held.recorded) <= known).unwrap().value.clone()
}
