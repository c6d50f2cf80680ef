//! The few functions of mathematics that likelihoods are made of.

/// ln Γ(x) for x > 0, by Stirling's series after shifting small arguments up; good to 1e-12.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 12.0 {
        shift += x.ln();
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1_260.0 - square / 1_680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

/// ln of the part of the standard normal distribution above `z`.
#[must_use]
pub fn ln_normal_above(z: f64) -> f64 {
    if z > 5.0 {
        // Mills' ratio by its continued fraction: the direct value would lose all its digits.
        let mut fraction = z;
        for k in (1..40).rev() {
            fraction = z + f64::from(k) / fraction;
        }
        return -0.5 * z * z - 0.5 * (2.0 * std::f64::consts::PI).ln() - fraction.ln();
    }
    (1.0 - normal_below(z)).ln()
}

/// The part of the standard normal distribution below `z`.
#[must_use]
pub fn normal_below(z: f64) -> f64 {
    let half = 0.5 * gamma_below(0.5, 0.5 * z * z);
    if z < 0.0 { 0.5 - half } else { 0.5 + half }
}

/// The regularised lower incomplete gamma function P(a, x): by its series below a + 1, by a continued fraction above
/// (modified Lentz).
#[must_use]
pub fn gamma_below(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x < a + 1.0 { series(a, x) } else { 1.0 - fraction(a, x).exp() }
}

/// ln of Q(a, x) = 1 − P(a, x).
#[must_use]
pub fn ln_gamma_above(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x < a + 1.0 { (1.0 - series(a, x)).max(f64::MIN_POSITIVE).ln() } else { fraction(a, x) }
}

fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0 / a, 1.0 / a);
    for k in 1..500 {
        term *= x / (a + f64::from(k));
        sum += term;
        if term < sum * 1e-15 {
            break;
        }
    }
    (sum.ln() + a * x.ln() - x - ln_gamma(a)).exp().min(1.0)
}

/// ln Q(a, x).
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for k in 1..500 {
        let an = -f64::from(k) * (f64::from(k) - a);
        b += 2.0;
        d = an * d + b;
        d = 1.0 / if d.abs() < TINY { TINY } else { d };
        c = b + an / c;
        c = if c.abs() < TINY { TINY } else { c };
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    h.ln() + a * x.ln() - x - ln_gamma(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} instead of {b}");
    }

    #[test]
    fn values_are_those_of_the_tables() {
        close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        close(ln_gamma(5.0), 24f64.ln());
        close(ln_gamma(100.0), 359.134_205_369_575_4);
        close(normal_below(0.0), 0.5);
        close(normal_below(1.959_963_984_540_054), 0.975);
        close(normal_below(-1.0), 0.158_655_253_931_457_05);
        close(gamma_below(1.0, 2.0), 1.0 - (-2f64).exp());
        close(gamma_below(3.0, 10.0), 1.0 - (1.0 + 10.0 + 50.0) * (-10f64).exp());
        close(ln_gamma_above(1.0, 300.0), -300.0);
        close(ln_normal_above(3.0), 0.001_349_898_031_630_094_6_f64.ln());
        assert!((ln_normal_above(10.0) - (-53.231_285_150_512_5)).abs() < 1e-6);
    }
}
