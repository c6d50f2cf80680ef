//! What every machine says of itself.

use super::row::{Fact, SignalRow, counted, fact, lag, measured, of};
use crate::plant::physics::Q;
use trine_world::Role;

#[rustfmt::skip]
pub const ALL: &[SignalRow] = &[
    fact("State", "State", Fact::State).role(Role::State),
    fact("Mode", "Operating mode", Fact::Mode).role(Role::Mode),
    fact("Program", "Program", Fact::Program).role(Role::Program),
    fact("Part", "Workpiece", Fact::Part).role(Role::Part),
    fact("Order", "Production order", Fact::Order).role(Role::Order),
    fact("GoodParts", "Good parts", Fact::Good).role(Role::PartCount).in_unit("C62"),
    fact("ScrapParts", "Scrapped parts", Fact::Scrap).role(Role::ScrapCount).in_unit("C62"),
    fact("LastCycleTime", "Last cycle time", Fact::LastCycle).in_unit("SEC"),
    fact("SystemCondition", "Control", Fact::SystemCondition).role(Role::Condition),
    measured("Progress", "Cycle progress", "", "", of(Q::Progress, 0.0, 1.0), [0.0, 1.0]).role(Role::Progress).noise(0.0).deadband(0.02),
    measured("Power", "Active power", "Supply", "KWT", of(Q::Power, 0.0, 1.0), [0.0, 160.0]).role(Role::Power).noise(0.04).deadband(0.6),
    counted("Energy", "Active energy", "KWH", Q::Power, 1.0 / 3_600.0, 0.1).role(Role::Energy).inside("Supply"),
    counted("OperatingHours", "Operating hours", "HUR", Q::On, 1.0 / 3_600.0, 0.05),
    counted("WorkingHours", "Hours at work", "HUR", Q::Busy, 1.0 / 3_600.0, 0.05),
    measured("SupplyVoltage", "Supply voltage", "Supply", "VLT", of(Q::Power, 401.0, -0.05), [370.0, 420.0]).slow().noise(0.5).deadband(1.2),
    measured("SupplyCurrent", "Supply current", "Supply", "AMP", of(Q::Power, 0.4, 1.72), [0.0, 320.0]).slow().noise(0.2).deadband(1.5),
    measured("CabinetTemperature", "Control cabinet temperature", "Cabinet", "CEL", lag(Q::Power, 26.0, 0.35, 900.0), [10.0, 85.0]).slow().noise(0.05).deadband(0.3),
    measured("AirPressure", "Compressed air", "Pneumatics", "BAR", of(Q::Busy, 6.35, -0.12), [0.0, 8.0]).role(Role::Pressure).slow().noise(0.02).deadband(0.07),
];
