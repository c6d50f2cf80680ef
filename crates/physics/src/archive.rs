//! The archive that an FMU is, taken apart without trusting it: every limit is on what really comes out, not on what
//! the archive says of itself.
//!
//! Spec: FMI 2.0.4, 2.3 and 3.0.1, 2.5 (structure of the archive).

use crate::ModelError;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Component, Path};
use zip::ZipArchive;

/// Bytes of a file that is taken.
pub const FILE_BYTES_MAX: u64 = 64 << 20;
/// Bytes that come out of it.
const UNPACKED_BYTES_MAX: u64 = 512 << 20;
/// Entries in it.
const ENTRIES_MAX: u64 = 10_000;
/// Bytes of the description.
const DESCRIPTION_BYTES_MAX: u64 = 32 << 20;
const DESCRIPTION: &str = "modelDescription.xml";

/// An FMU whose names are sound.
pub struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Archive<'a> {
    /// Looks at every name in it.
    ///
    /// # Errors
    /// When it is no archive, has too much in it, or an entry would land outside.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ModelError> {
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(ModelError::TooLarge { what: "bytes", most: FILE_BYTES_MAX });
        }
        let zip = ZipArchive::new(Cursor::new(bytes))?;
        if zip.len() as u64 > ENTRIES_MAX {
            return Err(ModelError::TooLarge { what: "entries", most: ENTRIES_MAX });
        }
        let mut archive = Self { zip };
        for index in 0..archive.zip.len() {
            let entry = archive.zip.by_index_raw(index)?;
            let is_link = entry.unix_mode().is_some_and(|mode| mode & 0o170_000 == 0o120_000);
            let name = entry.name()?;
            if is_link || !is_within(&name) {
                return Err(ModelError::Escapes(name.chars().take(120).collect()));
            }
        }
        Ok(archive)
    }

    /// The text of the model description.
    ///
    /// # Errors
    /// When there is none, or it is no text of a size that is taken.
    pub fn description(&mut self) -> Result<String, ModelError> {
        let entry = match self.zip.by_name(DESCRIPTION) {
            Err(zip::result::ZipError::FileNotFound) => return Err(ModelError::NoDescription),
            other => other?,
        };
        let mut text = Vec::new();
        entry.take(DESCRIPTION_BYTES_MAX + 1).read_to_end(&mut text)?;
        if text.len() as u64 > DESCRIPTION_BYTES_MAX {
            return Err(ModelError::TooLarge { what: "bytes of description", most: DESCRIPTION_BYTES_MAX });
        }
        String::from_utf8(text).map_err(|error| ModelError::Description(error.to_string()))
    }

    /// The kinds of machine that it has binaries for.
    pub fn platforms(&self) -> BTreeSet<String> {
        let platform = |name: &str| Some(name.strip_prefix("binaries/")?.split_once('/')?.0.to_owned());
        self.zip.file_names().flatten().filter_map(|name| platform(&name)).collect()
    }

    /// Whether there is such an entry.
    pub fn has(&self, name: &str) -> bool {
        self.zip.file_names().flatten().any(|known| known == name)
    }

    /// Writes what a run needs into a folder: the binaries of one platform, and the resources.
    ///
    /// # Errors
    /// When more comes out than is taken, or the disk refuses.
    pub fn unpack(&mut self, platform: &str, folder: &Path) -> Result<(), ModelError> {
        let binaries = format!("binaries/{platform}/");
        let mut left = UNPACKED_BYTES_MAX;
        for index in 0..self.zip.len() {
            let entry = self.zip.by_index(index)?;
            let name = entry.name()?.into_owned();
            let is_needed = name.starts_with(&binaries) || name.starts_with("resources/");
            if !is_needed || entry.is_dir() {
                continue;
            }
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut file = fs::File::create(&path)?;
            let written = std::io::copy(&mut entry.take(left + 1), &mut file)?;
            if written > left {
                return Err(ModelError::TooLarge { what: "bytes when unpacked", most: UNPACKED_BYTES_MAX });
            }
            left -= written;
            file.sync_all()?;
        }
        Ok(())
    }
}

/// Whether a name stays within the folder that it is put into, on every system.
fn is_within(name: &str) -> bool {
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    !name.is_empty() && !name.contains(['\\', '\0', ':']) && Path::new(name).components().all(is_plain)
}

/// The folder of binaries for this machine.
///
/// Spec: FMI 2.0.4, 2.3 (`linux64`, …); FMI 3.0.1, 2.5.1.4.1 (`x86_64-linux`, …).
#[must_use]
pub fn platform(version: u8) -> String {
    let (arch, system) = (std::env::consts::ARCH, std::env::consts::OS);
    if version >= 3 {
        let system = if system == "macos" { "darwin" } else { system };
        return format!("{arch}-{system}");
    }
    let name = match system {
        "windows" => "win",
        "macos" => "darwin",
        other => other,
    };
    // FMI 2 knows no machine but those of one maker.
    let bits = if arch == "x86_64" { "64".to_owned() } else { format!("-{arch}") };
    format!("{name}{bits}")
}

/// The library of a model in that folder.
#[must_use]
pub fn library(version: u8, identifier: &str) -> String {
    let ending = std::env::consts::DLL_EXTENSION;
    format!("binaries/{}/{identifier}.{ending}", platform(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_their_folder_are_found() {
        for name in ["../x", "a/../../x", "/etc/x", "C:\\x", "a\\..\\..\\x", "", "a\0b"] {
            assert!(!is_within(name), "{name}");
        }
        for name in ["modelDescription.xml", "binaries/linux64/m.so", "./resources/a b.txt"] {
            assert!(is_within(name), "{name}");
        }
    }
}
