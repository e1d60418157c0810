//! A rig as a deck: one `X` line for each slot that is filled, each driving the next.

use crate::circuit::CircuitError;
use crate::circuit::Deck;
use crate::circuit::KnobCard;
use crate::rig::Choices;
use crate::rig::Knobs;
use crate::rig::library::Library;
use crate::rig::library::Model;
use crate::rig::slot::Slot;
use crate::rig::slot::Turn;
use crate::units::kelvin;
use std::path::Path;

/// A rig, written down.
pub struct Composition {
    pub deck: Deck,
    /// The knobs that are its live parameters, in their order.
    pub knobs: Vec<PlacedKnob>,
    /// Where one stage drives the next, in the signal's order.
    pub junctions: Vec<Junction>,
    /// Node that is heard.
    pub output: String,
    /// Node of the second amplifier that is heard, and whether it is driven upside down.
    pub second: Option<(String, bool)>,
}

/// A deck's knob and what turns it.
#[derive(Clone, Debug)]
pub struct PlacedKnob {
    pub card: KnobCard,
    slot: Slot,
    /// Place among the slot's knobs; what has none stays at its default.
    place: Option<usize>,
}

/// The output of a stage and the input of the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Junction {
    /// The stage that drives.
    pub after: Slot,
    pub node: String,
}

/// Load of the last stage where the load's slot is empty: a bridging input, 1 MΩ.
pub const BRIDGING_LOAD: &str = "1Meg";

/// Node of the source's EMF.
const EMF: &str = "emf";
/// Third port of a coupling whose second output is the first one upside down; any other name is a band.
const INVERTED: &str = "inv";

/// One `X` line.
struct Stage<'a> {
    name: &'static str,
    slot: Slot,
    model: &'a Model,
    deck: Deck,
    nodes: Vec<&'static str>,
}

/// The rig's deck; with `cut`, as it is when nothing is plugged into the output of that slot.
pub fn compose(
    choices: &Choices,
    knobs: &Knobs,
    library: &Library,
    cut: Option<Slot>,
) -> Result<Composition, CircuitError> {
    let model = |slot: Slot| library.at(slot, choices[slot]);
    let mut stages: Vec<Stage> = Vec::new();
    let mut junctions = Vec::new();
    let (mut node, mut second) = (EMF, None);
    for slot in [Slot::Source, Slot::Preamp, Slot::Coupling, Slot::Amp] {
        let is_cut_off = cut.is_some_and(|cut| slot > cut);
        if model(slot).is_none() || is_cut_off {
            continue;
        }
        let mut stage = Stage::new(slot.id(), slot, model(slot), vec![node, slot.id()])?;
        if slot == Slot::Coupling
            && let [_, _, other] = stage.ports()?
        {
            second = Some((SECOND, other == INVERTED));
            stage.nodes.push(SECOND);
        }
        node = slot.id();
        junctions.push(Junction {
            after: slot,
            node: node.to_owned(),
        });
        stages.push(stage);
    }
    let mut ends = Vec::new();
    if cut.is_none() {
        ends.push(("load", node));
    }
    if let Some((node, _)) = &mut second {
        let amp = match choices.second_amp.checked_sub(1) {
            None => model(Slot::Amp),
            Some(place) => library.at(Slot::Amp, place),
        };
        if !amp.is_none() {
            let nodes = vec![*node, "second_amp"];
            stages.push(Stage::new("second_amp", Slot::Amp, amp, nodes)?);
            *node = "second_amp";
        }
        ends.push(("second_load", *node));
    }
    let mut bridged = Vec::new();
    for (name, node) in ends {
        let load = model(Slot::Load);
        if load.is_none() {
            bridged.push(node);
        } else {
            stages.push(Stage::new(name, Slot::Load, load, vec![node])?);
        }
    }
    let (deck, knobs) = write(choices, knobs, stages, &bridged)?;
    Ok(Composition {
        deck,
        knobs,
        junctions,
        output: node.to_owned(),
        second: second.map(|(node, is_inverted)| (node.to_owned(), is_inverted)),
    })
}

/// Node of a coupling's second output.
const SECOND: &str = "second";

impl<'a> Stage<'a> {
    fn new(
        name: &'static str,
        slot: Slot,
        model: &'a Model,
        nodes: Vec<&'static str>,
    ) -> Result<Self, CircuitError> {
        let deck = model.deck()?;
        Ok(Self {
            name,
            slot,
            model,
            deck,
            nodes,
        })
    }

    fn ports(&self) -> Result<&[String], CircuitError> {
        self.deck.ports(&self.model.id).ok_or_else(|| {
            CircuitError(format!(
                "{}: the deck has no .subckt {}, which its *@ model names; write .subckt {} in out",
                self.model.path, self.model.id, self.model.id
            ))
        })
    }

    /// What its ports are joined to; a deck with other ports than its kind has is refused.
    fn check(&self) -> Result<(), CircuitError> {
        let ports = self.ports()?;
        if ports.len() == self.nodes.len() {
            return Ok(());
        }
        let form = match self.slot {
            Slot::Load => "in",
            Slot::Coupling => "in out, or in out inv, or in out high",
            _ => "in out",
        };
        Err(CircuitError(format!(
            "{}: .subckt {} has the ports {}; a {} has {form}",
            self.model.path,
            self.model.id,
            ports.join(" "),
            self.slot.id()
        )))
    }
}

fn write(
    choices: &Choices,
    knobs: &Knobs,
    stages: Vec<Stage>,
    bridged: &[&str],
) -> Result<(Deck, Vec<PlacedKnob>), CircuitError> {
    let mut text = format!("* rig\nVin {EMF} 0 0\n");
    for (n, node) in bridged.iter().enumerate() {
        text += &format!("Rload{n} {node} 0 {BRIDGING_LOAD}\n");
    }
    let mut live: Vec<(String, PlacedKnob)> = Vec::new();
    for stage in &stages {
        stage.check()?;
        let notes = stage.deck.annotations();
        text += &format!("X{} {} {}", stage.name, stage.nodes.join(" "), stage.name);
        let places = stage.slot.places_of(&notes.knobs);
        for (card, place) in notes.knobs.iter().zip(places) {
            let parameter = format!("{}_{}", stage.name, card.id);
            text += &format!(" {}={{{parameter}}}", card.id);
            let knob = PlacedKnob {
                card: card.clone(),
                slot: stage.slot,
                place,
            };
            live.push((parameter, knob));
        }
        let switches = choices.switches[stage.slot.index()];
        for (switch, at) in notes.choices.iter().zip(switches) {
            let value = switch
                .values
                .get(usize::from(at))
                .unwrap_or(&switch.values[0]);
            text += &format!(" {}={:e}", switch.id, value.1);
        }
        text += "\n";
    }
    for (parameter, knob) in &live {
        text += &format!(".param {parameter}={}\n", knob.card.default);
    }
    let mut rig = Deck::parse(Path::new("rig"), &text, &|_| {
        Err("a rig includes nothing".to_string())
    })?;
    rig.set_temperature(kelvin(f64::from(choices.temperature)));
    for stage in stages {
        rig.adopt(&stage.model.id, stage.deck, stage.name)?;
    }
    for (parameter, knob) in &live {
        rig.set_live(parameter, knob.card.at_rotation(knob.rotation(knobs)))?;
    }
    Ok((rig, live.into_iter().map(|(_, knob)| knob).collect()))
}

impl PlacedKnob {
    /// Where it is wanted, 0 to 1.
    pub fn rotation(&self, knobs: &Knobs) -> f64 {
        let default = self.card.rotation_of(self.card.default);
        let Some(place) = self.place else {
            return default;
        };
        let position = knobs.at(self.slot, place);
        if !position.is_finite() {
            return default;
        }
        match self.slot.knobs()[place].turn {
            Turn::Rotation => position.clamp(0.0, 1.0),
            Turn::Impedance { .. } => self.card.rotation_of(position),
        }
    }
}
