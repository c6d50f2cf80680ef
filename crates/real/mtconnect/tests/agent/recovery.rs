//! Sequence numbers: buffers that run over, agents that start anew, a disk that is slow, answers that are nonsense.

use crate::rig::{Rig, gaps, options, state};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use trine_base::Value;
use trine_emulator::mtconnect::{self, MtConnectHostOptions};

#[tokio::test(flavor = "multi_thread")]
async fn a_buffer_that_ran_over_is_a_counted_loss_and_a_gap() {
    let rig = Rig::agent(MtConnectHostOptions { buffer_size: 50, ..MtConnectHostOptions::default() });
    rig.connect(options(&rig.host.endpoint()));
    rig.sink.until("the connection stands", |sink| state(sink) == "connected").await;
    rig.vibrate(1.0);
    rig.vibrates(1.0).await;
    // More than the buffer holds, at once.
    for value in 0..500 {
        rig.vibrate(f64::from(value));
    }
    rig.vibrates(499.0).await;
    rig.sink.until("the loss is counted", |_| rig.lost() > 0).await;
    assert!(rig.gaps().iter().any(|cause| cause.contains("ran over")), "{:?}", rig.gaps());
    let kept = rig.sink.samples("GR-1-Vibration").len() as i64;
    // The first 'not reported yet' and the 1.0 are kept too.
    assert_eq!(kept - 2 + rig.lost(), 500, "what is not kept is counted");
    assert_eq!(rig.open_gaps(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_starts_anew_is_probed_anew() {
    let rig = Rig::running().await;
    rig.vibrate(1.0);
    rig.vibrates(1.0).await;
    let port: u16 = rig.host.endpoint().rsplit_once(':').unwrap().1.parse().unwrap();
    rig.host.stop();
    rig.sink.until("the loss is noticed", |_| rig.open_gaps() == 1).await;
    let devices = [(3, crate::rig::grinder())];
    let again = std::iter::repeat_with(|| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        mtconnect::start("shop", &devices, MtConnectHostOptions { port, ..MtConnectHostOptions::default() })
    });
    let host = again.take(200).find_map(Result::ok).expect("the port is free again");
    rig.sink.until("the gap is closed", |_| rig.open_gaps() == 0).await;
    host.publish(&[crate::rig::reading(0, Value::Number(2.0))]);
    rig.vibrates(2.0).await;
    assert!(rig.gaps().iter().any(|cause| cause.contains("started anew")), "{:?}", rig.gaps());
}

/// Invariant: the position rises only when what it covers is durable.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_durable_is_asked_for_again() {
    let rig = Rig::running().await;
    rig.vibrate(1.0);
    rig.vibrates(1.0).await;
    rig.sink.hold_disk(true);
    rig.vibrate(2.0);
    rig.vibrates(2.0).await;
    rig.host.fault(trine_emulator::Fault::Drop);
    rig.sink
        .until("it comes again", |sink| {
            sink.samples("GR-1-Vibration").iter().filter(|sample| sample.value == Value::Number(2.0)).count()
                >= 2
        })
        .await;
    rig.sink.hold_disk(false);
    rig.vibrate(3.0);
    rig.vibrates(3.0).await;
    assert_eq!(rig.lost(), 0);
}

/// An agent that answers every request with the next of some texts, then closes.
async fn scripted(answers: Vec<String>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::<AtomicUsize>::default();
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await;
            let answer = &answers[count.fetch_add(1, Ordering::Relaxed) % answers.len()];
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (url, asked)
}

fn document(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_ends_the_session_with_its_reason() {
    let bomb = "<!DOCTYPE a [<!ENTITY b 'cc'>]><MTConnectDevices>&b;</MTConnectDevices>";
    let cases = [
        ("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".to_owned(), "503"),
        ("no http at all\r\n\r\n".to_owned(), "HTTP"),
        (document("<html>welcome</html>"), "html"),
        (document("<MTConnectDevices><Devices>"), "cut off"),
        (document(bomb), "DOCTYPE"),
        (
            document(
                "<MTConnectError><Errors><Error errorCode='UNAUTHORIZED'>no</Error></Errors></MTConnectError>",
            ),
            "UNAUTHORIZED",
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<MTCon".to_owned(), "end of file"),
    ];
    for (answer, reason) in cases {
        let (url, _) = scripted(vec![answer]).await;
        let rig = idle();
        rig.connect(options(&url));
        rig.sink.until(reason, |sink| gaps(sink).iter().any(|cause| cause.contains(reason))).await;
    }
}

/// Some agents cannot stream; others leave out lengths. Both are asked again and again.
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_does_not_stream_is_polled() {
    let probe = "<MTConnectDevices><Header instanceId='1'/><Devices><Device name='M' uuid='u'><DataItems>\
        <DataItem id='x' category='SAMPLE' type='LOAD'/></DataItems></Device></Devices></MTConnectDevices>";
    let streams = |sequence: u64, value: u64| {
        document(&format!(
            "<MTConnectStreams><Header instanceId='1' firstSequence='1' nextSequence='{}'/><Streams><DeviceStream name='M'>\
             <ComponentStream><Samples><Load dataItemId='x' sequence='{sequence}' timestamp='2020-01-01T00:00:00Z'>{value}</Load>\
             <Load dataItemId='y' sequence='{sequence}' timestamp='nonsense'>7</Load>\
             </Samples></ComponentStream></DeviceStream></Streams></MTConnectStreams>",
            sequence + 1
        ))
    };
    let (url, _) = scripted(vec![document(probe), streams(1, 10), streams(2, 20), streams(3, 30)]).await;
    let rig = idle();
    rig.connect(options(&url));
    rig.sink.until("the polled value comes", |sink| sink.value("u/x") == Some(Value::Number(30.0))).await;
    let strange = rig.sink.samples("u/y").pop().unwrap();
    assert_eq!(strange.value, Value::Number(7.0), "an item that the probe did not name is kept");
    assert_eq!(strange.quality, trine_base::Quality::UNCERTAIN_TIME);
}

fn idle() -> Rig {
    Rig::agent(MtConnectHostOptions::default())
}
