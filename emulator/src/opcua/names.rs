//! Namespaces and node ids of the emulated server: stable, so that a key in the world outlives a restart.

use crate::{Device, DeviceSignal};

/// URIs of the namespaces that the server speaks in.
pub mod namespaces {
    /// OPC UA for Devices, OPC 10000-100.
    pub const DI: &str = "http://opcfoundation.org/UA/DI/";
    /// OPC UA for Machinery, OPC 40001-1.
    pub const MACHINERY: &str = "http://opcfoundation.org/UA/Machinery/";
    /// OPC UA for Machine Tools, OPC 40501-1.
    pub const MACHINE_TOOL: &str = "http://opcfoundation.org/UA/MachineTool/";

    /// The plant's own namespace at a host.
    #[must_use]
    pub fn own(host_name: &str) -> String {
        format!("urn:trine:emulator:{host_name}")
    }
}

/// The string identifier of a signal's node: `GR-3.Spindle.SpindleVibration`.
pub(super) fn signal_id(device: &Device, signal: &DeviceSignal) -> String {
    let mut id = device.name.clone();
    for part in signal.path.iter().chain(std::iter::once(&signal.id)) {
        id.push('.');
        id.push_str(part);
    }
    id
}

/// The property of OPC UA for Machinery that carries a line of the nameplate, and whether it is a localised text.
///
/// Spec: OPC 40001-1, 8.3 MachineIdentificationType; the left words are those of the IDTA Digital Nameplate.
pub(super) fn machinery_property(nameplate: &str) -> Option<(&'static str, bool)> {
    match nameplate {
        "ManufacturerName" => Some(("Manufacturer", true)),
        "ManufacturerProductDesignation" => Some(("Model", true)),
        "SerialNumber" => Some(("SerialNumber", false)),
        "YearOfConstruction" => Some(("YearOfConstruction", false)),
        "HardwareVersion" => Some(("HardwareRevision", false)),
        "SoftwareVersion" => Some(("SoftwareRevision", false)),
        "ProductArticleNumberOfManufacturer" => Some(("ProductCode", false)),
        "Location" => Some(("Location", false)),
        _ => None,
    }
}
