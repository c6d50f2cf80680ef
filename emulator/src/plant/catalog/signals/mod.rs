//! The signals of each class, as tables.

mod logistics;
mod machine;
mod process;
mod row;
mod tool;

pub use row::{Fact, Rate, SignalRow, Source};

use super::Class;

/// The signals of a class, in the order in which its devices have them.
pub fn signal_rows(class: Class) -> Vec<SignalRow> {
    let own: Vec<&[SignalRow]> = match class {
        Class::Turning => {
            vec![machine::ALL, tool::SPINDLE, tool::AXIS_X, tool::AXIS_Z, tool::MEDIA, tool::TURRET]
        }
        Class::Milling => {
            vec![
                machine::ALL,
                tool::SPINDLE,
                tool::AXIS_X,
                tool::AXIS_Y,
                tool::AXIS_Z,
                tool::MEDIA,
                tool::MAGAZINE,
            ]
        }
        Class::Grinding => {
            vec![
                machine::ALL,
                tool::SPINDLE,
                tool::AXIS_X,
                tool::AXIS_Z,
                tool::AXIS_Y,
                tool::MEDIA,
                tool::WHEEL,
            ]
        }
        Class::Hobbing | Class::Shaving => {
            vec![
                machine::ALL,
                tool::SPINDLE,
                tool::AXIS_X,
                tool::AXIS_Y,
                tool::AXIS_Z,
                tool::MEDIA,
                tool::HOB,
            ]
        }
        Class::Washing => vec![machine::ALL, process::WASHING],
        Class::Furnace => vec![machine::ALL, process::FURNACE],
        Class::Quench => vec![machine::ALL, process::QUENCH],
        Class::Press => vec![machine::ALL, process::PRESS],
        Class::Robot => vec![machine::ALL, process::ROBOT],
        Class::Assembly => vec![machine::ALL, process::ASSEMBLY],
        Class::TestBench => vec![machine::ALL, process::TEST_BENCH],
        Class::Measuring => vec![machine::ALL, tool::AXIS_X, tool::AXIS_Y, tool::AXIS_Z, process::MEASURING],
        Class::Conveyor => vec![logistics::CONVEYOR],
        Class::Buffer => vec![logistics::BUFFER],
        Class::Rack => vec![logistics::RACK],
        Class::Agv => vec![logistics::AGV],
        Class::Charging => vec![logistics::CHARGING],
        Class::Meter => vec![logistics::METER],
    };
    own.concat()
}
