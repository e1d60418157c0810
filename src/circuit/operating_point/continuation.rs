//! Ways to the operating point where Newton alone does not find it.

use crate::circuit::equations::unknown;
use crate::circuit::operating_point::newton::Ease;
use crate::circuit::operating_point::newton::Rest;
use crate::units::Siemens;
use crate::units::Volts;

/// Newton passes from nothing, and from one eased circuit to the next.
const BUDGET: usize = 100;
const BUDGET_STEP: usize = 40;
/// Step of a continuation: the first, and the least before it is given up.
const STEP_FIRST: f64 = 0.1;
const STEP_LEAST: f64 = 1e-5;
/// Conductances to ground in the gmin steps are from 0.1 S down by so many decades.
const GMIN_FIRST: Siemens = 0.1;
const GMIN_DECADES: f64 = 14.0;
/// Ties a node to its `.nodeset`, in S.
const HOLD_NODESET: Siemens = 1e9;
/// Pseudo-transient: conductance that holds the last point, the first and the last, in S.
const HOLD_FIRST: Siemens = 1.0;
const HOLD_LAST: Siemens = 1e-13;
/// Its steps before it is given up.
const HOLD_STEPS: usize = 400;

impl Rest<'_> {
    /// The operating point, searched from where these nodes have these voltages; on failure the unknowns that would
    /// not settle.
    pub fn find(&self, nodesets: &[(usize, Volts)]) -> Result<Vec<f64>, Vec<usize>> {
        let zero = vec![0.0; self.equations.size];
        let ways: [&dyn Fn() -> Result<Vec<f64>, Vec<usize>>; 4] = [
            &|| self.newton(&self.set(&zero, nodesets), &self.plain(), BUDGET),
            &|| self.by_gmin(&zero),
            &|| self.by_sources(&zero),
            &|| self.by_pseudo_transient(&zero),
        ];
        let mut fewest: Vec<usize> = (0..zero.len()).collect();
        for way in ways {
            match way() {
                Ok(found) => return Ok(found),
                Err(unsettled) if unsettled.len() <= fewest.len() => fewest = unsettled,
                Err(_) => {}
            }
        }
        Err(fewest)
    }

    /// Where nodes that are held at their voltages leave the others.
    fn set(&self, zero: &[f64], nodesets: &[(usize, Volts)]) -> Vec<f64> {
        let mut held = self.plain();
        let unknowns = nodesets
            .iter()
            .filter_map(|(node, volts)| Some((unknown(*node)?, *volts)));
        unknowns.for_each(|(node, volts)| held.ties[node] = (HOLD_NODESET, volts));
        match nodesets.is_empty() {
            true => zero.to_vec(),
            false => self.newton(zero, &held, BUDGET).unwrap_or(zero.to_vec()),
        }
    }

    /// Every node tied to ground, less and less.
    fn by_gmin(&self, zero: &[f64]) -> Result<Vec<f64>, Vec<usize>> {
        self.follow(zero, |share| {
            let siemens = match share < 1.0 {
                true => GMIN_FIRST * 10f64.powf(-GMIN_DECADES * share),
                false => 0.0,
            };
            self.tied(siemens, zero)
        })
    }

    /// All sources from nothing to what they are.
    fn by_sources(&self, zero: &[f64]) -> Result<Vec<f64>, Vec<usize>> {
        self.follow(zero, |share| Ease {
            sources: share,
            ..self.plain()
        })
    }

    /// Follows the solution while `ease` goes from 0 to 1, in steps that grow while Newton succeeds.
    fn follow(&self, start: &[f64], ease: impl Fn(f64) -> Ease) -> Result<Vec<f64>, Vec<usize>> {
        let mut x = self.newton(start, &ease(0.0), BUDGET)?;
        let (mut share, mut step) = (0.0f64, STEP_FIRST);
        while share < 1.0 {
            let next = f64::min(1.0, share + step);
            match self.newton(&x, &ease(next), BUDGET_STEP) {
                Ok(found) => {
                    (x, share) = (found, next);
                    step *= 2.0;
                }
                Err(unsettled) if step < STEP_LEAST => return Err(unsettled),
                Err(_) => step *= 0.25,
            }
        }
        Ok(x)
    }

    /// As if every node had a capacitance and the supplies were switched on: backward Euler in steps that grow. It
    /// ends where the circuit itself would come to rest.
    fn by_pseudo_transient(&self, start: &[f64]) -> Result<Vec<f64>, Vec<usize>> {
        let mut x = start.to_vec();
        let mut hold = HOLD_FIRST;
        for _ in 0..HOLD_STEPS {
            match self.newton(&x, &self.tied(hold, &x), BUDGET_STEP) {
                Ok(found) => {
                    x = found;
                    hold *= 0.5;
                }
                Err(_) => hold *= 8.0,
            }
            if hold < HOLD_LAST {
                break;
            }
        }
        self.newton(&x, &self.plain(), BUDGET)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::Deck;
    use crate::circuit::Netlist;
    use crate::circuit::equations::Equations;
    use std::path::Path;

    /// Relative to the largest unknown; measured 1.5e-10 at the most.
    const TOL: f64 = 4e-10;

    /// Each way alone leads to where they lead together.
    #[test]
    fn every_way_leads_to_the_same_point() {
        let mut worst = 0.0f64;
        for name in [
            "class_ab",
            "fuzz_pair",
            "ladder",
            "muff",
            "phaser",
            "push_pull",
        ] {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let path = root.join("tests/circuits").join(name).with_extension("cir");
            let netlist = Netlist::expand(&Deck::open(&path).unwrap()).unwrap();
            let equations = Equations::new(&netlist);
            let rest = Rest::new(
                &equations,
                &netlist.live,
                netlist.nodes.len() - 1,
                usize::MAX,
            );
            let zero = vec![0.0; equations.size];
            let found_first = rest.find(&[]).unwrap();
            let scale = found_first
                .iter()
                .fold(0.0f64, |scale, x| scale.max(x.abs()));
            for (way, found) in [
                ("gmin", rest.by_gmin(&zero)),
                ("sources", rest.by_sources(&zero)),
                ("pseudo-transient", rest.by_pseudo_transient(&zero)),
            ] {
                let found = found.unwrap_or_else(|_| panic!("{name} by {way}"));
                let error = |(a, b): (&f64, &f64)| (a - b).abs() / scale;
                let error = found_first
                    .iter()
                    .zip(&found)
                    .map(error)
                    .fold(0.0, f64::max);
                println!("{name} by {way}: {error:e}");
                worst = worst.max(error);
            }
        }
        assert!(worst <= TOL, "{worst:e}");
    }
}
