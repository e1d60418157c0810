//! What the solid-state preamps promise, in numbers: against formulas, datasheets, published figures and ngspice.

mod bench;
mod class_a;
mod jfet;
#[path = "../ngspice/mod.rs"]
mod ngspice;
mod opamps;
mod phono;
mod playing;
