//! `loadline op`: the operating point of a deck.

use crate::deck::DeckArguments;
use crate::failure::Failure;
use crate::output;
use crate::table::row;
use crate::table::table;
use loadline::circuit::DevicePoint;
use loadline::circuit::OperatingPoint;
use loadline::units::text::si;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Operating point of a deck: node voltages, device currents and dissipation
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  loadline op plugin-assets/circuits/preamps/tube_two_stage.cir --set gain=0.7"
)]
pub struct Op {
    #[command(flatten)]
    deck: DeckArguments,

    /// Print JSON: volts, amps and watts
    #[arg(long)]
    json: bool,
}

impl Op {
    pub fn run(&self) -> Result<(), Failure> {
        let point = OperatingPoint::solve(self.deck.expand()?)?;
        if self.json {
            output::say_json(&as_json(&point))
        } else {
            output::say(&as_tables(&point))
        }
    }
}

fn as_json(point: &OperatingPoint) -> Value {
    let nodes: Map<String, Value> = point
        .nodes()
        .into_iter()
        .map(|(name, v)| (name, json!(v)))
        .collect();
    let device = |device: DevicePoint| {
        let currents: Map<String, Value> = device
            .currents
            .iter()
            .map(|(name, i)| ((*name).to_owned(), json!(i)))
            .collect();
        (
            device.name,
            json!({ "currents_a": currents, "dissipation_w": device.dissipation }),
        )
    };
    let devices: Map<String, Value> = point.devices().into_iter().map(device).collect();
    let ambiguous: Map<String, Value> = point
        .other_rest()
        .into_iter()
        .map(|other| {
            (
                other.node,
                json!({ "v": other.found, "other_v": other.other }),
            )
        })
        .collect();
    json!({ "nodes_v": nodes, "devices": devices, "ambiguous": ambiguous })
}

fn as_tables(point: &OperatingPoint) -> String {
    let mut nodes = vec![row(&["node", "voltage"])];
    nodes.extend(
        point
            .nodes()
            .into_iter()
            .map(|(name, v)| vec![name, shown(v, "V")]),
    );
    let mut devices = vec![row(&["device", "dissipation", "currents"])];
    for device in point.devices() {
        let currents: Vec<String> = device
            .currents
            .iter()
            .map(|(name, i)| format!("{name} {}", shown(*i, "A")))
            .collect();
        devices.push(vec![
            device.name,
            shown(device.dissipation, "W"),
            currents.join("   "),
        ]);
    }
    let mut text = format!("{}\n\n{}", table(&nodes, &[1]), table(&devices, &[1]));
    let others = point.other_rest();
    if !others.is_empty() {
        let mut nodes = vec![row(&["node", "taken", "or"])];
        nodes.extend(
            others
                .into_iter()
                .map(|o| vec![o.node, shown(o.found, "V"), shown(o.other, "V")]),
        );
        text += "\n\nAmbiguous: the circuit can rest in more than one way. It plays from the first of these:\n";
        text += &table(&nodes, &[1, 2]);
    }
    text
}

/// With an SI prefix; what is below the solver's resolution is 0.
fn shown(value: f64, unit: &str) -> String {
    si(if value.abs() < 1e-12 { 0.0 } else { value }, unit)
}
