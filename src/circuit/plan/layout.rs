//! Where everything stands in a solver's memory, in places of two lanes.

use crate::circuit::equations::Placed;
use crate::circuit::plan::Plan;
use crate::devices::Argument;
use crate::devices::Device;
use crate::devices::Law;
use crate::devices::LawOp;
use crate::devices::Operand;
use crate::devices::Shape;
use crate::devices::Table;
use std::ops::Range;
use std::sync::Arc;
use wide::f64x2;

/// Place that holds 1.
pub const ONE: usize = 0;
/// Place of the input voltage.
pub const INPUT: usize = 1;
/// Place of the square of the distance that the last pass wants the controls moved, in tolerances; not finite if the
/// pass has no solution.
pub const MOVED: usize = 2;
/// Place of the sum of the late unknowns after a step: finite where all of them are.
pub const CHECK: usize = 3;
/// Place of the square of the distance from the last step to where the last pass wants the controls, in tolerances.
pub const DISTANCE: usize = 4;
/// Places of the constants of `charging.rs`.
pub const FROM_LAST: usize = 5;
pub const FROM_BEFORE: usize = 6;
pub const RINGING: usize = 7;
const FIRST_FREE: usize = 8;

/// First place of each array.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Histories of capacitors and inductors, and of the devices' charges.
    pub h: usize,
    pub h_charge: usize,
    /// w of the devices' charges after the last two steps, and the currents that charged them (`charging.rs`).
    pub w_charge: usize,
    pub w_before: usize,
    pub i_charge: usize,
    /// Unknowns after the last step, measured from where they rest.
    pub x: usize,
    /// Control voltages of every device after the last step, measured from where they rest as all of them are; by how much
    /// the last step moved them; and where the devices are evaluated.
    pub v: usize,
    pub v_step: usize,
    pub at: usize,
    /// All of the above: what the circuit remembers from step to step.
    pub state: Range<usize>,
    /// Right sides of the early rows.
    pub d: usize,
    /// Right sides of the late rows without devices.
    pub right_side: usize,
    /// Right sides of the late rows with devices, then the late unknowns.
    pub b: usize,
    pub slots: usize,
    /// Of the late pivots.
    pub reciprocals: usize,
    /// A control's distance in tolerances, and the sum of their squares so far.
    pub distance: usize,
    pub so_far: usize,
    /// Slots, reciprocals, the devices' currents and what the tapes themselves answer for devices: written and read
    /// within a pass only.
    pub local: Range<usize>,
    /// Control voltages of the called devices, as they are.
    pub whole: usize,
    /// Every called device's answer, one after the other.
    pub answers: usize,
    /// Where the pass wants each control: a late unknown's own place where it is one.
    pub wanted: Vec<usize>,
    /// Where the devices are to be evaluated next.
    pub aim: usize,
    /// w of each charged branch where the devices were evaluated.
    pub charge: usize,
    /// 2·w of each state at the unknowns after the last step.
    pub doubled: usize,
    /// 1/tolerance of each control.
    pub scales: usize,
    /// Control voltages of every device at rest.
    pub v_rest: usize,
    /// Numbers that devices on the tapes multiply by, and where they stand.
    pub constants: Vec<f64>,
    pub constants_at: usize,
    pub tables: Vec<Arc<Table>>,
    /// Every device's places.
    pub devices: Vec<DevicePlaces>,
    pub n_controls: usize,
    pub n_states: usize,
    pub n_charges: usize,
    /// Controls of the called devices, and of those that are watched besides.
    pub called: Vec<Range<usize>>,
    pub watched: Vec<Range<usize>>,
    /// Number of places.
    pub size: usize,
}

/// Places of one device.
#[derive(Clone, Debug)]
pub struct DevicePlaces {
    /// Of its first control among all controls.
    pub control: usize,
    /// What it answers, and how that is packed.
    pub response: usize,
    pub shape: Shape,
    /// Its currents where it rests, as the straight lines of the pass have them.
    pub current: usize,
    /// Its law, if the tapes hold it; other devices are called.
    pub law: Option<PlacedLaw>,
    /// Whether its steps are limited.
    pub is_watched: bool,
}

impl DevicePlaces {
    fn controls(&self) -> Range<usize> {
        self.control..self.control + self.shape.controls
    }
}

/// A law on the tapes.
#[derive(Clone, Debug)]
pub struct PlacedLaw {
    pub law: Law,
    /// First of its own places.
    pub locals: usize,
    /// Place of the bounds of each table that it reads, in the order of its operations; where the table stands among the
    /// plan's, and what its argument is made of.
    pub tables: Vec<(usize, u32, Argument)>,
}

/// Numbers without repetition.
#[derive(Default)]
struct Pool {
    constants: Vec<f64>,
    tables: Vec<Arc<Table>>,
}

impl Pool {
    fn table(&mut self, table: &Arc<Table>) -> u32 {
        let known = self
            .tables
            .iter()
            .position(|known| Arc::ptr_eq(known, table));
        known.unwrap_or_else(|| {
            self.tables.push(table.clone());
            self.tables.len() - 1
        }) as u32
    }

    /// Notes the numbers of a law, and gives each of its tables two places for its bounds.
    fn law(&mut self, law: Law, mut take: impl FnMut(usize) -> usize) -> PlacedLaw {
        let mut tables = Vec::new();
        for op in &law.ops {
            match op {
                LawOp::Line {
                    table, argument, ..
                }
                | LawOp::Curves {
                    table, argument, ..
                } => tables.push((take(2), self.table(table), argument.clone())),
                LawOp::Load(a)
                | LawOp::Add(a)
                | LawOp::Multiply(a)
                | LawOp::DivideInto(a)
                | LawOp::RootAtLeast(a) => self.operand(a),
                LawOp::AddProduct(a, b) | LawOp::SubtractProduct(a, b) => {
                    [a, b].into_iter().for_each(|operand| self.operand(operand));
                }
                LawOp::Store(_) => {}
            }
        }
        PlacedLaw {
            law,
            locals: 0,
            tables,
        }
    }

    fn operand(&mut self, operand: &Operand) {
        if let Operand::Constant(value) = operand
            && !self.constants.contains(value)
        {
            self.constants.push(*value);
        }
    }
}

impl Layout {
    /// Some devices' control voltages as they are, from an array of them as measured from rest.
    #[inline]
    pub fn see_whole(&self, devices: &[Range<usize>], from: usize, memory: &mut [f64x2]) {
        for controls in devices {
            for control in controls.clone() {
                let v = memory[from + control] + memory[self.v_rest + control];
                memory[self.whole + control] = v;
            }
        }
    }

    /// Place of a number that a law on the tapes works with.
    pub fn constant(&self, value: f64) -> usize {
        let known = self.constants.iter().position(|known| *known == value);
        self.constants_at + known.unwrap_or(0)
    }

    pub fn new(plan: &Plan, devices: &[Placed]) -> Self {
        let mut size = FIRST_FREE;
        let mut take = |places: usize| {
            size += places;
            size - places
        };
        let mut pool = Pool::default();
        let mut known: Vec<(&Device, Law)> = Vec::new();
        let mut laws: Vec<Option<PlacedLaw>> = Vec::new();
        for Placed { device, .. } in devices {
            let same = known.iter().find(|(known, _)| known.shares_law(device));
            let law = same
                .map(|(_, law)| law.clone())
                .or_else(|| device.law())
                .inspect(|law| known.push((device, law.clone())));
            laws.push(law.map(|law| pool.law(law, &mut take)));
        }
        let (slots, reciprocals) = (take(plan.n_slots), take(plan.late.len()));
        let n_currents = devices.iter().map(|placed| placed.branches.len()).sum();
        let mut current = take(n_currents);
        let on_tapes: Vec<Option<usize>> = devices
            .iter()
            .zip(&mut laws)
            .map(|(placed, law)| {
                let law = law.as_mut()?;
                law.locals = take(law.law.n_locals);
                // A charge is remembered beyond the pass.
                let is_charged = placed.device.charged_branches() > 0;
                (!is_charged).then(|| take(placed.device.shape().size()))
            })
            .collect();
        let (distance, so_far) = (take(1), take(1));
        let local = slots..so_far + 1;
        let n_controls = devices.iter().map(|placed| placed.controls.len()).sum();
        let whole = take(n_controls);
        let answers = take(0);
        let mut control = 0;
        let devices: Vec<DevicePlaces> = devices
            .iter()
            .zip(laws.into_iter().zip(on_tapes))
            .map(|(placed, (law, on_tape))| {
                control += placed.controls.len();
                current += placed.branches.len();
                let shape = placed.device.shape();
                DevicePlaces {
                    control: control - placed.controls.len(),
                    response: on_tape.unwrap_or_else(|| take(placed.device.n_places())),
                    shape,
                    current: current - placed.branches.len(),
                    law,
                    is_watched: placed.device.is_watched(),
                }
            })
            .collect();
        let (n_states, n_charges, n_late) = (plan.states.len(), plan.n_charges, plan.late.len());
        let h = take(n_states);
        let h_charge = take(n_charges);
        let (w_charge, w_before) = (take(n_charges), take(n_charges));
        let i_charge = take(n_charges);
        let x = take(plan.size);
        let [v, v_step, at] = std::array::from_fn(|_| take(n_controls));
        let d = take(plan.size);
        let (right_side, b) = (take(n_late), take(n_late));
        let controls = plan.wiring.iter().flat_map(|wiring| &wiring.controls);
        let wanted = controls
            .map(|ports| match ports {
                (Some(late), None) => b + late,
                _ => take(1),
            })
            .collect();
        Self {
            h,
            h_charge,
            w_charge,
            w_before,
            i_charge,
            x,
            v,
            v_step,
            at,
            state: h..d,
            d,
            right_side,
            b,
            slots,
            reciprocals,
            distance,
            so_far,
            local,
            whole,
            answers,
            wanted,
            aim: take(n_controls),
            charge: take(n_charges),
            doubled: take(n_states),
            scales: take(n_controls),
            v_rest: take(n_controls),
            called: devices
                .iter()
                .filter(|places| places.law.is_none())
                .map(DevicePlaces::controls)
                .collect(),
            watched: devices
                .iter()
                .filter(|places| places.law.is_none() || places.is_watched)
                .map(DevicePlaces::controls)
                .collect(),
            constants_at: take(pool.constants.len()),
            constants: pool.constants,
            tables: pool.tables,
            devices,
            n_controls,
            n_states,
            n_charges,
            size,
        }
    }
}
