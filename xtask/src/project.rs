//! Where things are.

use std::env;
use std::path::Path;
use std::path::PathBuf;

/// The clone's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies inside the clone")
}

/// Everything that is built or downloaded lands here.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The guitar take that is shipped with the source.
pub fn take() -> PathBuf {
    root().join("plugin-assets/audio/guit_em9.flac")
}

pub fn clap_bundle() -> PathBuf {
    target().join("bundled/Loadline.clap")
}

/// The library that a host opens: on macOS it lies inside the bundle.
pub fn clap_library() -> PathBuf {
    if cfg!(target_os = "macos") {
        clap_bundle().join("Contents/MacOS/Loadline")
    } else {
        clap_bundle()
    }
}

pub fn vst3_bundle() -> PathBuf {
    target().join("bundled/Loadline.vst3")
}

/// The command line that was built along with the plugin.
pub fn loadline() -> PathBuf {
    target()
        .join("release/loadline")
        .with_extension(env::consts::EXE_EXTENSION)
}

/// The plugin's library as cargo leaves it in `target/<profile>`.
pub fn library(profile: &str) -> PathBuf {
    let name = format!(
        "{}loadline{}",
        env::consts::DLL_PREFIX,
        env::consts::DLL_SUFFIX
    );
    target().join(profile).join(name)
}
