//! Every native device against ngspice: currents at rest over the plane of its voltages, charges as it plays.

mod bench;
mod bipolar;
mod core;
mod diode;
mod jfet;
mod mosfet;
#[path = "../ngspice/mod.rs"]
mod ngspice;
mod opamps;
mod temperature;
mod tubes;
