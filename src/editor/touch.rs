//! A knob being moved, as numbers: no window, no parameter.

/// Pixels, at 100 %, from one end of a knob to the other.
const TRAVEL_PX: f32 = 200.0;
/// One notch of the wheel.
const NOTCH: f32 = 0.01;
/// What Shift divides by.
const FINE: f32 = 10.0;
/// Notches that follow each other within this belong to one gesture.
const BURST_S: f64 = 0.35;

/// One gesture: a drag, or a burst of wheel notches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Touch {
    /// Where the gesture has brought the knob, 0 to 1; ahead of the host by what it takes to answer.
    pub value: f32,
    /// When a burst is over; a drag ends with the button.
    pub ends_s: Option<f64>,
}

impl Touch {
    pub fn drag(value: f32) -> Self {
        Self {
            value,
            ends_s: None,
        }
    }

    pub fn wheel(value: f32, now_s: f64) -> Self {
        Self {
            value,
            ends_s: Some(now_s + BURST_S),
        }
    }

    /// The pointer went up by `up_px`. Only the way still to go is scaled, so Shift in mid-drag makes no jump.
    pub fn moved(&mut self, up_px: f32, fine: bool) {
        self.shift(up_px / TRAVEL_PX, fine);
    }

    pub fn notched(&mut self, notches: f32, fine: bool, now_s: f64) {
        self.shift(notches * NOTCH, fine);
        self.ends_s = self.ends_s.map(|_| now_s + BURST_S);
    }

    pub fn is_over(&self, now_s: f64) -> bool {
        self.ends_s.is_some_and(|ends_s| now_s >= ends_s)
    }

    fn shift(&mut self, by: f32, fine: bool) {
        let by = if fine { by / FINE } else { by };
        self.value = (self.value + by).clamp(0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_in_mid_drag_makes_no_jump() {
        let mut touch = Touch::drag(0.5);
        touch.moved(40.0, false);
        let before = touch.value;
        touch.moved(0.0, true);
        assert_eq!(touch.value, before);
        touch.moved(40.0, true);
        assert!((touch.value - before - 0.02).abs() < 1e-6);
    }

    #[test]
    fn a_drag_stops_at_the_end_and_turns_back_at_once() {
        let mut touch = Touch::drag(0.9);
        touch.moved(1000.0, false);
        assert_eq!(touch.value, 1.0);
        touch.moved(-20.0, false);
        assert!((touch.value - 0.9).abs() < 1e-6);
    }

    #[test]
    fn notches_in_a_row_are_one_gesture() {
        let mut touch = Touch::wheel(0.5, 10.0);
        touch.notched(1.0, false, 10.0);
        touch.notched(1.0, false, 10.3);
        assert!(!touch.is_over(10.4));
        assert!(touch.is_over(10.7));
        assert!((touch.value - 0.52).abs() < 1e-6);
        assert!(!Touch::drag(0.5).is_over(1e9));
    }
}
