//! `X… m=`: how ngspice 39 multiplies a subcircuit.

use crate::circuit::deck::MAX_NESTING;
use crate::circuit::deck::Parameter;
use crate::circuit::deck::Scope;
use crate::circuit::deck::Subcircuit;
use crate::circuit::deck::statement::Statement;
use crate::circuit::expression::Expression;

/// Elements that ngspice leaves as they are: sources of voltage, as they must be, but also `B` sources of current.
const NOT_MULTIPLIED: &str = "bvehaknopstuwy";

/// Gives every subcircuit that is called with `m=`, and has no such parameter, one of that default 1; each element in it
/// gets `m={m}` in the place of its own; a `G` with a law is multiplied by both, an `R` with a law by its own.
///
/// A call inside such a subcircuit is one with `m=`, too; deeper than an expansion goes none counts.
pub fn multiply(top: &mut Scope) {
    for _ in 0..=MAX_NESTING {
        let mut found = Vec::new();
        collect(&[top], &mut Vec::new(), &mut found);
        if found.is_empty() {
            return;
        }
        for path in found {
            let mut scope = &mut *top;
            let Some((last, outer)) = path.split_last() else {
                return;
            };
            for name in outer {
                match scope.subcircuits.get_mut(name) {
                    Some(inner) => scope = &mut inner.body,
                    None => return,
                }
            }
            if let Some(called) = scope.subcircuits.get_mut(last)
                && !has_own(called)
            {
                adapt(called);
            }
        }
    }
}

/// Paths of the definitions to adapt, as calls from the innermost of `scopes` and all below it find them.
fn collect(scopes: &[&Scope], path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let Some(scope) = scopes.last() else { return };
    for statement in scope.all_elements() {
        let is_call = statement.name().starts_with('x');
        let Some(name) = statement.words.last().filter(|_| is_call) else {
            continue;
        };
        if !statement.pairs.iter().any(|(key, _)| key == "m") {
            continue;
        }
        let home = scopes
            .iter()
            .rposition(|scope| scope.subcircuits.contains_key(name));
        if let Some(home) = home
            && !has_own(&scopes[home].subcircuits[name])
        {
            let mut of_definition = path[..home].to_vec();
            of_definition.push(name.clone());
            found.push(of_definition);
        }
    }
    for (name, inner) in &scope.subcircuits {
        let mut below = scopes.to_vec();
        below.push(&inner.body);
        path.push(name.clone());
        collect(&below, path, found);
        path.pop();
    }
}

fn has_own(subcircuit: &Subcircuit) -> bool {
    subcircuit.defaults.iter().any(|known| known.name == "m")
}

fn adapt(called: &mut Subcircuit) {
    called.defaults.push(Parameter {
        name: "m".to_string(),
        value: Expression::Number(1.0),
        place: called.place.clone(),
    });
    called.body.all_elements_mut().for_each(|element| {
        if !element.name().starts_with(|c| NOT_MULTIPLIED.contains(c)) {
            with_m(element);
        }
    });
}

fn with_m(element: &mut Statement) {
    if element.law.is_none() && !element.name().starts_with('r') {
        element.pairs.retain(|(key, _)| key != "m");
    }
    element.pairs.push(("m".to_string(), "{m}".to_string()));
}
