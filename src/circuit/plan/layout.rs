//! Where everything stands in a solver's memory, in places of two lanes.

use crate::circuit::equations::Placed;
use crate::circuit::plan::Plan;
use crate::devices::Kernel;
use crate::devices::Shape;
use crate::devices::Table;
use std::ops::Range;
use std::sync::Arc;

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
/// Place that holds 3.
pub const THREE: usize = 8;
const FIRST_FREE: usize = 9;

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
    /// Control voltages of every device after the last three steps.
    pub v: usize,
    pub v_before: usize,
    pub v_first: usize,
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
    /// Where the devices are evaluated.
    pub at: usize,
    /// Every called device's answer, one after the other.
    pub answers: usize,
    /// Where the pass wants the devices.
    pub wanted: usize,
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
    pub kernels: Option<Vec<PlacedKernel>>,
}

/// A branch on the tapes: `factor·table(Σ weight·control)`.
#[derive(Clone, Debug)]
pub struct PlacedKernel {
    pub table: u32,
    /// Controls, and the places of their weights and of factor·weight where these are not 1.
    pub argument: Vec<(usize, Option<usize>, Option<usize>)>,
    pub factor: Option<usize>,
    /// Place of the table's argument at rest.
    pub rest: usize,
}

/// Numbers without repetition.
#[derive(Default)]
struct Pool {
    constants: Vec<f64>,
    tables: Vec<Arc<Table>>,
}

impl Pool {
    /// Number of a constant other than 1.
    fn constant(&mut self, value: f64) -> Option<usize> {
        if value == 1.0 {
            return None;
        }
        let known = self.constants.iter().position(|known| *known == value);
        Some(known.unwrap_or_else(|| {
            self.constants.push(value);
            self.constants.len() - 1
        }))
    }

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

    fn kernel(&mut self, kernel: &Kernel, rest: usize) -> PlacedKernel {
        PlacedKernel {
            table: self.table(&kernel.table),
            argument: kernel
                .argument
                .iter()
                .map(|(control, weight)| {
                    let slope = self.constant(kernel.factor * weight);
                    (*control, self.constant(*weight), slope)
                })
                .collect(),
            factor: self.constant(kernel.factor),
            rest,
        }
    }
}

impl Layout {
    pub fn new(plan: &Plan, devices: &[Placed]) -> Self {
        let mut size = FIRST_FREE;
        let mut take = |places: usize| {
            size += places;
            size - places
        };
        let mut pool = Pool::default();
        let kernels: Vec<_> = devices
            .iter()
            .map(|placed| {
                let kernels = placed.device.kernels()?;
                let placed = kernels.iter().map(|kernel| pool.kernel(kernel, take(1)));
                Some(placed.collect())
            })
            .collect();
        let (slots, reciprocals) = (take(plan.n_slots), take(plan.late.len()));
        let n_currents = devices.iter().map(|placed| placed.branches.len()).sum();
        let mut current = take(n_currents);
        let on_tapes: Vec<_> = devices
            .iter()
            .zip(&kernels)
            .map(|(placed, kernels): (&Placed, &Option<Vec<PlacedKernel>>)| {
                kernels.as_ref().map(|_| take(placed.device.n_places()))
            })
            .collect();
        let (distance, so_far) = (take(1), take(1));
        let local = slots..so_far + 1;
        let n_controls = devices.iter().map(|placed| placed.controls.len()).sum();
        let at = take(n_controls);
        let answers = take(0);
        let mut control = 0;
        let devices: Vec<DevicePlaces> = devices
            .iter()
            .zip(kernels.into_iter().zip(on_tapes))
            .map(|(placed, (kernels, on_tape))| {
                control += placed.controls.len();
                current += placed.branches.len();
                let shape = placed.device.shape();
                DevicePlaces {
                    control: control - placed.controls.len(),
                    response: on_tape.unwrap_or_else(|| take(placed.device.n_places())),
                    shape,
                    current: current - placed.branches.len(),
                    kernels,
                }
            })
            .collect();
        let (n_states, n_charges, n_late) = (plan.states.len(), plan.n_charges, plan.late.len());
        let h = take(n_states);
        let h_charge = take(n_charges);
        let (w_charge, w_before) = (take(n_charges), take(n_charges));
        let i_charge = take(n_charges);
        let x = take(plan.size);
        let [v, v_before, v_first] = std::array::from_fn(|_| take(n_controls));
        let d = take(plan.size);
        Self {
            h,
            h_charge,
            w_charge,
            w_before,
            i_charge,
            x,
            v,
            v_before,
            v_first,
            state: h..d,
            d,
            right_side: take(n_late),
            b: take(n_late),
            slots,
            reciprocals,
            distance,
            so_far,
            local,
            at,
            answers,
            wanted: take(n_controls),
            aim: take(n_controls),
            charge: take(n_charges),
            doubled: take(n_states),
            scales: take(n_controls),
            v_rest: take(n_controls),
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
