//! VST3's streams: the host's to read, and our own for the framework.

use nice_plug::wrapper::vst3::vst3::Class;
use nice_plug::wrapper::vst3::vst3::ComRef;
use nice_plug::wrapper::vst3::vst3::Steinberg::IBStream;
use nice_plug::wrapper::vst3::vst3::Steinberg::IBStream_::IStreamSeekMode_::kIBSeekCur;
use nice_plug::wrapper::vst3::vst3::Steinberg::IBStream_::IStreamSeekMode_::kIBSeekEnd;
use nice_plug::wrapper::vst3::vst3::Steinberg::IBStream_::IStreamSeekMode_::kIBSeekSet;
use nice_plug::wrapper::vst3::vst3::Steinberg::IBStreamTrait;
use nice_plug::wrapper::vst3::vst3::Steinberg::kInvalidArgument;
use nice_plug::wrapper::vst3::vst3::Steinberg::kNotImplemented;
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;
use nice_plug::wrapper::vst3::vst3::Steinberg::tresult;
use std::cell::Cell;
use std::ffi::c_void;
use std::io::Error;
use std::io::Read;
use std::io::Result as Reading;
use std::ptr::copy_nonoverlapping;

/// A host's stream, from where it stands to its end.
pub struct HostStream<'a>(ComRef<'a, IBStream>);

impl HostStream<'_> {
    /// `None` of null.
    ///
    /// # Safety
    /// The stream is there as long as this is used.
    pub unsafe fn of(stream: *mut IBStream) -> Option<Self> {
        // SAFETY: the caller's.
        unsafe { ComRef::from_raw(stream) }.map(Self)
    }
}

impl Read for HostStream<'_> {
    fn read(&mut self, to: &mut [u8]) -> Reading<usize> {
        let room = i32::try_from(to.len()).unwrap_or(i32::MAX);
        let mut count = 0;
        // At the end some hosts say that it failed, so that only the count tells.
        // SAFETY: the host writes to `to` at most as many bytes as it is told that there is room for.
        unsafe { self.0.read(to.as_mut_ptr().cast(), room, &mut count) };
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= to.len())
            .ok_or_else(|| Error::other("the host could not read on"))
    }
}

/// Bytes to read.
pub struct Memory {
    bytes: Vec<u8>,
    at: Cell<usize>,
}

impl Memory {
    pub fn of(bytes: Vec<u8>) -> Self {
        let at = Cell::new(0);
        Self { bytes, at }
    }
}

impl Class for Memory {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Memory {
    unsafe fn read(&self, to: *mut c_void, room: i32, count: *mut i32) -> tresult {
        let left = self.bytes.get(self.at.get()..).unwrap_or_default();
        let taken = left.len().min(usize::try_from(room).unwrap_or(0));
        // SAFETY: the reader has so much room, and the bytes are there.
        unsafe { copy_nonoverlapping(left.as_ptr(), to.cast(), taken) };
        self.at.set(self.at.get() + taken);
        if !count.is_null() {
            // SAFETY: where it is not null, it may be written to.
            unsafe { count.write(taken as i32) };
        }
        kResultOk
    }

    unsafe fn write(&self, _: *mut c_void, _: i32, _: *mut i32) -> tresult {
        kNotImplemented
    }

    unsafe fn seek(&self, by: i64, mode: i32, to: *mut i64) -> tresult {
        let from = match mode {
            _ if mode == kIBSeekSet as i32 => 0,
            _ if mode == kIBSeekCur as i32 => self.at.get(),
            _ if mode == kIBSeekEnd as i32 => self.bytes.len(),
            _ => return kInvalidArgument,
        };
        let Ok(at) = usize::try_from((from as i64).saturating_add(by)) else {
            return kInvalidArgument;
        };
        self.at.set(at);
        if to.is_null() {
            return kResultOk;
        }
        // SAFETY: where it is not null, it may be written to.
        unsafe { self.tell(to) }
    }

    unsafe fn tell(&self, to: *mut i64) -> tresult {
        if to.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: where it is not null, it may be written to.
        unsafe { to.write(self.at.get() as i64) };
        kResultOk
    }
}
