//! CLAP's entry point.

use crate::params::envelope::MOST_BYTES;
use crate::params::envelope::broken_off;
use crate::params::envelope::drain;
use crate::params::envelope::parse;
use crate::params::envelope::refusal;
use crate::params::envelope::too_long;
use crate::plugin::formats::Clap;
use clap_sys::entry::clap_plugin_entry;
use clap_sys::ext::state::CLAP_EXT_STATE;
use clap_sys::ext::state::clap_plugin_state;
use clap_sys::factory::plugin_factory::CLAP_PLUGIN_FACTORY_ID;
use clap_sys::factory::plugin_factory::clap_plugin_factory;
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::plugin::clap_plugin_descriptor;
use clap_sys::stream::clap_istream;
use clap_sys::version::CLAP_VERSION;
use nice_plug::wrapper::clap::PluginDescriptor;
use nice_plug::wrapper::clap::Wrapper;
use nice_plug::wrapper::setup_logger;
use std::ffi::CStr;
use std::ffi::c_char;
use std::ffi::c_void;
use std::io::Error;
use std::io::Read;
use std::io::Result as Reading;
use std::ptr::from_ref;
use std::ptr::null;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::OnceLock;

/// What a host looks for in the library.
#[unsafe(no_mangle)]
#[used]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(count),
    get_plugin_descriptor: Some(describe),
    create_plugin: Some(create),
};

static DESCRIPTOR: LazyLock<PluginDescriptor> = LazyLock::new(PluginDescriptor::for_plugin::<Clap>);

/// How the framework answers for an extension.
type GetExtension = unsafe extern "C" fn(*const clap_plugin, *const c_char) -> *const c_void;

static FRAMEWORK: OnceLock<GetExtension> = OnceLock::new();
/// The framework's, with our own `load`.
static STATE: OnceLock<clap_plugin_state> = OnceLock::new();

extern "C" fn init(_: *const c_char) -> bool {
    setup_logger::<Clap>();
    true
}

extern "C" fn deinit() {}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    // SAFETY: a host gives null or a C string.
    if !id.is_null() && unsafe { CStr::from_ptr(id) } == CLAP_PLUGIN_FACTORY_ID {
        from_ref(&FACTORY).cast()
    } else {
        null()
    }
}

extern "C" fn count(_: *const clap_plugin_factory) -> u32 {
    1
}

extern "C" fn describe(_: *const clap_plugin_factory, at: u32) -> *const clap_plugin_descriptor {
    match at {
        0 => DESCRIPTOR.clap_plugin_descriptor(),
        _ => null(),
    }
}

unsafe extern "C" fn create(
    _: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    // SAFETY: a host gives null or a C string.
    if id.is_null() || unsafe { CStr::from_ptr(id) } != DESCRIPTOR.clap_id() {
        return null();
    }
    // SAFETY: a host is there as long as what it creates.
    let wrapper = unsafe { Wrapper::<Clap>::new(host) };
    let framework = wrapper
        .clap_plugin
        .borrow_mut()
        .get_extension
        .replace(get_extension);
    if let Some(framework) = framework {
        FRAMEWORK.get_or_init(|| framework);
    }
    // The framework takes this count of its own back when the host destroys the plugin.
    // SAFETY: so until then what is pointed to is there.
    unsafe { (*Arc::into_raw(wrapper)).clap_plugin.as_ptr() }
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    let Some(framework) = FRAMEWORK.get() else {
        return null();
    };
    // SAFETY: what a host may ask this, it may ask the framework.
    let extension = unsafe { framework(plugin, id) };
    // SAFETY: the framework has an extension only where `id` is a C string.
    if extension.is_null() || unsafe { CStr::from_ptr(id) } != CLAP_EXT_STATE {
        return extension;
    }
    // SAFETY: by its name it is this one.
    let theirs = unsafe { *extension.cast::<clap_plugin_state>() };
    let ours = STATE.get_or_init(|| clap_plugin_state {
        load: Some(load),
        ..theirs
    });
    from_ref(ours).cast()
}

/// Loads a state, or of what is none why; then it is false.
unsafe extern "C" fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    if plugin.is_null() || stream.is_null() {
        return false;
    }
    // SAFETY: a host's stream is there during the call.
    let read = body(Stream(unsafe { &*stream })).and_then(|body| parse(&body));
    let is_state = read.is_ok();
    let mut state = read.unwrap_or_else(refusal);
    // SAFETY: that is where the framework's own functions find the wrapper that `create` made.
    let wrapper = unsafe { &*(*plugin).plugin_data.cast::<Wrapper<Clap>>() };
    wrapper.set_state_inner(&mut state) && is_state
}

/// What the framework has saved: its length in eight bytes, the lowest first, and the state.
fn body(mut stream: impl Read) -> Result<Vec<u8>, String> {
    let mut head = [0; 8];
    let told = drain(stream.by_ref().take(head.len() as u64))?;
    match <[u8; 8]>::try_from(told) {
        Ok(told) => head = told,
        Err(told) => return Err(broken_off(told.len())),
    }
    let length = u64::from_le_bytes(head);
    if length > MOST_BYTES {
        return Err(too_long());
    }
    drain(stream.take(length))
}

/// A host's stream.
struct Stream<'a>(&'a clap_istream);

impl Read for Stream<'_> {
    fn read(&mut self, to: &mut [u8]) -> Reading<usize> {
        let failed = || Error::other("the host could not read on");
        let read = self.0.read.ok_or_else(failed)?;
        // SAFETY: the host writes to `to` at most as many bytes as it is told that there is room for.
        let count = unsafe { read(self.0, to.as_mut_ptr().cast(), to.len() as u64) };
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= to.len())
            .ok_or_else(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(bytes: &[u8]) -> String {
        body(bytes).unwrap_err()
    }

    #[test]
    fn a_body_is_as_long_as_its_head_says() {
        let framed = [&3u64.to_le_bytes()[..], b"abcd"].concat();
        assert_eq!(body(&framed[..]).unwrap(), b"abc");
        // As much of it as there is may be a state all the same.
        assert_eq!(body(&framed[..10]).unwrap(), b"ab");
        assert_eq!(why(b""), "it is empty");
        assert_eq!(why(&framed[..7]), "it breaks off after 7 bytes");
        for length in [MOST_BYTES + 1, u64::MAX] {
            assert_eq!(why(&length.to_le_bytes()), "it is longer than 256 MB");
        }
    }

    /// A host's stream that answers each time with so many bytes.
    fn answering(count: &mut i64) -> clap_istream {
        unsafe extern "C" fn read(stream: *const clap_istream, _: *mut c_void, _: u64) -> i64 {
            // SAFETY: the count of the caller.
            unsafe { *(*stream).ctx.cast::<i64>() }
        }
        clap_istream {
            ctx: std::ptr::from_mut(count).cast(),
            read: Some(read),
        }
    }

    #[test]
    fn streams_that_lie_are_not_believed() {
        for mut count in [-1, i64::MIN, i64::MAX, 9] {
            let why = body(Stream(&answering(&mut count))).unwrap_err();
            assert!(why.contains("could not read"), "{count}: {why}");
        }
        let none = clap_istream {
            ctx: std::ptr::null_mut(),
            read: None,
        };
        assert!(body(Stream(&none)).is_err());
    }
}
