//! The configuration file (TOML): everything in it is optional.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use std::path::Path;
use std::time::Duration;
use trine_future::FutureOptions;
use trine_history::{HistoryOptions, RetentionPolicy};
use trine_site::SiteOptions;

/// What a configuration file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// The site's name.
    pub name: Option<String>,
    /// Its time zone (IANA).
    pub zone: Option<String>,
    /// Whether things that nobody has placed get a proposed place.
    pub propose_places: Option<bool>,
    /// How the past is kept.
    pub history: History,
    /// How the site looks ahead by itself.
    pub future: Future,
}

/// How the site looks ahead by itself.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Future {
    /// Minutes between forecasts; 0: none is made without being asked for.
    pub every_minutes: Option<u32>,
    /// How far a forecast goes, h.
    pub hours: Option<f64>,
    /// How many runs it is made of.
    pub replications: Option<u32>,
}

/// How the past is kept.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct History {
    /// Samples in memory at which a segment is sealed.
    pub seal_samples: Option<usize>,
    /// Seconds after which a segment is sealed however small it is.
    pub seal_seconds: Option<u64>,
    /// Days that samples are kept as they came; for ever when left out.
    pub keep_raw_days: Option<u32>,
    /// Days that a summary of every minute is kept.
    pub keep_minutes_days: Option<u32>,
    /// Days that a summary of every hour is kept.
    pub keep_hours_days: Option<u32>,
    /// Megabytes of decoded history that are kept in memory.
    pub cache_mb: Option<usize>,
}

impl Config {
    /// Reads the file, or the defaults where none is named.
    pub fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let config: Self = toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
        if config.history.seal_samples == Some(0) {
            bail!("in {}: seal-samples has to be at least 1", path.display());
        }
        Ok(config)
    }

    /// How the site looks ahead.
    pub fn future_options(&self) -> Result<FutureOptions> {
        let usual = FutureOptions::default();
        let hours = self.future.hours.unwrap_or(usual.horizon.as_secs_f64() / 3600.0);
        let replications = self.future.replications.unwrap_or(usual.replications);
        if !(0.1..=168.0).contains(&hours) || !(10..=2000).contains(&replications) {
            bail!("[future]: hours goes from 0.1 to 168, replications from 10 to 2000");
        }
        let forecast_every = match self.future.every_minutes {
            Some(0) => None,
            Some(minutes) => Some(Duration::from_secs(u64::from(minutes) * 60)),
            None => usual.forecast_every,
        };
        let horizon = Duration::from_secs_f64(hours * 3600.0);
        Ok(FutureOptions { forecast_every, horizon, replications, physics: None })
    }

    /// The options of a site in this folder.
    pub fn site_options(&self, folder: &Path) -> SiteOptions {
        let mut options = SiteOptions::in_folder(folder);
        options.propose_places = self.propose_places.unwrap_or(true);
        let usual = HistoryOptions::default();
        options.history = HistoryOptions {
            seal_samples: self.history.seal_samples.unwrap_or(usual.seal_samples),
            seal_age: self.history.seal_seconds.map_or(usual.seal_age, Duration::from_secs),
            cache_bytes: self.history.cache_mb.map_or(usual.cache_bytes, |mb| mb << 20),
            ..usual
        };
        options.retention = RetentionPolicy {
            raw: self.history.keep_raw_days.map(days),
            minutes: self.history.keep_minutes_days.map(days),
            hours: self.history.keep_hours_days.map(days),
        };
        options
    }
}

fn days(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_not_known_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trine.toml");
        std::fs::write(&path, "name = \"Plant\"\n[history]\nseal-minutes = 3\n").unwrap();
        let error = format!("{:#}", Config::read(Some(&path)).unwrap_err());
        assert!(error.contains("seal-minutes") && error.contains("trine.toml"), "{error}");
    }
}
