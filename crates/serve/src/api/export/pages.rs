//! A stretch of the past in pages of bounded size.
//!
//! A track answers a range in time, so the pages are cut by time: the step grows while pages are small and shrinks
//! when one is too large. All samples of one instant stay in one page.

use trine_base::{Held, Instant};
use trine_history::SignalFilter;
use trine_site::{SiteError, Track};

/// Samples that a page holds at most, unless a single instant has more. A row group of Parquet is a page.
const PAGE: usize = 128 * 1024;
/// The first step, before anything is known of the rate.
const FIRST_STEP_NS: i64 = 60_000_000_000;

/// The pages of a stretch, in order.
pub(super) struct Pages<'a> {
    track: &'a Track,
    filter: &'a SignalFilter,
    known: Option<Instant>,
    at: Instant,
    to: Instant,
    step_ns: i64,
    limit: usize,
}

impl<'a> Pages<'a> {
    pub fn new(
        track: &'a Track,
        filter: &'a SignalFilter,
        from: Instant,
        to: Instant,
        known: Option<Instant>,
    ) -> Self {
        let (first, last) = track.extent().unwrap_or((to, from));
        let (at, to) = (from.max(first), to.min(last.plus_ns(1)));
        Self { track, filter, known, at, to, step_ns: FIRST_STEP_NS, limit: PAGE }
    }

    /// The next page that is not empty.
    pub fn next(&mut self) -> Result<Option<Vec<Held>>, SiteError> {
        while self.at < self.to {
            let end = self.at.plus_ns(self.step_ns).min(self.to);
            let range = self.track.range(self.filter, self.at, end, self.known, self.limit)?;
            let page = if range.truncated { self.whole_instants(range.samples) } else { range.samples };
            if !range.truncated {
                self.at = end;
                if page.len() < PAGE / 4 {
                    self.step_ns = self.step_ns.saturating_mul(2);
                }
            }
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    /// Leaves the last instant, which may be cut, to the next page. When the page holds nothing else, the next attempt
    /// gets more room: an instant has one sample a signal at most.
    fn whole_instants(&mut self, mut page: Vec<Held>) -> Vec<Held> {
        let Some(last) = page.last().map(|held| held.source) else { return page };
        page.truncate(page.partition_point(|held| held.source < last));
        if page.is_empty() {
            self.limit = self.limit.saturating_mul(2);
        } else {
            self.limit = PAGE;
            self.at = last;
            self.step_ns = (self.step_ns / 2).max(1);
        }
        page
    }
}
