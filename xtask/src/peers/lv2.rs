//! The peers: Debian's LV2 plugins, mono.

use crate::BLOCK;
use crate::GAIN;
use crate::Player;
use crate::RATE;
use anyhow::Context;
use anyhow::Result;
use anyhow::anyhow;
use livi::EmptyPortConnections;
use livi::FeaturesBuilder;
use livi::Plugin;
use livi::World;

/// A plugin and its gain knobs, by the symbols of their ports; what is not named stays at its default.
struct Peer {
    name: &'static str,
    uri: &'static str,
    gains: &'static [&'static str],
}

const PEERS: [Peer; 4] = [
    Peer {
        name: "ZamTube",
        uri: "urn:zamaudio:ZamTube",
        gains: &["tubedrive"],
    },
    Peer {
        name: "gx_studiopre",
        uri: "http://guitarix.sourceforge.net/plugins/gx_studiopre#studiopre",
        gains: &["volume"],
    },
    Peer {
        name: "gx_alembic",
        uri: "http://guitarix.sourceforge.net/plugins/gx_alembic#alembic",
        gains: &["volume"],
    },
    Peer {
        name: "gx_jcm800pre",
        uri: "http://guitarix.sourceforge.net/plugins/gx_jcm800pre_#_jcm800pre_",
        gains: &["P6v"],
    },
];

pub fn players() -> Result<Vec<Player>> {
    let world = World::with_plugin_predicate(|plugin| {
        let uri = plugin.uri();
        PEERS.iter().any(|peer| peer.uri == uri)
    });
    PEERS.iter().map(|peer| player(&world, peer)).collect()
}

fn player(world: &World, peer: &Peer) -> Result<Player> {
    let plugin = world
        .plugin_by_uri(peer.uri)
        .with_context(|| format!("{} is not installed", peer.name))?;
    let features = world
        .try_build_features(FeaturesBuilder {
            min_block_length: BLOCK,
            max_block_length: BLOCK,
        })
        .map_err(|why| anyhow!("{why:?}"))?;
    // These are the distribution's own plugins, hosted on this thread alone and dropped with the instance.
    let mut instance = unsafe { plugin.instantiate(features, RATE) }
        .map_err(|why| anyhow!("{}: {why:?}", peer.name))?;
    let mut settings = Vec::new();
    for symbol in peer.gains {
        let (index, value) = gain(&plugin, symbol)?;
        instance.set_control_input(index, value);
        settings.push(format!("{symbol} = {value}"));
    }
    let play = move |input: &[Vec<f32>; 2], out: &mut [Vec<f32>; 2]| {
        let ports = EmptyPortConnections::new()
            .with_audio_inputs(input[..1].iter().map(Vec::as_slice))
            .with_audio_outputs(out[..1].iter_mut().map(Vec::as_mut_slice));
        unsafe { instance.run(BLOCK, ports) }.map_err(|why| anyhow!("{why:?}"))
    };
    Ok(Player {
        name: peer.name,
        channels: 1,
        settings: format!("mono, {}, the rest at its defaults", settings.join(", ")),
        play: Box::new(play),
    })
}

/// Port of a gain knob, and the value that is so far on its way.
fn gain(plugin: &Plugin, symbol: &str) -> Result<(livi::PortIndex, f32)> {
    let port = plugin
        .ports()
        .find(|port| port.symbol == symbol)
        .with_context(|| format!("{} has no port {symbol}", plugin.name()))?;
    let (min, max) = (port.min_value.unwrap_or(0.0), port.max_value.unwrap_or(1.0));
    Ok((port.index, min + GAIN as f32 * (max - min)))
}
