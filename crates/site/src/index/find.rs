//! Finding facts: the index says where they stand, the log says what they are.

use super::{
    file::Head,
    register::{Hit, Kind, Register},
    shelf::Shelf,
};
use crate::{
    FactFilter, SiteError,
    facts::{Facts, facts_of_lines},
};
use std::sync::Arc;
use trine_base::{Instant, ThingId};
use trine_log::{Log, Place, Reader};
use trine_world::Fact;

/// Records that are read over rather than jumped over.
const NEAR: u64 = 32;

/// A question.
pub(crate) struct Wanted<'a> {
    pub filter: &'a FactFilter,
    /// Only what changes the structure of the world.
    pub structure: bool,
    pub newest_first: bool,
    /// Only facts beyond this number.
    pub cursor: Option<u64>,
}

impl Wanted<'_> {
    pub fn takes_kind(&self, kind: &Kind) -> bool {
        let kinds = self.filter.kinds.as_ref();
        (kind.is_structure || !self.structure)
            && kinds.is_none_or(|kinds| kinds.iter().any(|start| kind.name.starts_with(&**start)))
    }

    pub fn takes(&self, at: Instant, thing: Option<ThingId>) -> bool {
        self.reaches(at, at) && self.thing().is_none_or(|wanted| thing == Some(wanted))
    }

    /// Whether the wanted time and a span meet.
    pub fn reaches(&self, first: Instant, last: Instant) -> bool {
        self.filter.from.is_none_or(|from| last >= from) && self.filter.to.is_none_or(|to| first < to)
    }

    pub fn thing(&self) -> Option<ThingId> {
        self.filter.thing
    }

    pub fn is_beyond(&self, number: u64) -> bool {
        let newest_first = self.newest_first;
        self.cursor.is_none_or(|cursor| if newest_first { number < cursor } else { number > cursor })
    }

    fn accepts(&self, fact: &Fact) -> bool {
        self.filter.wants(fact)
            && (fact.kind.is_structure() || !self.structure)
            && self.is_beyond(fact.number)
    }
}

/// Facts to read, of one chapter or of the tail.
struct Plan {
    chapter: Option<Arc<Head>>,
    hits: Vec<Hit>,
}

impl Facts {
    /// The wanted facts, up to `limit`, in the order in which they are wanted.
    pub fn find(&self, wanted: &Wanted<'_>, limit: usize) -> Result<Vec<Fact>, SiteError> {
        let mut mended = false;
        loop {
            let mut found = Vec::new();
            let mut wrong = None;
            for plan in self.plans(wanted, limit)? {
                if !fetch(self.shelf.log(), wanted, &plan.hits, &mut found)? {
                    wrong = Some(plan.chapter);
                    break;
                }
            }
            match wrong {
                None => return Ok(found),
                Some(Some(chapter)) if !mended => {
                    self.mend(&chapter)?;
                    mended = true;
                }
                Some(chapter) => return Err(unfit(chapter.map_or(0, |chapter| chapter.record))),
            }
        }
    }

    fn plans(&self, wanted: &Wanted<'_>, limit: usize) -> Result<Vec<Plan>, SiteError> {
        let (mut chapters, newest) = self.read(|now| {
            let chapters = now.index.chapters.iter().filter(|head| head.may_have(wanted));
            (chapters.map(Arc::clone).collect::<Vec<_>>(), now.index.tail.hits(wanted, limit))
        });
        let (mut plans, mut left) = (Vec::new(), limit);
        if wanted.newest_first {
            chapters.reverse();
            left -= newest.len();
            plans.push(Plan { chapter: None, hits: newest.clone() });
        }
        for chapter in chapters {
            if left == 0 {
                return Ok(plans);
            }
            let hits = self.entries(&chapter)?.hits(wanted, left);
            left -= hits.len();
            plans.push(Plan { chapter: Some(chapter), hits });
        }
        if !wanted.newest_first {
            plans.push(Plan { chapter: None, hits: newest.into_iter().take(left).collect() });
        }
        Ok(plans)
    }

    fn entries(&self, chapter: &Head) -> Result<Arc<Register>, SiteError> {
        match self.shelf.load(chapter) {
            Some(register) => Ok(register),
            None => self.mend(chapter),
        }
    }

    /// Builds a chapter anew from the log. It serves even where it cannot be written.
    fn mend(&self, chapter: &Head) -> Result<Arc<Register>, SiteError> {
        tracing::warn!("the index of the facts from {} on is damaged and is built anew", chapter.numbers.0);
        let register = self.shelf.build(chapter.record, chapter.next)?;
        match self.shelf.put(&register) {
            Ok(head) => self.change_index(|index| index.mended(head)),
            Err(error) => tracing::warn!("it cannot be written and serves once: {error}"),
        }
        Ok(Arc::new(register))
    }

    /// Makes chapters of the tail as far as it reaches, so that it stays short.
    pub fn shelve(&self) -> Result<(), SiteError> {
        let _one_at_a_time = self.shelving.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while let Some((from, end)) = self.read(|now| chapter_of(&self.shelf, &now.index.tail)) {
            let register = self.shelf.build(from, end)?;
            match self.shelf.put(&register) {
                Ok(head) => self.change_index(|index| index.shelved(head)),
                Err(error) => {
                    tracing::warn!("the index of facts cannot be written and stays in memory: {error}");
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The records of the tail's start that make a chapter.
fn chapter_of(shelf: &Shelf, tail: &Register) -> Option<(u64, u64)> {
    Some((tail.records.first()?.position, shelf.end_of_chapter(tail)?))
}

fn unfit(position: u64) -> SiteError {
    let why = "the index of facts does not fit the log although it was built from it".into();
    SiteError::Record { log: "facts", position, why }
}

/// Reads facts in the order in which they are wanted. False where the log has others there than the index says.
fn fetch(log: &Log, wanted: &Wanted<'_>, hits: &[Hit], found: &mut Vec<Fact>) -> Result<bool, SiteError> {
    let begin = found.len();
    let mut ascending: Vec<Hit> = hits.to_vec();
    ascending.sort_unstable_by_key(|hit| hit.number);
    let mut reader = None;
    for of_one in ascending.chunk_by(|a, b| a.place.position == b.place.position) {
        let place = of_one[0].place;
        let Some(record) = next_at(log, &mut reader, place.position, place.offset) else { return Ok(false) };
        let record = record?;
        let lines = of_one.iter().map(|hit| hit.line as usize);
        let Some(facts) = facts_of_lines(record.position, &record.payload, lines)? else { return Ok(false) };
        for (fact, hit) in facts.into_iter().zip(of_one) {
            if fact.number != hit.number || !wanted.accepts(&fact) {
                return Ok(false);
            }
            found.push(fact);
        }
    }
    if wanted.newest_first {
        found[begin..].reverse();
    }
    Ok(true)
}

/// The record at a position, from a reader that goes on where the next one is near.
fn next_at(
    log: &Log,
    reader: &mut Option<Reader>,
    position: u64,
    offset: Option<u64>,
) -> Option<Result<trine_log::Record, trine_log::LogError>> {
    let is_near = |reader: &Reader| (reader.position()..=reader.position() + NEAR).contains(&position);
    let mut going_on = reader.take().filter(is_near).unwrap_or_else(|| match offset {
        Some(offset) => log.read_at(Place { position, offset }),
        None => log.read(position),
    });
    let record = going_on.find(|record| record.as_ref().map_or(true, |record| record.position == position));
    *reader = Some(going_on);
    record
}
