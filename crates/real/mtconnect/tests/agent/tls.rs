//! An agent behind TLS, as a proxy puts it there.

use crate::rig::{Rig, options, state};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring};
use trine_base::Value;
use trine_emulator::mtconnect::MtConnectHostOptions;
use trine_mtconnect::MtConnectOptions;

/// `openssl`, which makes the certificates; said aloud where there is none.
fn openssl() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("openssl")).find(|path| path.exists());
    if found.is_none() {
        eprintln!("SKIPPED: openssl is needed; `cargo xtask test` installs it");
    }
    found
}

fn run(command: &mut Command) {
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(done.success(), "{command:?}");
}

/// An authority, and a certificate for 127.0.0.1 that it signed.
fn certificates(openssl: &Path, folder: &Path) {
    let request = |arguments: &[&str]| {
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        run(Command::new(openssl).current_dir(folder).arg("req").args(key).args(arguments));
    };
    let authority = ["-x509", "-days", "30", "-subj", "/CN=Test authority", "-addext"];
    let usage = ["keyUsage=critical,keyCertSign", "-keyout", "ca.key", "-out", "ca.pem"];
    request(&[&authority[..], &usage[..]].concat());
    request(&["-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"]);
    std::fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").unwrap();
    run(Command::new(openssl)
        .current_dir(folder)
        .args(["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "30"])
        .args(["-CAcreateserial", "-extfile", "names", "-out", "server.pem"]));
}

/// Forwards what comes by TLS to the agent; gives the port.
async fn proxy(folder: &Path, agent: String) -> u16 {
    let chain = CertificateDer::pem_file_iter(folder.join("server.pem")).unwrap().flatten().collect();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (acceptor, agent) = (acceptor.clone(), agent.clone());
            tokio::spawn(async move {
                let Ok(mut client) = acceptor.accept(client).await else { return };
                let mut server = TcpStream::connect(agent).await.unwrap();
                // Either end may hang up.
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_behind_tls_is_reached_with_its_authority_and_refused_without() {
    let Some(openssl) = openssl() else { return };
    let folder = tempfile::tempdir().unwrap();
    certificates(&openssl, folder.path());
    let rig = Rig::agent(MtConnectHostOptions::default());
    let port = proxy(folder.path(), rig.host.endpoint().trim_start_matches("http://").to_owned()).await;
    let url = format!("https://127.0.0.1:{port}");
    let with_authority = MtConnectOptions { ca: Some(folder.path().join("ca.pem")), ..options(&url) };
    rig.connect(with_authority);
    rig.sink.until("the connection stands", |sink| state(sink) == "connected").await;
    rig.vibrate(2.5);
    rig.vibrates(2.5).await;

    let stranger = Rig::agent(MtConnectHostOptions::default());
    stranger.connect(options(&url));
    stranger.sink.until("it is not trusted", |sink| state(sink) == "failed").await;
    let error = stranger.sink.value("#error");
    assert!(error.is_some_and(|error| error.as_text().is_some_and(|text| text.contains("TLS"))));
    assert_eq!(stranger.sink.value("GR-1-Vibration"), None::<Value>);
}
