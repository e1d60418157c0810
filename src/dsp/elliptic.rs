//! The mathematics of the elliptic half-band.

use std::f64::consts::PI;

/// Coefficients of the elliptic half-band of order 2N + 1 as two parallel chains of all-passes.
///
/// ```text
/// H(z) = ½ · (A0(z²) + z⁻¹ · A1(z²))
/// A0 = Π (a + z⁻²)/(1 + a·z⁻²) over a[0], a[2], …      A1 over a[1], a[3], …
///
/// k = tan²(π·pass)                     selectivity, the two edges mirrored at a quarter of the rate
/// √k·sn(u) = θ1(z, q)/θ4(z, q)         u = 2·K·i/(2N+1), z = π·i/(2N+1), i = 1…N
/// a[i−1] = (1 − x)/(1 + x),   x = cn(u)·dn(u)/(1 + k·sn²(u))
/// ```
///
/// `pass` is the edge of the pass-band in cycles per sample of the higher rate, in (0, ¼); the stop-band
/// begins at ½ − `pass`. Coefficients are bare numbers in (0, 1), ascending.
///
/// Source: R. A. Valenzuela, A. G. Constantinides, "Digital signal processing schemes for efficient
/// interpolation and decimation", IEE Proc. 130 G (6), 1983; P. A. Regalia, S. K. Mitra,
/// P. P. Vaidyanathan, "The digital all-pass filter", Proc. IEEE 76 (1), 1988; theta series: A&S 16.27.
pub fn half_band<const N: usize>(pass: f64) -> [f64; N] {
    let k = (PI * pass).tan().powi(2);
    let q = nome(k);
    std::array::from_fn(|i| {
        let z = PI * (i + 1) as f64 / (2 * N + 1) as f64;
        let k_sn2 = (theta_1(z, q) / theta_4(z, q)).powi(2);
        let cn_dn = ((1.0 - k_sn2 / k) * (1.0 - k_sn2 * k)).sqrt();
        let x = cn_dn / (1.0 + k_sn2);
        (1.0 - x) / (1.0 + x)
    })
}

/// Nome q = exp(−π·K′/K) of the modulus `k`; K = π/(2·agm(1, k′)), K′ = π/(2·agm(1, k)).
fn nome(k: f64) -> f64 {
    (-PI * agm((1.0 - k * k).sqrt()) / agm(k)).exp()
}

/// Arithmetic-geometric mean of 1 and `b`. Ten rounds reach f64 for b > 1e-12.
fn agm(b: f64) -> f64 {
    (0..8)
        .fold((1.0, b), |(a, b): (f64, f64), _| {
            (0.5 * (a + b), (a * b).sqrt())
        })
        .0
}

/// Terms of the theta series. q < 0.25 for every half-band whose transition is wider than 0.1 % of the rate,
/// so what is left out is below 0.25⁶⁴.
const N_TERMS: i32 = 8;

/// θ1(z, q) = 2·q^¼ · Σ (−1)^m · q^(m(m+1)) · sin((2m+1)·z)
fn theta_1(z: f64, q: f64) -> f64 {
    let term = |m: i32| sign(m) * q.powi(m * (m + 1)) * (f64::from(2 * m + 1) * z).sin();
    2.0 * q.powf(0.25) * (0..N_TERMS).map(term).sum::<f64>()
}

/// θ4(z, q) = 1 + 2 · Σ (−1)^m · q^(m²) · cos(2m·z)
fn theta_4(z: f64, q: f64) -> f64 {
    let term = |m: i32| sign(m) * q.powi(m * m) * (f64::from(2 * m) * z).cos();
    1.0 + 2.0 * (1..=N_TERMS).map(term).sum::<f64>()
}

fn sign(m: i32) -> f64 {
    if m % 2 == 0 { 1.0 } else { -1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// |H| at `f` cycles per sample, from the coefficients alone.
    fn magnitude(a: &[f64], f: f64) -> f64 {
        // An all-pass in z² turns by −2ω + 2·atan(a·sin 2ω/(1 + a·cos 2ω)); half the difference of the
        // branches is all that the magnitude knows of.
        let w = 2.0 * PI * f;
        let turn = |a: f64| -2.0 * w + 2.0 * (a * (2.0 * w).sin()).atan2(1.0 + a * (2.0 * w).cos());
        let branch = |start: usize| {
            a.iter()
                .skip(start)
                .step_by(2)
                .map(|&a| turn(a))
                .sum::<f64>()
        };
        (0.5 * (branch(0) + w - branch(1))).cos().abs()
    }

    /// Stop-band attenuation that theory gives, in dB: 10·log10(1 + 1/k₁), k₁ of the nome q^(2N+1).
    fn theory_db(n: usize, pass: f64) -> f64 {
        let q = nome((PI * pass).tan().powi(2)).powi(2 * n as i32 + 1);
        let above: f64 = (0..4).map(|m| q.powi(m * (m + 1))).sum();
        let below: f64 = 1.0 + 2.0 * (1..4).map(|m| q.powi(m * m)).sum::<f64>();
        let k_1 = 4.0 * q.sqrt() * (above / below).powi(2);
        10.0 * (1.0 + 1.0 / k_1).log10()
    }

    /// Measured 8e-8 dB, because the scan misses the very top of a ripple.
    const TOL_EQUIRIPPLE_DB: f64 = 2.4e-7;

    fn check_equiripple<const N: usize>(pass: f64, at_least_db: f64) {
        let a = half_band::<N>(pass);
        let n_points = 100_000;
        let stop = (0..=n_points)
            .map(|i| magnitude(&a, 0.5 - pass + pass * f64::from(i) / f64::from(n_points)))
            .fold(0.0, f64::max);
        let measured_db = -20.0 * stop.log10();
        let error = (measured_db - theory_db(N, pass)).abs();
        assert!(
            error < TOL_EQUIRIPPLE_DB,
            "{measured_db} dB, {error:e} dB from theory"
        );
        assert!(at_least_db < measured_db);
    }

    #[test]
    fn stop_band_is_what_theory_gives() {
        check_equiripple::<1>(0.05, 60.0);
        check_equiripple::<4>(0.10, 135.9);
        check_equiripple::<8>(22.0 / 96.0, 100.5);
        check_equiripple::<12>(0.24, 122.9);
    }

    #[test]
    fn coefficients_ascend_between_0_and_1() {
        let a = half_band::<12>(0.245);
        assert!(0.0 < a[0] && a[11] < 1.0);
        assert!(a.is_sorted());
    }
}
