//! What a menu offers: places with their names, in groups.

use crate::rig::Library;
use crate::rig::Slot;
use crate::rig::library::USER;

/// A place that can be chosen, and its name.
pub type Item = (usize, String);

/// Items under a heading; those of the first group often have none.
#[derive(Debug, PartialEq)]
pub struct Group {
    pub heading: String,
    pub items: Vec<Item>,
}

/// A slot's models: first those that stand alone, then the groups, then the user's own.
pub fn models(library: &Library, slot: Slot) -> Vec<Group> {
    let all = library
        .models(slot)
        .map(|(place, model)| (place, model.name.to_string()));
    let (own, factory): (Vec<Item>, Vec<Item>) = all.partition(|(place, _)| *place >= USER);
    let mut groups = grouped(factory);
    groups.push(Group {
        heading: "Your decks".into(),
        items: own,
    });
    groups.retain(|group| !group.items.is_empty());
    groups
}

/// Names that share what stands before their colon come together, without it.
fn grouped(items: Vec<Item>) -> Vec<Group> {
    let family = |name: &str| name.split_once(": ").map(|(family, _)| family.to_owned());
    let families: Vec<Option<String>> = items.iter().map(|(_, name)| family(name)).collect();
    let mut groups = vec![Group {
        heading: String::new(),
        items: Vec::new(),
    }];
    for ((place, name), family) in items.into_iter().zip(&families) {
        let n_like = families.iter().filter(|other| *other == family).count();
        let Some(family) = family.as_ref().filter(|_| n_like > 1) else {
            groups[0].items.push((place, name));
            continue;
        };
        let item = (place, name[family.len() + 2..].to_owned());
        match groups.iter_mut().find(|group| group.heading == *family) {
            Some(group) => group.items.push(item),
            None => groups.push(Group {
                heading: family.clone(),
                items: vec![item],
            }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_come_together_and_loners_first() {
        let names = ["Tube: a", "Op-amp: b", "None", "Tube: c", "Line: 1:4"];
        let items = names.into_iter().map(str::to_owned).enumerate().collect();
        let [alone, tubes] = &grouped(items)[..] else {
            panic!("two groups");
        };
        let item = |place, name: &str| (place, name.to_owned());
        let loners = [item(1, "Op-amp: b"), item(2, "None"), item(4, "Line: 1:4")];
        assert_eq!(alone.items, loners);
        assert_eq!(tubes.heading, "Tube");
        assert_eq!(tubes.items, [item(0, "a"), item(3, "c")]);
    }
}
