//! Whether a circuit has come to rest.

use wide::f64x2;

/// What a circuit's state was when it was last looked at, and how far it has ever moved between two looks.
///
/// A state's entries are volts, amperes and charges, so each is measured by its own movement while something was played.
/// A supply that sags is an entry like any other: the circuit is not at rest before it has recovered.
#[derive(Clone, Debug)]
pub struct Settling {
    entries: Box<[Entry]>,
    /// Whether there is a last look.
    has_looked: bool,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    last: f64x2,
    most: f64x2,
}

/// Share of an entry's largest movement that counts as rest. What still moves by that from look to look, every 21 ms, has
/// 5e-5 of its way left if its time constant is a second; measured, rigs wake within −126 dB of those that never slept.
const STILL: f64 = 1e-6;
/// The same of the largest entry, for those that have never moved.
const EXACT: f64 = 1e-11;

impl Settling {
    pub fn new(n_states: usize) -> Self {
        let entry = Entry {
            last: f64x2::ZERO,
            most: f64x2::ZERO,
        };
        Self {
            entries: vec![entry; n_states].into(),
            has_looked: false,
        }
    }

    /// As if it had never moved.
    pub fn reset(&mut self) {
        self.has_looked = false;
        for entry in &mut self.entries {
            entry.most = f64x2::ZERO;
        }
    }

    /// Whether no entry has moved since the last look; looks.
    pub fn has_settled<'a>(&mut self, state: impl Iterator<Item = &'a f64x2>) -> bool {
        let (mut excess, mut largest) = (f64x2::ZERO, f64x2::ZERO);
        for (entry, now) in self.entries.iter_mut().zip(state) {
            let moved = (*now - entry.last).abs();
            entry.last = *now;
            if self.has_looked {
                entry.most = entry.most.fast_max(moved);
            }
            largest = largest.fast_max(now.abs());
            excess = excess.fast_max(moved - entry.most * STILL);
        }
        let most = largest * EXACT;
        std::mem::replace(&mut self.has_looked, true) && excess.simd_le(most).all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_entry_keeps_a_circuit_from_rest() {
        let mut settling = Settling::new(2);
        let mut slow = 1.0;
        let mut looks = 0;
        while !settling.has_settled([f64x2::splat(100.0), f64x2::new([slow, 0.0])].iter()) {
            slow *= 0.5;
            looks += 1;
        }
        // Half of it is the largest movement; 2^-20 of that is 1e-6.
        assert!((20..=22).contains(&looks), "{looks}");
        settling.reset();
        assert!(!settling.has_settled([f64x2::splat(100.0), f64x2::ONE].iter()));
    }
}
