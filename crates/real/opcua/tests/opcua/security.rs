//! Certificates, passwords, and what is said when they do not fit.

use crate::rig::{Rig, device, options};
use opcua::crypto::{CertificateStore, X509Data};
use std::path::Path;
use trine_base::Value;
use trine_connector::kit::MemorySink;
use trine_opcua::{Identity, OpcUaOptions, Security};
use trine_world::Role;

fn user(password: &str) -> Identity {
    Identity::User { user: "operator".into(), password: password.into() }
}

async fn secure_rig(dir: &Path) -> Rig {
    let dir = dir.to_owned();
    Rig::start(&[device("GR-3")], |options| {
        options.secure = true;
        options.anonymous = false;
        options.users = vec![("operator".into(), "right".into())];
        options.pki_dir = dir.join("server");
    })
    .await
}

fn secure_options(dir: &Path, rig: &Rig, password: &str) -> OpcUaOptions {
    OpcUaOptions {
        security: Security::SignAndEncrypt,
        identity: user(password),
        pki_dir: dir.join("client"),
        ..options("plc", &rig.endpoint())
    }
}

fn error(sink: &MemorySink) -> String {
    let world = sink.world();
    let signal = world.signals().find(|signal| signal.description.role == Some(Role::ConnectionError));
    let key = signal.map(|signal| signal.description.key.to_string()).unwrap_or_default();
    sink.value(&key).and_then(|value| value.as_text().map(str::to_owned)).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_and_encrypt_with_a_user_and_pinned_certificates() {
    let dir = tempfile::tempdir().unwrap();
    let rig = secure_rig(dir.path()).await;
    let sink = MemorySink::default();
    let running = rig.connect(&sink, secure_options(dir.path(), &rig, "right"));
    rig.publish(0, 0, Value::Number(4.5));
    sink.until("a value came", |sink| sink.value("Speed") == Some(Value::Number(4.5))).await;
    running.stop().await;
    let pin = dir.path().join("client/pinned/plc.thumbprint");
    assert_eq!(std::fs::read_to_string(&pin).unwrap().trim().len(), 40, "the thumbprint is recorded");

    // Somebody else at the same address is not talked to.
    std::fs::write(&pin, "0000000000000000000000000000000000000000\n").unwrap();
    let sink = MemorySink::default();
    let running = rig.connect(&sink, secure_options(dir.path(), &rig, "right"));
    sink.until("the change is noticed", |sink| error(sink).contains("certificate of the server has changed"))
        .await;
    running.stop().await;

    let sink = MemorySink::default();
    let accepting =
        OpcUaOptions { accept_changed_certificate: true, ..secure_options(dir.path(), &rig, "right") };
    let running = rig.connect(&sink, accepting);
    sink.until("a value came", |sink| sink.value("Speed") == Some(Value::Number(4.5))).await;
    running.stop().await;

    let sink = MemorySink::default();
    let running = rig.connect(&sink, secure_options(dir.path(), &rig, "wrong"));
    sink.until("the login is refused", |sink| error(sink).contains("refused the login of User(operator)"))
        .await;
    assert!(!error(&sink).contains("wrong"), "the password is not shown");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_work_is_refused_in_words() {
    let rig = Rig::start(&[device("GR-3")], |_| {}).await;
    let at_rig = || options("plc", &rig.endpoint());
    let cases = [
        (OpcUaOptions { security: Security::SignAndEncrypt, ..at_rig() }, "offers no endpoint with security"),
        (OpcUaOptions { identity: user("x"), ..at_rig() }, "offers no endpoint with security"),
        (options("plc", "http://127.0.0.1:1"), "is not an OPC UA address"),
        (options("plc", "opc.tcp://127.0.0.1:1"), "cannot be reached"),
    ];
    for (options, words) in cases {
        let sink = MemorySink::default();
        let running = rig.connect(&sink, options);
        sink.until(words, |sink| error(sink).contains(words)).await;
        running.stop().await;
    }
}

/// A certificate and its key for a person; gives the files.
fn person(dir: &Path, name: &str) -> Identity {
    let (certificate, private_key) = (dir.join(format!("{name}.der")), dir.join(format!("{name}.pem")));
    let about = X509Data { common_name: name.into(), ..X509Data::sample_cert() };
    CertificateStore::create_certificate_and_key(&about, true, &certificate, &private_key).unwrap();
    Identity::Certificate { certificate, private_key }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_with_a_certificate_is_let_in_and_a_stranger_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let (known, stranger) = (person(dir.path(), "operator"), person(dir.path(), "stranger"));
    let trusted = dir.path().join("operator.der");
    let pki_dir = dir.path().join("server");
    let rig = Rig::start(&[device("GR-3")], |options| {
        (options.secure, options.anonymous, options.pki_dir) = (true, false, pki_dir);
        options.certificates = vec![("operator".into(), trusted)];
    })
    .await;
    let with = |identity: Identity| OpcUaOptions { identity, ..secure_options(dir.path(), &rig, "") };
    let sink = MemorySink::default();
    let running = rig.connect(&sink, with(known));
    rig.publish(0, 0, Value::Number(4.5));
    sink.until("a value came", |sink| sink.value("Speed") == Some(Value::Number(4.5))).await;
    running.stop().await;

    let sink = MemorySink::default();
    let running = rig.connect(&sink, with(stranger));
    sink.until("the stranger is refused", |sink| error(sink).contains("refused the login of Certificate("))
        .await;
    let state = |sink: &MemorySink| sink.value("/#state");
    sink.until("and that is final", |sink| state(sink) == Some(Value::text("failed"))).await;
    assert!(sink.samples("Speed").is_empty());
    running.stop().await;

    let nowhere = dir.path().join("nowhere");
    let missing =
        Identity::Certificate { certificate: nowhere.join("a.der"), private_key: nowhere.join("a.pem") };
    let sink = MemorySink::default();
    let running = rig.connect(&sink, with(missing));
    sink.until("the file is named", |sink| error(sink).contains("a.der cannot be used")).await;
    running.stop().await;
}
