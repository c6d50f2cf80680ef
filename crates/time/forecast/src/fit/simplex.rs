//! The lowest point of a function of two numbers, by the simplex of Nelder and Mead (1965).

/// Steps after which it is content with what it has.
const STEPS: usize = 200;

/// Where `f` is lowest, beginning from `start`; points where `f` is no number count as very high.
pub fn lowest(start: [f64; 2], f: impl Fn([f64; 2]) -> f64) -> [f64; 2] {
    let value = |point: [f64; 2]| {
        let found = f(point);
        if found.is_finite() { found } else { f64::MAX }
    };
    let mut simplex = [start, [start[0] + 0.4, start[1]], [start[0], start[1] + 0.4]].map(|p| (value(p), p));
    for _ in 0..STEPS {
        simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
        let [best, middle, worst] = simplex;
        if (worst.0 - best.0).abs() <= 1e-10 * (1.0 + best.0.abs()) {
            break;
        }
        let centre = mix(best.1, middle.1, 0.5);
        let at = |t: f64| {
            let point = mix(centre, worst.1, t);
            (value(point), point)
        };
        let reflected = at(-1.0);
        simplex[2] = if reflected.0 < best.0 {
            let expanded = at(-2.0);
            if expanded.0 < reflected.0 { expanded } else { reflected }
        } else if reflected.0 < middle.0 {
            reflected
        } else {
            let contracted = at(if reflected.0 < worst.0 { -0.5 } else { 0.5 });
            if contracted.0 < worst.0.min(reflected.0) {
                contracted
            } else {
                let shrunk = mix(best.1, middle.1, 0.5);
                simplex[1] = (value(shrunk), shrunk);
                let shrunk = mix(best.1, worst.1, 0.5);
                (value(shrunk), shrunk)
            }
        };
    }
    simplex.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or(start, |(_, point)| point)
}

fn mix(a: [f64; 2], b: [f64; 2], t: f64) -> [f64; 2] {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_bent_valley_is_found() {
        let rosenbrock = |[x, y]: [f64; 2]| (1.0 - x).powi(2) + 10.0 * (y - x * x).powi(2);
        let [x, y] = lowest([-0.5, 1.0], rosenbrock);
        assert!((x - 1.0).abs() < 1e-3 && (y - 1.0).abs() < 2e-3, "{x} {y}");
    }
}
