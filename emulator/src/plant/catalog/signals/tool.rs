//! Machine tools: spindle, axes, media, tools.

use super::row::{Fact, SignalRow, counted, fact, lag, measured, of};
use crate::plant::flow::{VIBRATION_ALARM, VIBRATION_WARN};
use crate::plant::physics::Q;
use trine_world::Role;

#[rustfmt::skip]
pub const SPINDLE: &[SignalRow] = &[
    measured("SpindleSpeed", "Spindle speed", "Spindle", "RPM", lag(Q::Speed, 0.0, 1.0, 0.8), [0.0, 9_000.0]).role(Role::SpindleSpeed).noise(2.0).deadband(25.0),
    measured("SpindleLoad", "Spindle load", "Spindle", "P1", of(Q::Load, 3.0, 82.0), [0.0, 130.0]).role(Role::SpindleLoad).limits(100.0, 120.0).noise(0.9).deadband(3.0),
    measured("SpindleCurrent", "Spindle motor current", "Spindle", "AMP", of(Q::Load, 1.8, 44.0), [0.0, 80.0]).role(Role::Current).noise(0.3).deadband(1.6),
    measured("SpindleTorque", "Spindle torque", "Spindle", "NU", of(Q::Load, 0.6, 68.0), [-10.0, 160.0]).noise(0.5).deadband(2.5),
    measured("SpindleVibration", "Spindle vibration", "Spindle", "C16", of(Q::Vibration, 0.0, 1.0), [0.0, 16.0]).role(Role::Vibration).limits(VIBRATION_WARN, VIBRATION_ALARM).noise(0.05).deadband(0.08),
    measured("SpindleVibrationPeak", "Spindle vibration, peak", "Spindle", "C16", of(Q::Vibration, 0.1, 2.6), [0.0, 48.0]).noise(0.2).deadband(0.5),
    measured("SpindleBearingFrontTemperature", "Front bearing temperature", "Spindle", "CEL", lag(Q::Load, 29.0, 26.0, 420.0), [10.0, 110.0]).role(Role::Temperature).limits(70.0, 85.0).slow().noise(0.06).deadband(0.3),
    measured("SpindleBearingRearTemperature", "Rear bearing temperature", "Spindle", "CEL", lag(Q::Load, 28.0, 20.0, 480.0), [10.0, 110.0]).limits(70.0, 85.0).slow().noise(0.06).deadband(0.3),
    measured("SpindleMotorTemperature", "Spindle motor temperature", "Spindle", "CEL", lag(Q::Load, 31.0, 42.0, 700.0), [10.0, 150.0]).limits(110.0, 130.0).slow().noise(0.08).deadband(0.4),
    counted("SpindleHours", "Spindle hours", "HUR", Q::Busy, 1.0 / 3_600.0, 0.05).inside("Spindle"),
    fact("SpindleCondition", "Spindle monitor", Fact::SpindleCondition).role(Role::Condition).inside("Spindle"),
    measured("Feedrate", "Feed rate", "Path", "H81", of(Q::Feed, 0.0, 1.0), [0.0, 12_000.0]).role(Role::Feedrate).noise(2.0).deadband(60.0),
    measured("FeedOverride", "Feed override", "Path", "P1", of(Q::On, 0.0, 100.0), [0.0, 150.0]).role(Role::FeedOverride).noise(0.0),
    measured("SpindleOverride", "Spindle override", "Path", "P1", of(Q::On, 0.0, 100.0), [0.0, 150.0]).noise(0.0),
];

macro_rules! axis {
    ($letter:literal, $position:expr, $speed:expr, $role:expr) => {
        &[
            measured(
                concat!($letter, "Position"),
                concat!($letter, " position"),
                $letter,
                "MMT",
                of($position, 0.0, 1.0),
                [-500.0, 500.0],
            )
            .role($role)
            .fast()
            .deadband(0.4),
            measured(
                concat!($letter, "Velocity"),
                concat!($letter, " velocity"),
                $letter,
                "C16",
                of($speed, 0.0, 1.0),
                [-600.0, 600.0],
            )
            .noise(0.02)
            .deadband(4.0),
            measured(
                concat!($letter, "Load"),
                concat!($letter, " drive load"),
                $letter,
                "P1",
                of(Q::Load, 6.0, 34.0),
                [0.0, 150.0],
            )
            .noise(0.8)
            .deadband(3.5),
            measured(
                concat!($letter, "Current"),
                concat!($letter, " motor current"),
                $letter,
                "AMP",
                of(Q::Load, 0.9, 7.5),
                [0.0, 40.0],
            )
            .noise(0.12)
            .deadband(0.7),
            measured(
                concat!($letter, "MotorTemperature"),
                concat!($letter, " motor temperature"),
                $letter,
                "CEL",
                lag(Q::Load, 30.0, 24.0, 640.0),
                [10.0, 140.0],
            )
            .limits(100.0, 120.0)
            .slow()
            .noise(0.07)
            .deadband(0.35),
            measured(
                concat!($letter, "FollowingError"),
                concat!($letter, " following error"),
                $letter,
                "4H",
                of(Q::Load, 1.5, 9.0),
                [0.0, 200.0],
            )
            .slow()
            .noise(0.6)
            .deadband(2.5),
        ]
    };
}

#[rustfmt::skip]
pub const AXIS_X: &[SignalRow] = axis!("X", Q::X, Q::Vx, Role::AxisX);
#[rustfmt::skip]
pub const AXIS_Y: &[SignalRow] = axis!("Y", Q::Y, Q::Vy, Role::AxisY);
#[rustfmt::skip]
pub const AXIS_Z: &[SignalRow] = axis!("Z", Q::Z, Q::Vz, Role::AxisZ);

#[rustfmt::skip]
pub const MEDIA: &[SignalRow] = &[
    measured("CoolantTemperature", "Coolant temperature", "Coolant", "CEL", lag(Q::Load, 20.5, 7.0, 1_500.0), [5.0, 60.0]).slow().noise(0.04).deadband(0.2),
    measured("CoolantFlow", "Coolant flow", "Coolant", "L2", of(Q::Flow, 0.0, 42.0), [0.0, 80.0]).noise(0.3).deadband(1.6),
    measured("CoolantPressure", "Coolant pressure", "Coolant", "BAR", of(Q::Flow, 0.1, 18.5), [0.0, 40.0]).noise(0.1).deadband(0.5),
    measured("CoolantLevel", "Coolant level", "Coolant", "P1", of(Q::Level, 0.0, 1.0), [0.0, 100.0]).slow().noise(0.05).deadband(0.4),
    measured("CoolantConcentration", "Coolant concentration", "Coolant", "P1", lag(Q::Level, 6.2, 0.012, 3_000.0), [0.0, 15.0]).slow().noise(0.01).deadband(0.06),
    fact("CoolantCondition", "Coolant and media", Fact::MediaCondition).role(Role::Condition).inside("Coolant"),
    measured("HydraulicPressure", "Hydraulic pressure", "Hydraulics", "BAR", of(Q::Clamp, 61.0, -1.6), [0.0, 100.0]).role(Role::Pressure).slow().noise(0.25).deadband(1.0),
    measured("HydraulicOilTemperature", "Hydraulic oil temperature", "Hydraulics", "CEL", lag(Q::Busy, 30.0, 14.0, 1_200.0), [5.0, 90.0]).limits(60.0, 70.0).slow().noise(0.06).deadband(0.3),
    measured("LubricationPressure", "Lubrication pressure", "Lubrication", "BAR", of(Q::On, 0.2, 22.0), [0.0, 40.0]).slow().noise(0.2).deadband(0.7),
    measured("ChipConveyorCurrent", "Chip conveyor current", "Chips", "AMP", of(Q::Busy, 0.0, 1.9), [0.0, 8.0]).slow().noise(0.05).deadband(0.2),
    measured("MistExtractionPressure", "Mist extraction differential pressure", "Extraction", "PAL", lag(Q::Busy, 120.0, 260.0, 40.0), [0.0, 800.0]).slow().noise(3.0).deadband(16.0),
    fact("DoorClosed", "Door closed", Fact::DoorClosed),
    fact("Clamped", "Workpiece clamped", Fact::Clamped),
    measured("ClampForce", "Clamping force", "Chuck", "NEW", lag(Q::Clamp, 0.0, 14_000.0, 0.6), [0.0, 25_000.0]).noise(35.0).deadband(300.0),
    fact("Tool", "Tool in the spindle", Fact::Tool).role(Role::Tool).inside("Tool"),
    measured("ToolLife", "Tool life left", "Tool", "P1", of(Q::ToolWear, 100.0, -100.0), [-20.0, 100.0]).slow().noise(0.0).deadband(1.0),
];

#[rustfmt::skip]
pub const TURRET: &[SignalRow] = &[
    measured("TurretPressure", "Turret clamping pressure", "Turret", "BAR", of(Q::On, 0.0, 48.0), [0.0, 80.0]).slow().noise(0.2).deadband(0.8),
    measured("TailstockForce", "Tailstock force", "Tailstock", "NEW", lag(Q::Clamp, 0.0, 3_200.0, 0.8), [0.0, 6_000.0]).noise(12.0).deadband(80.0),
    measured("ChuckTemperature", "Chuck temperature", "Chuck", "CEL", lag(Q::Load, 25.0, 18.0, 500.0), [5.0, 90.0]).slow().noise(0.06).deadband(0.3),
];

#[rustfmt::skip]
pub const MAGAZINE: &[SignalRow] = &[
    measured("ToolMagazinePressure", "Tool clamp pressure", "Magazine", "BAR", of(Q::On, 0.0, 115.0), [0.0, 180.0]).slow().noise(0.5).deadband(2.0),
    measured("TableTemperature", "Table temperature", "Table", "CEL", lag(Q::Load, 22.0, 6.0, 1_800.0), [5.0, 60.0]).slow().noise(0.04).deadband(0.2),
    measured("ChillerTemperature", "Spindle chiller temperature", "Chiller", "CEL", lag(Q::Load, 21.0, 5.0, 300.0), [5.0, 50.0]).slow().noise(0.05).deadband(0.25),
];

#[rustfmt::skip]
pub const WHEEL: &[SignalRow] = &[
    measured("WheelSpeed", "Wheel surface speed", "Wheel", "MTS", of(Q::Speed, 0.0, 0.0157), [0.0, 80.0]).noise(0.03).deadband(0.4),
    measured("WheelDiameter", "Wheel diameter", "Wheel", "MMT", of(Q::ToolWear, 400.0, -18.0), [340.0, 410.0]).slow().noise(0.0).deadband(0.2),
    measured("AcousticEmission", "Acoustic emission", "Wheel", "P1", of(Q::Load, 4.0, 58.0), [0.0, 150.0]).noise(1.2).deadband(4.5),
    measured("WheelheadTemperature", "Wheelhead temperature", "Wheel", "CEL", lag(Q::Vibration, 26.0, 3.2, 600.0), [10.0, 100.0]).limits(60.0, 75.0).slow().noise(0.06).deadband(0.3),
];

#[rustfmt::skip]
pub const HOB: &[SignalRow] = &[
    measured("WorkSpindleSpeed", "Work spindle speed", "WorkSpindle", "RPM", of(Q::Speed, 0.0, 0.09), [0.0, 600.0]).noise(0.05).deadband(2.0),
    measured("HobShift", "Hob shift position", "Hob", "MMT", of(Q::ToolWear, -40.0, 80.0), [-60.0, 60.0]).slow().noise(0.0).deadband(0.5),
    measured("OilMistLevel", "Oil mist", "Extraction", "P1", lag(Q::Load, 3.0, 14.0, 90.0), [0.0, 60.0]).slow().noise(0.15).deadband(0.6),
];
