//! The charge on a MOSFET's gate.

use crate::devices::MAX_CONTROLS;
use crate::devices::Mosfet;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::port;
use crate::units::Farads;
use wide::f64x2;

/// Charges gate→source, gate→drain and gate→bulk, over the gate's whole capacitance `c_ox`; no currents. The overlaps'
/// own charges, `overlap`·v, come on top.
///
/// ```text
/// x = v_gs − von(v_bs),  y = x − v_ds                              v_ds ≥ 0, else drain and source change places
/// below(x) = 0 for x ≤ −phi/2,  2·(x + phi/2)²/(3·phi) for x ≤ 0,  phi/6 above            [V]
/// q_gs + q_gd = below(x) + ⅔·(x² + x·y + y²)/(x + y),  0 for what is negative of x and y
/// q_gd = ⅔·y²·(2·x + y)/(x + y)² + below(x)·t²/(1 + t²),  t = max(1 − v_ds/max(x, 25 mV), 0)
/// q_gb = x + phi/2 for x ≤ −phi,  −x²/(2·phi) for x ≤ 0,  0 above
/// ```
///
/// The gate's whole current is that of Meyer's capacitances, whose form of the charge this is. They don't say what
/// charge of the channel is whose: the current into each capacitance is theirs, so that none of it is the change of
/// anything, and over a cycle charge is lost. Here both ends keep theirs; the share of the drain is that of Meyer where
/// the channel is pinched off, half where drain and source are equal, and in between at most `c_ox`/6 between drain and
/// source, which the channel bridges, apart from it.
///
/// Source: J. E. Meyer, "MOS models and circuit simulation", RCA Review 32, 1971, with the limits that ngspice 39 has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GateCharge {
    pub c_ox: Farads,
    /// What the gate overlaps of source, drain and bulk.
    pub overlap: [Farads; 3],
    pub transistor: Mosfet,
}

/// Below this drive ngspice reckons with it, in V.
const LEAST_DRIVE: f64 = 0.025;

/// Charges and their slopes by v_gs, v_gd and v_gb, for c_ox = 1 and n channel.
struct Charges {
    q: [f64; 3],
    c: [[f64; 3]; 3],
}

impl GateCharge {
    pub const TERMINALS: [&'static str; 4] = ["d", "g", "s", "b"];
    pub(super) const CONTROLS: [Port; 3] = [port(1, 2), port(1, 0), port(1, 3)];
    pub(super) const BRANCHES: [Port; 3] = [port(1, 2), port(1, 0), port(1, 3)];

    fn scalar(&self, [v_gs, v_gd, v_gb]: [f64; 3]) -> Charges {
        if v_gs >= v_gd {
            return self.forward([v_gs, v_gd, v_gb]);
        }
        let Charges { mut q, mut c } = self.forward([v_gd, v_gs, v_gb]);
        q.swap(0, 1);
        c.swap(0, 1);
        for slopes in &mut c {
            slopes.swap(0, 1);
        }
        Charges { q, c }
    }

    /// At v_ds ≥ 0.
    fn forward(&self, [v_gs, v_gd, v_gb]: [f64; 3]) -> Charges {
        let phi = self.transistor.phi();
        let (von, by_bs) = self.transistor.threshold(v_gs - v_gb);
        let (x, v_ds) = (v_gs - von, v_gs - v_gd);
        // Slopes by x and by v_ds first.
        let (below, by_x) = match x {
            _ if x <= -0.5 * phi => (0.0, 0.0),
            _ if x <= 0.0 => {
                let above = x + 0.5 * phi;
                (above * above / (1.5 * phi), above / (0.75 * phi))
            }
            _ => (phi / 6.0, 0.0),
        };
        let (bulk, bulk_by_x) = match x {
            _ if x <= -phi => (x + 0.5 * phi, 1.0),
            _ if x <= 0.0 => (-x * x / (2.0 * phi), -x / phi),
            _ => (0.0, 0.0),
        };
        let drive = x.max(LEAST_DRIVE);
        let t = 1.0 - v_ds / drive;
        let (share, share_by_x, share_by_ds) = if t > 0.0 {
            let square = 1.0 + t * t;
            let by_t = 2.0 * t / (square * square);
            let t_by_x = if x > LEAST_DRIVE {
                v_ds / (drive * drive)
            } else {
                0.0
            };
            (t * t / square, by_t * t_by_x, -by_t / drive)
        } else {
            (0.0, 0.0, 0.0)
        };
        let mut source = [
            below * (1.0 - share),
            by_x * (1.0 - share) - below * share_by_x,
            -below * share_by_ds,
        ];
        let mut drain = [
            below * share,
            by_x * share + below * share_by_x,
            below * share_by_ds,
        ];
        if x > 0.0 {
            let y = (x - v_ds).max(0.0);
            let part = |a: f64, b: f64| {
                let sum = a + b;
                let q = a * a * (a + 2.0 * b) / (sum * sum);
                let by_a = a * (a * a + 3.0 * a * b + 4.0 * b * b) / (sum * sum * sum);
                let by_b = -2.0 * a * a * b / (sum * sum * sum);
                [q, by_a, by_b].map(|value| 2.0 / 3.0 * value)
            };
            // y = x − v_ds
            let is_open = f64::from(u8::from(x > v_ds));
            let [q, by_x, by_y] = part(x, y);
            add(&mut source, [q, by_x + is_open * by_y, -is_open * by_y]);
            let [q, by_y, by_x] = part(y, x);
            add(&mut drain, [q, by_x + is_open * by_y, -is_open * by_y]);
        }
        // x = v_gs − von(v_gs − v_gb), v_ds = v_gs − v_gd
        let by_controls =
            |[_, by_x, by_ds]: [f64; 3]| [by_x * (1.0 - by_bs) + by_ds, -by_ds, by_x * by_bs];
        Charges {
            q: [source[0], drain[0], bulk],
            c: [source, drain, [bulk, bulk_by_x, 0.0]].map(by_controls),
        }
    }

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        let polarity = self.transistor.polarity();
        let v = v.map(|v| (v * polarity).to_array());
        let [a, b] = [0, 1].map(|lane| self.scalar(v.map(|v| v[lane])));
        for branch in 0..3 {
            let overlap = self.overlap[branch];
            let q = |lane: &Charges, v: f64| polarity * (self.c_ox * lane.q[branch] + overlap * v);
            response.q[branch] = f64x2::new([q(&a, v[branch][0]), q(&b, v[branch][1])]);
            for control in 0..3 {
                let own = if control == branch { overlap } else { 0.0 };
                let c = |lane: &Charges| self.c_ox * lane.c[branch][control] + own;
                response.c[branch][control] = f64x2::new([c(&a), c(&b)]);
            }
        }
    }
}

fn add(to: &mut [f64; 3], more: [f64; 3]) {
    for (to, more) in to.iter_mut().zip(more) {
        *to += more;
    }
}
