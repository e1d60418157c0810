//! The factory and the door as a host meets them.

use crate::plugin::formats::Vst3;
use crate::plugin::formats::vst3::GetPluginFactory;
use crate::plugin::formats::vst3::stream::Memory;
use nice_plug::prelude::Vst3Plugin;
use nice_plug::wrapper::vst3::vst3::Class;
use nice_plug::wrapper::vst3::vst3::ComPtr;
use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Interface;
use nice_plug::wrapper::vst3::vst3::Steinberg::IBStream;
use nice_plug::wrapper::vst3::vst3::Steinberg::IBStreamTrait;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory2Trait;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory3;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactoryTrait;
use nice_plug::wrapper::vst3::vst3::Steinberg::PClassInfo2;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::IAudioProcessor;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::IComponent;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::IComponentTrait;
use nice_plug::wrapper::vst3::vst3::Steinberg::kInvalidArgument;
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultFalse;
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;
use nice_plug::wrapper::vst3::vst3::Steinberg::tresult;
use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::slice::from_raw_parts;

const WHOLE: &[u8] = br#"{"version":"0.1.0","params":{"a_gain":{"f32":0.75}},"fields":{}}"#;

fn factory() -> ComPtr<IPluginFactory3> {
    let factory = GetPluginFactory().cast::<IPluginFactory>();
    // SAFETY: the pointer that a host gets, and counts for.
    let factory = unsafe { ComPtr::from_raw(factory) }.unwrap();
    factory.cast().unwrap()
}

fn made(class: &[u8; 16], interface: &[u8; 16]) -> (tresult, *mut c_void) {
    let mut made = null_mut();
    let [class, interface] = [class, interface].map(|id| id.as_ptr().cast());
    // SAFETY: ids of 16 bytes, and room for the answer.
    let result = unsafe { factory().createInstance(class, interface, &mut made) };
    (result, made)
}

fn load(component: &ComPtr<IComponent>, bytes: &[u8]) -> tresult {
    let memory = ComWrapper::new(Memory::of(bytes.to_vec()));
    let memory = memory.to_com_ptr::<IBStream>().unwrap();
    // SAFETY: the stream is there during the call.
    unsafe { component.setState(memory.as_ptr()) }
}

fn saved(component: &ComPtr<IComponent>) -> Vec<u8> {
    let written = ComWrapper::new(Written::default());
    let stream = written.to_com_ptr::<IBStream>().unwrap();
    // SAFETY: the stream is there during the call.
    assert_eq!(unsafe { component.getState(stream.as_ptr()) }, kResultOk);
    written.0.take()
}

/// What the framework writes.
#[derive(Default)]
struct Written(RefCell<Vec<u8>>);

impl Class for Written {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Written {
    unsafe fn read(&self, _: *mut c_void, _: i32, _: *mut i32) -> tresult {
        kResultFalse
    }
    unsafe fn write(&self, from: *mut c_void, length: i32, count: *mut i32) -> tresult {
        // SAFETY: the framework's bytes, and its room for the count.
        unsafe {
            let bytes = from_raw_parts(from.cast::<u8>(), length as usize);
            self.0.borrow_mut().extend_from_slice(bytes);
            count.write(length);
        }
        kResultOk
    }
    unsafe fn seek(&self, _: i64, _: i32, _: *mut i64) -> tresult {
        kResultFalse
    }
    unsafe fn tell(&self, _: *mut i64) -> tresult {
        kResultFalse
    }
}

#[test]
fn a_state_passes_the_door_whichever_way_the_host_came() {
    let (result, made) = made(&Vst3::PLATFORM_VST3_CLASS_ID, &IAudioProcessor::IID);
    assert_eq!(result, kResultOk);
    // SAFETY: made for us, and of that interface.
    let processor = unsafe { ComPtr::<IAudioProcessor>::from_raw(made.cast()) }.unwrap();
    let component = processor.cast::<IComponent>().unwrap();
    let fresh = saved(&component);
    for n in 0..WHOLE.len() {
        assert_eq!(load(&component, &WHOLE[..n]), kResultFalse, "cut at {n}");
    }
    // SAFETY: null is what a host may give.
    let of_null = unsafe { component.setState(null_mut()) };
    assert_eq!(of_null, kInvalidArgument);
    assert_eq!(saved(&component), fresh);
    assert_eq!(load(&component, WHOLE), kResultOk);
    assert_ne!(saved(&component), fresh);
    assert_eq!(load(&component, &fresh), kResultOk);
    assert_eq!(saved(&component), fresh);
}

#[test]
fn the_factory_has_one_class() {
    let factory = factory();
    // SAFETY: zeros are such texts and numbers, and null is what a host may give.
    unsafe {
        let mut info: PClassInfo2 = std::mem::zeroed();
        assert_eq!(factory.countClasses(), 1);
        assert_eq!(factory.getClassInfo2(0, &mut info), kResultOk);
        let id = info.cid.map(|byte| byte as u8);
        assert_eq!(id, Vst3::PLATFORM_VST3_CLASS_ID);
        for (to, at) in [(&raw mut info, 1), (&raw mut info, -1), (null_mut(), 0)] {
            assert_eq!(factory.getClassInfo2(at, to), kInvalidArgument);
        }
    }
    let (result, made) = made(b"LoadlinePreampAC", &IComponent::IID);
    assert_eq!((result, made), (kInvalidArgument, null_mut()));
}
