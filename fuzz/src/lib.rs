//! What the fuzz targets share: patches to files that were good.

use std::path::{Path, PathBuf};

/// All files below a folder, in a fixed order.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Files as they were when they were good.
pub struct Good {
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Good {
    /// Remembers all files below a folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let read = |path: PathBuf| Some((path.clone(), std::fs::read(path).ok()?));
        Self { files: files(folder).into_iter().filter_map(read).collect() }
    }

    /// Writes the good files and then the patches that `bytes` tell: file, kind, offset from the end in two bytes, and
    /// what to put there; a kind that is even cuts the file instead.
    pub fn spoil(&self, mut bytes: &[u8]) {
        for (path, good) in &self.files {
            // What cannot be written stays as it was, which is as good a case as any.
            let _ = std::fs::write(path, good);
        }
        while let [file, kind, low, high, length, rest @ ..] = bytes {
            let (patch, after) = rest.split_at(rest.len().min(usize::from(*length % 32)));
            bytes = after;
            let Some((path, _)) = self.files.get(usize::from(*file) % self.files.len().max(1)) else {
                return;
            };
            let Ok(mut content) = std::fs::read(path) else { continue };
            let from_end = usize::from(u16::from_le_bytes([*low, *high]));
            let from_start = kind & 2 != 0;
            let at =
                if from_start { from_end.min(content.len()) } else { content.len().saturating_sub(from_end) };
            if kind & 1 == 0 && patch.is_empty() {
                content.truncate(at);
            }
            for (to, from) in content.iter_mut().skip(at).zip(patch) {
                *to = *from;
            }
            let _ = std::fs::write(path, content);
        }
    }
}
