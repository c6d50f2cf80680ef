//! The library of an FMU: functions by name, and the loading that either version does.

use super::Failure;
use std::ffi::CString;
use std::path::Path;

/// A library that stays loaded as long as the process.
pub struct FmuLibrary(&'static libloading::Library);

impl FmuLibrary {
    /// Loads it.
    pub fn load(path: &Path) -> Result<Self, Failure> {
        // SAFETY: the library is the FMU; whatever its initializers do, they do in this process alone.
        let library = unsafe { libloading::Library::new(path) };
        let library = library.map_err(|error| Failure::new("loading", error.to_string()))?;
        // It is never unloaded: threads of the FMU may run until the process ends.
        Ok(Self(Box::leak(Box::new(library))))
    }

    /// The function of this name.
    ///
    /// # Safety
    /// `T` has to be the type that FMI gives the function.
    pub unsafe fn function<T: Copy>(&self, name: &'static str) -> Result<T, Failure> {
        // SAFETY: as the caller promises.
        let found = unsafe { self.0.get::<T>(name.as_bytes()) };
        found
            .map(|symbol| *symbol)
            .map_err(|_| Failure::new("loading", format!("the library has no `{name}`")))
    }
}

/// A text as C reads it.
pub fn c_text(text: &str) -> Result<CString, Failure> {
    CString::new(text).map_err(|_| Failure::new("loading", "a text of the description has a zero byte in it"))
}
