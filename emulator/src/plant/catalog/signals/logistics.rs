//! What stores, carries, charges and counts.

use super::row::{Fact, SignalRow, counted, fact, lag, measured, of};
use crate::plant::physics::Q;
use trine_world::Role;

#[rustfmt::skip]
pub const CONVEYOR: &[SignalRow] = &[
    fact("State", "State", Fact::State).role(Role::State),
    fact("Part", "Foremost workpiece", Fact::Part).role(Role::Part),
    fact("Level", "Pieces on it", Fact::Level).role(Role::Level).in_unit("C62"),
    fact("Capacity", "Pieces that fit", Fact::Capacity).role(Role::Capacity).in_unit("C62"),
    measured("BeltSpeed", "Belt speed", "Belt", "MTS", lag(Q::BeltSpeed, 0.0, 1.0, 0.5), [0.0, 1.0]).role(Role::BeltSpeed).noise(0.0).deadband(0.01),
    measured("MotorCurrent", "Motor current", "Motor", "AMP", lag(Q::BeltSpeed, 0.05, 7.2, 0.7), [0.0, 10.0]).role(Role::Current).noise(0.02).deadband(0.15),
    measured("MotorTemperature", "Motor temperature", "Motor", "CEL", lag(Q::BeltSpeed, 26.0, 60.0, 900.0), [10.0, 110.0]).role(Role::Temperature).limits(80.0, 95.0).slow().noise(0.06).deadband(0.3),
    measured("Power", "Active power", "Motor", "KWT", of(Q::Power, 0.0, 1.0), [0.0, 4.0]).role(Role::Power).noise(0.004).deadband(0.03),
    counted("Energy", "Active energy", "KWH", Q::Power, 1.0 / 3_600.0, 0.02).role(Role::Energy),
];

#[rustfmt::skip]
pub const BUFFER: &[SignalRow] = &[
    fact("Level", "Pieces in it", Fact::Level).role(Role::Level).in_unit("C62"),
    fact("Capacity", "Pieces that fit", Fact::Capacity).role(Role::Capacity).in_unit("C62"),
    fact("Part", "Next workpiece", Fact::Part).role(Role::Part),
    fact("Order", "Production order of the next one", Fact::Order).role(Role::Order),
    measured("FillLevel", "Fill level", "", "P1", of(Q::Level, 0.0, 1.0), [0.0, 100.0]).slow().noise(0.0).deadband(1.0),
    measured("Weight", "Weight on the scale", "Scale", "KGM", of(Q::Pieces, 38.0, 3.4), [0.0, 2_000.0]).slow().noise(0.05).deadband(0.8),
];

#[rustfmt::skip]
pub const RACK: &[SignalRow] = &[
    fact("Level", "Pieces in it", Fact::Level).role(Role::Level).in_unit("C62"),
    fact("Capacity", "Pieces that fit", Fact::Capacity).role(Role::Capacity).in_unit("C62"),
    fact("Shipped", "Drives shipped", Fact::Shipped).in_unit("C62"),
    measured("FillLevel", "Fill level", "", "P1", of(Q::Level, 0.0, 1.0), [0.0, 100.0]).slow().noise(0.0).deadband(0.5),
    measured("ZoneTemperature", "Temperature in the aisle", "Climate", "CEL", lag(Q::One, 19.0, 0.4, 3_000.0), [0.0, 45.0]).role(Role::Temperature).slow().noise(0.05).deadband(0.2),
    measured("ZoneHumidity", "Relative humidity", "Climate", "P1", lag(Q::One, 44.0, 1.0, 3_000.0), [0.0, 100.0]).slow().noise(0.15).deadband(0.7),
];

#[rustfmt::skip]
pub const AGV: &[SignalRow] = &[
    fact("State", "State", Fact::State).role(Role::State),
    fact("Task", "Task", Fact::Task).role(Role::Mode),
    fact("Part", "Foremost workpiece of the load", Fact::Part).role(Role::Part),
    fact("Order", "Production order of the load", Fact::Order).role(Role::Order),
    fact("Level", "Pieces on it", Fact::Level).role(Role::Level).in_unit("C62"),
    fact("Capacity", "Pieces that fit", Fact::Capacity).role(Role::Capacity).in_unit("C62"),
    fact("TripsDone", "Trips done", Fact::TripsDone).in_unit("C62"),
    fact("SystemCondition", "Vehicle control", Fact::SystemCondition).role(Role::Condition),
    measured("PositionX", "Position x", "Pose", "MTR", of(Q::PoseX, 0.0, 1.0), [0.0, 90.0]).role(Role::PoseX).fast().deadband(0.01),
    measured("PositionY", "Position y", "Pose", "MTR", of(Q::PoseY, 0.0, 1.0), [0.0, 55.0]).role(Role::PoseY).fast().deadband(0.01),
    measured("Heading", "Heading", "Pose", "DD", of(Q::Heading, 0.0, 1.0), [0.0, 360.0]).role(Role::PoseHeading).fast().deadband(0.5),
    measured("Speed", "Speed", "Drive", "MTS", lag(Q::GroundSpeed, 0.0, 1.0, 0.6), [0.0, 2.0]).noise(0.003).deadband(0.04),
    measured("DriveCurrent", "Drive current", "Drive", "AMP", lag(Q::GroundSpeed, 0.6, 11.0, 0.8), [0.0, 40.0]).role(Role::Current).noise(0.08).deadband(0.6),
    measured("MotorTemperature", "Drive motor temperature", "Drive", "CEL", lag(Q::GroundSpeed, 26.0, 15.0, 600.0), [10.0, 110.0]).role(Role::Temperature).limits(80.0, 95.0).slow().noise(0.06).deadband(0.3),
    measured("Battery", "Battery charge", "Battery", "P1", of(Q::Battery, 0.0, 1.0), [0.0, 100.0]).role(Role::Battery).slow().noise(0.0).deadband(0.25),
    measured("BatteryVoltage", "Battery voltage", "Battery", "VLT", of(Q::Battery, 46.2, 0.062), [40.0, 56.0]).slow().noise(0.02).deadband(0.1),
    measured("BatteryTemperature", "Battery temperature", "Battery", "CEL", lag(Q::GroundSpeed, 24.0, 5.0, 1_200.0), [5.0, 70.0]).limits(50.0, 58.0).slow().noise(0.04).deadband(0.2),
    counted("Distance", "Distance driven", "MTR", Q::GroundSpeed, 1.0, 5.0),
];

#[rustfmt::skip]
pub const CHARGING: &[SignalRow] = &[
    fact("State", "State", Fact::State).role(Role::State),
    measured("ChargeCurrent", "Charging current", "Charger", "AMP", lag(Q::Load, 0.0, 34.0, 4.0), [0.0, 60.0]).role(Role::Current).noise(0.08).deadband(0.6),
    measured("ChargeVoltage", "Charging voltage", "Charger", "VLT", lag(Q::Load, 0.0, 53.4, 2.0), [0.0, 70.0]).noise(0.03).deadband(0.4),
    measured("Temperature", "Charger temperature", "Charger", "CEL", lag(Q::Load, 24.0, 18.0, 500.0), [5.0, 90.0]).role(Role::Temperature).limits(65.0, 75.0).slow().noise(0.05).deadband(0.3),
    measured("Power", "Active power", "Charger", "KWT", of(Q::Power, 0.0, 1.0), [0.0, 4.0]).role(Role::Power).noise(0.004).deadband(0.04),
];

#[rustfmt::skip]
pub const METER: &[SignalRow] = &[
    measured("Power", "Active power", "", "KWT", of(Q::Power, 0.0, 1.0), [0.0, 800.0]).role(Role::Power).noise(0.1).deadband(1.0),
    counted("Energy", "Active energy", "KWH", Q::Power, 1.0 / 3_600.0, 0.5).role(Role::Energy),
    measured("PowerL1", "Active power L1", "L1", "KWT", of(Q::Power, 0.0, 0.338), [0.0, 300.0]).noise(0.1).deadband(0.8),
    measured("PowerL2", "Active power L2", "L2", "KWT", of(Q::Power, 0.0, 0.331), [0.0, 300.0]).noise(0.1).deadband(0.8),
    measured("PowerL3", "Active power L3", "L3", "KWT", of(Q::Power, 0.0, 0.331), [0.0, 300.0]).noise(0.1).deadband(0.8),
    measured("CurrentL1", "Current L1", "L1", "AMP", of(Q::Power, 0.5, 1.58), [0.0, 1_300.0]).role(Role::Current).noise(0.3).deadband(3.0),
    measured("CurrentL2", "Current L2", "L2", "AMP", of(Q::Power, 0.5, 1.55), [0.0, 1_300.0]).noise(0.3).deadband(3.0),
    measured("CurrentL3", "Current L3", "L3", "AMP", of(Q::Power, 0.5, 1.55), [0.0, 1_300.0]).noise(0.3).deadband(3.0),
    measured("VoltageL1", "Voltage L1", "L1", "VLT", of(Q::Power, 232.0, -0.008), [200.0, 250.0]).slow().noise(0.25).deadband(0.7),
    measured("VoltageL2", "Voltage L2", "L2", "VLT", of(Q::Power, 231.6, -0.008), [200.0, 250.0]).slow().noise(0.25).deadband(0.7),
    measured("VoltageL3", "Voltage L3", "L3", "VLT", of(Q::Power, 232.3, -0.008), [200.0, 250.0]).slow().noise(0.25).deadband(0.7),
    measured("Frequency", "Mains frequency", "", "HTZ", of(Q::One, 49.998, 0.0), [49.0, 51.0]).slow().noise(0.006).deadband(0.015),
    measured("PowerFactor", "Power factor", "", "", lag(Q::Power, 0.9, 0.0002, 30.0), [0.0, 1.0]).slow().noise(0.001).deadband(0.005),
];
