//! Size of the panel's window, kept with the state.

use nice_plug::params::persist::PersistentField;
use serde::Deserialize;
use serde::Serialize;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Size of the panel at 100 %, in logical pixels.
pub const BASE_SIZE: (f32, f32) = (1040.0, 600.0);

/// Smallest and largest scale of the panel.
pub const SCALE_RANGE: (f32, f32) = (0.5, 3.0);

/// Width and height in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowSize {
    pub width: f32,
    pub height: f32,
}

impl WindowSize {
    /// The size at a scale, 1.0 for 100 %.
    pub fn at_scale(scale: f32) -> Self {
        let scale = scale.clamp(SCALE_RANGE.0, SCALE_RANGE.1);
        Self {
            width: BASE_SIZE.0 * scale,
            height: BASE_SIZE.1 * scale,
        }
    }

    /// Scale at which the panel fits into the window.
    pub fn scale(self) -> f32 {
        let fits = (self.width / BASE_SIZE.0).min(self.height / BASE_SIZE.1);
        fits.clamp(SCALE_RANGE.0, SCALE_RANGE.1)
    }

    /// The size itself where it is usable, else the one that is nearest.
    fn usable(self) -> Self {
        if !(self.width.is_finite() && self.height.is_finite()) {
            return Self::at_scale(1.0);
        }
        let (least, most) = (Self::at_scale(SCALE_RANGE.0), Self::at_scale(SCALE_RANGE.1));
        Self {
            width: self.width.clamp(least.width, most.width),
            height: self.height.clamp(least.height, most.height),
        }
    }
}

/// The window's size, shared between the panel and the state. Never touched by the audio thread.
pub struct Window(Mutex<WindowSize>);

impl Default for Window {
    fn default() -> Self {
        Self(Mutex::new(WindowSize::at_scale(1.0)))
    }
}

impl Window {
    pub fn size(&self) -> WindowSize {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn resized(&self, size: WindowSize) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = size.usable();
    }
}

impl PersistentField<'_, WindowSize> for Window {
    fn set(&self, size: WindowSize) {
        self.resized(size);
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&WindowSize) -> R,
    {
        f(&self.size())
    }
}
