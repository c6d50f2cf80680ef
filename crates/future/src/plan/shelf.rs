//! The plans that are kept, a file each: whole or not there.
//!
//! ```text
//! DATA/plans/ID.json   a plan with the problem that it solves
//! ```

use super::Kept;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Plans that are kept beside the accepted one; older ones go.
const KEPT_MAX: usize = 40;

/// The plans of a site.
pub struct Shelf {
    folder: PathBuf,
    plans: RwLock<BTreeMap<String, Arc<Kept>>>,
}

impl Shelf {
    /// Reads the plans of a folder; one that cannot be read is passed over with a word.
    ///
    /// # Errors
    /// When the folder cannot be made or listed.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut plans = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            match fs::read(&path)
                .map_err(|error| error.to_string())
                .and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).map_err(|error| error.to_string()))
            {
                Ok(kept) => {
                    plans.insert(kept.plan.id.clone(), Arc::new(kept));
                }
                Err(why) => tracing::warn!("the plan {} is passed over: {why}", path.display()),
            }
        }
        Ok(Self { folder: folder.to_owned(), plans: RwLock::new(plans) })
    }

    /// Keeps a plan, durable when it returns; the oldest beyond the limit go.
    ///
    /// # Errors
    /// When the disk refuses; then it is not kept.
    pub fn put(&self, kept: Kept) -> io::Result<Arc<Kept>> {
        let path = self.path(&kept.plan.id);
        let fresh = path.with_extension("new");
        let bytes = serde_json::to_vec(&kept).map_err(io::Error::other)?;
        let mut file = File::create(&fresh)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        File::open(&self.folder)?.sync_all()?;
        let kept = Arc::new(kept);
        let mut plans = self.plans.write().unwrap_or_else(PoisonError::into_inner);
        plans.insert(kept.plan.id.clone(), Arc::clone(&kept));
        while plans.len() > KEPT_MAX {
            let accepted = accepted(&plans).map(|kept| kept.plan.id.clone());
            let loose = plans.values().filter(|kept| Some(&kept.plan.id) != accepted.as_ref());
            let Some(oldest) = loose.min_by_key(|kept| kept.plan.made).map(|kept| kept.plan.id.clone())
            else {
                break;
            };
            plans.remove(&oldest);
            // A file that stays is read and dropped again at the next start.
            let _ = fs::remove_file(self.path(&oldest));
        }
        Ok(kept)
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Kept>> {
        self.plans.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// All, the newest first.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<Kept>> {
        let plans = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        let mut plans: Vec<Arc<Kept>> = plans.values().cloned().collect();
        plans.sort_by(|a, b| b.plan.made.cmp(&a.plan.made).then(b.plan.id.cmp(&a.plan.id)));
        plans
    }

    /// The plan that was accepted last.
    #[must_use]
    pub fn accepted(&self) -> Option<Arc<Kept>> {
        accepted(&self.plans.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

fn accepted(plans: &BTreeMap<String, Arc<Kept>>) -> Option<Arc<Kept>> {
    let accepted = plans.values().filter(|kept| kept.plan.accepted.is_some());
    accepted.max_by_key(|kept| kept.plan.accepted).cloned()
}
