//! Signals that end the program: what is incomplete goes, and the exit code says which signal it was.

use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use tunnelog::staged;

/// How long the work has to notice, before the process ends without it.
const NOTICE: Duration = Duration::from_millis(200);

/// What a shell shows of a program that a signal ends: this and the number of the signal.
const SIGNALLED: u8 = 128;

/// The exit code of the signal that came, and 0 before one did.
static CODE: AtomicU8 = AtomicU8::new(0);

/// The exit code that a signal asks for, once one has come.
pub(crate) fn received() -> Option<u8> {
    Some(CODE.load(Ordering::Relaxed)).filter(|code| *code > 0)
}

#[expect(clippy::exit, reason = "whoever ends the program does not want to wait for the work to notice")]
fn end(signal: u8) {
    let code = SIGNALLED + signal;
    CODE.store(code, Ordering::Relaxed);
    thread::sleep(NOTICE);
    staged::abandon();
    std::process::exit(code.into());
}

/// Has a thread of its own wait for signals; before there are other threads, which signals would end the process in.
#[cfg(unix)]
pub(crate) fn listen() {
    use nix::sys::signal::{SigSet, Signal};

    let mut waited = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        // What `nohup` starts goes on when its terminal is closed.
        if signal != Signal::SIGHUP || !is_ignored(signal as u32) {
            waited.add(signal);
        }
    }
    // With the signal held back, a file that may not grow further is an error like a full disk.
    let mut held = waited;
    held.add(Signal::SIGXFSZ);
    // Without this a signal ends the process at once, which is worse but no reason to give up.
    if held.thread_block().is_ok() {
        thread::spawn(move || {
            if let Ok(signal) = waited.wait() {
                end(u8::try_from(signal as i32).unwrap_or_default());
            }
        });
    }
}

/// True where whoever started the process asked for the signal to be ignored, as far as the system tells. Linux keeps an ignored
/// signal for those who wait for it; others drop it.
#[cfg(unix)]
fn is_ignored(signal: u32) -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return false };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(windows)]
pub(crate) fn listen() {
    /// Ctrl-C, Ctrl-Break, and a window that is closed.
    const INTERRUPTION: u8 = 2;
    // Without a handler they end the process at once, which is worse but no reason to give up.
    let _ = ctrlc::set_handler(|| end(INTERRUPTION));
}
