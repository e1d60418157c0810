//! `*@` comments: what a deck says of itself to the panel. ngspice never sees them.

use crate::circuit::error::CircuitError;
use crate::circuit::error::Place;
use crate::circuit::number::number;

/// All that a deck's annotations say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    pub model: Option<ModelCard>,
    pub knobs: Vec<KnobCard>,
    pub choices: Vec<ChoiceCard>,
    /// Source of the schematic's values.
    pub from: Option<String>,
    /// How the deck differs from that source.
    pub differs: Option<String>,
    /// `name value` pairs, such as input impedance and clipping level.
    pub ratings: Vec<(String, String)>,
    /// Quantities that the panel can draw, with a label each.
    pub watches: Vec<Watch>,
}

/// `*@ model NAME "Title" kind=… family=…`
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCard {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub family: String,
}

/// `*@ knob NAME "Title" MIN..MAX = DEFAULT [taper=audio|log] [unit=ohm]`
#[derive(Clone, Debug, PartialEq)]
pub struct KnobCard {
    pub id: String,
    pub name: String,
    pub min: f64,
    pub max: f64,
    pub default: f64,
    pub taper: Taper,
    pub unit: Option<String>,
}

/// How the value follows the turn of the knob, x from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taper {
    /// min + (max − min)·x
    Linear,
    /// min + (max − min)·(81^x − 1)/80: an audio pot, a tenth of the track at half the turn.
    Audio,
    /// min·(max/min)^x: for impedances and frequencies.
    Log,
}

/// `*@ choice NAME "Title" LABEL=VALUE LABEL=VALUE@SOURCE,SOURCE …`
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceCard {
    pub id: String,
    pub name: String,
    pub values: Vec<(String, f64)>,
    /// Of each value, the ids of the sources that it is meant for, the usual one first; mostly none.
    pub sources: Vec<Vec<String>>,
}

/// `*@ watch QUANTITY… "Label"`
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    pub quantities: Vec<String>,
    pub label: String,
}

impl ChoiceCard {
    /// Label and value at a position; the first ones where there is none.
    pub fn at(&self, position: u8) -> &(String, f64) {
        let value = self.values.get(usize::from(position));
        value.unwrap_or(&self.values[0])
    }
}

impl KnobCard {
    /// Value of the parameter at a rotation from 0 to 1.
    pub fn at_rotation(&self, rotation: f64) -> f64 {
        let span = self.max - self.min;
        match self.taper {
            Taper::Linear => self.min + span * rotation,
            Taper::Audio => self.min + span * (81f64.powf(rotation) - 1.0) / 80.0,
            Taper::Log => self.min * (self.max / self.min).powf(rotation),
        }
    }

    /// Rotation from 0 to 1 at which the parameter has this value; values outside the range are taken as its ends.
    pub fn rotation_of(&self, value: f64) -> f64 {
        let share = (value.clamp(self.min, self.max) - self.min) / (self.max - self.min);
        match self.taper {
            Taper::Linear => share,
            Taper::Audio => (1.0 + 80.0 * share).ln() / 81f64.ln(),
            Taper::Log => {
                (value.clamp(self.min, self.max) / self.min).ln() / (self.max / self.min).ln()
            }
        }
    }
}

impl Annotations {
    /// Adds one `*@` line.
    pub fn read(&mut self, place: &Place, line: &str) -> Result<(), CircuitError> {
        let words = words(line.trim_start_matches("*@")).map_err(|why| place.error(why))?;
        let Some((kind, rest)) = words.split_first() else {
            return Ok(());
        };
        let wrong = |form: &str| place.error(format!("*@ {kind}: write *@ {kind} {form}"));
        match kind.as_str() {
            "model" => {
                let form = "NAME \"Title\" kind=preamp family=tube";
                let [id, name, pairs @ ..] = rest else {
                    return Err(wrong(form));
                };
                let pair = |key: &str| pair(pairs, key).ok_or_else(|| wrong(form));
                let (kind, family) = (pair("kind")?, pair("family")?);
                self.model = Some(ModelCard {
                    id: id.to_lowercase(),
                    name: name.clone(),
                    kind,
                    family,
                });
            }
            "knob" => self.knobs.push(
                knob(rest).ok_or_else(|| wrong("NAME \"Title\" 0..1 = 0.5 [taper=audio|log]"))?,
            ),
            "choice" => self
                .choices
                .push(choice(rest).ok_or_else(|| wrong("NAME \"Title\" off=1p on=120p"))?),
            "from" => {
                self.from = rest.first().cloned();
                self.differs = rest
                    .iter()
                    .position(|word| word == "differs")
                    .and_then(|at| rest.get(at + 1))
                    .cloned();
            }
            "rating" => {
                let pairs = rest
                    .chunks_exact(2)
                    .map(|pair| (pair[0].clone(), pair[1].clone()));
                self.ratings.extend(pairs);
            }
            "watch" => {
                let Some((label, quantities)) = rest.split_last() else {
                    return Err(wrong("v(plate) \"V1\""));
                };
                self.watches.push(Watch {
                    quantities: quantities.to_vec(),
                    label: label.clone(),
                });
            }
            "port" => {}
            _ => return Err(place.error(format!(
                "unknown annotation `*@ {kind}`; there are model from knob choice port watch rating"
            ))),
        }
        Ok(())
    }
}

fn knob(words: &[String]) -> Option<KnobCard> {
    let [id, name, range, equals, default, rest @ ..] = words else {
        return None;
    };
    let (min, max) = range.split_once("..")?;
    let (min, max, default) = (number(min)?, number(max)?, number(default)?);
    let taper = match pair(rest, "taper").as_deref() {
        None | Some("linear") => Taper::Linear,
        Some("audio") => Taper::Audio,
        Some("log") if min > 0.0 => Taper::Log,
        Some(_) => return None,
    };
    let unit = pair(rest, "unit");
    let in_order = equals == "=" && min < max && (min..=max).contains(&default);
    in_order.then(|| KnobCard {
        id: id.to_lowercase(),
        name: name.clone(),
        min,
        max,
        default,
        taper,
        unit,
    })
}

fn choice(words: &[String]) -> Option<ChoiceCard> {
    let [id, name, values @ ..] = words else {
        return None;
    };
    let values: Option<Vec<_>> = values
        .iter()
        .map(|word| {
            let (label, value) = word.split_once('=')?;
            let (value, sources) = value.split_once('@').unwrap_or((value, ""));
            let sources = sources.split(',').filter(|source| !source.is_empty());
            let sources: Vec<String> = sources.map(str::to_lowercase).collect();
            Some(((label.to_string(), number(value)?), sources))
        })
        .collect();
    let values = values.filter(|values| !values.is_empty())?;
    let (values, sources) = values.into_iter().unzip();
    Some(ChoiceCard {
        id: id.to_lowercase(),
        name: name.clone(),
        values,
        sources,
    })
}

/// Value of `key=value` among words.
fn pair(words: &[String], key: &str) -> Option<String> {
    words
        .iter()
        .find_map(|word| word.split_once('=').filter(|(name, _)| *name == key))
        .map(|(_, v)| v.to_string())
}

/// White space separates, double quotes hold together, `;` outside quotes ends.
fn words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quoted, mut was_quoted) =
        (Vec::new(), String::new(), false, false);
    for c in text.chars() {
        match c {
            '"' => (quoted, was_quoted) = (!quoted, true),
            ';' if !quoted => break,
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() || was_quoted {
                    words.push(std::mem::take(&mut word));
                }
                was_quoted = false;
            }
            c => word.push(c),
        }
    }
    if quoted {
        return Err(format!("a quote is not closed in `{text}`"));
    }
    if !word.is_empty() || was_quoted {
        words.push(word);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<Annotations, CircuitError> {
        let mut annotations = Annotations::default();
        for line in lines {
            annotations.read(
                &Place {
                    file: "x.cir".into(),
                    line: 1,
                },
                line,
            )?;
        }
        Ok(annotations)
    }

    #[test]
    fn reads_cards() {
        let read = read(&[
            "*@ model tube_two_stage \"Two-stage 12AX7\" kind=preamp family=tube",
            "*@ knob gain \"Gain\" 0..1 = 0.5 taper=audio",
            "*@ from \"5F6-A class\" differs \"heater left out\"",
            "*@ rating input 1M  output 38k",
            "*@ choice type \"Type\" guitar=0@single_coil,humbucker \"a line\"=1 bass=2@passive_bass",
        ])
        .unwrap();
        let choice = &read.choices[0];
        assert_eq!(choice.values[1], ("a line".into(), 1.0));
        assert_eq!(choice.sources[0], ["single_coil", "humbucker"]);
        assert_eq!((choice.sources[1].len(), choice.sources[2].len()), (0, 1));
        assert_eq!(read.model.unwrap().family, "tube");
        let knob = &read.knobs[0];
        assert!((knob.at_rotation(0.5) - 0.1).abs() < 1e-12 && knob.at_rotation(0.0) == 0.0);
        assert!((knob.at_rotation(1.0) - 1.0).abs() < 1e-12);
        assert!((knob.rotation_of(0.1) - 0.5).abs() < 1e-12);
        assert_eq!(read.differs.as_deref(), Some("heater left out"));
        assert_eq!(read.ratings[1], ("output".into(), "38k".into()));
    }

    #[test]
    fn refuses_with_the_form() {
        for line in [
            "*@ knob gain 0..1",
            "*@ model x",
            "*@ knbo x",
            "*@ knob g \"G\" 1..0 = 0.5",
            "*@ from \"x",
        ] {
            let error = read(&[line]).unwrap_err().0;
            assert!(error.starts_with("x.cir:1: "), "{error}");
        }
    }
}
