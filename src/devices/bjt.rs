//! Bipolar transistor after Gummel and Poon, as ngspice evaluates it.

use crate::devices::Flicker;
use crate::devices::Law;
use crate::devices::LawOp;
use crate::devices::MAX_CONTROLS;
use crate::devices::Operand;
use crate::devices::Port;
use crate::devices::Response;
use crate::devices::junction::Depletion;
use crate::devices::junction::EXPONENTIAL;
use crate::devices::junction::GMIN;
use crate::devices::junction::JUNCTION;
use crate::devices::junction::MAX_EXPONENT;
use crate::devices::junction::junction;
use crate::devices::junction::v_critical;
use crate::devices::polar;
use crate::devices::polar::Point;
use crate::devices::port;
use std::sync::Arc;
use wide::f64x2;

/// Parameters of the intrinsic transistor in SI units, at the device's temperature; an infinite `vaf`, `var`, `ikf`
/// or `ikr` is left out of the law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BjtParameters {
    /// +1 for NPN, −1 for PNP.
    pub polarity: f64,
    /// Of the emitter's and of the collector's junction.
    pub i_s: f64,
    pub i_sr: f64,
    pub bf: f64,
    pub br: f64,
    /// nf·kT/q and nr·kT/q.
    pub v_tf: f64,
    pub v_tr: f64,
    pub vaf: f64,
    pub var: f64,
    pub ikf: f64,
    pub ikr: f64,
    /// Exponent of the roll-off, 0.5 in Gummel and Poon's law.
    pub nkf: f64,
    pub ise: f64,
    pub isc: f64,
    /// ne·kT/q and nc·kT/q.
    pub v_te: f64,
    pub v_tc: f64,
    pub tf: f64,
    pub tr: f64,
    /// How tf grows: by how much, up to which collector–base voltage (may be infinite), from which current.
    pub xtf: f64,
    pub vtf: f64,
    pub itf: f64,
    pub base_emitter: Depletion,
    pub base_collector: Depletion,
    /// Of the base current.
    pub flicker: Flicker,
}

/// Currents base→emitter, base→collector and the transport current collector→emitter.
///
/// ```text
/// i_f = is·(exp(v_be/v_tf) − 1),  i_r = isr·(exp(v_bc/v_tr) − 1)
/// q1 = 1/(1 − v_bc/vaf − v_be/var),  q2 = i_f/ikf + i_r/ikr,  q_b = q1·(1 + (1 + 4·q2)^nkf)/2
/// i_ct = (i_f − i_r)/q_b
/// i_be = i_f/bf + ise·(exp(v_be/v_te) − 1) + GMIN·v_be
/// i_bc = i_r/br + isc·(exp(v_bc/v_tc) − 1) + GMIN·v_bc
/// q_be = tf·(1 + a)·i_f/q_b + depletion(v_be),  a = xtf·exp(v_bc/(1.44·vtf))·(i_f/(i_f + itf))² for v_be > 0
/// q_bc = tr·i_r + depletion(v_bc)
/// ```
///
/// The ohmic resistances, and the junctions to the substrate and to the outer base, are elements of the circuit; excess
/// phase and quasi-saturation are devices beside it (`excess_phase.rs`, `epilayer.rs`).
///
/// Source: H. K. Gummel, H. C. Poon, "An integral charge control model of bipolar transistors", BSTJ 49(5), 1970, in the
/// form of the ngspice manual, chapter 8.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bjt {
    p: BjtParameters,
    v_crit: f64,
}

impl Bjt {
    pub const TERMINALS: [&'static str; 3] = ["c", "b", "e"];
    pub(super) const CONTROLS: [Port; 2] = [port(1, 2), port(1, 0)];
    pub(super) const BRANCHES: [Port; 3] = [port(1, 2), port(1, 0), port(0, 2)];

    pub fn new(p: BjtParameters) -> Self {
        Self {
            p,
            v_crit: v_critical(p.i_s, p.v_tf),
        }
    }

    pub(super) fn flicker(&self) -> Flicker {
        self.p.flicker
    }

    pub(super) fn has_charge(&self) -> bool {
        let p = &self.p;
        p.tf > 0.0 || p.tr > 0.0 || p.base_emitter.cj > 0.0 || p.base_collector.cj > 0.0
    }

    /// q_b and its slopes by v_be and v_bc.
    fn base_charge(
        &self,
        [v_be, v_bc]: [f64; 2],
        (i_f, g_f): (f64, f64),
        (i_r, g_r): (f64, f64),
    ) -> [f64; 3] {
        let p = &self.p;
        let q1 = 1.0 / (1.0 - v_bc / p.vaf - v_be / p.var);
        let q2 = i_f / p.ikf + i_r / p.ikr;
        let squared = (1.0 + 4.0 * q2).max(1e-12);
        let root = if p.nkf == 0.5 {
            squared.sqrt()
        } else {
            squared.powf(p.nkf)
        };
        let q_b = q1 * (1.0 + root) / 2.0;
        let by_q2 = 2.0 * p.nkf * root / squared;
        [
            q_b,
            q1 * (q_b / p.var + g_f / p.ikf * by_q2),
            q1 * (q_b / p.vaf + g_r / p.ikr * by_q2),
        ]
    }

    /// q_b and its slopes at these voltages, for the base resistance.
    pub(super) fn base_charge_at(&self, v_be: f64, v_bc: f64) -> [f64; 3] {
        let (forward, reverse) = (
            junction(v_be, self.p.i_s, self.p.v_tf),
            junction(v_bc, self.p.i_sr, self.p.v_tr),
        );
        self.base_charge([v_be, v_bc], forward, reverse)
    }

    /// The base current and its slopes at these voltages.
    pub(super) fn base_current_at(&self, v_be: f64, v_bc: f64) -> [f64; 3] {
        let Point { i, g, .. } = self.scalar(v_be, v_bc);
        [i[0] + i[1], g[0][0], g[1][1]]
    }

    /// i_f/q_b and its slopes at these voltages, for the excess phase.
    pub(super) fn forward_at(&self, v_be: f64, v_bc: f64) -> [f64; 3] {
        let (forward, reverse) = (
            junction(v_be, self.p.i_s, self.p.v_tf),
            junction(v_bc, self.p.i_sr, self.p.v_tr),
        );
        let [q_b, by_be, by_bc] = self.base_charge([v_be, v_bc], forward, reverse);
        let i = forward.0 / q_b;
        [i, (forward.1 - i * by_be) / q_b, -i * by_bc / q_b]
    }

    pub(super) fn polarity(&self) -> f64 {
        self.p.polarity
    }

    /// On the tapes the exponentials and the depletion charges are tables; a transistor with a roll-off other than Gummel
    /// and Poon's is called.
    pub(super) fn law(&self) -> Option<Law> {
        let p = &self.p;
        if p.nkf != 0.5 {
            return None;
        }
        let mut law = Law {
            is_bent: true,
            ..Law::default()
        };
        let number = Operand::Constant;
        let sign = p.polarity;
        let one = number(1.0);
        let mut junction = |control: usize, i_s: f64, v_t: f64| {
            let [j, dj] = law.looked_up(&JUNCTION, control, sign / v_t);
            let (i, g) = (law.local(), law.local());
            law.product(j, number(i_s), i);
            law.product(dj, number(i_s / v_t), g);
            (i, g)
        };
        let (i_f, g_f) = junction(0, p.i_s, p.v_tf);
        let (i_r, g_r) = junction(1, p.i_sr, p.v_tr);
        for (branch, i, g, gain, i_leak, v_leak) in [
            (0, i_f, g_f, p.bf, p.ise, p.v_te),
            (1, i_r, g_r, p.br, p.isc, p.v_tc),
        ] {
            let mut currents = vec![(i, number(sign / gain))];
            let mut slopes = vec![(g, number(1.0 / gain)), (one, number(GMIN))];
            if i_leak > 0.0 {
                let [j, dj] = law.looked_up(&JUNCTION, branch, sign / v_leak);
                currents.push((j, number(sign * i_leak)));
                slopes.push((dj, number(i_leak / v_leak)));
            }
            let leak = [Operand::Control(branch), Operand::Rest(branch)];
            currents.extend(leak.map(|v| (v, number(GMIN))));
            law.sum_of_products(&currents, Operand::Current(branch));
            law.sum_of_products(&slopes, Operand::Slope(branch, branch));
        }
        let q_1 = law.local();
        law.op(LawOp::Load(one));
        for (control, per_volt) in [(0, 1.0 / p.var), (1, 1.0 / p.vaf)] {
            for v in [Operand::Control(control), Operand::Rest(control)] {
                if per_volt != 0.0 {
                    law.op(LawOp::SubtractProduct(v, number(sign * per_volt)));
                }
            }
        }
        law.op(LawOp::DivideInto(one));
        law.op(LawOp::Store(q_1));
        let (root, q_b) = (law.local(), law.local());
        law.op(LawOp::Load(one));
        for (i, knee) in [(i_f, p.ikf), (i_r, p.ikr)] {
            if knee.is_finite() {
                law.op(LawOp::AddProduct(i, number(4.0 / knee)));
            }
        }
        law.op(LawOp::RootAtLeast(number(1e-12)));
        law.op(LawOp::Store(root));
        law.op(LawOp::Add(one));
        law.op(LawOp::Multiply(q_1));
        law.op(LawOp::Multiply(number(0.5)));
        law.op(LawOp::Store(q_b));
        let (per_root, per_q_b) = (law.reciprocal(root), law.reciprocal(q_b));
        let mut bend = |g: Operand, knee: f64, per_volt: f64| {
            let by_v = law.local();
            let mut parts = vec![(q_b, number(per_volt))];
            if knee.is_finite() {
                let part = law.local();
                law.product(g, per_root, part);
                parts.push((part, number(1.0 / knee)));
            }
            law.sum_of_products(&parts, by_v);
            law.product(by_v, q_1, by_v);
            by_v
        };
        let by = [bend(g_f, p.ikf, 1.0 / p.var), bend(g_r, p.ikr, 1.0 / p.vaf)];
        let i_ct = law.local();
        law.op(LawOp::Load(i_f));
        law.op(LawOp::SubtractProduct(i_r, one));
        law.op(LawOp::Multiply(per_q_b));
        law.op(LawOp::Store(i_ct));
        law.product(i_ct, number(sign), Operand::Current(2));
        for (control, g, g_sign) in [(0, g_f, 1.0), (1, g_r, -1.0)] {
            law.op(LawOp::Load(g));
            law.op(LawOp::Multiply(number(g_sign)));
            law.op(LawOp::SubtractProduct(i_ct, by[control]));
            law.op(LawOp::Multiply(per_q_b));
            law.op(LawOp::Store(Operand::Slope(2, control)));
        }
        if self.has_charge() {
            self.charges_on_tapes(&mut law, [(i_f, g_f), (i_r, g_r)], per_q_b, by);
        }
        Some(law)
    }

    /// Charges of both junctions, with `q_b`'s reciprocal and its slopes.
    fn charges_on_tapes(
        &self,
        law: &mut Law,
        [(i_f, g_f), (i_r, g_r)]: [(Operand, Operand); 2],
        per_q_b: Operand,
        by: [Operand; 2],
    ) {
        let p = &self.p;
        let (number, sign) = (Operand::Constant, p.polarity);
        law.op(LawOp::Load(number(0.0)));
        law.op(LawOp::Store(Operand::Slope(0, 1)));
        // (1 + a)·i_f and its slopes.
        let (mut stored, mut slopes) = (i_f, [Some(g_f), None]);
        if p.xtf != 0.0 {
            let (share, a) = (law.local(), law.local());
            law.op(LawOp::Load(number(1.0)));
            if p.itf > 0.0 {
                law.op(LawOp::Load(i_f));
                law.op(LawOp::Add(number(p.itf)));
                law.op(LawOp::DivideInto(i_f));
            }
            law.op(LawOp::Store(share));
            let [e, _] = law.looked_up(&EXPONENTIAL, 1, sign / (1.44 * p.vtf));
            law.product(e, share, a);
            law.product(a, share, a);
            law.product(a, number(p.xtf), a);
            let [whole, by_be, by_bc, times] = std::array::from_fn(|_| law.local());
            law.sum_of_products(&[(i_f, a), (i_f, number(1.0))], whole);
            law.sum_of_products(&[(share, number(-2.0)), (number(3.0), number(1.0))], times);
            law.product(times, a, times);
            law.sum_of_products(&[(times, g_f), (g_f, number(1.0))], by_be);
            law.product(i_f, a, by_bc);
            law.product(by_bc, number(1.0 / (1.44 * p.vtf)), by_bc);
            (stored, slopes) = (whole, [Some(by_be), Some(by_bc)]);
        }
        let level = law.local();
        law.product(stored, per_q_b, level);
        let depletion = [p.base_emitter, p.base_collector];
        let mut depleted = |control: usize| {
            (depletion[control].cj > 0.0).then(|| {
                let table = Arc::new(depletion[control].table());
                law.looked_up(&table, control, sign)
            })
        };
        let depleted = [depleted(0), depleted(1)];
        let with = |mut parts: Vec<(Operand, Operand)>, more: Option<(Operand, f64)>| {
            parts.extend(more.map(|(operand, weight)| (operand, number(weight))));
            parts
        };
        let q = |control: usize| depleted[control].map(|[q, _]| (q, sign));
        let c = |control: usize| depleted[control].map(|[_, c]| (c, 1.0));
        law.sum_of_products(
            &with(vec![(level, number(sign * p.tf))], q(0)),
            Operand::Charge(0),
        );
        law.sum_of_products(
            &with(vec![(i_r, number(sign * p.tr))], q(1)),
            Operand::Charge(1),
        );
        law.sum_of_products(
            &with(vec![(g_r, number(p.tr))], c(1)),
            Operand::Capacitance(1, 1),
        );
        for control in [0, 1] {
            let slope = law.local();
            law.op(LawOp::Load(slopes[control].unwrap_or(number(0.0))));
            law.op(LawOp::SubtractProduct(level, by[control]));
            law.op(LawOp::Multiply(per_q_b));
            law.op(LawOp::Store(slope));
            let more = if control == 0 { c(0) } else { None };
            law.sum_of_products(
                &with(vec![(slope, number(p.tf))], more),
                Operand::Capacitance(0, control),
            );
        }
    }

    fn scalar(&self, v_be: f64, v_bc: f64) -> Point<2> {
        let p = &self.p;
        let ((i_f, g_f), (i_r, g_r)) = (
            junction(v_be, p.i_s, p.v_tf),
            junction(v_bc, p.i_sr, p.v_tr),
        );
        let leak = |v: f64, i_s: f64, v_t: f64| {
            let (i, g) = junction(v, i_s, v_t);
            if i_s > 0.0 {
                (i + GMIN * v, g + GMIN)
            } else {
                (GMIN * v, GMIN)
            }
        };
        let ((i_le, g_le), (i_lc, g_lc)) = (leak(v_be, p.ise, p.v_te), leak(v_bc, p.isc, p.v_tc));

        let [q_b, dqb_dvbe, dqb_dvbc] = self.base_charge([v_be, v_bc], (i_f, g_f), (i_r, g_r));
        let i_ct = (i_f - i_r) / q_b;
        let mut point = Point {
            i: [i_f / p.bf + i_le, i_r / p.br + i_lc, i_ct],
            g: [
                [g_f / p.bf + g_le, 0.0],
                [0.0, g_r / p.br + g_lc],
                [
                    (g_f - i_ct * dqb_dvbe) / q_b,
                    (-g_r - i_ct * dqb_dvbc) / q_b,
                ],
            ],
            q: [0.0; 2],
            c: [[0.0; 2]; 2],
        };
        if self.has_charge() {
            let ((q_e, c_e), (q_c, c_c)) =
                (p.base_emitter.charge(v_be), p.base_collector.charge(v_bc));
            let (i_s, by_vbe, by_vbc) = self.diffusion(v_bc, i_f, g_f);
            let stored = i_s / q_b;
            point.q = [q_e + p.tf * stored, q_c + p.tr * i_r];
            let tf = p.tf / q_b;
            point.c = [
                [
                    c_e + tf * (by_vbe - stored * dqb_dvbe),
                    tf * (by_vbc - stored * dqb_dvbc),
                ],
                [0.0, c_c + p.tr * g_r],
            ];
        }
        point
    }

    /// (1 + a)·i_f and its slopes by v_be and v_bc.
    fn diffusion(&self, v_bc: f64, i_f: f64, g_f: f64) -> (f64, f64, f64) {
        let BjtParameters { xtf, vtf, itf, .. } = self.p;
        if xtf == 0.0 || i_f <= 0.0 {
            return (i_f, g_f, 0.0);
        }
        let share = i_f / (i_f + itf);
        let a = xtf * (v_bc / (1.44 * vtf)).min(MAX_EXPONENT).exp() * share * share;
        (
            i_f * (1.0 + a),
            g_f * (1.0 + a * (3.0 - 2.0 * share)),
            i_f * a / (1.44 * vtf),
        )
    }

    #[inline]
    pub(super) fn evaluate(&self, v: [f64x2; MAX_CONTROLS], response: &mut Response) {
        polar::evaluate(self.p.polarity, v, response, |[v_be, v_bc]| {
            self.scalar(v_be, v_bc)
        });
    }

    #[inline]
    pub(super) fn limit(&self, v: &mut [f64x2], v_old: &[f64x2]) {
        for (control, v_t) in [(0, self.p.v_tf), (1, self.p.v_tr)] {
            let one = control..control + 1;
            polar::limit(self.p.polarity, v, v_old, one, v_t, self.v_crit);
        }
    }
}
