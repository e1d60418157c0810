//! Sources that only say what other sources follow, put into these: a tube is then one law, which the solver may know.

use crate::circuit::netlist::Control;
use crate::circuit::netlist::Element;
use crate::circuit::netlist::GROUND;
use crate::circuit::netlist::Kind;
use crate::devices::Behavioural;
use crate::devices::Device;
use crate::devices::behavioural::Follows;

/// Replaces every law that is, with the sources it follows, of a form that the tapes play. The sources stay where they
/// are: their nodes may be heard or read.
pub fn recognise(elements: &mut [Element]) {
    let mut seen = Seen::default();
    let mut known = Vec::new();
    for element in elements.iter() {
        known.push(match law_of(element) {
            Some((_, false, controls, law)) => whole(elements, controls, law, &mut seen),
            _ => None,
        });
    }
    for (element, known) in elements.iter_mut().zip(known) {
        if let (
            Some(known),
            Kind::Behavioural {
                controls, device, ..
            },
        ) = (known, &mut element.kind)
        {
            (*controls, *device) = (known.0, Device::Behavioural(known.1));
        }
    }
    // What nothing follows any more may be as exact as what took its place.
    let unread: Vec<usize> = (0..elements.len())
        .filter(|k| is_for_show(elements, &elements[*k]))
        .collect();
    for k in unread {
        if let Kind::Behavioural { device, .. } = &mut elements[k].kind
            && let Device::Behavioural(law) = device
            && let Some(law) = seen.recognised(law)
        {
            *device = Device::Behavioural(law);
        }
    }
}

/// Laws met so far, and what they turned out to be: tubes of a kind share their tables.
#[derive(Default)]
struct Seen(Vec<(Behavioural, Option<Behavioural>)>);

impl Seen {
    fn recognised(&mut self, law: &Behavioural) -> Option<Behavioural> {
        let known = self.0.iter().find(|(known, _)| known.shares_law(law));
        if let Some((_, known)) = known {
            return known.clone();
        }
        let found = law.recognised();
        self.0.push((law.clone(), found.clone()));
        found
    }
}

/// Node that it drives, whether it is a voltage, controls and law of a source that has one.
fn law_of(element: &Element) -> Option<((usize, usize), bool, &[Control], &Behavioural)> {
    match &element.kind {
        Kind::Behavioural {
            p,
            n,
            is_voltage,
            controls,
            device: Device::Behavioural(law),
        } => Some(((*p, *n), *is_voltage, controls, law)),
        _ => None,
    }
}

/// The source that says a node's voltage.
fn source_of(elements: &[Element], control: &Control) -> Option<usize> {
    let Control::Voltage(node, GROUND) = control else {
        return None;
    };
    elements.iter().position(
        |element| matches!(law_of(element), Some((at, true, ..)) if at == (*node, GROUND)),
    )
}

/// A law with those of the sources that it follows, if it is then of a known form.
fn whole(
    elements: &[Element],
    controls: &[Control],
    law: &Behavioural,
    seen: &mut Seen,
) -> Option<(Vec<Control>, Behavioural)> {
    if let Some(law) = seen.recognised(law) {
        return Some((controls.to_vec(), law));
    }
    let mut all: Vec<Control> = Vec::new();
    let mut place = |control: &Control| {
        let known = all.iter().position(|known| known == control);
        known.unwrap_or_else(|| {
            all.push(control.clone());
            all.len() - 1
        })
    };
    let mut follows = Vec::new();
    for control in controls {
        let source = source_of(elements, control).and_then(|k| law_of(&elements[k]));
        follows.push(match source {
            Some((_, _, theirs, source)) => {
                Follows::Source(source, theirs.iter().map(&mut place).collect())
            }
            None => Follows::Control(place(control)),
        });
    }
    if !follows
        .iter()
        .any(|follows| matches!(follows, Follows::Source(..)))
    {
        return None;
    }
    let law = seen.recognised(&law.composed(&follows, all.len()))?;
    Some((all, law))
}

/// Whether a source is a voltage to ground at a node that nothing else depends on: there are resistors at most.
fn is_for_show(elements: &[Element], source: &Element) -> bool {
    let Some(((node, GROUND), true, ..)) = law_of(source) else {
        return false;
    };
    let follows = |control: &Control| match control {
        Control::Voltage(a, b) => [*a, *b].contains(&node),
        Control::Current(of) => *of == source.name,
    };
    elements.iter().all(|element| {
        let is_read = match &element.kind {
            Kind::Controlled { terms, .. } => terms.iter().any(|(control, _)| follows(control)),
            Kind::Behavioural { controls, .. } => controls.iter().any(follows),
            _ => false,
        };
        let touches = element.kind.nodes().contains(&node);
        let is_load = matches!(element.kind, Kind::Conductance { .. });
        !is_read && (!touches || is_load || element.name == source.name)
    })
}
