//! Oversampling as hosts show it.

use crate::rig::Oversampling;
use nice_plug::prelude::Enum;

/// Of both rigs while the host plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality(pub Oversampling);

/// The same while the host renders; `None` is as live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfflineQuality(pub Option<Oversampling>);

const NAMES: [&str; 6] = ["As live", "1x", "2x", "4x", "8x", "16x"];
/// Frozen: states hold them.
const IDS: [&str; 6] = ["live", "1x", "2x", "4x", "8x", "16x"];

impl Enum for Quality {
    fn variants() -> &'static [&'static str] {
        &NAMES[1..]
    }

    fn ids() -> Option<&'static [&'static str]> {
        Some(&IDS[1..])
    }

    fn to_index(self) -> usize {
        self.0 as usize
    }

    fn from_index(index: usize) -> Self {
        let [first, ..] = Oversampling::ALL;
        Self(Oversampling::ALL.get(index).copied().unwrap_or(first))
    }
}

impl Enum for OfflineQuality {
    fn variants() -> &'static [&'static str] {
        &NAMES
    }

    fn ids() -> Option<&'static [&'static str]> {
        Some(&IDS)
    }

    fn to_index(self) -> usize {
        self.0.map_or(0, |oversampling| 1 + oversampling as usize)
    }

    fn from_index(index: usize) -> Self {
        let at = index.checked_sub(1);
        Self(at.and_then(|at| Oversampling::ALL.get(at).copied()))
    }
}
