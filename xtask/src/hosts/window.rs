//! The panel in a CLAP host's window, while the plugin plays: it is drawn, hears the mouse, follows the window's size,
//! and leaves nothing behind.

use crate::audio::Audio;
use crate::clap_host::ClapPlugin;
use crate::clap_host::hash;
use crate::clap_host::wait_until;
use crate::hosts::desktop::Desktop;
use crate::hosts::desktop::Picture;
use crate::hosts::foot;
use crate::hosts::process::holdings;
use crate::project;
use crate::screen::Screen;
use crate::shell;
use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use std::env;
use std::path::Path;
use std::time::Duration;

const BLOCK: usize = 512;
/// The panel's size as it opens at a scale of 1, and other sizes that a user may drag it to.
pub const SIZE: [u32; 2] = [1040, 600];
const SIZES: [[u32; 2]; 3] = [[1560, 900], [3120, 1800], [520, 300]];
/// Times that it is closed and opened again, and the first after which memory should stand still.
const AGAIN: usize = 20;
const WARM: usize = 5;
/// In kB over the rest; measured −8400 to +3800. The picture of one window alone is 2500.
const TOL_GROWTH: i64 = 10240;
/// A software renderer on a busy machine has drawn by then; measured 0.2 to 1 s.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// A window's thread ends a moment after the instance that is dropped.
const WINDOW_GOES: Duration = Duration::from_secs(5);
/// The panel's background, B's colour, and fewer colours than letters and dials need.
const CANVAS: u32 = 0x14_16_19;
const BLUE: u32 = 0x55_b0_ff;
const COLOURS: usize = 100;
/// Where B's button shows its colour, of the panel's size at 100 %.
const B: [u32; 2] = [694, 37];

/// The menu of sizes, its first item, and the time that it takes to open.
const SCALE: [u32; 2] = [979, 576];
const HALF: [u32; 2] = [972, 348];
const MENU_OPENS: Duration = Duration::from_millis(500);

/// In a process of its own, on a screen of its own.
pub fn check() -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("CLAP: the panel is opened in a host's window on Linux only");
        return Ok(());
    }
    let screen = Screen::open()?;
    let mut host = screen.on(env::current_exe()?);
    host.arg("open-panel").arg(project::clap_library());
    // With an arena for every thread that draws, what is kept to be used again looks like growth.
    host.env("MALLOC_ARENA_MAX", "1");
    // The framework warns at each closing that its window's thread has ended.
    host.env("NICE_LOG", project::target().join("hosts/panel.log"));
    shell::run(&mut host).context("next: run the same line by hand, on a screen that you see")
}

/// The process of [`check`].
pub fn open_panel(library: &Path) -> Result<()> {
    let take = Audio::read(&project::take())?;
    let take = take.start(take.sample_rate as usize);
    let desktop = Desktop::open(None, SIZE)?;
    let mut plugin = ClapPlugin::load(library)?;
    plugin.play_beside(&take, BLOCK, |plugin| {
        let before = threads()?;
        visit(plugin, &desktop)?;
        foot::clap(plugin, &desktop)?;
        again_and_again(plugin, &desktop, before)?;
        twice_as_large(plugin, &desktop)
    })?;
    // And once in an instance that goes away without having been told to close it.
    open(&mut plugin, &desktop)?;
    drop(plugin);
    let is_gone = wait_until(WINDOW_GOES, || Ok(desktop.inside()?.is_none()))?;
    ensure!(
        is_gone.is_some(),
        "CLAP: dropped with its panel open, an instance leaves the window behind"
    );
    println!("CLAP: an instance that is dropped takes its panel along");
    Ok(())
}

/// Everything that can be done to one window.
fn visit(plugin: &mut ClapPlugin, desktop: &Desktop) -> Result<()> {
    let took = open(plugin, desktop)?;
    desktop.click(B)?;
    let is_b = plugin.wait_until(PATIENCE, |plugin| {
        Ok(active(plugin)? == 1.0 && desktop.picture(SIZE)?.at(B)? == BLUE)
    })?;
    ensure!(
        is_b.is_some(),
        "CLAP: a click on B in the panel did not choose rig B"
    );
    for size in SIZES.into_iter().chain([SIZE]) {
        let fits = plugin.resize_editor(size)?;
        ensure!(
            fits == size,
            "CLAP: the panel would not be {size:?}, but {fits:?}"
        );
        desktop.resize(size)?;
        let button = [B[0] * size[0] / SIZE[0], B[1] * size[1] / SIZE[1]];
        let is_there = plugin.wait_until(PATIENCE, |_| {
            Ok(is_drawn(desktop, size)? && desktop.picture(size)?.at(button)? == BLUE)
        })?;
        ensure!(
            is_there.is_some(),
            "CLAP: resized to {size:?} the panel is not drawn at that size"
        );
    }
    panel_asks_for_a_size(plugin, desktop)?;
    plugin.hide_editor()?;
    plugin.show_editor()?;
    ensure!(
        plugin
            .wait_until(PATIENCE, |_| is_drawn(desktop, SIZE))?
            .is_some(),
        "CLAP: hidden and shown again the panel is not drawn"
    );
    plugin.close_editor()?;
    println!(
        "CLAP: the panel in a host's window: drawn after {:.2} s, hears the mouse, drawn at {} sizes",
        took.as_secs_f64(),
        SIZES.len() + 1
    );
    Ok(())
}

/// The menu at the panel's foot: the host is asked, and does what it is asked for.
fn panel_asks_for_a_size(plugin: &mut ClapPlugin, desktop: &Desktop) -> Result<()> {
    desktop.click(SCALE)?;
    plugin.wait_until(MENU_OPENS, |_| Ok(false))?;
    desktop.click(HALF)?;
    let mut wanted = None;
    plugin.wait_until(PATIENCE, |plugin| {
        wanted = plugin.wanted_size();
        Ok(wanted.is_some())
    })?;
    let half = [SIZE[0] / 2, SIZE[1] / 2];
    ensure!(
        wanted == Some(half),
        "CLAP: of the menu's 50 % the host hears {wanted:?}, not {half:?}"
    );
    desktop.resize(half)?;
    let is_there = plugin.wait_until(PATIENCE, |_| is_drawn(desktop, half))?;
    ensure!(
        is_there.is_some(),
        "CLAP: the panel is not drawn at the size that it asked for"
    );
    plugin.resize_editor(SIZE)?;
    desktop.resize(SIZE)
}

/// No more than `before` threads may be left each time.
fn again_and_again(plugin: &mut ClapPlugin, desktop: &Desktop, before: i64) -> Result<()> {
    let (mut warm, mut longest) = (None, Duration::ZERO);
    for time in 0..AGAIN {
        if time == WARM {
            warm = holdings()?;
        }
        longest = longest.max(open(plugin, desktop)?);
        plugin.close_editor()?;
        // The renderer's threads end after the window.
        let is_closed = plugin.wait_until(PATIENCE, |_| {
            Ok(desktop.inside()?.is_none() && threads()? <= before)
        })?;
        ensure!(
            is_closed.is_some(),
            "CLAP: closed, the panel leaves its window or a thread behind"
        );
    }
    let (Some(warm), Some(end)) = (warm, holdings()?) else {
        return Ok(());
    };
    println!(
        "CLAP: the panel closed and opened {AGAIN} times while playing, at most {:.2} s each: {} since the {WARM}th",
        longest.as_secs_f64(),
        end.since(warm)
    );
    ensure!(
        end.since(warm).is_within(TOL_GROWTH),
        "CLAP: opening the panel again and again leaves something behind: {warm:?} became {end:?}"
    );
    Ok(())
}

/// On a screen where everything is twice as large: told by the host, or by the desktop to a host that knows nothing of
/// it. The second window opens as the first did.
fn twice_as_large(plugin: &mut ClapPlugin, desktop: &Desktop) -> Result<()> {
    let twice = SIZE.map(|pixels| 2 * pixels);
    for (scale, dpi) in [(1.0, Some(192)), (1.0, Some(192)), (2.0, None), (2.0, None)] {
        desktop.tell_dpi(dpi)?;
        let size = plugin.open_editor(desktop.window, scale)?;
        desktop.resize(size)?;
        let is_there = plugin.wait_until(PATIENCE, |_| is_drawn(desktop, twice))?;
        ensure!(
            size == twice && is_there.is_some(),
            "CLAP: at a host's scale of {scale}, dots {dpi:?}, the panel says {size:?} and is not drawn at {twice:?}"
        );
        plugin.close_editor()?;
    }
    desktop.tell_dpi(None)?;
    desktop.resize(SIZE)?;
    println!("CLAP: the panel is twice as large where the host or the desktop is, each time");
    Ok(())
}

fn threads() -> Result<i64> {
    Ok(holdings()?.map_or(0, |it| it.threads))
}

/// How long it took until it was drawn.
pub fn open(plugin: &mut ClapPlugin, desktop: &Desktop) -> Result<Duration> {
    let size = plugin.open_editor(desktop.window, 1.0)?;
    ensure!(size == SIZE, "CLAP: the panel opens at {size:?}");
    plugin
        .wait_until(PATIENCE, |_| is_drawn(desktop, SIZE))?
        .context("CLAP: the panel opened and is not drawn")
}

/// Whether the panel fills the window and is drawn there.
fn is_drawn(desktop: &Desktop, size: [u32; 2]) -> Result<bool> {
    Ok(desktop.inside()? == Some(size) && is_panel(&desktop.picture(size)?, size)?)
}

/// Whether it has the panel's background in the corners, and shows more than that.
pub fn is_panel(picture: &Picture, size: [u32; 2]) -> Result<bool> {
    let [right, bottom] = [size[0] - 1, size[1] - 1];
    for corner in [[0, 0], [right, 0], [0, bottom], [right, bottom]] {
        if picture.at(corner)? != CANVAS {
            return Ok(false);
        }
    }
    Ok(picture.colours() >= COLOURS)
}

/// The rig that is heard: 0 is A, 1 is B.
fn active(plugin: &mut ClapPlugin) -> Result<f64> {
    let parameters = plugin.parameters()?;
    let active = parameters.iter().find(|one| one.id == hash("active"));
    Ok(active.context("no parameter `active`")?.normalized)
}
