//! Loadline's own rigs, whole, as the plugin plays them.

use crate::GAIN;
use crate::Player;
use crate::RATE;
use anyhow::Context;
use anyhow::Result;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Oversampling;
use loadline::rig::Pair;
use loadline::rig::Slot;

/// The preamps that are compared, by their ids, with the names of the table.
const RIGS: [(&str, &str); 2] = [
    ("tube_two_stage", "Loadline, two 12AX7"),
    ("opamp_baxandall", "Loadline, op-amps"),
];

pub fn players() -> Result<Vec<Player>> {
    RIGS.iter().map(|(id, name)| player(id, name)).collect()
}

fn player(id: &str, name: &'static str) -> Result<Player> {
    let library = Library::factory();
    let preamp = library.find(Slot::Preamp, id);
    let preamp = preamp.with_context(|| format!("the library has no {id}"))?;
    let mut controls = Controls::default();
    for rig in &mut controls.rigs {
        rig.choices[Slot::Preamp] = preamp;
        rig.choices.oversampling = Oversampling::X4;
        rig.knobs[(Slot::Preamp, "gain")] = GAIN;
    }
    let mut pair = Pair::new(RATE, &controls, &library)?;
    let play = move |input: &[Vec<f32>; 2], out: &mut [Vec<f32>; 2]| {
        let [left, right] = out;
        left.copy_from_slice(&input[0]);
        right.copy_from_slice(&input[1]);
        pair.process(left, right, &controls);
        Ok(())
    };
    Ok(Player {
        name,
        channels: 2,
        settings: format!(
            "stereo at 4×, 0 dBFS = {} dBu, tone at half",
            controls.calibration_dbu
        ),
        play: Box::new(play),
    })
}
