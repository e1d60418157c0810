//! A part that plays, and the one that is about to take its place.

use crate::dsp::End;
use crate::dsp::Fade;
use crate::dsp::Law;
use crate::rig::pair::FADE;
use crate::units::Hertz;
use wide::f64x2;

#[derive(Debug)]
pub struct Swap<T> {
    pub playing: Box<T>,
    pub coming: Option<Box<T>>,
    pub retired: Option<Box<T>>,
    fade: Fade,
}

impl<T> Swap<T> {
    pub fn new(playing: Box<T>, sample_rate: Hertz) -> Self {
        Self {
            playing,
            coming: None,
            retired: None,
            fade: Fade::new(Law::EqualGain, (FADE * sample_rate).ceil() as u32, End::A),
        }
    }

    /// Whether another part may come.
    pub fn is_free(&self) -> bool {
        self.coming.is_none() && self.retired.is_none()
    }

    pub fn all(&mut self, mut work: impl FnMut(&mut T)) {
        work(&mut self.playing);
        self.coming.iter_mut().for_each(|part| work(part));
    }

    /// One sample of whatever plays, times `scale`, faded over to what comes.
    #[inline]
    pub fn tick(&mut self, scale: f64, mut play: impl FnMut(&mut T) -> f64x2) -> f64x2 {
        let playing = play(&mut self.playing) * scale;
        let Some(coming) = &mut self.coming else {
            return playing;
        };
        self.fade.to(End::B);
        let (old, new) = self.fade.tick();
        let mixed = playing * old + play(coming) * new;
        if self.fade.settled() {
            self.swap();
        }
        mixed
    }

    /// Puts the coming part in the place of the playing one.
    pub fn swap(&mut self) {
        if let Some(coming) = self.coming.take() {
            self.retired = Some(std::mem::replace(&mut self.playing, coming));
            self.fade.jump(End::A);
        }
    }
}
