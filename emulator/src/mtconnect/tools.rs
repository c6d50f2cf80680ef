//! The cutting tools that an agent keeps as assets.
//!
//! Spec: MTConnect Standard 2.x, Part 4.1 Cutting Tools; Part 1.0, Assets request.

use super::buffer::Buffer;
use super::streams::{escaped, header};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use trine_base::Instant;

/// One cutting tool.
#[derive(Clone, Debug, PartialEq)]
pub struct CuttingTool {
    /// Unique: the asset id.
    pub id: String,
    /// What kind of tool: `EM-10`.
    pub tool: String,
    /// Index of the device within the plant.
    pub device: u32,
    /// When this was so.
    pub at: Instant,
    /// Words of the standard: `NEW`, `USED`, `BROKEN`, …
    pub states: Vec<String>,
    /// Minutes in use, and how many it lasts.
    pub minutes: (f64, f64),
}

/// The tools of an agent: whoever holds it changes them, and the agent tells that they changed.
#[derive(Clone, Debug)]
pub struct Tools {
    tools: Arc<Mutex<BTreeMap<String, CuttingTool>>>,
    changed: watch::Sender<Option<(u32, String)>>,
}

impl Default for Tools {
    fn default() -> Self {
        Self { tools: Arc::default(), changed: watch::Sender::new(None) }
    }
}

impl Tools {
    /// Adds a tool, or changes it.
    pub fn put(&self, tool: CuttingTool) {
        let changed = (tool.device, tool.id.clone());
        self.lock().insert(tool.id.clone(), tool);
        self.changed.send_replace(Some(changed));
    }

    /// Takes a tool away.
    pub fn remove(&self, id: &str) {
        if let Some(tool) = self.lock().remove(id) {
            self.changed.send_replace(Some((tool.device, tool.id)));
        }
    }

    /// Tells of changes: device and asset id of the newest.
    pub(super) fn changes(&self) -> watch::Receiver<Option<(u32, String)>> {
        self.changed.subscribe()
    }

    /// The document of all tools.
    pub(super) fn document(&self, buffer: &Buffer, sender: &str, now: Instant) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MTConnectAssets ");
        out.push_str("xmlns=\"urn:mtconnect.org:MTConnectAssets:2.0\">\n");
        header(&mut out, buffer, sender, now, None);
        out.push_str("<Assets>\n");
        for tool in self.lock().values() {
            write_tool(&mut out, tool, buffer.key_of(tool.device).unwrap_or_default());
        }
        out.push_str("</Assets>\n</MTConnectAssets>\n");
        out
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, CuttingTool>> {
        self.tools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_tool(out: &mut String, tool: &CuttingTool, device: &str) {
    let CuttingTool { id, tool, at, states, minutes: (used, limit), .. } = tool;
    let _ = write!(
        out,
        "<CuttingTool assetId=\"{}\" toolId=\"{}\" deviceUuid=\"{}\" timestamp=\"{at}\"><CuttingToolLifeCycle><CutterStatus>",
        escaped(id),
        escaped(tool),
        escaped(device)
    );
    for state in states {
        let _ = write!(out, "<Status>{}</Status>", escaped(state));
    }
    let _ = writeln!(
        out,
        "</CutterStatus><ToolLife type=\"MINUTES\" countDirection=\"UP\" limit=\"{limit}\">{used}</ToolLife></CuttingToolLifeCycle></CuttingTool>"
    );
}
