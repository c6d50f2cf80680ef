//! What the process asks of the operating system before it loads anything: answers apart from what an FMU prints, a
//! limit of memory, no core dumps.

use std::fs::File;

/// Where the answers go from now on.
#[cfg(unix)]
pub fn prepare() -> std::io::Result<File> {
    use std::os::fd::FromRawFd;
    let limits = [(libc::RLIMIT_AS, super::MEMORY_BYTES_MAX), (libc::RLIMIT_CORE, 0)];
    for (what, most) in limits {
        let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
        // SAFETY: the structure lives across the call. Where the system refuses, the process runs without the limit.
        let _ = unsafe { libc::setrlimit(what, &raw const limit) };
    }
    // SAFETY: 1 and 2 are open; the new descriptor is owned by the file alone.
    unsafe {
        let answers = libc::dup(1);
        if answers < 0 || libc::dup2(2, 1) < 0 {
            return Err(std::io::Error::last_os_error());
        }
        Ok(File::from_raw_fd(answers))
    }
}

/// Where the answers go from now on; an FMU that prints spoils them here, which ends it.
#[cfg(windows)]
pub fn prepare() -> std::io::Result<File> {
    use std::os::windows::io::{AsHandle, OwnedHandle};
    let out: OwnedHandle = std::io::stdout().as_handle().try_clone_to_owned()?;
    Ok(File::from(out))
}
