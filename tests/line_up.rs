//! Every model of the library plays in a rig, beside every kind of neighbour.

use loadline::rig::Chain;
use loadline::rig::ChainOrder;
use loadline::rig::Library;
use loadline::rig::RigControls;
use loadline::rig::Slot;
use wide::f64x2;

const RATE: f64 = 48e3;
/// Samples: 0.2 s.
const N: u32 = 9600;

/// What stands in the other slots while one is tried.
const NEIGHBOURS: [(Slot, &str); 4] = [
    (Slot::Source, "line"),
    (Slot::Preamp, "opamp_choice"),
    (Slot::Amp, "headphone_opamp"),
    (Slot::Load, "resistor"),
];

/// The rig plays a tone at this level: finite, at rest before, without a missed step, and not silent.
fn try_out(rig: &RigControls, library: &Library, name: &str, peak: f64) {
    let order = ChainOrder::of(rig, RATE);
    let mut chain = Chain::build(&order, library).unwrap_or_else(|why| panic!("{name}: {why}"));
    let rest = chain.tick(f64x2::ZERO).to_array()[0];
    let mut out = Vec::new();
    for n in 0..N {
        let v = peak * (std::f64::consts::TAU * 220.0 * f64::from(n) / RATE).sin();
        out.push(chain.tick(f64x2::new([v, -v])).to_array());
    }
    let heard = out
        .iter()
        .map(|[left, _]| (left - rest).abs())
        .fold(0.0, f64::max);
    println!(
        "{name}: {heard:.3} V of {peak} V, {} misses",
        chain.misses()
    );
    assert!(out.iter().flatten().all(|v| v.is_finite()), "{name}");
    assert!(heard > 1e-6 && heard < 1e3, "{name}: {heard} V");
    assert_eq!(chain.misses(), 0, "{name}");
}

#[test]
fn every_model_plays() {
    let library = Library::factory();
    for slot in Slot::ALL {
        for (place, model) in library.models(slot) {
            let mut rig = RigControls::default();
            for (other, id) in NEIGHBOURS {
                let place = library.find(other, id).unwrap_or_else(|| panic!("no {id}"));
                rig.choose(other, place, &library);
            }
            rig.choose(slot, place, &library);
            let name = format!("{} {}", slot.id(), model.id);
            for peak in [0.01, 1.0] {
                try_out(&rig, &library, &name, peak);
            }
        }
    }
}
