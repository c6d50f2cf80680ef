//! The few special functions that statistics need: ln Γ, the incomplete gamma and beta functions, Student's t.
//!
//! Series and continued fractions as in Abramowitz and Stegun (6.5, 26.5, 26.7), good to about 1e-9.

/// Steps of a series or a continued fraction; those used here need a few dozen.
const STEPS: usize = 500;
const TINY: f64 = 1e-300;
const CLOSE: f64 = 1e-14;

/// Lanczos' approximation of ln Γ(x) for x > 0, good to 1e-10.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 6] = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        0.120_865_097_386_617_9e-2,
        -0.539_523_938_495_3e-5,
    ];
    let base = x + 5.5;
    let series =
        COEFFICIENTS.iter().zip(1..).fold(1.000_000_000_190_015, |sum, (c, k)| sum + c / (x + f64::from(k)));
    (x + 0.5) * base.ln() - base + (2.506_628_274_631_000_5 * series / x).ln()
}

/// Upper incomplete gamma function, regularised: the chance that a gamma variable of this shape exceeds x.
pub(crate) fn upper_gamma(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let front = (shape * x.ln() - x - ln_gamma(shape)).exp();
    if x < shape + 1.0 {
        let (mut term, mut sum) = (1.0 / shape, 1.0 / shape);
        for k in 1..STEPS {
            term *= x / (shape + k as f64);
            sum += term;
            if term < sum * CLOSE {
                break;
            }
        }
        return (1.0 - front * sum).clamp(0.0, 1.0);
    }
    let mut b = x + 1.0 - shape;
    let (mut c, mut d) = (1.0 / TINY, 1.0 / b);
    let mut fraction = d;
    for k in 1..STEPS {
        let k = k as f64;
        let a = -k * (k - shape);
        b += 2.0;
        d = 1.0 / nonzero(a * d + b);
        c = nonzero(b + a / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < CLOSE {
            break;
        }
    }
    (front * fraction).clamp(0.0, 1.0)
}

fn nonzero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

/// Incomplete beta function, regularised.
fn beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..STEPS {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = fraction;
        for step in [even, odd] {
            d = 1.0 / nonzero(1.0 + step * d);
            c = nonzero(1.0 + step / c);
            fraction *= c * d;
        }
        if (fraction / before - 1.0).abs() < CLOSE {
            break;
        }
    }
    fraction
}

/// Chance that |t| of so many degrees of freedom exceeds this.
pub(crate) fn student_two_sided(t: f64, degrees: f64) -> f64 {
    if t.is_infinite() { 0.0 } else { beta(0.5 * degrees, 0.5, degrees / (degrees + t * t)) }
}

/// The t that |t| exceeds with a chance of 1 − confidence.
pub(crate) fn student_quantile(confidence: f64, degrees: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while student_two_sided(high, degrees) > 1.0 - confidence && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if student_two_sided(middle, degrees) > 1.0 - confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_t_is_that_of_the_tables() {
        for (confidence, degrees, t) in [
            (0.95, 1.0, 12.706),
            (0.95, 4.0, 2.776),
            (0.99, 10.0, 3.169),
            (0.95, 19.0, 2.093),
            (0.99, 1000.0, 2.581),
        ] {
            let found = student_quantile(confidence, degrees);
            assert!((found - t).abs() < 6e-4, "{found} instead of {t}");
        }
    }

    #[test]
    fn incomplete_gamma_is_that_of_erlang_and_of_the_normal_tail() {
        let erlang = |x: f64| (-x).exp() * (1.0 + x + x * x / 2.0);
        for x in [0.1, 1.0, 3.0, 8.0, 30.0] {
            assert!((upper_gamma(3.0, x) / erlang(x) - 1.0).abs() < 1e-9, "{x}");
        }
        let tail = 0.5 * upper_gamma(0.5, 0.5 * 1.96f64.powi(2));
        assert!((tail - 0.024_997_9).abs() < 1e-7, "{tail}");
    }
}
