//! The background thread, of each instance its own.
//!
//! The framework has one for all instances in a process, and it ends for all of them where one is dropped with work
//! still waiting.

use nice_plug::prelude::nice_error;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::AcqRel;
use std::sync::atomic::Ordering::Acquire;
use std::sync::atomic::Ordering::Release;
use std::thread;
use std::thread::JoinHandle;
use std::thread::Thread;

/// A thread that works whenever it is rung for, until it is dropped.
pub struct Worker {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

/// Calls the thread; what there is to do waits in the queues, so a ring too many does no harm.
#[derive(Default)]
pub struct Bell {
    /// Kept besides the thread's own token, which a wait for a lock may take while it works.
    is_rung: AtomicBool,
    is_over: AtomicBool,
    thread: OnceLock<Thread>,
}

impl Worker {
    /// Without a thread to be had the instance plays what it is activated with.
    pub fn start(work: impl FnMut() + Send + 'static) -> Self {
        let bell = Arc::new(Bell::default());
        let heard = bell.clone();
        let thread = thread::Builder::new()
            .name("loadline".into())
            .spawn(move || heard.answer(work));
        match &thread {
            // Set once, here.
            Ok(thread) => drop(bell.thread.set(thread.thread().clone())),
            Err(error) => nice_error!("No thread to build models in: {error}"),
        }
        Self {
            bell,
            thread: thread.ok(),
        }
    }

    pub fn bell(&self) -> &Arc<Bell> {
        &self.bell
    }
}

impl Drop for Worker {
    /// Waits for what is being worked at: the host may unload the library next.
    fn drop(&mut self) {
        self.bell.is_over.store(true, Release);
        self.bell.ring();
        if let Some(thread) = self.thread.take() {
            // It catches its panics.
            drop(thread.join());
        }
    }
}

impl Bell {
    /// Neither allocates nor locks.
    pub fn ring(&self) {
        self.is_rung.store(true, Release);
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    fn answer(&self, mut work: impl FnMut()) {
        loop {
            while !self.is_rung.swap(false, AcqRel) {
                thread::park();
            }
            if self.is_over.load(Acquire) {
                return;
            }
            // The hook has told of a panic; it must not stop later work. What was being built is lost.
            drop(catch_unwind(AssertUnwindSafe(&mut work)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn each_ring_is_answered_even_after_a_panic() {
        let (sender, calls) = channel();
        let mut call = 0;
        let worker = Worker::start(move || {
            call += 1;
            sender.send(call).unwrap();
            assert_ne!(call, 1, "the first call panics");
        });
        for wanted in 1..=3 {
            worker.bell().ring();
            assert_eq!(calls.recv_timeout(PATIENCE), Ok(wanted));
        }
    }

    #[test]
    fn dropped_it_is_gone_with_all_it_held() {
        let held = Arc::new(());
        let inside = held.clone();
        let worker = Worker::start(move || {
            let _ = &inside;
        });
        let bell = worker.bell().clone();
        bell.ring();
        drop(worker);
        assert_eq!(Arc::strong_count(&held), 1);
        bell.ring();
    }
}
