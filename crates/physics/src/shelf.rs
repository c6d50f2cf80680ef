//! Model files in the data folder, each under its SHA-256: `models/DIGEST.fmu`, and unpacked for this machine beside it.

use crate::ModelError;
use crate::archive::{Archive, library, platform};
use crate::description::Description;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Model files that are kept; one that nobody uses is let go of by hand.
const FILES_MAX: usize = 200;

/// The model files of a site.
pub struct Shelf {
    folder: PathBuf,
    fresh: AtomicU64,
}

/// A file that was looked into.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its digest.
    pub digest: String,
    /// What it says of its model.
    pub description: Description,
    /// The kinds of machine that it can run on.
    pub platforms: BTreeSet<String>,
}

impl Shelf {
    /// The shelf in a data folder; the folder is made with the first file.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        Self { folder: data.join("models"), fresh: AtomicU64::new(0) }
    }

    /// Keeps a file, if it is a model.
    ///
    /// # Errors
    /// What is wrong with it, or that the disk refuses; nothing of it is kept then.
    pub fn put(&self, bytes: &[u8]) -> Result<Kept, ModelError> {
        let digest = digest(bytes);
        let kept = look(digest.clone(), bytes)?;
        let path = self.path(&digest);
        if path.exists() {
            return Ok(kept);
        }
        fs::create_dir_all(&self.folder)?;
        if fs::read_dir(&self.folder)?.flatten().filter(|entry| is_model(&entry.path())).count() >= FILES_MAX
        {
            return Err(ModelError::TooLarge { what: "siblings in the data folder", most: FILES_MAX as u64 });
        }
        let fresh = self.fresh_name(&digest);
        let written = fs::File::create(&fresh).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&fresh, &path)
        });
        written.inspect_err(|_| {
            // What is left is found by nobody, and goes with the next try.
            let _ = fs::remove_file(&fresh);
        })?;
        Ok(kept)
    }

    /// A file that is kept.
    ///
    /// # Errors
    /// When there is none, or it is not what it was.
    pub fn get(&self, digest: &str) -> Result<Kept, ModelError> {
        look(digest.to_owned(), &self.read(digest)?)
    }

    /// A file, unpacked for this machine: the folder, and what it says of its model.
    ///
    /// # Errors
    /// When there is none, it has no binary for this machine, or the disk refuses.
    pub fn unpacked(&self, digest: &str) -> Result<(PathBuf, Description), ModelError> {
        let bytes = self.read(digest)?;
        let mut archive = Archive::open(&bytes)?;
        let description = Description::read(&archive.description()?)?;
        let (version, folder) = (description.version, self.folder.join(digest));
        if !archive.has(&library(version, &description.identifier)) {
            let has: Vec<String> = archive.platforms().into_iter().collect();
            let has = if has.is_empty() { "none".to_owned() } else { has.join(", ") };
            return Err(ModelError::NoBinary { wanted: platform(version), has });
        }
        if !folder.exists() {
            let fresh = self.fresh_name(digest);
            fs::create_dir_all(fresh.join("resources"))?;
            let unpacked = archive.unpack(&platform(version), &fresh);
            // Another may have unpacked the same meanwhile; then theirs is as good.
            let moved = unpacked.and_then(|()| {
                fs::rename(&fresh, &folder)
                    .or_else(|error| if folder.exists() { Ok(()) } else { Err(error) })?;
                Ok(())
            });
            let _ = fs::remove_dir_all(&fresh);
            moved?;
        }
        Ok((folder, description))
    }

    fn read(&self, digest: &str) -> Result<Vec<u8>, ModelError> {
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_digest {
            return Err(ModelError::NoFile(digest.chars().take(80).collect()));
        }
        let bytes = match fs::read(self.path(digest)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(ModelError::NoFile(digest.to_owned()));
            }
            other => other?,
        };
        if self::digest(&bytes) != digest {
            return Err(ModelError::Description("the file is damaged: its digest is another".into()));
        }
        Ok(bytes)
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}.fmu"))
    }

    fn fresh_name(&self, digest: &str) -> PathBuf {
        let number = self.fresh.fetch_add(1, Ordering::Relaxed);
        self.folder.join(format!("{digest}.part-{}-{number}", std::process::id()))
    }
}

fn look(digest: String, bytes: &[u8]) -> Result<Kept, ModelError> {
    let mut archive = Archive::open(bytes)?;
    let description = Description::read(&archive.description()?)?;
    Ok(Kept { digest, description, platforms: archive.platforms() })
}

fn is_model(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "fmu")
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
