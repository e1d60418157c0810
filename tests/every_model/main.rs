//! Every model and every cabinet of the library at every rate: what a host may rely on, whichever it is.

mod blocks;
mod reset;
mod response;
mod rigs;
mod silence;
mod turns;
mod waking;
