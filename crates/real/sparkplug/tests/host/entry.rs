//! How the host application comes in, seen by a broker that only writes down what it is told.

use crate::bench_of_devices::Bench;
use bytes::BytesMut;
use rumqttc::{ConnAck, ConnectReturnCode, Packet, SubAck, SubscribeReasonCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The next packet of a client.
async fn packet(stream: &mut TcpStream, read: &mut BytesMut) -> Packet {
    loop {
        match Packet::read(read, 1 << 20) {
            Ok(packet) => return packet,
            Err(_) => assert_ne!(stream.read_buf(read).await.unwrap(), 0, "it hung up"),
        }
    }
}

/// What it subscribes to before its birth.
async fn subscriptions(group: Option<&str>) -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bench = Bench::start();
    let broker = format!("mqtt://{}", listener.local_addr().unwrap());
    bench.connect(trine_sparkplug::SparkplugOptions {
        broker,
        group: group.map(str::to_owned),
        ..bench.options()
    });
    let (mut stream, _) = listener.accept().await.unwrap();
    let (mut read, mut out) = (BytesMut::new(), BytesMut::new());

    let Packet::Connect(connect) = packet(&mut stream, &mut read).await else { panic!("no CONNECT") };
    assert!(connect.clean_session);
    ConnAck::new(ConnectReturnCode::Success, false).write(&mut out).unwrap();
    stream.write_all(&out.split()).await.unwrap();

    let mut topics = Vec::new();
    loop {
        match packet(&mut stream, &mut read).await {
            Packet::Subscribe(subscribe) => {
                let granted = subscribe.filters.iter().map(|filter| SubscribeReasonCode::Success(filter.qos));
                SubAck::new(subscribe.pkid, granted.collect()).write(&mut out).unwrap();
                stream.write_all(&out.split()).await.unwrap();
                topics.extend(subscribe.filters.into_iter().map(|filter| filter.path));
            }
            Packet::Publish(birth) => break assert_eq!(birth.topic, "spBv1.0/STATE/trine"),
            other => panic!("{other:?} before the birth"),
        }
    }
    topics
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_with_a_clean_session_and_subscribes_before_its_birth() {
    // The wide one covers STATE; overlapping subscriptions would bring it twice.
    assert_eq!(subscriptions(None).await, ["spBv1.0/#"]);
    assert_eq!(subscriptions(Some("G")).await, ["spBv1.0/G/#", "spBv1.0/STATE/trine"]);
}
