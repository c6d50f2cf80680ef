//! The MQTT side: a connection with will and manual acknowledgement, polled by a task of its own.
//!
//! The task hands over what comes through a bounded channel. When the site is slow the channel fills, the task stops
//! reading, and the broker feels it: nothing grows here.
//!
//! Spec: MQTT 3.1.1; Eclipse Sparkplug 3.0, tck-id-message-flow-phid-sparkplug-clean-session-311 (clean session),
//! tck-id-operational-behavior-host-application-connect-will-* (the will).

use crate::options::{Broker, OptionsError, SparkplugOptions};
use crate::state::State;
use crate::topic;
use rumqttc::{AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, LastWill, MqttOptions};
use rumqttc::{Packet, QoS, TlsConfiguration, Transport};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, pki_types};
use trine_connector::SessionEnd;

/// Packets that may wait between the task and the session.
const PACKETS_MAX: usize = 256;
/// A larger payload is refused by the client: 16 MiB.
const PAYLOAD_MAX: usize = 16 << 20;

/// A connection to a broker; dropping it cuts it.
pub(crate) struct Link {
    pub client: AsyncClient,
    pub packets: mpsc::Receiver<Result<Packet, SessionEnd>>,
    task: JoinHandle<()>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Connects; the will says that this host application is gone, with the time stamp of its birth.
pub(crate) fn connect(
    options: &SparkplugOptions,
    broker: &Broker,
    tls: Option<&Arc<ClientConfig>>,
    birth: State,
) -> Link {
    let mut mqtt = MqttOptions::new(client_id(&options.host_id), &broker.host, broker.port);
    mqtt.set_keep_alive(options.keep_alive);
    mqtt.set_clean_session(true);
    mqtt.set_manual_acks(true);
    mqtt.set_max_packet_size(PAYLOAD_MAX, PAYLOAD_MAX);
    let death = State { online: false, ..birth };
    mqtt.set_last_will(LastWill::new(
        topic::state(&options.host_id),
        death.to_bytes(),
        QoS::AtLeastOnce,
        true,
    ));
    if let Some((user, password)) = &broker.login {
        mqtt.set_credentials(user, password);
    }
    if let Some(config) = tls {
        mqtt.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(config.clone())));
    }
    let (client, events) = AsyncClient::new(mqtt, 64);
    let (sender, packets) = mpsc::channel(PACKETS_MAX);
    Link { client, packets, task: tokio::spawn(poll(events, sender)) }
}

async fn poll(mut events: EventLoop, sender: mpsc::Sender<Result<Packet, SessionEnd>>) {
    loop {
        let packet = match events.poll().await {
            Ok(Event::Incoming(packet)) => Ok(packet),
            Ok(Event::Outgoing(_)) => continue,
            Err(error) => Err(end_of(&error)),
        };
        // One error ends the session; the next session builds a new connection.
        let last = packet.is_err();
        if sender.send(packet).await.is_err() || last {
            return;
        }
    }
}

fn end_of(error: &ConnectionError) -> SessionEnd {
    match error {
        ConnectionError::ConnectionRefused(
            code @ (ConnectReturnCode::BadUserNamePassword
            | ConnectReturnCode::NotAuthorized
            | ConnectReturnCode::BadClientId
            | ConnectReturnCode::RefusedProtocolVersion),
        ) => SessionEnd::Refused(format!("the broker refused: {code:?}")),
        ConnectionError::Tls(error) => SessionEnd::Refused(format!("TLS: {error}")),
        other => SessionEnd::Lost(other.to_string()),
    }
}

/// Two sessions of one program, and two programs with one host id by mistake, must not throw each other out.
fn client_id(host_id: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let process = std::process::id();
    let host: String = host_id.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    format!("{host}-{process}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// What TLS needs: the given authority, or those of the operating system.
pub(crate) fn tls(ca: Option<&Path>) -> Result<Arc<ClientConfig>, OptionsError> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(path) => {
            let pem = std::fs::read(path)
                .map_err(|source| OptionsError::Authority { path: path.to_owned(), source })?;
            let certificates =
                <pki_types::CertificateDer<'_> as pki_types::pem::PemObject>::pem_slice_iter(&pem);
            roots.add_parsable_certificates(certificates.flatten());
            if roots.is_empty() {
                return Err(OptionsError::NoCertificate(path.to_owned()));
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the ring provider knows the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
