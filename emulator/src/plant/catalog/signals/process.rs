//! Heat treatment, washing, robots, assembly, test.

use super::row::{Fact, SignalRow, counted, fact, lag, measured, of};
use crate::plant::physics::Q;
use trine_world::Role;

#[rustfmt::skip]
pub const WASHING: &[SignalRow] = &[
    measured("BathTemperature", "Wash bath temperature", "Bath", "CEL", lag(Q::Busy, 61.0, 2.5, 800.0), [10.0, 95.0]).role(Role::Temperature).limits(72.0, 78.0).slow().noise(0.07).deadband(0.3),
    measured("RinseTemperature", "Rinse temperature", "Rinse", "CEL", lag(Q::Busy, 47.0, 2.0, 700.0), [10.0, 95.0]).slow().noise(0.07).deadband(0.3),
    measured("DryerTemperature", "Dryer temperature", "Dryer", "CEL", lag(Q::Busy, 88.0, -6.0, 120.0), [10.0, 140.0]).slow().noise(0.15).deadband(0.6),
    measured("SprayPressure", "Spray pressure", "Bath", "BAR", lag(Q::Busy, 0.3, 7.6, 2.0), [0.0, 16.0]).role(Role::Pressure).noise(0.05).deadband(0.25),
    measured("PumpCurrent", "Pump current", "Bath", "AMP", lag(Q::Busy, 0.6, 11.2, 1.0), [0.0, 30.0]).role(Role::Current).noise(0.1).deadband(0.5),
    measured("BathLevel", "Bath level", "Bath", "P1", of(Q::Level, 0.0, 1.0), [0.0, 100.0]).slow().noise(0.08).deadband(0.5),
    measured("Conductivity", "Rinse conductivity", "Rinse", "", lag(Q::Busy, 18.0, 9.0, 2_000.0), [0.0, 100.0]).slow().noise(0.08).deadband(0.5),
    measured("FilterPressure", "Filter differential pressure", "Filter", "KPA", lag(Q::Busy, 12.0, 34.0, 10.0), [0.0, 200.0]).slow().noise(0.4).deadband(2.0),
    measured("BeltSpeed", "Belt speed", "Transfer", "MTS", of(Q::BeltSpeed, 0.0, 1.0), [0.0, 0.5]).role(Role::BeltSpeed).noise(0.0),
];

macro_rules! zone {
    ($n:literal, $base:expr) => {
        [
            measured(
                concat!("Zone", $n, "Temperature"),
                concat!("Zone ", $n, " temperature"),
                concat!("Zone", $n),
                "CEL",
                lag(Q::Load, $base, -9.0, 260.0),
                [20.0, 1_000.0],
            )
            .role(Role::Temperature)
            .limits(960.0, 975.0)
            .slow()
            .noise(0.25)
            .deadband(0.9),
            measured(
                concat!("Zone", $n, "Setpoint"),
                concat!("Zone ", $n, " set point"),
                concat!("Zone", $n),
                "CEL",
                of(Q::One, $base - 5.0, 0.0),
                [20.0, 1_000.0],
            )
            .slow()
            .noise(0.0),
            measured(
                concat!("Zone", $n, "HeaterPower"),
                concat!("Zone ", $n, " heater power"),
                concat!("Zone", $n),
                "P1",
                lag(Q::Load, 34.0, 38.0, 60.0),
                [0.0, 100.0],
            )
            .noise(0.6)
            .deadband(2.5),
            measured(
                concat!("Zone", $n, "WallTemperature"),
                concat!("Zone ", $n, " wall temperature"),
                concat!("Zone", $n),
                "CEL",
                lag(Q::Load, 48.0, 6.0, 3_000.0),
                [10.0, 120.0],
            )
            .slow()
            .noise(0.08)
            .deadband(0.4),
        ]
    };
}

const ZONES: [[SignalRow; 4]; 4] =
    [zone!("1", 872.0), zone!("2", 921.0), zone!("3", 931.0), zone!("4", 888.0)];

#[rustfmt::skip]
pub const FURNACE: &[SignalRow] = &[
    ZONES[0][0], ZONES[0][1], ZONES[0][2], ZONES[0][3], ZONES[1][0], ZONES[1][1], ZONES[1][2], ZONES[1][3],
    ZONES[2][0], ZONES[2][1], ZONES[2][2], ZONES[2][3], ZONES[3][0], ZONES[3][1], ZONES[3][2], ZONES[3][3],
    measured("BeltSpeed", "Belt speed", "Belt", "MTS", of(Q::BeltSpeed, 0.0, 1.0), [0.0, 0.1]).role(Role::BeltSpeed).noise(0.0),
    measured("Pieces", "Pieces in the furnace", "Belt", "C62", of(Q::Pieces, 0.0, 1.0), [0.0, 40.0]).noise(0.0).deadband(0.5),
    measured("CarbonPotential", "Carbon potential", "Atmosphere", "P1", lag(Q::Load, 0.86, -0.04, 400.0), [0.0, 1.5]).slow().noise(0.002).deadband(0.008),
    measured("OxygenProbe", "Oxygen probe", "Atmosphere", "VLT", lag(Q::Load, 1.142, -0.02, 400.0), [0.0, 1.3]).slow().noise(0.0006).deadband(0.003),
    measured("EndogasFlow", "Endothermic gas flow", "Atmosphere", "L2", of(Q::On, 0.0, 265.0), [0.0, 400.0]).slow().noise(1.0).deadband(4.0),
    measured("EnrichmentFlow", "Enrichment gas flow", "Atmosphere", "L2", lag(Q::Load, 4.0, 9.0, 60.0), [0.0, 40.0]).noise(0.1).deadband(0.5),
    measured("FurnacePressure", "Furnace pressure", "Atmosphere", "PAL", of(Q::On, 4.0, 42.0), [0.0, 120.0]).role(Role::Pressure).slow().noise(0.8).deadband(3.0),
    measured("ExhaustTemperature", "Exhaust temperature", "Exhaust", "CEL", lag(Q::Load, 210.0, 55.0, 300.0), [10.0, 500.0]).slow().noise(0.6).deadband(2.5),
    measured("CoolingWaterTemperature", "Cooling water temperature", "Cooling", "CEL", lag(Q::Load, 23.0, 8.0, 600.0), [5.0, 80.0]).slow().noise(0.06).deadband(0.3),
    measured("FanCurrent", "Circulation fan current", "Fan", "AMP", of(Q::On, 0.0, 13.6), [0.0, 30.0]).role(Role::Current).slow().noise(0.1).deadband(0.4),
    measured("FanVibration", "Circulation fan vibration", "Fan", "C16", of(Q::On, 0.2, 1.7), [0.0, 12.0]).role(Role::Vibration).limits(4.5, 7.1).slow().noise(0.05).deadband(0.15),
];

#[rustfmt::skip]
pub const QUENCH: &[SignalRow] = &[
    measured("OilTemperatureTop", "Oil temperature, top", "Tank", "CEL", lag(Q::Busy, 58.0, 9.0, 400.0), [10.0, 140.0]).role(Role::Temperature).limits(90.0, 100.0).slow().noise(0.12).deadband(0.5),
    measured("OilTemperatureBottom", "Oil temperature, bottom", "Tank", "CEL", lag(Q::Busy, 55.0, 6.0, 600.0), [10.0, 140.0]).limits(90.0, 100.0).slow().noise(0.1).deadband(0.5),
    measured("OilLevel", "Oil level", "Tank", "P1", of(Q::Level, 0.0, 1.0), [0.0, 100.0]).slow().noise(0.06).deadband(0.4),
    measured("AgitatorSpeed", "Agitator speed", "Agitator", "RPM", lag(Q::Busy, 180.0, 260.0, 4.0), [0.0, 700.0]).role(Role::SpindleSpeed).noise(1.0).deadband(8.0),
    measured("AgitatorCurrent", "Agitator current", "Agitator", "AMP", lag(Q::Busy, 3.1, 3.9, 4.0), [0.0, 16.0]).role(Role::Current).noise(0.05).deadband(0.25),
    measured("CoolerFlow", "Cooler flow", "Cooler", "L2", lag(Q::Busy, 80.0, 120.0, 20.0), [0.0, 320.0]).noise(0.8).deadband(5.0),
    measured("CoolerTemperature", "Cooler return temperature", "Cooler", "CEL", lag(Q::Busy, 38.0, 6.0, 300.0), [5.0, 100.0]).slow().noise(0.08).deadband(0.4),
    measured("ElevatorPosition", "Elevator position", "Elevator", "MMT", of(Q::Z, 0.0, 1.0), [-500.0, 500.0]).role(Role::AxisZ).fast().deadband(1.0),
    measured("FlameGuardTemperature", "Vestibule temperature", "Vestibule", "CEL", lag(Q::Busy, 96.0, 22.0, 200.0), [10.0, 300.0]).slow().noise(0.3).deadband(1.5),
];

#[rustfmt::skip]
pub const PRESS: &[SignalRow] = &[
    measured("Force", "Press force", "Ram", "NEW", of(Q::Force, 0.0, 1_000.0), [0.0, 80_000.0]).noise(40.0).deadband(600.0),
    measured("Travel", "Ram travel", "Ram", "MMT", of(Q::Travel, 0.0, 1.0), [0.0, 400.0]).fast().deadband(0.6),
    measured("RamPosition", "Ram position", "Ram", "MMT", of(Q::Z, 0.0, 1.0), [-500.0, 500.0]).role(Role::AxisZ).fast().deadband(0.6),
    measured("MotorCurrent", "Ram motor current", "Ram", "AMP", of(Q::Force, 0.4, 0.42), [0.0, 40.0]).role(Role::Current).noise(0.08).deadband(0.5),
    measured("MotorTemperature", "Ram motor temperature", "Ram", "CEL", lag(Q::Busy, 29.0, 24.0, 800.0), [10.0, 120.0]).role(Role::Temperature).limits(90.0, 105.0).slow().noise(0.07).deadband(0.35),
    measured("FrameStrain", "Frame strain", "Frame", "4H", of(Q::Force, 0.0, 1.9), [0.0, 200.0]).noise(0.2).deadband(2.0),
    measured("JoiningDistance", "Joining distance", "Ram", "MMT", of(Q::Travel, 0.0, 0.16), [0.0, 60.0]).noise(0.0).deadband(0.5),
    fact("Result", "Last result", Fact::Result),
    fact("Clamped", "Part clamped", Fact::Clamped),
    counted("Strokes", "Strokes", "C62", Q::Busy, 1.0 / 46.0, 1.0),
];

macro_rules! joint {
    ($n:literal, $angle:expr, $role:expr) => {
        [
            measured(
                concat!("Joint", $n, "Angle"),
                concat!("Joint ", $n, " angle"),
                concat!("Joint", $n),
                "DD",
                of($angle, 0.0, 1.0),
                [-360.0, 360.0],
            )
            .role($role)
            .fast()
            .deadband(0.4),
            measured(
                concat!("Joint", $n, "Torque"),
                concat!("Joint ", $n, " torque"),
                concat!("Joint", $n),
                "NU",
                of(Q::Tcp, 4.0, 0.045),
                [-300.0, 300.0],
            )
            .noise(0.7)
            .deadband(6.0),
            measured(
                concat!("Joint", $n, "Current"),
                concat!("Joint ", $n, " current"),
                concat!("Joint", $n),
                "AMP",
                of(Q::Tcp, 0.5, 0.0045),
                [0.0, 30.0],
            )
            .noise(0.08)
            .deadband(0.6),
            measured(
                concat!("Joint", $n, "MotorTemperature"),
                concat!("Joint ", $n, " motor temperature"),
                concat!("Joint", $n),
                "CEL",
                lag(Q::Busy, 31.0, 17.0, 900.0),
                [10.0, 110.0],
            )
            .limits(80.0, 90.0)
            .slow()
            .noise(0.06)
            .deadband(0.3),
        ]
    };
}

const JOINTS: [[SignalRow; 4]; 6] = [
    joint!("1", Q::J1, Role::Joint1),
    joint!("2", Q::J2, Role::Joint2),
    joint!("3", Q::J3, Role::Joint3),
    joint!("4", Q::J4, Role::Joint4),
    joint!("5", Q::J5, Role::Joint5),
    joint!("6", Q::J6, Role::Joint6),
];

#[rustfmt::skip]
pub const ROBOT: &[SignalRow] = &[
    JOINTS[0][0], JOINTS[0][1], JOINTS[0][2], JOINTS[0][3], JOINTS[1][0], JOINTS[1][1], JOINTS[1][2], JOINTS[1][3],
    JOINTS[2][0], JOINTS[2][1], JOINTS[2][2], JOINTS[2][3], JOINTS[3][0], JOINTS[3][1], JOINTS[3][2], JOINTS[3][3],
    JOINTS[4][0], JOINTS[4][1], JOINTS[4][2], JOINTS[4][3], JOINTS[5][0], JOINTS[5][1], JOINTS[5][2], JOINTS[5][3],
    measured("TcpSpeed", "Speed of the tool centre", "Tool", "C16", of(Q::Tcp, 0.0, 1.0), [0.0, 3_000.0]).noise(1.0).deadband(40.0),
    fact("Clamped", "Gripper closed", Fact::Clamped).inside("Gripper"),
    measured("GripperPressure", "Gripper pressure", "Gripper", "BAR", of(Q::Clamp, 0.1, 5.6), [0.0, 8.0]).role(Role::Pressure).noise(0.02).deadband(0.2),
    measured("ControllerTemperature", "Controller temperature", "Controller", "CEL", lag(Q::Busy, 33.0, 9.0, 1_000.0), [10.0, 90.0]).role(Role::Temperature).limits(65.0, 75.0).slow().noise(0.06).deadband(0.3),
];

#[rustfmt::skip]
pub const ASSEMBLY: &[SignalRow] = &[
    measured("ScrewTorque", "Screwdriver torque", "Screwdriver", "NU", of(Q::Force, 0.0, 1.0), [0.0, 60.0]).noise(0.1).deadband(0.6),
    measured("ScrewAngle", "Screwdriver angle", "Screwdriver", "DD", of(Q::Travel, 0.0, 1.0), [0.0, 3_600.0]).noise(0.0).deadband(40.0),
    measured("ScrewdriverCurrent", "Screwdriver current", "Screwdriver", "AMP", of(Q::Force, 0.2, 0.21), [0.0, 16.0]).role(Role::Current).noise(0.03).deadband(0.25),
    measured("ScrewdriverTemperature", "Screwdriver temperature", "Screwdriver", "CEL", lag(Q::Busy, 25.0, 14.0, 600.0), [10.0, 90.0]).role(Role::Temperature).slow().noise(0.06).deadband(0.3),
    measured("LiftPosition", "Lift position", "Lift", "MMT", of(Q::Z, 0.0, 1.0), [-500.0, 500.0]).role(Role::AxisZ).fast().deadband(1.0),
    measured("FixturePressure", "Fixture clamping pressure", "Fixture", "BAR", of(Q::Clamp, 0.2, 5.8), [0.0, 10.0]).role(Role::Pressure).noise(0.03).deadband(0.2),
    measured("LightCurtainMuting", "Light curtain muting", "Safety", "", of(Q::Busy, 0.0, 1.0), [0.0, 1.0]).noise(0.0).deadband(0.5),
    fact("Result", "Last result", Fact::Result),
    fact("Clamped", "Fixture closed", Fact::Clamped),
    measured("Illumination", "Illumination", "Workplace", "P1", of(Q::On, 12.0, 76.0), [0.0, 120.0]).slow().noise(0.3).deadband(1.5),
];

#[rustfmt::skip]
pub const TEST_BENCH: &[SignalRow] = &[
    measured("TestSpeed", "Speed under test", "Drive", "RPM", lag(Q::Speed, 0.0, 1.0, 1.2), [0.0, 4_000.0]).role(Role::SpindleSpeed).noise(1.0).deadband(15.0),
    measured("TestTorque", "Torque under test", "Drive", "NU", of(Q::Force, 0.0, 1.0), [-10.0, 160.0]).noise(0.2).deadband(1.5),
    measured("CurrentU", "Phase current U", "Drive", "AMP", of(Q::Force, 1.1, 0.22), [0.0, 50.0]).role(Role::Current).limits(42.0, 46.0).noise(0.06).deadband(0.5),
    measured("CurrentV", "Phase current V", "Drive", "AMP", of(Q::Force, 1.1, 0.221), [0.0, 50.0]).limits(42.0, 46.0).noise(0.06).deadband(0.5),
    measured("CurrentW", "Phase current W", "Drive", "AMP", of(Q::Force, 1.1, 0.219), [0.0, 50.0]).limits(42.0, 46.0).noise(0.06).deadband(0.5),
    measured("VoltageU", "Phase voltage U", "Drive", "VLT", lag(Q::Speed, 0.0, 0.151, 1.0), [0.0, 420.0]).noise(0.3).deadband(3.0),
    measured("VoltageV", "Phase voltage V", "Drive", "VLT", lag(Q::Speed, 0.0, 0.151, 1.0), [0.0, 420.0]).noise(0.3).deadband(3.0),
    measured("VoltageW", "Phase voltage W", "Drive", "VLT", lag(Q::Speed, 0.0, 0.151, 1.0), [0.0, 420.0]).noise(0.3).deadband(3.0),
    measured("WindingTemperature", "Winding temperature", "Drive", "CEL", lag(Q::Load, 26.0, 62.0, 90.0), [10.0, 180.0]).role(Role::Temperature).limits(130.0, 150.0).noise(0.1).deadband(0.8),
    measured("GearOilTemperature", "Gear oil temperature", "Drive", "CEL", lag(Q::Load, 24.0, 30.0, 140.0), [10.0, 120.0]).limits(85.0, 95.0).slow().noise(0.08).deadband(0.4),
    measured("VibrationDriveEnd", "Vibration, drive end", "Drive", "C16", of(Q::Vibration, 0.0, 1.0), [0.0, 12.0]).role(Role::Vibration).limits(4.5, 7.1).noise(0.06).deadband(0.12),
    measured("VibrationNonDriveEnd", "Vibration, other end", "Drive", "C16", of(Q::Vibration, 0.0, 0.8), [0.0, 12.0]).limits(4.5, 7.1).noise(0.05).deadband(0.12),
    measured("SoundLevel", "Sound level", "Cabin", "2N", lag(Q::Load, 44.0, 26.0, 1.5), [20.0, 110.0]).noise(0.3).deadband(1.0),
    measured("Efficiency", "Efficiency", "Drive", "P1", lag(Q::Load, 55.0, 36.0, 3.0), [0.0, 100.0]).noise(0.15).deadband(0.8),
    measured("BrakeTemperature", "Load machine temperature", "Brake", "CEL", lag(Q::Load, 30.0, 34.0, 700.0), [10.0, 140.0]).limits(100.0, 120.0).slow().noise(0.08).deadband(0.4),
    fact("Result", "Last result", Fact::Result),
    fact("Clamped", "Coupling closed", Fact::Clamped),
];

#[rustfmt::skip]
pub const MEASURING: &[SignalRow] = &[
    measured("DeviationProfile", "Profile deviation", "Result", "4H", of(Q::Load, 1.6, 2.2), [0.0, 30.0]).limits(12.0, 16.0).noise(0.25).deadband(0.6),
    measured("DeviationLead", "Lead deviation", "Result", "4H", of(Q::Load, 1.9, 1.7), [0.0, 30.0]).limits(12.0, 16.0).noise(0.25).deadband(0.6),
    measured("DeviationRunout", "Run-out", "Result", "4H", of(Q::Load, 3.1, 2.6), [0.0, 40.0]).limits(18.0, 22.0).noise(0.3).deadband(0.8),
    measured("ProbeForce", "Probe force", "Probe", "NEW", of(Q::Load, 0.02, 0.14), [0.0, 1.0]).noise(0.003).deadband(0.02),
    measured("RoomTemperature", "Temperature at the machine", "Climate", "CEL", lag(Q::Busy, 20.1, 0.25, 2_400.0), [10.0, 35.0]).role(Role::Temperature).limits(22.0, 24.0).slow().noise(0.015).deadband(0.06),
    measured("GraniteTemperature", "Table temperature", "Climate", "CEL", lag(Q::Busy, 20.0, 0.15, 6_000.0), [10.0, 35.0]).slow().noise(0.01).deadband(0.05),
    measured("AirBearingPressure", "Air bearing pressure", "Bearing", "BAR", of(Q::On, 0.0, 5.1), [0.0, 8.0]).role(Role::Pressure).slow().noise(0.01).deadband(0.05),
    fact("Result", "Last result", Fact::Result),
];
