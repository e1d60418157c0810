//! A deck named on the command line, with its parameters set.

use crate::failure::Failure;
use loadline::circuit::Deck;
use loadline::circuit::Netlist;
use loadline::circuit::number;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct DeckArguments {
    /// SPICE deck; the voltage source Vin is its input
    #[arg(value_name = "DECK")]
    pub path: PathBuf,

    /// A parameter (.param) of the deck, such as gain=0.7 or rload=47k; may be repeated
    #[arg(long = "set", value_name = "KNOB=VALUE")]
    set: Vec<String>,
}

impl DeckArguments {
    fn open(&self) -> Result<Deck, Failure> {
        let mut deck = Deck::open(&self.path)?;
        for setting in &self.set {
            let (knob, value) = setting.split_once('=').map(|(knob, value)| (knob.trim(), value.trim())).ok_or_else(|| {
                Failure::new(format!("`--set {setting}` has no value: write it as knob=value, for example gain=0.7"))
            })?;
            let value = number(value).ok_or_else(|| {
                Failure::new(format!("`--set {setting}` can't be understood: give a SPICE number, such as 0.7, 47k, 1meg or 10n"))
            })?;
            deck.set(knob, value)?;
        }
        Ok(deck)
    }

    /// The deck as a circuit; what it ignores is told on stderr.
    pub fn expand(&self) -> Result<Netlist, Failure> {
        let netlist = Netlist::expand(&self.open()?)?;
        for notice in &netlist.notices {
            eprintln!("loadline: {notice}");
        }
        Ok(netlist)
    }
}
