//! Looking at every byte: what is damaged, and where.

use crate::{
    error::{Damage, HistoryError},
    history::History,
    manifest::{self, SegmentMeta, TierMeta},
};
use std::sync::Arc;

impl From<HistoryError> for Damage {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Damaged { file, place, why } => Self { file, place, why },
            HistoryError::Io { path, source, .. } => {
                Self { file: path, place: "the file".into(), why: source.to_string() }
            }
            other => Self { file: Default::default(), place: "the history".into(), why: other.to_string() },
        }
    }
}

impl History {
    /// Reads every sealed file from end to end and names each place whose checksum does not hold. Nothing found means
    /// that every sealed sample is what was written.
    #[must_use]
    pub fn verify(&self) -> Vec<Damage> {
        // Holding the index keeps what it names on disk.
        let index = Arc::clone(&self.shared.read().index);
        let manifest = manifest::load(self.shared.dir()).err().map(Damage::from);
        let segments = index.segments.iter().flat_map(|segment| self.verify_segment(segment));
        let tiers = index.tiers.iter().flat_map(|chunk| self.verify_tier(chunk));
        manifest.into_iter().chain(segments).chain(tiers).collect()
    }

    fn verify_tier(&self, meta: &TierMeta) -> Vec<Damage> {
        match self.shared.store.open_tier_file(meta) {
            Ok(file) => file.verify().into_iter().map(Damage::from).collect(),
            Err(error) => vec![error.into()],
        }
    }

    fn verify_segment(&self, meta: &SegmentMeta) -> Vec<Damage> {
        let checked = match self.shared.store.open_files(meta) {
            Ok(files) => files,
            Err(error) => return vec![error.into()],
        };
        let found: Vec<Damage> = checked.iter().flat_map(|file| file.verify()).map(Damage::from).collect();
        if !found.is_empty() {
            return found;
        }
        // Whole bytes that do not decode were written wrongly; that is worth knowing too.
        let decode = || -> Result<(), HistoryError> {
            let segment = self.shared.store.open_fresh(meta)?;
            for slice in 0..meta.slices.len() {
                segment.samples.all(slice)?;
                segment.keyframe.all(slice)?;
            }
            Ok(())
        };
        decode().err().map(Damage::from).into_iter().collect()
    }
}
