//! A rig as decks: one `X` line for each slot that is filled, each driving the next.

use crate::circuit::ChoiceCard;
use crate::circuit::CircuitError;
use crate::circuit::Deck;
use crate::circuit::KnobCard;
use crate::circuit::Netlist;
use crate::circuit::Part;
use crate::rig::Choices;
use crate::rig::Knobs;
use crate::rig::library::Library;
use crate::rig::library::Model;
use crate::rig::ports::ports;
use crate::rig::slot::Slot;
use crate::rig::slot::Turn;
use crate::rig::tolerance::Maker;
use crate::rig::unit::StageOfUnit;
use crate::rig::unit::Unit;
use crate::units::kelvin;
use crate::units::text::parse_ohms;
use std::path::Path;

/// A rig, written down.
pub struct Composition {
    /// One circuit, or with a converter in the rig the one before it and the one behind it.
    pub circuits: Vec<Circuit>,
    pub converter: Option<ConverterPlan>,
    /// Where one stage drives the next, in the signal's order.
    pub junctions: Vec<Junction>,
    /// Node that is heard.
    pub output: String,
    /// Node of the second amplifier that is heard, and whether it is driven upside down.
    pub second: Option<(String, bool)>,
}

/// Stages that load each other, as a deck.
pub struct Circuit {
    deck: Deck,
    /// The knobs that are its live parameters, in their order.
    pub knobs: Vec<PlacedKnob>,
    pub unit: Unit,
}

impl Circuit {
    /// The circuit of a channel, 0 or 1, with the parts of its unit.
    pub fn netlist(&self, channel: usize) -> Result<Netlist, CircuitError> {
        Netlist::expand_specimen(&self.deck, &mut |part| self.unit.factor(channel, part))
    }

    /// Tells every part of the circuit, as the deck has it.
    pub fn each_part(&self, tell: &mut dyn FnMut(&Part)) -> Result<(), CircuitError> {
        let mut as_drawn = |part: &Part| {
            tell(part);
            1.0
        };
        Netlist::expand_specimen(&self.deck, &mut as_drawn).map(drop)
    }
}

/// The converters between two circuits: what their deck's switches and knobs say.
pub struct ConverterPlan {
    /// Value of each switch, by its id.
    pub switches: Vec<(String, f64)>,
    pub knobs: Vec<PlacedKnob>,
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
    /// Place of its circuit.
    pub circuit: usize,
    pub node: String,
}

/// Load of the last stage where the load's slot is empty: a bridging input, 1 MΩ.
pub const BRIDGING_LOAD: &str = "1Meg";

/// Node of the source's EMF.
const EMF: &str = "emf";
/// Node that the converter listens to.
pub const CONVERTER: &str = "converter";
/// Third port of a coupling whose second output is the first one upside down; any other name is a band.
const INVERTED: &str = "inv";

/// One `X` line.
struct Stage<'a> {
    name: &'static str,
    slot: Slot,
    model: &'a Model,
    deck: Deck,
    nodes: Vec<&'static str>,
    circuit: usize,
}

/// The rig's decks; with `cut`, as it is when nothing is plugged into the output of that slot.
pub fn compose(
    choices: &Choices,
    knobs: &Knobs,
    library: &Library,
    cut: Option<Slot>,
) -> Result<Composition, CircuitError> {
    let model = |slot: Slot| library.at(slot, choices[slot]);
    let mut stages: Vec<Stage> = Vec::new();
    let mut junctions = Vec::new();
    let (mut node, mut second, mut converter) = (EMF, None, None);
    let mut circuit = 0;
    for slot in [Slot::Source, Slot::Preamp, Slot::Coupling, Slot::Amp] {
        let is_cut_off = cut.is_some_and(|cut| slot > cut);
        if model(slot).is_none() || is_cut_off {
            continue;
        }
        let mut driving = model(slot);
        if let Some(behind) = &driving.behind {
            let front = Stage::new("front", slot, driving, vec![node, CONVERTER], circuit)?;
            converter = Some(front.converter(choices));
            stages.push(front);
            circuit += 1;
            (driving, node) = (behind, EMF);
        }
        let nodes = vec![node, slot.id()];
        let mut stage = Stage::new(slot.id(), slot, driving, nodes, circuit)?;
        if slot == Slot::Coupling
            && let Some([_, _, other]) = stage.deck.ports(&driving.id)
        {
            second = Some((SECOND, other == INVERTED));
            stage.nodes.push(SECOND);
        }
        node = slot.id();
        junctions.push(Junction {
            after: slot,
            circuit,
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
            stages.push(Stage::new("second_amp", Slot::Amp, amp, nodes, circuit)?);
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
            stages.push(Stage::new(name, Slot::Load, load, vec![node], circuit)?);
        }
    }
    let mut circuits = Vec::new();
    let mut stages = stages.into_iter().peekable();
    for place in 0..=circuit {
        let mut here = Vec::new();
        while let Some(stage) = stages.next_if(|stage| stage.circuit == place) {
            here.push(stage);
        }
        let bridged: &[&str] = if place == circuit { &bridged } else { &[] };
        circuits.push(write(choices, Some(knobs), here, bridged, BRIDGING_LOAD)?);
    }
    Ok(Composition {
        circuits,
        converter,
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
        circuit: usize,
    ) -> Result<Self, CircuitError> {
        let deck = model.deck()?;
        ports(&deck, slot, &model.path, &model.id)?;
        Ok(Self {
            name,
            slot,
            model,
            deck,
            nodes,
            circuit,
        })
    }

    /// The deck's knobs with their places.
    fn knobs(&self) -> impl Iterator<Item = PlacedKnob> {
        let cards = &self.deck.annotations().knobs;
        let places = self.slot.places_of(cards);
        cards.iter().zip(places).map(|(card, place)| PlacedKnob {
            card: card.clone(),
            slot: self.slot,
            place,
        })
    }

    /// The deck's switches with their values.
    fn switches(&self, choices: &Choices) -> Vec<(String, f64)> {
        let cards = &self.deck.annotations().choices;
        let positions = choices.switches[self.slot.index()];
        let value = |(card, at): (&ChoiceCard, u8)| (card.id.clone(), card.at(at).1);
        cards.iter().zip(positions).map(value).collect()
    }

    /// What the deck says of the converter behind it.
    fn converter(&self, choices: &Choices) -> ConverterPlan {
        ConverterPlan {
            switches: self.switches(choices),
            knobs: self.knobs().collect(),
        }
    }

    fn of_unit(&self) -> StageOfUnit {
        let notes = self.deck.annotations();
        let card = |knob: &KnobCard| (format!("{}_{}", self.name, knob.id), knob.name.clone());
        StageOfUnit {
            name: self.name,
            model: self.model.id.to_string(),
            maker: Maker {
                slot: self.slot,
                family: notes
                    .model
                    .as_ref()
                    .map_or("", |card| &card.family)
                    .to_owned(),
            },
            knobs: notes.knobs.iter().map(card).collect(),
        }
    }
}

/// A rig's source alone, with its rated load (or a bridging one), with its knobs at their defaults and parts as drawn; and
/// the node of its output.
pub fn source_alone(
    choices: &Choices,
    library: &Library,
) -> Result<(Netlist, &'static str), CircuitError> {
    let (slot, output) = (Slot::Source, Slot::Source.id());
    let model = library.at(slot, choices[slot]);
    let stage = Stage::new(output, slot, model, vec![EMF, output], 0)?;
    let ratings = stage.deck.annotations().ratings.clone();
    let rated = ratings.iter().find(|(what, _)| what == "load");
    let ohms = rated.and_then(|(_, load)| parse_ohms(load));
    let load = ohms.map_or(BRIDGING_LOAD.to_owned(), |ohms| format!("{ohms:e}"));
    let circuit = write(choices, None, vec![stage], &[output], &load)?;
    Ok((Netlist::expand(&circuit.deck)?, output))
}

/// Without `knobs` they stand at their defaults.
fn write(
    choices: &Choices,
    knobs: Option<&Knobs>,
    stages: Vec<Stage>,
    bridged: &[&str],
    load: &str,
) -> Result<Circuit, CircuitError> {
    let mut text = format!("* rig\nVin {EMF} 0 0\n");
    for (n, node) in bridged.iter().enumerate() {
        text += &format!("Rload{n} {node} 0 {load}\n");
    }
    let mut live: Vec<(String, PlacedKnob)> = Vec::new();
    for stage in &stages {
        text += &format!("X{} {} {}", stage.name, stage.nodes.join(" "), stage.name);
        for knob in stage.knobs() {
            let parameter = format!("{}_{}", stage.name, knob.card.id);
            text += &format!(" {}={{{parameter}}}", knob.card.id);
            live.push((parameter, knob));
        }
        for (switch, value) in stage.switches(choices) {
            text += &format!(" {switch}={value:e}");
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
    let unit = Unit {
        tolerance: choices.tolerance,
        is_double: choices.is_double,
        stages: stages.iter().map(Stage::of_unit).collect(),
    };
    for stage in stages {
        rig.adopt(&stage.model.id, stage.deck, stage.name)?;
    }
    for (parameter, knob) in &live {
        let rotation = knobs.map(|knobs| knob.rotation(knob.position(knobs)));
        let value = rotation.map_or(knob.card.default, |at| knob.card.at_rotation(at));
        rig.set_live_within(parameter, value, [knob.card.min, knob.card.max])?;
    }
    Ok(Circuit {
        deck: rig,
        knobs: live.into_iter().map(|(_, knob)| knob).collect(),
        unit,
    })
}

impl PlacedKnob {
    /// What is told for it; of a knob that nothing turns, no number.
    pub fn position(&self, knobs: &Knobs) -> f64 {
        self.place
            .map_or(f64::NAN, |place| knobs.at(self.slot, place))
    }

    /// Where a position puts it, 0 to 1.
    pub fn rotation(&self, position: f64) -> f64 {
        let turn = self.place.map(|place| &self.slot.knobs()[place].turn);
        match turn.filter(|_| position.is_finite()) {
            None => self.card.rotation_of(self.card.default),
            Some(Turn::Rotation { .. }) => position.clamp(0.0, 1.0),
            Some(Turn::Impedance { .. }) => self.card.rotation_of(position),
        }
    }
}
