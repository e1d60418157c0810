//! Presets on the panel: a bar that steps through them, and a browser.

pub mod bar;
pub mod browser;
mod detail;
mod form;
mod icon;
mod list;
mod text_box;

use crate::editor::app::Look;
use crate::editor::control::Host;
use crate::editor::presets::browser::Browser;
use crate::editor::presets::form::Form;
use crate::params::Active;
use crate::params::LoadlineParams;
use crate::params::adopt;
use crate::params::library;
use crate::rig::Collection;
use crate::rig::Library;
use crate::rig::Preset;
use crate::rig::PresetError;
use crate::rig::RigControls;
use crate::rig::folders;
use crate::rig::library::USER;
use std::sync::Arc;

/// What presets are shown with: they belong to the rig on show.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    pub look: &'a Look,
    pub host: &'a Host,
    pub params: &'a LoadlineParams,
    pub shown: Active,
}

pub struct Presets {
    collection: Collection,
    /// What the preset of the rig on show makes; found when another name comes up.
    target: Option<Target>,
    browser: Option<Browser>,
    /// What could not be done.
    trouble: Option<String>,
}

struct Target {
    name: String,
    library: Arc<Library>,
    /// Nothing where there is no such preset here.
    rig: Option<RigControls>,
}

impl Stage<'_> {
    /// Name of the rig's preset; empty where it is of none.
    fn name(&self) -> String {
        self.params.presets.of(self.shown)
    }

    fn rig(&self) -> RigControls {
        self.params.controls(false).rigs[self.shown as usize]
    }
}

impl Presets {
    pub fn read() -> Self {
        Self {
            collection: Collection::read(folders::presets().as_deref(), &library()),
            target: None,
            browser: None,
            trouble: None,
        }
    }

    /// Opens the browser on what is in the user's folder by now, or closes it.
    fn toggle(&mut self) {
        *self = match self.browser {
            Some(_) => Self::read(),
            None => Self {
                browser: Some(Browser::default()),
                ..Self::read()
            },
        };
    }

    pub fn is_open(&self) -> bool {
        self.browser.is_some()
    }

    /// Whether the rig is no longer what its preset makes; `None` where that preset is not here.
    fn is_edited(&mut self, stage: &Stage) -> Option<bool> {
        let (name, library) = (stage.name(), library());
        let is_it = |target: &Target| target.name == name && Arc::ptr_eq(&target.library, &library);
        if !self.target.as_ref().is_some_and(is_it) {
            let found = self.collection.find(&name);
            let rig = found.and_then(|entry| make(&entry.preset).ok());
            let library = crate::params::library();
            self.target = Some(Target { name, library, rig });
        }
        let target = self.target.as_ref()?;
        Some(!target.rig?.is_like(&stage.rig(), &target.library))
    }

    /// Makes the rig on show of a preset; where that can't be, it stays as it is.
    fn choose(&mut self, stage: &Stage, name: &str) {
        let Some(entry) = self.collection.find(name) else {
            return;
        };
        let preset = &entry.preset;
        self.trouble = match make(preset) {
            Ok(rig) => {
                let params = stage.params.rig(stage.shown);
                let made = params.made(&rig);
                stage.host.set_all(made.steps);
                stage.host.set_all(made.knobs);
                stage.host.set_all([made.polarity]);
                stage.params.presets.put(stage.shown, &preset.name);
                None
            }
            Err(why) => Some(why),
        };
        self.tell(stage);
    }

    /// The next preset, or the one before, of those that the browser shows.
    fn step(&mut self, stage: &Stage, by: isize) {
        let wish = self.browser.as_ref().map(|browser| browser.wish.clone());
        let wish = wish.unwrap_or_default();
        let next = self.collection.step(&stage.name(), by, &wish);
        if let Some(name) = next.map(|entry| entry.preset.name.clone()) {
            self.choose(stage, &name);
        }
    }

    fn toggle_favourite(&mut self, stage: &Stage, name: &str) {
        let done = self.collection.toggle_favourite(name);
        self.done(stage, done);
    }

    /// Writes the rig down in the user's own preset that it came from; else asks for a name.
    fn save(&mut self, stage: &Stage) {
        let found = self.collection.find(&stage.name());
        let Some(own) = found.filter(|entry| entry.file.is_some()) else {
            let form = Form::of(found.map(|entry| &entry.preset), &stage.name());
            self.browser.get_or_insert_default().form = Some(form);
            return;
        };
        let preset = Preset {
            name: own.preset.name.clone(),
            category: own.preset.category.clone(),
            listen: own.preset.listen.clone(),
            tags: own.preset.tags.clone(),
            ..written(stage)
        };
        self.keep(stage, &preset);
    }

    /// True where it was written.
    fn keep(&mut self, stage: &Stage, preset: &Preset) -> bool {
        let done = self.collection.save(preset, &library());
        let is_kept = done.is_ok();
        if is_kept {
            stage.params.presets.put(stage.shown, preset.name.trim());
            self.target = None;
        }
        self.done(stage, done);
        is_kept
    }

    fn delete(&mut self, stage: &Stage, name: &str) {
        let done = self.collection.delete(name, &library());
        self.target = None;
        self.done(stage, done);
    }

    fn done(&mut self, stage: &Stage, done: Result<(), PresetError>) {
        self.trouble = done.err().map(|why| why.to_string());
        self.tell(stage);
    }

    fn tell(&self, stage: &Stage) {
        stage.params.notice.tell(self.trouble.clone());
    }
}

/// The rig on show as a preset, still without a name.
fn written(stage: &Stage) -> Preset {
    let controls = stage.params.controls(false);
    let rig = &controls.rigs[stage.shown as usize];
    Preset::of(rig, controls.calibration_dbu, &library())
}

/// What a preset makes; what it carries of the user's own joins the library.
fn make(preset: &Preset) -> Result<RigControls, String> {
    for (kind, embedded) in preset.carried() {
        adopt(kind, embedded, USER)
            .map_err(|why| format!("preset \"{}\": {}: {why}", preset.name, embedded.name))?;
    }
    let mut rig = RigControls::default();
    let applied = preset.apply(&mut rig, &library());
    applied.map(|()| rig).map_err(|why| why.to_string())
}
