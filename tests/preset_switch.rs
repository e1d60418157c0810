//! From one preset to another: while the next circuit is being built, the old one is heard as it was, and neither is
//! heard with the other's trim.

use loadline::rig::Controls;
use loadline::rig::Library;
use loadline::rig::Order;
use loadline::rig::Oversampling;
use loadline::rig::Pair;
use loadline::rig::Preset;
use loadline::rig::Side;
use std::f64::consts::TAU;

const RATE: f64 = 48e3;
const HZ: f64 = 200.0;
/// 50 ms.
const BLOCK: usize = 2400;
/// The loudest sample on the way, as a multiple of the louder of both ends. Measured 1.49, where the new circuit is
/// still heard through the old cabinet; with the next preset's trim at the old circuit it was 215.
const MOST: f32 = 2.0;
/// Change of the level of the old circuit meanwhile, as a ratio. Measured 1.5e-5.
const SAME: f32 = 4.5e-5;

struct Player {
    pair: Pair,
    controls: Controls,
    n: usize,
}

impl Player {
    fn peak(&mut self) -> f32 {
        let sine = |k: usize| 0.05 * (TAU * (HZ / RATE * k as f64).fract()).sin() as f32;
        let mut left: Vec<f32> = (self.n..self.n + BLOCK).map(sine).collect();
        let mut right = left.clone();
        self.n += BLOCK;
        self.pair.process(&mut left, &mut right, &self.controls);
        left.iter().fold(0.0, |peak, x| peak.max(x.abs()))
    }

    fn orders(&mut self) -> Vec<Order> {
        let next = || self.pair.order(Side::A, &self.controls);
        std::iter::from_fn(next).collect()
    }
}

fn controls(preset: &str) -> Controls {
    let mut factory = Preset::factory().iter();
    let preset = factory.find(|it| it.name == preset).unwrap();
    let mut controls = Controls::default();
    controls.rigs[0].choices.oversampling = Oversampling::X1;
    preset
        .apply(&mut controls.rigs[0], &Library::factory())
        .unwrap();
    controls
}

fn check(from: &str, to: &str) {
    let library = Library::factory();
    let pair = Pair::new(RATE, &controls(from), &library).unwrap();
    let mut player = Player {
        pair,
        controls: controls(from),
        n: 0,
    };
    let before = (0..20).map(|_| player.peak()).last().unwrap();
    player.controls = controls(to);
    let orders = player.orders();
    let mut loudest: f32 = 0.0;
    for _ in 0..4 {
        let now = player.peak();
        println!("old circuit, change {:.1e}", (now / before - 1.0).abs());
        assert!(
            (now / before - 1.0).abs() < SAME,
            "{from} to {to}: {now} for {before}"
        );
        loudest = loudest.max(now);
    }
    for order in orders {
        let part = order.build(&library).unwrap();
        assert!(player.pair.install(Side::A, part).is_none());
        loudest = loudest.max(player.peak());
        while player.pair.retired().is_some() {}
    }
    let after = (0..20).map(|_| player.peak()).fold(0.0, f32::max);
    println!("{from} {before:.4}, on the way {loudest:.4}, {to} {after:.4}");
    assert!(loudest < MOST * before.max(after), "{from} to {to}");
}

#[test]
fn neither_circuit_is_heard_with_the_others_trim() {
    let trims = |most: bool| {
        let trim = |preset: &&Preset| {
            let trim = controls(&preset.name).rigs[0].trim_db;
            (if most { -trim } else { trim } * 10.0) as i64
        };
        let all = Preset::factory().iter();
        all.min_by_key(trim).unwrap().name.clone()
    };
    let (least, most) = (trims(false), trims(true));
    check(&least, &most);
    check(&most, &least);
}

#[test]
fn a_circuit_that_never_comes_lets_the_knobs_go() {
    let mut player = Player {
        pair: Pair::new(RATE, &Controls::default(), &Library::factory()).unwrap(),
        controls: Controls::default(),
        n: 0,
    };
    let before = (0..20).map(|_| player.peak()).last().unwrap();
    let rig = &mut player.controls.rigs[0];
    rig.choices.oversampling = Oversampling::X2;
    rig.trim_db += 6.0;
    assert_eq!(player.orders().len(), 1);
    for _ in 0..15 {
        let now = player.peak();
        println!("old circuit, change {:.1e}", (now / before - 1.0).abs());
        assert!((now / before - 1.0).abs() < SAME);
    }
    let after = (0..20).map(|_| player.peak()).last().unwrap();
    // 6 dB.
    assert!(
        (after / before / 10f32.powf(0.3) - 1.0).abs() < SAME,
        "{after} {before}"
    );
}
