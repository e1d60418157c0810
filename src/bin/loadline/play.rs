//! `loadline play`: the panel in a window of its own, with a sound card behind it.

use crate::failure::Failure;

/// Play live: the panel in a window, with JACK or ALSA behind it
///
/// Every option is the player's: backend, devices, sample rate, buffer size, MIDI. Needs the system's sound libraries,
/// so it is only there when it was built with `cargo build --release --features standalone`.
#[derive(clap::Args)]
#[command(
    disable_help_flag = true,
    after_help = "Examples:
  loadline play
  loadline play --backend alsa --input-device \"\"
  loadline play --help"
)]
pub struct Play {
    /// As `loadline play --help` lists them
    #[arg(
        value_name = "OPTION",
        allow_hyphen_values = true,
        trailing_var_arg = true
    )]
    options: Vec<String>,
}

#[cfg(feature = "standalone")]
impl Play {
    pub fn run(self) -> Result<(), Failure> {
        use loadline::plugin::Loadline;
        use nice_plug::prelude::nice_export_standalone_with_args;

        let name = std::iter::once("loadline play".to_owned());
        if nice_export_standalone_with_args::<Loadline<true>, _>(name.chain(self.options)) {
            Ok(())
        } else {
            Err(Failure::new("nothing was played; the player says why above")
                .detail("try `loadline play --backend jack`, or `alsa`, or `dummy` for the panel without sound"))
        }
    }
}

#[cfg(not(feature = "standalone"))]
impl Play {
    pub fn run(self) -> Result<(), Failure> {
        let options = self.options.join(" ");
        Err(
            Failure::new("this `loadline` was built without the player").detail(format!(
                "on Debian: apt-get install pkg-config libasound2-dev libjack-jackd2-dev\n\
                 then: cargo run --release --features standalone --bin loadline -- play {options}"
            )),
        )
    }
}
