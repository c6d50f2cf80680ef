//! The physical quantities that a device's sensors see: what the machine is doing, as numbers.

/// One quantity; what it means in a class of machine is said where it is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Q {
    /// Always 1.
    One,
    /// 1 while the machine is switched on.
    On,
    /// 1 while it works on a piece.
    Busy,
    /// Progress of the piece, 0 to 1.
    Progress,
    /// How hard the tool, the motor or the heater works, 0 to 1.
    Load,
    /// rpm.
    Speed,
    /// mm/min.
    Feed,
    /// mm.
    X,
    Y,
    Z,
    /// Speeds of the axes, mm/s.
    Vx,
    Vy,
    Vz,
    /// mm/s RMS.
    Vibration,
    /// kW.
    Power,
    /// 1 while coolant, bath or air flows.
    Flow,
    /// Level of a medium, %.
    Level,
    /// Used part of the tool's life.
    ToolWear,
    /// 1 while a part is clamped or gripped.
    Clamp,
    /// Joint angles, degrees.
    J1,
    J2,
    J3,
    J4,
    J5,
    J6,
    /// Speed of the tool centre point, mm/s.
    Tcp,
    /// Force of a press, kN; torque of a screwdriver or a test bench, N·m.
    Force,
    /// Travel of a press, mm; angle of a screwdriver, degrees.
    Travel,
    /// m/s.
    BeltSpeed,
    /// Pieces in it.
    Pieces,
    /// %.
    Battery,
    /// m, m, degrees, m/s.
    PoseX,
    PoseY,
    Heading,
    GroundSpeed,
    /// Number of quantities; not one itself.
    Count,
}

/// All quantities of a device at an instant.
#[derive(Clone, Debug)]
pub struct Quantities([f64; Q::Count as usize]);

impl Default for Quantities {
    fn default() -> Self {
        let mut values = [0.0; Q::Count as usize];
        values[Q::One as usize] = 1.0;
        Self(values)
    }
}

impl Quantities {
    /// The value of one.
    pub fn get(&self, quantity: Q) -> f64 {
        self.0[quantity as usize]
    }

    /// Sets one.
    pub fn set(&mut self, quantity: Q, value: f64) {
        self.0[quantity as usize] = value;
    }

    /// Sets several that stand one behind the other.
    pub fn set_all(&mut self, first: Q, values: &[f64]) {
        self.0[first as usize..first as usize + values.len()].copy_from_slice(values);
    }
}
