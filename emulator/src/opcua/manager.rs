//! The node manager of the plant's variables: it notifies by exception, and it can freeze.

use async_trait::async_trait;
use opcua::server::CreateMonitoredItem;
use opcua::server::address_space::AddressSpace;
use opcua::server::diagnostics::NamespaceMetadata;
use opcua::server::node_manager::memory::{InMemoryNodeManager, InMemoryNodeManagerImpl};
use opcua::server::node_manager::{RequestContext, ServerContext};
use opcua::sync::{Mutex, RwLock};
use opcua::types::{NodeId, StatusCode, TimestampsToReturn};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) type PlantNodes = InMemoryNodeManager<PlantManager>;

/// Holds the variables of the devices.
pub(super) struct PlantManager {
    pub namespaces: Vec<NamespaceMetadata>,
    pub faults: Faults,
}

/// What is wrong with the sampling of the device; shared with whoever causes it.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// Nothing is said any more.
    pub frozen: Arc<AtomicBool>,
    /// Of these nothing is said until they are monitored anew.
    pub stuck: Arc<Mutex<HashSet<NodeId>>>,
}

#[async_trait]
impl InMemoryNodeManagerImpl for PlantManager {
    async fn init(&self, _address_space: &mut AddressSpace, _context: ServerContext) {}

    fn name(&self) -> &str {
        "plant"
    }

    fn namespaces(&self) -> Vec<NamespaceMetadata> {
        self.namespaces.clone()
    }

    /// A frozen device takes new monitored items and says nothing about them: this is how servers look whose
    /// sampling has died while their sessions live on.
    async fn create_value_monitored_items(
        &self,
        context: &RequestContext,
        address_space: &RwLock<AddressSpace>,
        items: &mut [&mut &mut CreateMonitoredItem],
    ) {
        let frozen = self.faults.frozen.load(Ordering::Acquire);
        let address_space = address_space.read();
        for item in items.iter_mut() {
            let value = address_space.read(context, item.item_to_monitor(), 0.0, TimestampsToReturn::Both);
            self.faults.stuck.lock().remove(&item.item_to_monitor().node_id);
            if !frozen && value.status() != StatusCode::BadAttributeIdInvalid {
                item.set_initial_value(value);
            }
            item.set_status(StatusCode::Good);
        }
    }
}
