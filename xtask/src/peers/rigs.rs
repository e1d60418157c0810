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

/// What is compared: models by slot and id, and the name of the table.
const RIGS: [(&[(Slot, &str)], &str); 3] = [
    (&[(Slot::Preamp, "tube_two_stage")], "Loadline, two 12AX7"),
    (&[(Slot::Preamp, "opamp_baxandall")], "Loadline, op-amps"),
    (
        &[
            (Slot::Preamp, "tube_two_stage"),
            (Slot::Amp, "tube_pp_6l6"),
            (Slot::Load, "speaker_4x12_closed"),
        ],
        "Loadline, two 12AX7 into two 6L6",
    ),
];

pub fn players() -> Result<Vec<Player>> {
    RIGS.iter()
        .map(|(models, name)| player(models, name))
        .collect()
}

fn player(models: &[(Slot, &str)], name: &'static str) -> Result<Player> {
    let library = Library::factory();
    let mut controls = Controls::default();
    for rig in &mut controls.rigs {
        for (slot, id) in models {
            let place = library.find(*slot, id);
            let place = place.with_context(|| format!("the library has no {id}"))?;
            rig.choose(*slot, place, &library);
        }
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
