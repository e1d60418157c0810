//! Of a state that is none the host is told, and so is the user: at the panel's foot, in both formats.

use crate::clap_host::ClapPlugin;
use crate::clap_host::wait_until;
use crate::hosts::desktop::Desktop;
use crate::hosts::desktop::Picture;
use crate::hosts::window::PATIENCE;
use crate::hosts::window::SIZE;
use crate::hosts::window::is_panel;
use crate::hosts::window::open;
use crate::project;
use crate::screen::Running;
use crate::screen::Screen;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use std::path::Path;

/// The foot's line, from corner to corner, of the panel at 100 %.
const FOOT: [[u32; 2]; 2] = [[26, 566], [926, 586]];
/// The colour of what is wrong there, and fewer pixels of it than a sentence has.
const ALERT: u32 = 0xff_7a_70;
const SENTENCE: usize = 40;

fn says_what_is_wrong(picture: &Picture) -> Result<bool> {
    Ok(picture.count(FOOT, ALERT)? >= SENTENCE)
}

/// While the panel is open and when it is opened later, until a whole state comes.
pub fn clap(plugin: &mut ClapPlugin, desktop: &Desktop) -> Result<()> {
    let state = plugin.save()?;
    let refuse = |plugin: &mut ClapPlugin, broken: &[u8]| -> Result<()> {
        let is_refused = plugin.restore(broken).is_err();
        ensure!(
            is_refused,
            "CLAP: a state of {} bytes was taken",
            broken.len()
        );
        Ok(())
    };
    let shows = |plugin: &mut ClapPlugin, wanted: bool, when: &str| -> Result<()> {
        let is_so = plugin.wait_until(PATIENCE, |_| {
            Ok(says_what_is_wrong(&desktop.picture(SIZE)?)? == wanted)
        })?;
        ensure!(
            is_so.is_some(),
            "CLAP: {when} the panel's foot {} what is wrong with a state",
            if wanted { "does not say" } else { "says" }
        );
        Ok(())
    };
    open(plugin, desktop)?;
    shows(plugin, false, "at first")?;
    for broken in [&state[..state.len() / 2], &state[..5], &[]] {
        refuse(plugin, broken)?;
        shows(plugin, true, "after a broken state")?;
        plugin.restore(&state)?;
        shows(plugin, false, "after a whole state")?;
    }
    plugin.close_editor()?;
    refuse(plugin, &state[..100])?;
    open(plugin, desktop)?;
    shows(plugin, true, "opened after a broken state")?;
    plugin.restore(&state)?;
    plugin.close_editor()?;
    println!("CLAP: what is wrong with a state stands at the panel's foot");
    Ok(())
}

/// In pedalboard's window, on a screen of its own.
pub fn vst3(python: &Path) -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("VST3: the panel is opened in a host's window on Linux only");
        return Ok(());
    }
    for (state, wanted) in [("whole", false), ("broken", true)] {
        let screen = Screen::open()?;
        let desktop = Desktop::open(Some(&screen.display), SIZE)?;
        let mut host = screen.on(python);
        host.arg(project::root().join("tests/hosts/pedalboard_panel.py"));
        host.arg(project::vst3_bundle()).arg(state);
        let _host = Running(host.spawn().context("could not start Python")?);
        let drawn = wait_until(PATIENCE, || {
            let picture = desktop.picture(SIZE)?;
            Ok(is_panel(&picture, SIZE)? && says_what_is_wrong(&picture)? == wanted)
        })?;
        ensure!(
            drawn.is_some(),
            "VST3: after a {state} state the panel in pedalboard's window does not show what it should"
        );
    }
    println!("VST3, pedalboard: what is wrong with a state stands at the panel's foot");
    Ok(())
}
