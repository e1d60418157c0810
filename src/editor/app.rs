//! One open window of the panel.

use crate::meters::Meters;
use crate::params::LoadlineParams;
use atomic_float::AtomicF32;
use nice_plug_egui::Frame;
use nice_plug_egui::NiceEguiApp;
use std::sync::Arc;

pub struct App {
    params: Arc<LoadlineParams>,
    meters: Arc<Meters>,
    system_scale: Arc<AtomicF32>,
}

impl App {
    pub fn new(
        params: Arc<LoadlineParams>,
        meters: Arc<Meters>,
        system_scale: Arc<AtomicF32>,
    ) -> Self {
        meters.watch();
        Self {
            params,
            meters,
            system_scale,
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.meters.unwatch();
    }
}

impl NiceEguiApp for App {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut Frame) {
        let _ = (&self.params, &self.system_scale);
        ui.label("x");
    }
}
