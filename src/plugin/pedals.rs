//! MIDI's volume and expression pedals.

use crate::rig::Controls;
use crate::rig::Slot;
use nice_plug::prelude::NoteEvent;

/// Where the feet are, 0 to 1; all the way down until something else is told, on any channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pedals {
    expression: f64,
    volume: f64,
}

impl Default for Pedals {
    fn default() -> Self {
        Self {
            expression: 1.0,
            volume: 1.0,
        }
    }
}

/// Numbers of the controllers.
const MAIN_VOLUME: u8 = 7;
const EXPRESSION: u8 = 11;
/// The knob of a volume pedal's deck.
const VOLUME: &str = "volume";

impl Pedals {
    /// Takes over what one of them tells.
    pub fn follow(&mut self, event: &NoteEvent<()>) {
        if let NoteEvent::MidiCC { cc, value, .. } = *event
            && value.is_finite()
        {
            let position = f64::from(value).clamp(0.0, 1.0);
            match cc {
                EXPRESSION => self.expression = position,
                MAIN_VOLUME => self.volume = position,
                _ => (),
            }
        }
    }

    /// Expression turns the volume pedals between preamp and amplifier, from nothing to where their knobs stand; where
    /// no such deck is loaded it does nothing. Volume is what leaves the instance, in dB 40·log10(CC/127) (MIDI
    /// Manufacturers Association, General MIDI 2, controller 7).
    pub fn press(&self, controls: &mut Controls) {
        controls.level = self.volume * self.volume;
        let Some(place) = Slot::Coupling.knob(VOLUME) else {
            return;
        };
        for rig in &mut controls.rigs {
            let knob = rig.knobs.at(Slot::Coupling, place);
            rig.knobs.set(Slot::Coupling, place, knob * self.expression);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(cc: u8, value: f32) -> Controls {
        let mut pedals = Pedals::default();
        pedals.follow(&NoteEvent::MidiCC {
            timing: 0,
            channel: 3,
            cc,
            value,
        });
        let mut controls = Controls::default();
        controls.rigs[1].knobs[(Slot::Coupling, VOLUME)] = 0.5;
        pedals.press(&mut controls);
        controls
    }

    #[test]
    fn expression_multiplies_the_knob() {
        let controls = pressed(11, 0.5);
        let knobs = controls.rigs.map(|rig| rig.knobs[(Slot::Coupling, VOLUME)]);
        assert_eq!((knobs, controls.level), ([0.5, 0.25], 1.0));
    }

    #[test]
    fn volume_follows_the_law() {
        for cc in [127u8, 100, 64, 1] {
            let decibels = 20.0 * pressed(7, f32::from(cc) / 127.0).level.log10();
            let law = 40.0 * (f64::from(cc) / 127.0).log10();
            assert!((decibels - law).abs() < 1e-5, "{cc}: {decibels} dB");
        }
        assert_eq!(pressed(7, 0.0).level, 0.0);
    }

    #[test]
    fn other_controllers_do_nothing() {
        let untouched = pressed(11, 1.0);
        assert_eq!(pressed(1, 0.0), untouched);
        assert_eq!(pressed(43, 0.0), untouched);
    }
}
