//! The framework's component, with our own door for states.

use crate::params::envelope::drain;
use crate::params::envelope::parse;
use crate::params::envelope::refusal;
use crate::plugin::formats::vst3::stream::HostStream;
use crate::plugin::formats::vst3::stream::Memory;
use nice_plug::wrapper::vst3::vst3::ComPtr;
use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::IBStream;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::IComponent;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::IComponentVtbl;
use nice_plug::wrapper::vst3::vst3::Steinberg::kInvalidArgument;
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultFalse;
use nice_plug::wrapper::vst3::vst3::Steinberg::tresult;
use std::sync::OnceLock;

/// The functions of a component: the framework's, and the same with our own `setState`.
struct Tables {
    framework: IComponentVtbl,
    ours: IComponentVtbl,
}

static TABLES: OnceLock<Tables> = OnceLock::new();

/// Puts the door in front of a component; every way to the interface leads through it.
///
/// # Safety
/// It was made by the framework, for the one plugin that there is, and no one else knows it yet.
pub unsafe fn guard(component: &ComPtr<IComponent>) {
    let component = component.as_ptr();
    // SAFETY: an interface is a pointer to its functions; it is ours alone, and what it points to from now on is of the
    // same kind and stays.
    unsafe {
        let framework = *(*component).vtbl;
        let tables = TABLES.get_or_init(|| Tables {
            framework,
            ours: IComponentVtbl {
                setState: set_state,
                ..framework
            },
        });
        (*component).vtbl = &tables.ours;
    }
}

/// Loads a state, or of what is none why; then it is `kResultFalse`.
unsafe extern "system" fn set_state(component: *mut IComponent, stream: *mut IBStream) -> tresult {
    let Some(tables) = TABLES.get() else {
        return kResultFalse;
    };
    // SAFETY: a host's stream is null, or there during the call.
    let Some(stream) = (unsafe { HostStream::of(stream) }) else {
        return kInvalidArgument;
    };
    let read = drain(stream).and_then(|bytes| parse(&bytes).map(|_| bytes));
    let is_state = read.is_ok();
    // A map of texts as JSON, which does not fail.
    let bytes = read.unwrap_or_else(|why| serde_json::to_vec(&refusal(why)).unwrap_or_default());
    let memory = ComWrapper::new(Memory::of(bytes));
    let Some(memory) = memory.to_com_ptr::<IBStream>() else {
        return kResultFalse;
    };
    // SAFETY: the framework's own function, with the object that the host called.
    let result = unsafe { (tables.framework.setState)(component, memory.as_ptr()) };
    if is_state { result } else { kResultFalse }
}
