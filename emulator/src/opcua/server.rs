//! The set-up of the server behind the door.

use super::alarms::{Alarms, Refresher};
use super::manager::{Faults, PlantManager, PlantNodes};
use super::model::{self, Content, Indices};
use super::names::namespaces;
use super::{OpcUaHostError, OpcUaHostOptions};
use crate::Device;
use opcua::crypto::SecurityPolicy;
use opcua::server::address_space::AddressSpace;
use opcua::server::diagnostics::NamespaceMetadata;
use opcua::server::node_manager::ServerContext;
use opcua::server::node_manager::memory::{CoreNodeManagerBuilder, InMemoryNodeManagerBuilder};
use opcua::server::{
    ANONYMOUS_USER_TOKEN_ID, Limits, OperationalLimits, Server, ServerBuilder, ServerEndpoint, ServerHandle,
    ServerUserToken, SubscriptionLimits,
};
use opcua::types::MessageSecurityMode;
use std::sync::Arc;

/// How often the server looks after its subscriptions, ms; also its fastest publishing interval.
const TICK_MS: u64 = 20;

/// Largest message either way, bytes: 10,000 values with their texts.
const MESSAGE_SIZE: usize = 16 * 1024 * 1024;

/// A server that is set up but does not listen yet.
pub(super) struct Prepared {
    pub server: Server,
    pub handle: ServerHandle,
    pub nodes: Arc<PlantNodes>,
    pub own_index: u16,
}

/// Sets up a server whose clients reach it at `port`.
pub(super) fn prepare(
    host_name: &str,
    devices: &[(u32, Device)],
    options: &OpcUaHostOptions,
    port: u16,
    faults: Faults,
    alarms: &Arc<Alarms>,
) -> Result<Prepared, OpcUaHostError> {
    let uri = namespaces::own(host_name);
    let devices: Vec<Device> = devices.iter().map(|(_, device)| device.clone()).collect();
    let content = Content { alarms_by_events: options.alarms_by_events, structures: options.structures };
    let names: Vec<String> = options.other_namespaces.iter().cloned().chain(known_namespaces(&uri)).collect();
    let manager = InMemoryNodeManagerBuilder::new(move |context: ServerContext, space: &mut AddressSpace| {
        let namespaces = add_namespaces(&names, &context, space);
        model::build(space, &indices(&namespaces), &devices, content);
        PlantManager { namespaces, faults }
    });
    let builder = with_endpoints(with_core(options, alarms), options)
        .application_name(format!("Trine emulator {host_name}"))
        .application_uri(format!("urn:trine:emulator:server:{host_name}"))
        .product_uri("urn:trine:emulator")
        .host("127.0.0.1")
        .port(port)
        .discovery_urls(vec!["/".to_owned()])
        .subscription_poll_interval_ms(TICK_MS)
        .limits(limits(options))
        .with_node_manager(manager);
    let (server, handle) = builder.build().map_err(OpcUaHostError::Setup)?;
    let missing = |what: &str| OpcUaHostError::Setup(format!("{what} is missing"));
    let nodes = handle.node_managers().get_of_type::<PlantNodes>().ok_or_else(|| missing("the plant"))?;
    let own_index = handle.get_namespace_index(&uri).ok_or_else(|| missing(&uri))?;
    Ok(Prepared { server, handle, nodes, own_index })
}

/// A server with the standard's own nodes; where alarms come by events, what answers their refresh stands before them.
fn with_core(options: &OpcUaHostOptions, alarms: &Arc<Alarms>) -> ServerBuilder {
    if !options.alarms_by_events {
        return ServerBuilder::new();
    }
    let alarms = alarms.clone();
    ServerBuilder::new()
        .without_node_managers()
        .with_node_manager(move |_: ServerContext| Refresher(alarms))
        .with_node_manager(InMemoryNodeManagerBuilder::new(CoreNodeManagerBuilder))
}

fn known_namespaces(own: &str) -> [String; 4] {
    [namespaces::DI.into(), namespaces::MACHINERY.into(), namespaces::MACHINE_TOOL.into(), own.into()]
}

fn add_namespaces(
    names: &[String],
    context: &ServerContext,
    space: &mut AddressSpace,
) -> Vec<NamespaceMetadata> {
    let mut types = context.type_tree.write();
    let added = names.iter().map(|uri| {
        let index = types.namespaces_mut().add_namespace(uri);
        space.add_namespace(uri, index);
        NamespaceMetadata {
            namespace_uri: uri.clone(),
            namespace_index: index,
            ..NamespaceMetadata::default()
        }
    });
    added.collect()
}

fn indices(namespaces: &[NamespaceMetadata]) -> Indices {
    let mut last_four = namespaces.iter().rev().map(|namespace| namespace.namespace_index);
    let mut next = || last_four.next().unwrap_or_default();
    let (own, machine_tool, machinery, di) = (next(), next(), next(), next());
    Indices { di, machinery, machine_tool, own }
}

fn with_endpoints(builder: ServerBuilder, options: &OpcUaHostOptions) -> ServerBuilder {
    let mut tokens = Vec::new();
    let mut builder = builder;
    if options.anonymous {
        tokens.push(ANONYMOUS_USER_TOKEN_ID.to_owned());
    }
    for (user, password) in &options.users {
        builder = builder.add_user_token(user, ServerUserToken::user_pass(user.clone(), password.clone()));
        tokens.push(user.clone());
    }
    for (user, certificate) in &options.certificates {
        builder = builder.add_user_token(user, ServerUserToken::x509(user.clone(), certificate));
        tokens.push(user.clone());
    }
    if options.secure {
        let mode = MessageSecurityMode::SignAndEncrypt;
        let secure = ServerEndpoint::new("/", SecurityPolicy::Basic256Sha256, mode, &tokens);
        builder = builder
            .add_endpoint("secure", secure)
            .create_sample_keypair(true)
            .certificate_path("own/cert.der")
            .private_key_path("private/private.pem")
            .trust_client_certs(true);
    }
    builder.pki_dir(&options.pki_dir).add_endpoint("none", ServerEndpoint::new_none("/", &tokens))
}

fn limits(options: &OpcUaHostOptions) -> Limits {
    let given = options.limits;
    Limits {
        max_message_size: MESSAGE_SIZE,
        max_chunk_count: MESSAGE_SIZE / 65_535 + 1,
        max_array_length: 1_000_000,
        max_sessions: 100,
        subscriptions: SubscriptionLimits {
            min_sampling_interval_ms: 0.0,
            min_publishing_interval_ms: TICK_MS as f64,
            max_monitored_items_per_sub: given.items_per_subscription,
            max_monitored_item_queue_size: given.queue_size,
            max_queued_notifications: 100,
            max_pending_publish_requests: 100,
            max_subscriptions_per_session: 1_000,
            ..SubscriptionLimits::default()
        },
        operational: OperationalLimits {
            max_references_per_browse_node: given.references_per_node,
            max_nodes_per_read: given.nodes_per_read,
            max_nodes_per_browse: given.nodes_per_browse,
            max_monitored_items_per_call: given.items_per_call,
            ..OperationalLimits::default()
        },
        ..Limits::default()
    }
}
