//! What can break, by class: the control's own code and words, how often, and how long the repair takes.

use super::Class;

/// One way in which a machine breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FailureMode {
    pub code: &'static str,
    pub message: &'static str,
    /// How often, beside the other modes of the class.
    pub weight: f64,
    /// Mean time of the repair once a technician is there, min.
    pub repair_min: f64,
}

const fn mode(code: &'static str, message: &'static str, weight: f64, repair_min: f64) -> FailureMode {
    FailureMode { code, message, weight, repair_min }
}

/// What a worn-out spindle bearing ends in. It never comes by chance, only by wear.
pub const BEARING: FailureMode = mode("SPN-900", "Spindle bearing failed, spindle stopped", 0.0, 24.5);

const MACHINE_TOOL: &[FailureMode] = &[
    mode("TOL-310", "Tool broken, program stopped", 4.0, 9.0),
    mode("CHP-120", "Chip conveyor jammed", 3.0, 7.0),
    mode("CLP-204", "Workpiece clamping pressure not reached", 2.0, 12.0),
    mode("AXS-411", "Axis following error too large", 1.5, 16.0),
    mode("DOR-105", "Door lock does not confirm", 1.5, 8.0),
    mode("HYD-230", "Hydraulic pump tripped", 1.0, 20.0),
];
const ROBOT: &[FailureMode] = &[
    mode("GRP-301", "Gripper lost the part", 3.0, 5.0),
    mode("COL-501", "Collision detected, arm stopped", 1.0, 11.0),
    mode("AIR-110", "Compressed air too low", 1.0, 8.0),
];
const PROCESS: &[FailureMode] = &[
    mode("PMP-140", "Circulation pump tripped", 2.0, 14.0),
    mode("TRN-220", "Carrier jammed in the transfer", 3.0, 8.0),
    mode("DOS-305", "Dosing unit empty", 2.0, 6.0),
];
const HANDWORK: &[FailureMode] = &[
    mode("SCR-201", "Screwdriver: torque not reached three times", 3.0, 6.0),
    mode("SNS-115", "Part presence sensor defective", 2.0, 9.0),
    mode("CUR-101", "Light curtain interrupted, restart locked", 2.0, 4.0),
];
const TESTING: &[FailureMode] = &[
    mode("CPL-220", "Coupling does not close", 2.0, 8.0),
    mode("CAL-330", "Reference measurement out of tolerance", 2.0, 12.0),
    mode("PRB-145", "Probe deflected outside of measurement", 1.5, 6.0),
];

/// The ways in which machines of a class break.
pub const fn failure_modes(class: Class) -> &'static [FailureMode] {
    match class {
        Class::Turning | Class::Milling | Class::Grinding | Class::Hobbing | Class::Shaving => MACHINE_TOOL,
        Class::Robot => ROBOT,
        Class::Washing | Class::Furnace | Class::Quench => PROCESS,
        Class::TestBench | Class::Measuring => TESTING,
        _ => HANDWORK,
    }
}
