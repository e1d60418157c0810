//! The sound field before a cabinet, as a microphone hears it.

use crate::rig::cabinet::enclosure::Enclosure;
use crate::rig::cabinet::enclosure::Way;
use crate::rig::cabinet::microphone::Capsule;
use crate::rig::cabinet::microphone::Mic;
use crate::units::Hertz;
use crate::units::Seconds;
use realfft::num_complex::Complex64;
use std::f64::consts::TAU;

/// Of sound in air at 20 °C, in m/s.
const C: f64 = 343.0;
/// The cones lie this far behind the grille, in m.
const RECESS: f64 = 0.03;
/// A microphone that is closer than this stands before a driver, a farther one before the middle of the cabinet, in m.
const WHOLE: f64 = 0.5;
/// Rings and sectors of the driver that the microphone stands before; of the others.
const NEAR: (usize, usize) = (6, 16);
const FAR: (usize, usize) = (3, 8);
/// Points on each edge of the baffle.
const EDGE_POINTS: usize = 6;
/// Half of the pressure before a baffle is taken back where it ends: 2π becomes 4π.
const EDGE: f64 = -0.5;
/// The box lets no more of the cone's back out above this.
const BACK_CORNER: Hertz = 700.0;

/// A point that sound comes from.
struct Point {
    /// From the volume's acceleration to the microphone, in m.
    way: f64,
    /// Cosine between the microphone's axis and the last leg of that way.
    cosine: f64,
    weight: f64,
}

/// Points whose sound has the same spectrum.
enum Group {
    /// Ring of the cone at a share of its radius.
    Ring(f64),
    Edge,
    Back,
}

/// Pressure at the microphone's output per volt, at whole multiples of `bin` up to `n_bins`, and the time from the grille's
/// driver to the microphone.
///
/// ```text
/// p = Σ w·(1 − g + g·cos γ·(1 + 1/(jkR)))·exp(−jkR)/R      Rayleigh's integral over the cones; g: share of the gradient
/// ```
///
/// The gradient of a spherical wave is larger than its pressure near the source: that is the proximity effect. Directivity,
/// near field and interference of the drivers are in the sum. Where the baffle ends, half of the wave turns around its edge
/// (after Vanderkooy, "A simple theory of cabinet edge diffraction", J. Audio Eng. Soc. 39 (12), 1991); out of an open back
/// the same half comes with the other sign and later.
pub fn field(enclosure: &Enclosure, mic: &Mic, bin: Hertz, n_bins: usize) -> Vec<Complex64> {
    let capsule = Capsule::of(mic.kind);
    let place = Place::of(enclosure, mic);
    let mut sum = vec![Complex64::default(); n_bins];
    for way in &enclosure.ways {
        let mut one = vec![Complex64::default(); n_bins];
        for (group, points) in groups(enclosure, way, &place) {
            let mut waves = vec![[Complex64::default(); 2]; n_bins];
            for point in &points {
                add(&mut waves, point, capsule.gradient, TAU * bin / C);
            }
            let near = way.at[0];
            let is_near = near == enclosure.ways[0].at[0];
            for (k, (one, [far, close])) in one.iter_mut().zip(&waves).enumerate().skip(1) {
                let hz = bin * k as f64;
                let jk = Complex64::new(0.0, TAU * hz / C);
                *one += (far + close / jk) * weight(&group, way, hz, is_near);
            }
        }
        for (k, (sum, one)) in sum.iter_mut().zip(&one).enumerate().skip(1) {
            let hz = bin * k as f64;
            let volts = way.motor.acceleration(hz) * way.share(hz) * way.gain;
            *sum += one * volts * way.cone.response(hz);
        }
    }
    for (k, sum) in sum.iter_mut().enumerate().skip(1) {
        *sum *= capsule.response(bin * k as f64);
    }
    sum
}

/// Time that sound takes from the spot on the grille's driver to the microphone.
pub fn travel(enclosure: &Enclosure, mic: &Mic) -> Seconds {
    let place = Place::of(enclosure, mic);
    place.to((place.spot.0, place.spot.1)).0 / C
}

/// Where a microphone stands and what it looks at.
struct Place {
    /// The spot on the grille.
    spot: (f64, f64),
    mic: (f64, f64, f64),
    /// From the microphone to the spot, of length 1.
    axis: (f64, f64),
}

impl Place {
    fn of(enclosure: &Enclosure, mic: &Mic) -> Self {
        let way = &enclosure.ways[0];
        let (sin, cos) = mic.angle.to_radians().sin_cos();
        let at = way.at[0];
        let near = 1.0 / (1.0 + (mic.distance / WHOLE).powi(2));
        let spot = (near * at.0 + mic.offset * way.cone.radius, near * at.1);
        Self {
            spot,
            mic: (
                spot.0 + mic.distance * sin,
                spot.1,
                RECESS + mic.distance * cos,
            ),
            axis: (-sin, -cos),
        }
    }

    /// Distance of a point of the cones' plane, and the cosine between it and the axis.
    fn to(&self, point: (f64, f64)) -> (f64, f64) {
        let (x, y, z) = (point.0 - self.mic.0, point.1 - self.mic.1, -self.mic.2);
        let r = (x * x + y * y + z * z).sqrt();
        (r, (x * self.axis.0 + z * self.axis.1) / r)
    }
}

/// Adds a point's wave at all bins: what goes as 1/R, and what the gradient has beyond, as 1/R².
fn add(waves: &mut [[Complex64; 2]], point: &Point, gradient: f64, wave_number: f64) {
    let far = point.weight * (1.0 - gradient + gradient * point.cosine) / point.way;
    let close = point.weight * gradient * point.cosine / (point.way * point.way);
    let turn = Complex64::from_polar(1.0, -wave_number * point.way);
    let mut phase = Complex64::from(1.0);
    for wave in waves {
        wave[0] += phase * far;
        wave[1] += phase * close;
        phase *= turn;
    }
}

/// All points of a way, an equal acceleration of each driver's volume being 1.
fn groups(enclosure: &Enclosure, way: &Way, place: &Place) -> Vec<(Group, Vec<Point>)> {
    let mut groups = Vec::new();
    let radius = way.cone.radius;
    let is_aimed = |driver: usize| driver == 0;
    for near in [true, false] {
        let (rings, sectors) = if near { NEAR } else { FAR };
        for ring in 0..rings {
            let share = (ring as f64 + 0.5) / rings as f64;
            let mut points = Vec::new();
            for (_, at) in way
                .at
                .iter()
                .enumerate()
                .filter(|(k, _)| is_aimed(*k) == near)
            {
                for sector in 0..sectors {
                    let (sin, cos) = (TAU * (sector as f64 + 0.5) / sectors as f64).sin_cos();
                    let point = (at.0 + radius * share * cos, at.1 + radius * share * sin);
                    let (way, cosine) = place.to(point);
                    let weight = ring_area(ring, rings) / sectors as f64;
                    points.push(Point {
                        way,
                        cosine,
                        weight,
                    });
                }
            }
            groups.push((Group::Ring(share), points));
        }
    }
    groups.push((Group::Edge, edge(enclosure, way, place, 0.0)));
    if let Some(detour) = enclosure.open_back {
        groups.push((Group::Back, edge(enclosure, way, place, detour)));
    }
    groups
}

/// Share of a cone that a ring has.
fn ring_area(ring: usize, rings: usize) -> f64 {
    (2 * ring + 1) as f64 / (rings * rings) as f64
}

/// Points on the edge of the baffle, weighted by the angle that each takes as seen from a driver.
fn edge(enclosure: &Enclosure, way: &Way, place: &Place, detour: f64) -> Vec<Point> {
    let (half_x, half_y) = (0.5 * enclosure.baffle.0, 0.5 * enclosure.baffle.1);
    let along = |k: usize| 2.0 * k as f64 / EDGE_POINTS as f64 - 1.0;
    let corner = |side: usize, t: f64| match side {
        0 => (half_x * t, -half_y),
        1 => (half_x, half_y * t),
        2 => (-half_x * t, half_y),
        _ => (-half_x, -half_y * t),
    };
    let mut points = Vec::new();
    for at in &way.at {
        let angle = |(x, y): (f64, f64)| (y - at.1).atan2(x - at.0);
        for side in 0..4 {
            for k in 0..EDGE_POINTS {
                let (from, to) = (corner(side, along(k)), corner(side, along(k + 1)));
                let middle = corner(side, 0.5 * (along(k) + along(k + 1)));
                let taken = (angle(to) - angle(from)).rem_euclid(TAU);
                let (r, cosine) = place.to(middle);
                let to_edge = (middle.0 - at.0).hypot(middle.1 - at.1);
                points.push(Point {
                    way: to_edge + r + detour,
                    cosine,
                    weight: EDGE * taken / TAU,
                });
            }
        }
    }
    points
}

/// Spectrum of a group.
fn weight(group: &Group, way: &Way, hz: Hertz, is_near: bool) -> f64 {
    // Sound that leaves along the baffle: a cone is as narrow a source there as its moving part is.
    let along = 1.0 / (1.0 + (hz * TAU * way.cone.radius / (1.8 * C)).powi(2));
    match group {
        Group::Ring(share) => {
            let rings = if is_near { NEAR.0 } else { FAR.0 };
            let all: f64 = (0..rings)
                .map(|ring| {
                    let share = (ring as f64 + 0.5) / rings as f64;
                    ring_area(ring, rings) * way.cone.ring(share, hz)
                })
                .sum();
            way.cone.ring(*share, hz) / all
        }
        Group::Edge => along,
        Group::Back => along / (1.0 + (hz / BACK_CORNER).powi(2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::cabinet::driver::Cone;
    use crate::rig::cabinet::driver::Motor;
    use crate::rig::cabinet::microphone::MicKind;

    const BIN: Hertz = 50.0;
    const N_BINS: usize = 120;

    /// A stiff piston in a wall without end, driven to the same acceleration at every frequency.
    fn piston(radius: f64) -> Enclosure {
        let motor = Motor {
            re: 6.0,
            le: 0.0,
            fs: 1e-3,
            qes: 0.5,
            res: 100.0,
            alpha: 0.0,
            port: None,
        };
        let cone = Cone {
            radius,
            break_up: 1e9,
            rise: (1e9, 1e9),
            modes: &[],
            roll_off: &[],
        };
        let way = Way {
            motor,
            cone,
            gain: 1.0,
            at: vec![(0.0, 0.0)],
            crossover: None,
        };
        Enclosure {
            ways: vec![way],
            baffle: (1e6, 1e6),
            open_back: None,
        }
    }

    fn heard(radius: f64, kind: MicKind, distance: f64, angle: f64) -> Vec<f64> {
        let mic = Mic {
            kind,
            distance,
            angle,
            offset: 0.0,
        };
        let field = field(&piston(radius), &mic, BIN, N_BINS);
        field.iter().map(|p| p.norm()).collect()
    }

    /// J1 by its series; good to 1e-12 for x below 15.
    fn bessel_j1(x: f64) -> f64 {
        let term = |m: i32| {
            let product: f64 = (1..=m).map(|k| f64::from(k) * f64::from(k + 1)).product();
            (-0.25 * x * x).powi(m) / product
        };
        0.5 * x * (0..40).map(term).sum::<f64>()
    }

    /// Of the piston on its axis; measured 0.010: rings and sectors instead of a disc.
    const TOL: f64 = 0.03;

    #[test]
    fn far_off_a_piston_beams_as_2_j1_of_x_over_x() {
        let radius = 0.13;
        let axis = heard(radius, MicKind::Omni, 50.0, 0.0);
        for angle in [15.0f64, 30.0, 60.0] {
            let beside = heard(radius, MicKind::Omni, 50.0, angle);
            for k in 1..N_BINS {
                let wave_number = TAU * BIN * k as f64 / C;
                let x = wave_number * radius * angle.to_radians().sin();
                let wanted = (2.0 * bessel_j1(x) / x).abs();
                let error = (beside[k] / axis[k] - wanted).abs();
                assert!(error < TOL, "{angle}°, {} Hz: {error}", BIN * k as f64);
            }
        }
    }

    #[test]
    fn near_its_axis_a_piston_is_two_waves() {
        let (radius, distance) = (0.13, 0.20);
        let r = distance + RECESS;
        let beyond = (r * r + radius * radius).sqrt() - r;
        let heard = heard(radius, MicKind::Omni, distance, 0.0);
        for k in 1..N_BINS {
            let wave_number = TAU * BIN * k as f64 / C;
            // |p| = 2·|sin(k·beyond/2)| for ρ·c·u = 1; ours is 1/R for a small source.
            let wanted = 2.0 * (0.5 * wave_number * beyond).sin().abs();
            let wanted = wanted * 2.0 / (wave_number * radius * radius);
            let error = (heard[k] - wanted).abs() / heard[1];
            assert!(error < TOL, "{} Hz: {error}", BIN * k as f64);
        }
    }

    #[test]
    fn a_gradient_hears_more_bass_close_to_a_small_source() {
        let r = 0.10 + RECESS;
        let omni = heard(0.001, MicKind::Omni, 0.10, 0.0);
        for kind in [MicKind::Ribbon, MicKind::Condenser] {
            let (capsule, heard) = (Capsule::of(kind), heard(0.001, kind, 0.10, 0.0));
            for k in 1..N_BINS {
                let hz = BIN * k as f64;
                let near = Complex64::new(1.0, -capsule.gradient * C / (TAU * hz * r)).norm();
                let wanted = near * capsule.response(hz);
                let omni = omni[k] / Capsule::of(MicKind::Omni).response(hz);
                assert!((heard[k] / omni / wanted - 1.0).abs() < 1e-4, "{hz} Hz");
            }
        }
    }
}
