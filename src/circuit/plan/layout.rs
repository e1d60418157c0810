//! Where everything stands in a solver's memory, in places of two lanes.

use crate::circuit::equations::Placed;
use crate::circuit::plan::Plan;
use crate::devices::Shape;
use std::ops::Range;

/// Place that holds 1.
pub const ONE: usize = 0;
/// Place of the input voltage.
pub const INPUT: usize = 1;
/// Place of the square of the largest distance that the last pass wants a control moved, in tolerances; NaN if the
/// pass has no solution.
pub const MOVED: usize = 2;
/// Place of the sum of all unknowns after a step: finite where all of them are.
pub const CHECK: usize = 3;
/// Place of the square of the largest distance from the last step to where the last pass wants a control.
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
    /// Unknowns after the last step.
    pub x: usize,
    /// Control voltages of every device after the last two steps.
    pub v: usize,
    pub v_before: usize,
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
    /// Slots, reciprocals and the devices' currents: written and read within a pass only.
    pub local: Range<usize>,
    /// Where the devices are evaluated.
    pub at: usize,
    /// Every device's answer, one after the other.
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
    /// Every device's places.
    pub devices: Vec<DevicePlaces>,
    pub n_controls: usize,
    pub n_states: usize,
    pub n_charges: usize,
    /// Number of places.
    pub size: usize,
}

/// Places of one device.
#[derive(Clone, Copy, Debug)]
pub struct DevicePlaces {
    /// Of its first control among all controls.
    pub control: usize,
    /// What it answers, and how that is packed.
    pub response: usize,
    pub shape: Shape,
    /// Its currents at zero volts, as the straight lines of the pass have them.
    pub current: usize,
}

impl Layout {
    pub fn new(plan: &Plan, devices: &[Placed]) -> Self {
        let mut size = FIRST_FREE;
        let mut take = |places: usize| {
            size += places;
            size - places
        };
        let (slots, reciprocals) = (take(plan.n_slots), take(plan.late.len()));
        let n_currents = devices.iter().map(|placed| placed.branches.len()).sum();
        let mut current = take(n_currents);
        let local = slots..current + n_currents;
        let n_controls = devices.iter().map(|placed| placed.controls.len()).sum();
        let at = take(n_controls);
        let answers = take(0);
        let mut control = 0;
        let devices: Vec<DevicePlaces> = devices
            .iter()
            .map(|placed| {
                control += placed.controls.len();
                current += placed.branches.len();
                let shape = placed.device.shape();
                DevicePlaces {
                    control: control - placed.controls.len(),
                    response: take(placed.device.n_places()),
                    shape,
                    current: current - placed.branches.len(),
                }
            })
            .collect();
        let (n_states, n_charges, n_late) = (plan.states.len(), plan.n_charges, plan.late.len());
        let h = take(n_states);
        let h_charge = take(n_charges);
        let (w_charge, w_before) = (take(n_charges), take(n_charges));
        let i_charge = take(n_charges);
        let x = take(plan.size);
        let (v, v_before) = (take(n_controls), take(n_controls));
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
            state: h..d,
            d,
            right_side: take(n_late),
            b: take(n_late),
            slots,
            reciprocals,
            local,
            at,
            answers,
            wanted: take(n_controls),
            aim: take(n_controls),
            charge: take(n_charges),
            doubled: take(n_states),
            scales: take(n_controls),
            devices,
            n_controls,
            n_states,
            n_charges,
            size,
        }
    }
}
