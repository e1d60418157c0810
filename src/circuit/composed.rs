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
            Some(found) if !found.is_voltage => {
                whole(elements, found.controls, found.law, &mut seen)
            }
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

/// A source that has a law.
struct Lawful<'a> {
    /// Nodes that it drives.
    at: (usize, usize),
    is_voltage: bool,
    controls: &'a [Control],
    law: &'a Behavioural,
}

fn law_of(element: &Element) -> Option<Lawful<'_>> {
    match &element.kind {
        Kind::Behavioural {
            p,
            n,
            is_voltage,
            controls,
            device: Device::Behavioural(law),
        } => Some(Lawful {
            at: (*p, *n),
            is_voltage: *is_voltage,
            controls,
            law,
        }),
        _ => None,
    }
}

/// The source that says a node's voltage.
fn source_of(elements: &[Element], control: &Control) -> Option<usize> {
    let Control::Voltage(node, GROUND) = control else {
        return None;
    };
    elements.iter().position(|element| {
        law_of(element).is_some_and(|found| found.is_voltage && found.at == (*node, GROUND))
    })
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
            Some(found) => {
                Follows::Source(found.law, found.controls.iter().map(&mut place).collect())
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
    let Some(Lawful {
        at: (node, GROUND),
        is_voltage: true,
        ..
    }) = law_of(source)
    else {
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

#[cfg(test)]
mod tests {
    use crate::circuit::deck::Deck;
    use crate::circuit::netlist::Kind;
    use crate::circuit::netlist::Netlist;
    use crate::devices::Device;
    use std::path::Path;

    /// How many of a deck's laws the tapes play, and how many there are.
    fn played(body: &str) -> (usize, usize) {
        let text = format!(
            "tube\nVin g 0 0\nVp p 0 250\nVs s 0 240\nVk k 0 1\n\
             .param mu=100 ex=1.4 kg1=1060 kg2=4500 kp=600 kvb=300 vct=0.4\n{body}\n.end\n"
        );
        let deck = Deck::parse(Path::new("x.cir"), &text, &|_| Err("no files".into()));
        let deck = deck.unwrap_or_else(|why| panic!("{why}"));
        let netlist = Netlist::expand(&deck).unwrap_or_else(|why| panic!("{why}"));
        let laws = netlist
            .elements
            .iter()
            .filter_map(|element| match &element.kind {
                Kind::Behavioural {
                    device: Device::Behavioural(law),
                    ..
                } => Some(law.is_known()),
                _ => None,
            });
        let laws: Vec<bool> = laws.collect();
        (
            laws.iter().filter(|is_known| **is_known).count(),
            laws.len(),
        )
    }

    const DRIVE: &str = "R7 7 0 1G\nE1 7 0 VALUE={V(p,k)/KP*LOG(1+EXP(KP*(1/MU+V(g,k)/SQRT(KVB+V(p,k)*V(p,k)))))}\n";
    const SCREEN: &str = "R7 7 0 1G\nE1 7 0 VALUE={V(s,k)/KP*LN(1+EXP((1/MU+V(g,k)/V(s,k))*KP))}\n";

    #[test]
    fn tubes_are_known_however_they_are_written() {
        for law in [
            "(PWR(V(7),EX)+PWRS(V(7),EX))/KG1",
            "0.5*(PWR(V(7),EX)+SGN(V(7))*PWR(V(7),EX))*2/KG1",
            "2*URAMP(V(7))^EX/KG1",
            "(V(7)>0 ? 2*V(7)**EX/KG1 : 0)",
            "IF(V(7)>0, POW(V(7),EX), 0)*2/KG1",
        ] {
            assert_eq!(
                played(&format!("{DRIVE}G1 p k VALUE={{{law}}}")),
                (2, 2),
                "{law}"
            );
            let pentode = format!("{SCREEN}G1 p k VALUE={{({law})*ATAN(V(p,k)/KVB)}}");
            assert_eq!(played(&pentode), (2, 2), "{law}");
        }
        let shifted = DRIVE.replace("V(g,k)/", "(V(g,k)+VCT)/");
        assert_eq!(
            played(&format!("{shifted}G1 p k VALUE={{2*URAMP(V(7))^EX/KG1}}")),
            (2, 2)
        );
        for screen in [
            "PWR(URAMP(V(s,k)/MU+V(g,k)),1.5)/KG2",
            "(V(s,k)/MU+V(g,k)>0) ? (V(s,k)/MU+V(g,k))**1.5/KG2 : 0",
            "URAMP(V(p,k))**1.5*4.4m",
        ] {
            assert_eq!(
                played(&format!("G2 s k VALUE={{{screen}}}\nR1 s k 1k")),
                (1, 1),
                "{screen}"
            );
        }
    }

    #[test]
    fn a_drive_that_something_else_reads_is_computed_as_it_is_written() {
        let plate = "G1 p k VALUE={2*URAMP(V(7))^EX/KG1}\n";
        for reader in ["G3 s 0 7 0 1u", "C3 7 0 1n", "B3 s 0 I=sin(v(7))*1u"] {
            assert_eq!(played(&format!("{DRIVE}{plate}{reader}")).0, 1, "{reader}");
        }
    }

    #[test]
    fn what_is_no_tube_stays_what_it_is() {
        for law in [
            "2*URAMP(V(7))^EX/KG1+1n*V(g)",
            "2*URAMP(V(7)-0.01)^EX/KG1",
            "2*URAMP(V(7))^EX/KG1*(1+0.001*V(g,k))",
            "LIMIT(2*URAMP(V(7))^EX/KG1,0,1m)",
        ] {
            assert_eq!(
                played(&format!("{DRIVE}G1 p k VALUE={{{law}}}")).0,
                0,
                "{law}"
            );
        }
    }
}
