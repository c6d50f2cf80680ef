//! How large things of a class usually are, for drawing them before anybody has measured.

/// Length, width and height in metres of a usual thing of this class.
#[must_use]
pub fn usual_size(class: &str) -> [f64; 3] {
    match class {
        "turning-machine" => [3.6, 1.9, 2.0],
        "milling-machine" => [3.2, 2.6, 2.8],
        "grinding-machine" => [3.4, 2.2, 2.1],
        "gear-hobbing-machine" => [3.0, 2.4, 2.6],
        "edm-machine" => [2.2, 2.2, 2.4],
        "press" => [2.2, 1.8, 3.4],
        "furnace" => [9.0, 2.6, 2.8],
        "quench-tank" => [3.0, 2.2, 1.8],
        "washing-machine" => [3.2, 2.0, 2.2],
        "robot" => [1.6, 1.6, 2.2],
        "assembly-station" => [2.4, 1.6, 2.1],
        "test-bench" => [2.8, 1.8, 2.0],
        "measuring-machine" => [2.4, 2.0, 2.8],
        "conveyor" => [6.0, 0.8, 0.9],
        "buffer" => [2.4, 1.4, 1.2],
        "rack" => [8.0, 1.4, 4.5],
        "agv" => [1.6, 0.9, 0.6],
        "charging-station" => [0.8, 0.6, 1.4],
        "energy-meter" => [0.6, 0.4, 1.6],
        _ => [1.2, 0.8, 2.0],
    }
}
