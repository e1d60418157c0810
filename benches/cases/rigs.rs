//! Whole rigs: those that are verified, and a few as the plugin plays them.

use crate::cases::Case;
use crate::cases::HOST_RATE;
use crate::cases::Player;
use crate::cases::decks;
use crate::cases::drums::drums;
use crate::cases::sine;
use loadline::rig::Chain;
use loadline::rig::ChainOrder;
use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Oversampling;
use loadline::rig::Pair;
use loadline::rig::RigControls;
use loadline::rig::Slot;
use loadline::rig::library::NONE;
use loadline::rig::verified;
use loadline::units::v_full_scale;
use wide::f64x2;

/// In the stretch of a rig: 2400 samples.
const PERIODS: usize = 11;
/// Of silence after a sine until a rig is asleep.
const REST: usize = 288_000;

/// What a rig is fed.
#[derive(Clone, Copy)]
enum Stimulus {
    /// So many times the sine that its source's deck plays itself.
    Sine(f64),
    Drums,
}

type Models = Vec<(Slot, &'static str)>;

/// Played by a full-scale drum loop as the EMF.
const DRUMMED: [[(Slot, &str); 4]; 2] = [
    [
        (Slot::Source, "single_coil"),
        (Slot::Preamp, "tube_two_stage"),
        (Slot::Amp, "tube_pp_6l6"),
        (Slot::Load, "speaker_1x12_open"),
    ],
    [
        (Slot::Source, "line"),
        (Slot::Preamp, "opamp_baxandall"),
        (Slot::Amp, "class_ab"),
        (Slot::Load, "speaker_1x12_open"),
    ],
];

/// Every rig that is verified, and those that play drums: each step of the solver.
pub fn of_library() -> Vec<Case> {
    let verified = verified::table().rigs.iter().flat_map(|rig| {
        let id = |slot: &Slot| Some((*slot, rig.models.get(slot.id())?.as_str()));
        let models: Models = Slot::ALL.iter().filter_map(id).collect();
        [("clean", 1.0), ("hot", decks::HOT)]
            .map(|(level, times)| case(models.clone(), level, Stimulus::Sine(times)))
    });
    let drummed = DRUMMED.map(|models| case(models.into(), "drums", Stimulus::Drums));
    verified.chain(drummed).collect()
}

/// Named after what stands between source and load.
fn case(models: Models, sound: &str, stimulus: Stimulus) -> Case {
    let is_between = |(slot, _): &&(Slot, &str)| !matches!(slot, Slot::Source | Slot::Load);
    let ids = models.iter().filter(is_between).map(|(_, id)| *id);
    let name = format!("{}, {sound}", ids.collect::<Vec<_>>().join(" → "));
    Case::new(name, move || chain(&models, stimulus))
}

fn chain(models: &[(Slot, &str)], stimulus: Stimulus) -> Player {
    let library = Library::factory();
    let rig = choose(models, &library);
    let chain = Chain::build(&ChainOrder::of(&rig, HOST_RATE), &library).unwrap();
    let input = match stimulus {
        Stimulus::Sine(times) => {
            let source = library.at(Slot::Source, rig.choices[Slot::Source]);
            let peak = times * decks::own_peak(&decks::circuits().join(&*source.path));
            let sine = sine(peak, PERIODS, HOST_RATE).into_iter();
            sine.map(f64x2::splat).collect()
        }
        Stimulus::Drums => drums(),
    };
    Player::Chain(chain, input)
}

/// With all that stands between the host and the rig; playing, and asleep, where all cost the same.
pub fn in_the_plugin() -> Vec<Case> {
    let line = (Slot::Source, "line");
    let cases: [(&str, Models, bool); 4] = [
        (
            "no preamp, playing",
            vec![line, (Slot::Preamp, NONE)],
            false,
        ),
        ("no preamp, asleep", vec![line, (Slot::Preamp, NONE)], true),
        (
            "tube_two_stage, playing",
            vec![line, (Slot::Preamp, "tube_two_stage")],
            false,
        ),
        (
            "tube_two_stage → tube_pp_6l6, playing",
            DRUMMED[0].into(),
            false,
        ),
    ];
    cases
        .map(|(name, models, is_asleep)| {
            Case::new(format!("plugin: {name}"), move || pair(&models, is_asleep))
        })
        .into()
}

/// Plays full scale divided by its volts: a peak of 1 V.
fn pair(models: &[(Slot, &str)], is_asleep: bool) -> Player {
    let library = Library::factory();
    let controls = Controls {
        rigs: [choose(models, &library); 2],
        ..Controls::default()
    };
    let pair = Pair::new(HOST_RATE, &controls, &library).unwrap();
    let peak = 1.0 / v_full_scale(controls.calibration_dbu);
    let input: Vec<f32> = sine(peak, PERIODS, HOST_RATE)
        .into_iter()
        .map(|x| x as f32)
        .collect();
    let silence = vec![0.0; input.len()];
    let mut player = Player::Pair(Box::new(pair), Box::new(controls), input);
    if is_asleep {
        player.play();
        if let Player::Pair(_, _, input) = &mut player {
            *input = silence;
        }
        for _ in 0..REST / player.ticks() {
            player.play();
        }
    }
    player
}

/// A rig of these models at 4×, its knobs where their decks have them.
fn choose(models: &[(Slot, &str)], library: &Library) -> RigControls {
    let mut rig = RigControls::default();
    rig.choices.oversampling = Oversampling::X4;
    for (slot, id) in models {
        rig.choose(*slot, library.find(*slot, id).unwrap(), library);
    }
    rig
}
