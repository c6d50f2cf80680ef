//! How tools and arms move during one cycle: position as a function of its progress, 0 to 1.
//! Every motion begins and ends in the same resting position, so that nothing jumps between two pieces.

use crate::plant::catalog::Class;

/// A tool on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tool {
    /// mm from the middle of each axis' travel.
    pub at: [f64; 3],
    /// How hard it cuts, 0 to 1.
    pub engaged: f64,
}

/// The tool of a machine of this class at this progress.
pub fn tool(class: Class, progress: f64) -> Tool {
    // Loading at the beginning and unloading at the end: the tool rests.
    let p = ((progress - 0.06) / 0.88).clamp(0.0, 1.0);
    if p <= 0.0 || p >= 1.0 {
        return Tool { at: REST, engaged: 0.0 };
    }
    let tool = match class {
        Class::Turning => turn(p),
        Class::Milling => mill(p),
        Class::Grinding => grind(p),
        Class::Hobbing | Class::Shaving => hob(p),
        _ => probe(p),
    };
    approach(tool, p)
}

const REST: [f64; 3] = [0.0, 0.0, 140.0];

/// Joins the path to the resting position over the first and the last hundredths of the cycle.
fn approach(tool: Tool, p: f64) -> Tool {
    let part = smooth((p / 0.04).min((1.0 - p) / 0.04).min(1.0));
    let at = std::array::from_fn(|axis| REST[axis] + (tool.at[axis] - REST[axis]) * part);
    Tool { at, engaged: if part < 1.0 { 0.0 } else { tool.engaged } }
}

/// `p` as the number of a stroke of `n` and the progress within it.
fn stroke(p: f64, n: f64) -> (f64, f64) {
    let scaled = (p * n).min(n - 1e-9);
    (scaled.floor(), scaled.fract())
}

fn smooth(x: f64) -> f64 {
    x * x * (3.0 - 2.0 * x)
}

/// There slowly, back fast: position 0 to 1, and whether it is the slow part.
fn there_and_back(u: f64, slow: f64) -> (f64, bool) {
    if u < slow { (u / slow, true) } else { (1.0 - smooth((u - slow) / (1.0 - slow)), false) }
}

/// Longitudinal passes, each a little deeper; the last one is a light finishing pass.
fn turn(p: f64) -> Tool {
    let (pass, u) = stroke(p, 7.0);
    let (along, is_cutting) = there_and_back(u, 0.84);
    let depth = 10.0 * pass + if is_cutting { 0.0 } else { -6.0 };
    let cut = if pass > 5.0 { 0.35 } else { 0.85 - 0.05 * pass };
    Tool { at: [80.0 - depth, 0.0, 130.0 - 240.0 * along], engaged: if is_cutting { cut } else { 0.0 } }
}

/// Four pockets, each cleared in rows at two depths.
fn mill(p: f64) -> Tool {
    let (pocket, u) = stroke(p, 8.0);
    let (row, v) = stroke(u, 6.0);
    let there = if row % 2.0 == 0.0 { v } else { 1.0 - v };
    let (column, line) = (pocket % 2.0, ((pocket / 2.0).floor()) % 2.0);
    let x = -150.0 + 170.0 * column + 120.0 * smooth(there);
    let y = -90.0 + 110.0 * line + 14.0 * row;
    let is_plunging = u < 0.05;
    let z = if is_plunging { 60.0 - 80.0 * (u / 0.05) } else { -20.0 - 14.0 * (pocket / 4.0).floor() };
    Tool { at: [x, y, z], engaged: if is_plunging { 0.2 } else { 0.6 + 0.2 * (row % 3.0) / 2.0 } }
}

/// The wheel goes in, the work goes to and fro under it; roughing, finishing, sparking out.
fn grind(p: f64) -> Tool {
    let to_and_fro = (p * 14.0 * std::f64::consts::TAU).sin();
    let (infeed, cut) = match p {
        p if p < 0.55 => (p / 0.55 * 0.8, 0.8),
        p if p < 0.85 => (0.8 + (p - 0.55) / 0.3 * 0.2, 0.5),
        _ => (1.0, 0.18),
    };
    Tool {
        at: [40.0 - 60.0 * infeed, 8.0 * (p * 3.0).sin(), 90.0 * to_and_fro],
        engaged: cut * (0.86 + 0.14 * to_and_fro.abs()),
    }
}

/// Two axial cuts from above to below, with the hob shifted between them.
fn hob(p: f64) -> Tool {
    let (cut, u) = stroke(p, 2.0);
    let (along, is_cutting) = there_and_back(u, 0.9);
    let depth = if is_cutting { 55.0 + 10.0 * cut } else { 20.0 };
    let share = (along * 6.0).min((1.0 - along) * 6.0).min(1.0);
    Tool {
        at: [-depth, 18.0 * cut, 120.0 - 220.0 * along],
        engaged: if is_cutting { (0.75 - 0.25 * cut) * share } else { 0.0 },
    }
}

/// Touches a grid of points, down and up again at each.
fn probe(p: f64) -> Tool {
    let (point, u) = stroke(p, 16.0);
    let (column, row) = (point % 4.0, (point / 4.0).floor());
    let next = (column + smooth((u * 2.5).min(1.0))).min(3.0);
    let down = (((u - 0.4) / 0.6).clamp(0.0, 1.0) * std::f64::consts::PI).sin();
    Tool {
        at: [-120.0 + 80.0 * next, -90.0 + 60.0 * row, 80.0 - 120.0 * down],
        engaged: f64::from(u8::from(down > 0.9)),
    }
}

/// Joint angles of an arm, degrees, between two places to its left and right.
pub fn arm(progress: f64, turns: [f64; 2]) -> [f64; 6] {
    let [pick, place] = turns;
    let poses: [[f64; 6]; 8] = [
        [0.0, -30.0, 62.0, 0.0, 58.0, 0.0],
        [pick, -12.0, 58.0, 0.0, 44.0, pick * 0.5],
        [pick, 22.0, 40.0, 4.0, 28.0, pick * 0.5],
        [pick, -14.0, 60.0, 0.0, 44.0, pick * 0.5],
        [place, -10.0, 56.0, 0.0, 44.0, place * 0.5],
        [place, 24.0, 38.0, -4.0, 28.0, place * 0.5],
        [place, -14.0, 60.0, 0.0, 44.0, place * 0.5],
        [0.0, -30.0, 62.0, 0.0, 58.0, 0.0],
    ];
    let (from, u) = stroke(progress.clamp(0.0, 1.0), 7.0);
    let (from, u) = (from as usize, smooth(u));
    std::array::from_fn(|joint| poses[from][joint] + (poses[from + 1][joint] - poses[from][joint]) * u)
}

/// Whether the gripper of an arm holds something at this progress.
pub fn arm_holds(progress: f64) -> bool {
    (2.0 / 7.0..5.0 / 7.0).contains(&progress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn motions_do_not_jump_and_stay_in_their_travel() {
        for class in [Class::Turning, Class::Milling, Class::Grinding, Class::Hobbing, Class::Measuring] {
            let mut before = tool(class, 0.0);
            assert_eq!(before.at, tool(class, 1.0).at);
            for step in 1..=100_000 {
                let now = tool(class, f64::from(step) / 100_000.0);
                let jump = (0..3).map(|axis| (now.at[axis] - before.at[axis]).abs()).fold(0.0, f64::max);
                assert!(now.at.iter().all(|mm| mm.abs() < 400.0) && (0.0..=1.0).contains(&now.engaged));
                assert!(jump < 320.0, "{class:?} jumps by {jump} mm at step {step}");
                before = now;
            }
        }
    }

    #[test]
    fn an_arm_rests_at_both_ends() {
        assert_eq!(arm(0.0, [-70.0, 80.0]), arm(1.0, [-70.0, 80.0]));
        assert!(!arm_holds(0.0) && arm_holds(0.5) && !arm_holds(1.0));
    }
}
