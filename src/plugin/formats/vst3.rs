//! VST3's entry points.

mod component;
mod stream;
#[cfg(test)]
mod tests;

use crate::plugin::formats::Vst3;
use crate::plugin::formats::vst3::component::guard;
use nice_plug::prelude::Vst3Plugin;
use nice_plug::wrapper::setup_logger;
use nice_plug::wrapper::vst3::PluginInfo;
use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::Class;
use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::FIDString;
use nice_plug::wrapper::vst3::vst3::Steinberg::FUnknown;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory2;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory2Trait;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory3;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory3Trait;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactoryTrait;
use nice_plug::wrapper::vst3::vst3::Steinberg::PClassInfo;
use nice_plug::wrapper::vst3::vst3::Steinberg::PClassInfo2;
use nice_plug::wrapper::vst3::vst3::Steinberg::PClassInfoW;
use nice_plug::wrapper::vst3::vst3::Steinberg::PFactoryInfo;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::IComponent;
use nice_plug::wrapper::vst3::vst3::Steinberg::kInvalidArgument;
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultFalse;
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;
use nice_plug::wrapper::vst3::vst3::Steinberg::tresult;
use std::ffi::c_void;
use std::ptr::null_mut;

/// What a host looks for in the library.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    let factory = ComWrapper::new(Factory(PluginInfo::for_plugin::<Vst3>()));
    let factory = factory.to_com_ptr::<IPluginFactory>();
    factory.map_or(null_mut(), |factory| factory.into_raw().cast())
}

/// What a host calls before that, and at the end: on Linux, macOS and Windows by other names.
#[cfg_attr(target_os = "macos", unsafe(export_name = "bundleEntry"))]
#[cfg_attr(
    all(unix, not(target_os = "macos")),
    unsafe(export_name = "ModuleEntry")
)]
#[cfg(unix)]
pub extern "C" fn enter(_: *mut c_void) -> bool {
    setup_logger::<Vst3>();
    true
}

#[cfg_attr(target_os = "macos", unsafe(export_name = "bundleExit"))]
#[cfg_attr(
    all(unix, not(target_os = "macos")),
    unsafe(export_name = "ModuleExit")
)]
#[cfg(unix)]
pub extern "C" fn leave() -> bool {
    true
}

#[unsafe(export_name = "InitDll")]
#[cfg(windows)]
pub extern "system" fn enter() -> bool {
    setup_logger::<Vst3>();
    true
}

#[unsafe(export_name = "ExitDll")]
#[cfg(windows)]
pub extern "system" fn leave() -> bool {
    true
}

/// Makes instances of the one class that there is.
struct Factory(PluginInfo);

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2, IPluginFactory3);
}

/// Writes to where a host wants to be told of the class at `index`.
///
/// # Safety
/// `to` is null or may be written to.
unsafe fn tell<T>(to: *mut T, index: i32, what: impl FnOnce() -> T) -> tresult {
    if to.is_null() || index != 0 {
        return kInvalidArgument;
    }
    // SAFETY: the caller's.
    unsafe { to.write(what()) };
    kResultOk
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: a host gives room for what it wants to be told.
        unsafe { tell(info, 0, || self.0.create_factory_info()) }
    }

    unsafe fn countClasses(&self) -> i32 {
        1
    }

    unsafe fn getClassInfo(&self, index: i32, info: *mut PClassInfo) -> tresult {
        // SAFETY: a host gives room for what it wants to be told.
        unsafe { tell(info, index, || self.0.create_class_info()) }
    }

    unsafe fn createInstance(
        &self,
        class: FIDString,
        interface: FIDString,
        to: *mut *mut c_void,
    ) -> tresult {
        // SAFETY: ids have 16 bytes.
        let is_ours = !class.is_null()
            && unsafe { *class.cast::<[u8; 16]>() } == Vst3::PLATFORM_VST3_CLASS_ID;
        if !is_ours || interface.is_null() || to.is_null() {
            return kInvalidArgument;
        }
        let instance = ComWrapper::new(Wrapper::<Vst3>::new());
        let Some(component) = instance.to_com_ptr::<IComponent>() else {
            return kResultFalse;
        };
        // SAFETY: no one else knows it yet.
        unsafe { guard(&component) };
        let unknown = component.as_ptr().cast::<FUnknown>();
        // SAFETY: `instance` holds the object until the host does.
        unsafe { ((*(*unknown).vtbl).queryInterface)(unknown, interface.cast(), to) }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: i32, info: *mut PClassInfo2) -> tresult {
        // SAFETY: a host gives room for what it wants to be told.
        unsafe { tell(info, index, || self.0.create_class_info_2()) }
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: i32, info: *mut PClassInfoW) -> tresult {
        // SAFETY: a host gives room for what it wants to be told.
        unsafe { tell(info, index, || self.0.create_class_info_unicode()) }
    }

    unsafe fn setHostContext(&self, _: *mut FUnknown) -> tresult {
        kResultOk
    }
}
