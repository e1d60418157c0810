//! Nonlinear devices: voltages in, currents and exact slopes out. Stateless; two lanes at a time.
//!
//! A device has terminals, *controls* (the voltages that its law depends on) and *branches* (the currents that it
//! drives), each a pair of terminals. A branch may also hold charge. What it answers is packed (`answer.rs`).

mod answer;
mod base_spread;
pub mod behavioural;
mod bjt;
mod diff_pair;
mod diode;
mod epilayer;
mod excess_phase;
mod gate_charge;
mod grid;
mod jfet;
mod junction;
mod koren;
mod law;
mod magnet;
mod mosfet;
mod noise;
mod polar;
mod rectifier;
mod reefman;
#[cfg(test)]
mod slopes;
mod smooth;
mod table;
mod temperature;
mod triode;
mod vdmos;

pub use answer::Answer;
pub use answer::Shape;
pub use base_spread::BaseSpread;
pub use behavioural::Behavioural;
pub use bjt::Bjt;
pub use bjt::BjtParameters;
pub use diff_pair::DiffPair;
pub use diode::Breakdown;
pub use diode::Diode;
pub use diode::DiodeParameters;
pub use diode::Recombination;
pub use epilayer::Epilayer;
pub use excess_phase::ExcessPhase;
pub use gate_charge::GateCharge;
pub use grid::Grid;
pub use jfet::Jfet;
pub use jfet::JfetParameters;
pub use junction::Depletion;
pub use junction::GMIN;
pub use koren::KorenPentode;
pub use koren::KorenTriode;
pub use law::Argument;
pub use law::Law;
pub use law::LawOp;
pub use law::Operand;
pub use magnet::Magnet;
pub use magnet::MagnetParameters;
pub use mosfet::Mosfet;
pub use mosfet::MosfetParameters;
pub use noise::Flicker;
pub use noise::NoiseCurrent;
pub use noise::thermal;
pub use rectifier::Rectifier;
pub use reefman::ReefmanPentode;
pub use table::Spacing;
pub use table::Table;
pub use table::add_product;
pub use temperature::Temperature;
pub use triode::Triode;
pub use triode::TriodeParameters;
pub use vdmos::Drift;
pub use vdmos::Vdmos;
pub use vdmos::VdmosParameters;

use crate::units::Volts;
use wide::f64x2;

/// Most controls and branches of a device whose law fills a [`Response`]; others write their answer themselves.
const MAX_CONTROLS: usize = 3;
const MAX_BRANCHES: usize = 3;

/// A terminal of a device by its place, or ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminal {
    Pin(usize),
    Ground,
}

/// From the first terminal to the second: a voltage across, or a current through.
pub type Port = (Terminal, Terminal);

const fn port(from: usize, to: usize) -> Port {
    (Terminal::Pin(from), Terminal::Pin(to))
}

/// What a device of few controls and branches answers to its control voltages, before it is packed.
#[derive(Clone, Copy, Debug, Default)]
struct Response {
    /// Current of each branch, in A.
    pub i: [f64x2; MAX_BRANCHES],
    /// Slope of each current by each control, in S.
    pub g: [[f64x2; MAX_CONTROLS]; MAX_BRANCHES],
    /// Charge of each branch, in C, where the device has charges.
    pub q: [f64x2; MAX_BRANCHES],
    /// Slope of each charge by each control, in F.
    pub c: [[f64x2; MAX_CONTROLS]; MAX_BRANCHES],
}

impl Response {
    /// Writes the first `BRANCHES` by `CONTROLS`, and the charges of the first `charged` branches.
    #[inline(always)]
    fn pack<const BRANCHES: usize, const CONTROLS: usize>(&self, charged: usize, to: &mut [f64x2]) {
        let (currents, charges) = to.split_at_mut(BRANCHES * (1 + CONTROLS));
        for branch in 0..BRANCHES {
            currents[branch] = self.i[branch];
            for control in 0..CONTROLS {
                currents[BRANCHES + branch * CONTROLS + control] = self.g[branch][control];
            }
        }
        for branch in 0..charged {
            charges[branch] = self.q[branch];
            for control in 0..CONTROLS {
                charges[charged + branch * CONTROLS + control] = self.c[branch][control];
            }
        }
    }
}

/// Every nonlinear device that the solver knows.
#[derive(Clone, Debug)]
pub enum Device {
    Triode(Triode),
    DiffPair(DiffPair),
    Diode(Diode),
    Bjt(Bjt),
    BaseSpread(BaseSpread),
    Epilayer(Epilayer),
    ExcessPhase(ExcessPhase),
    Jfet(Jfet),
    Mosfet(Mosfet),
    GateCharge(GateCharge),
    Vdmos(Vdmos),
    Drift(Drift),
    KorenTriode(KorenTriode),
    KorenPentode(KorenPentode),
    ReefmanPentode(ReefmanPentode),
    Rectifier(Rectifier),
    Magnet(Magnet),
    Behavioural(Behavioural),
}

impl Device {
    /// The law as operations, where it has that form: the solver's tapes then hold the device.
    pub fn law(&self) -> Option<Law> {
        match self {
            Self::Triode(triode) => Some(triode.law()),
            Self::DiffPair(pair) => Some(pair.law()),
            Self::KorenTriode(triode) => Some(triode.law()),
            Self::KorenPentode(pentode) => Some(pentode.law()),
            Self::ReefmanPentode(pentode) => Some(pentode.law()),
            Self::Rectifier(rectifier) => Some(rectifier.law()),
            Self::Diode(diode) => diode.law(),
            Self::Bjt(bjt) => bjt.law(),
            Self::Behavioural(law) => law.law(),
            _ => None,
        }
    }

    /// Whether another device's law is the same and may share its tables.
    pub fn shares_law(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::KorenTriode(a), Self::KorenTriode(b)) => a == b,
            (Self::KorenPentode(a), Self::KorenPentode(b)) => a == b,
            (Self::ReefmanPentode(a), Self::ReefmanPentode(b)) => a == b,
            (Self::Rectifier(a), Self::Rectifier(b)) => a == b,
            (Self::Diode(a), Self::Diode(b)) => a == b,
            (Self::Bjt(a), Self::Bjt(b)) => a == b,
            (Self::Behavioural(a), Self::Behavioural(b)) => a.shares_law(b),
            _ => false,
        }
    }

    /// Names of the terminals, in the order of the deck.
    pub fn terminals(&self) -> &'static [&'static str] {
        match self {
            Self::Triode(_) => &Triode::TERMINALS,
            Self::DiffPair(_) => &DiffPair::TERMINALS,
            Self::Diode(_) => &Diode::TERMINALS,
            Self::Bjt(_) => &Bjt::TERMINALS,
            Self::BaseSpread(_) => &BaseSpread::TERMINALS,
            Self::Epilayer(_) => &Epilayer::TERMINALS,
            Self::ExcessPhase(_) => &ExcessPhase::TERMINALS,
            Self::Jfet(_) => &Jfet::TERMINALS,
            Self::Mosfet(_) => &Mosfet::TERMINALS,
            Self::GateCharge(_) => &GateCharge::TERMINALS,
            Self::Vdmos(_) => &Vdmos::TERMINALS,
            Self::Drift(_) => &Drift::TERMINALS,
            Self::KorenTriode(_) => &KorenTriode::TERMINALS,
            Self::KorenPentode(_) => &KorenPentode::TERMINALS,
            Self::ReefmanPentode(_) => &ReefmanPentode::TERMINALS,
            Self::Rectifier(_) => &Rectifier::TERMINALS,
            Self::Magnet(_) => &Magnet::TERMINALS,
            Self::Behavioural(_) => &Behavioural::TERMINALS,
        }
    }

    /// Between terminals; a behavioural source's controls lie anywhere in the circuit.
    pub fn controls(&self) -> &'static [Port] {
        match self {
            Self::Triode(_) => &Triode::CONTROLS,
            Self::DiffPair(_) => &DiffPair::CONTROLS,
            Self::Diode(_) => &Diode::CONTROLS,
            Self::Bjt(_) => &Bjt::CONTROLS,
            Self::BaseSpread(_) => &BaseSpread::CONTROLS,
            Self::Epilayer(_) => &Epilayer::CONTROLS,
            Self::ExcessPhase(_) => &ExcessPhase::CONTROLS,
            Self::Jfet(_) => &Jfet::CONTROLS,
            Self::Mosfet(_) => &Mosfet::CONTROLS,
            Self::GateCharge(_) => &GateCharge::CONTROLS,
            Self::Vdmos(_) => &Vdmos::CONTROLS,
            Self::Drift(_) => &Drift::CONTROLS,
            Self::KorenTriode(_) => &KorenTriode::CONTROLS,
            Self::KorenPentode(_) => &KorenPentode::CONTROLS,
            Self::ReefmanPentode(_) => &ReefmanPentode::CONTROLS,
            Self::Rectifier(_) => &Rectifier::CONTROLS,
            Self::Magnet(_) => &Magnet::CONTROLS,
            Self::Behavioural(_) => &[],
        }
    }

    pub fn branches(&self) -> &'static [Port] {
        match self {
            Self::Triode(_) => &Triode::BRANCHES,
            Self::DiffPair(_) => &DiffPair::BRANCHES,
            Self::Diode(_) => &Diode::BRANCHES,
            Self::Bjt(_) => &Bjt::BRANCHES,
            Self::BaseSpread(_) => &BaseSpread::BRANCHES,
            Self::Epilayer(_) => &Epilayer::BRANCHES,
            Self::ExcessPhase(_) => &ExcessPhase::BRANCHES,
            Self::Jfet(_) => &Jfet::BRANCHES,
            Self::Mosfet(_) => &Mosfet::BRANCHES,
            Self::GateCharge(_) => &GateCharge::BRANCHES,
            Self::Vdmos(_) => &Vdmos::BRANCHES,
            Self::Drift(_) => &Drift::BRANCHES,
            Self::KorenTriode(_) => &KorenTriode::BRANCHES,
            Self::KorenPentode(_) => &KorenPentode::BRANCHES,
            Self::ReefmanPentode(_) => &ReefmanPentode::BRANCHES,
            Self::Rectifier(_) => &Rectifier::BRANCHES,
            Self::Magnet(_) => &Magnet::BRANCHES,
            Self::Behavioural(_) => &Behavioural::BRANCHES,
        }
    }

    /// How many of the first branches hold charge.
    pub fn charged_branches(&self) -> usize {
        match self {
            Self::Diode(diode) => usize::from(diode.has_charge()),
            Self::Bjt(bjt) => 2 * usize::from(bjt.has_charge()),
            Self::Jfet(jfet) => 2 * usize::from(jfet.has_charge()),
            Self::Mosfet(mosfet) => 2 * usize::from(mosfet.has_charge()),
            Self::GateCharge(_) => 3,
            Self::Vdmos(vdmos) => usize::from(vdmos.has_charge()),
            Self::Epilayer(_) => 2,
            Self::ExcessPhase(_) => 1,
            _ => 0,
        }
    }

    /// Change of a control below which the law counts as straight: Newton's tolerance.
    ///
    /// Newton converges quadratically, so the error left behind is of the order of its square over the device's
    /// own scale.
    pub fn tolerance(&self, control: usize) -> Volts {
        match self {
            Self::Magnet(magnet) => magnet.tolerance(control),
            Self::Triode(triode) => tube_tolerance(control, triode.parameters.mu),
            Self::KorenTriode(triode) => tube_tolerance(control, triode.mu),
            Self::KorenPentode(pentode) => tube_tolerance(control, pentode.mu),
            Self::ReefmanPentode(pentode) => tube_tolerance(control, pentode.mu),
            Self::Rectifier(_) => 2e-2,
            Self::Behavioural(law) => law.tolerance(control),
            Self::DiffPair(pair) => 1e-3 * pair.v_scale(),
            Self::Diode(_) | Self::Jfet(_) | Self::Mosfet(_) | Self::Vdmos(_) => 1e-4,
            Self::GateCharge(_) | Self::Drift(_) => 1e-3,
            // Amps.
            Self::ExcessPhase(_) if control == 2 => 1e-6,
            // A stage amplifies what its junction is off.
            Self::Bjt(_) | Self::BaseSpread(_) | Self::Epilayer(_) | Self::ExcessPhase(_) => 2e-5,
        }
    }

    /// Whether Newton's steps are limited, which tapes don't do.
    pub fn is_watched(&self) -> bool {
        matches!(
            self,
            Self::Diode(_)
                | Self::Bjt(_)
                | Self::BaseSpread(_)
                | Self::Epilayer(_)
                | Self::ExcessPhase(_)
                | Self::Jfet(_)
                | Self::Mosfet(_)
                | Self::GateCharge(_)
                | Self::Vdmos(_)
        )
    }

    /// Whether a branch depends on a control at all: slopes that are always zero are left out of the equations.
    pub fn depends(&self, branch: usize, control: usize) -> bool {
        match self {
            Self::Triode(_) | Self::KorenTriode(_) => (branch, control) != (0, 1),
            Self::KorenPentode(_) => branch == 2 || control <= branch,
            Self::ReefmanPentode(_) => branch > 0 || control == 0,
            Self::Bjt(bjt) => match (branch, control) {
                (0, 1) => bjt.has_charge(),
                (1, 0) => false,
                _ => true,
            },
            Self::Epilayer(_) => branch == 2 || branch == control,
            Self::ExcessPhase(_) => branch == 0 || control == 2,
            Self::Vdmos(_) => (branch, control) != (0, 0),
            _ => true,
        }
    }

    /// How [`answer`](Self::answer) is packed.
    pub fn shape(&self) -> Shape {
        if let Self::Behavioural(law) = self {
            return law.shape();
        }
        Shape {
            branches: self.branches().len(),
            controls: self.controls().len(),
            charged: self.charged_branches(),
        }
    }

    /// Places that [`answer`](Self::answer) needs: for its answer, and behind it to work in.
    pub fn n_places(&self) -> usize {
        let n_scratch = match self {
            Self::Behavioural(law) => law.n_scratch(),
            _ => 0,
        };
        self.shape().size() + n_scratch
    }

    /// What the first lane answers at control voltages `v`; for analyses.
    pub fn at(&self, v: &[f64x2]) -> Answer {
        let mut values = vec![f64x2::ZERO; self.n_places()];
        self.answer(v, &mut values);
        Answer::new(self.shape(), &values)
    }

    /// Currents, charges and slopes at control voltages `v`, packed as its [`shape`](Self::shape) says.
    #[inline]
    pub fn answer(&self, v: &[f64x2], to: &mut [f64x2]) {
        match self {
            Self::Triode(triode) => {
                let mut response = Response::default();
                triode.evaluate(padded::<2>(v), &mut response);
                response.pack::<2, 2>(0, to);
            }
            Self::DiffPair(pair) => {
                let mut response = Response::default();
                pair.evaluate(padded::<1>(v), &mut response);
                response.pack::<1, 1>(0, to);
            }
            Self::Diode(diode) => {
                let answer = diode.answer(v[0]);
                if diode.has_charge() {
                    to[..4].copy_from_slice(&answer);
                } else {
                    to[..2].copy_from_slice(&answer[..2]);
                }
            }
            Self::Bjt(bjt) => {
                let mut response = Response::default();
                bjt.evaluate(padded::<2>(v), &mut response);
                response.pack::<3, 2>(self.charged_branches(), to);
            }
            Self::BaseSpread(spread) => {
                let mut response = Response::default();
                spread.evaluate(padded::<3>(v), &mut response);
                response.pack::<1, 3>(0, to);
            }
            Self::Jfet(jfet) => {
                let mut response = Response::default();
                jfet.evaluate(padded::<2>(v), &mut response);
                response.pack::<3, 2>(self.charged_branches(), to);
            }
            Self::Mosfet(mosfet) => {
                let mut response = Response::default();
                mosfet.evaluate(padded::<3>(v), &mut response);
                response.pack::<3, 3>(self.charged_branches(), to);
            }
            Self::Epilayer(layer) => {
                let mut response = Response::default();
                layer.evaluate(padded::<2>(v), &mut response);
                response.pack::<3, 2>(2, to);
            }
            Self::ExcessPhase(phase) => {
                let mut response = Response::default();
                phase.evaluate(padded::<3>(v), &mut response);
                response.pack::<2, 3>(1, to);
            }
            Self::GateCharge(charge) => {
                let mut response = Response::default();
                charge.evaluate(padded::<3>(v), &mut response);
                response.pack::<3, 3>(3, to);
            }
            Self::Vdmos(vdmos) => {
                let mut response = Response::default();
                vdmos.evaluate(padded::<2>(v), &mut response);
                response.pack::<2, 2>(self.charged_branches(), to);
            }
            Self::Drift(drift) => {
                let mut response = Response::default();
                drift.evaluate(padded::<2>(v), &mut response);
                response.pack::<1, 2>(0, to);
            }
            Self::KorenTriode(triode) => {
                let mut response = Response::default();
                triode.evaluate(padded::<2>(v), &mut response);
                response.pack::<2, 2>(0, to);
            }
            Self::KorenPentode(pentode) => {
                let mut response = Response::default();
                pentode.evaluate(padded::<3>(v), &mut response);
                response.pack::<3, 3>(0, to);
            }
            Self::ReefmanPentode(pentode) => {
                let mut response = Response::default();
                pentode.evaluate(padded::<3>(v), &mut response);
                response.pack::<3, 3>(0, to);
            }
            Self::Rectifier(rectifier) => {
                let mut response = Response::default();
                rectifier.evaluate(padded::<1>(v), &mut response);
                response.pack::<1, 1>(0, to);
            }
            Self::Magnet(magnet) => {
                let mut response = Response::default();
                magnet.evaluate(padded::<3>(v), &mut response);
                response.pack::<2, 3>(0, to);
            }
            Self::Behavioural(law) => {
                let shape = law.shape();
                law.answer(&v[..shape.controls], &mut to[..self.n_places()]);
            }
        }
    }

    /// Pulls proposed control voltages back towards the old ones where the law is too steep for a whole step.
    #[inline]
    pub fn limit(&self, v: &mut [f64x2], v_old: &[f64x2]) {
        match self {
            Self::Diode(diode) => diode.limit(v, v_old),
            Self::Bjt(bjt) => bjt.limit(v, v_old),
            Self::BaseSpread(spread) => spread.transistor.limit(&mut v[1..], &v_old[1..]),
            Self::Epilayer(layer) => layer.limit(v, v_old),
            Self::ExcessPhase(phase) => phase.transistor.limit(v, v_old),
            Self::Jfet(jfet) => jfet.limit(v, v_old),
            Self::Mosfet(mosfet) => mosfet.limit(v, v_old),
            _ => {}
        }
    }
}

/// Newton's tolerance for a grid, or what is like one.
const TOL_GRID: Volts = 8e-3;

/// Tolerance of a tube's grid, of the electrode that its amplification factor `mu` is of, and of a pentode's plate.
fn tube_tolerance(control: usize, mu: f64) -> Volts {
    match control {
        0 => TOL_GRID,
        1 => 0.5 * TOL_GRID * mu,
        _ => 5e-2,
    }
}

/// The first `N` control voltages as laws of few controls take them.
#[inline(always)]
fn padded<const N: usize>(v: &[f64x2]) -> [f64x2; MAX_CONTROLS] {
    let mut all = [f64x2::ZERO; MAX_CONTROLS];
    all[..N].copy_from_slice(&v[..N]);
    all
}
