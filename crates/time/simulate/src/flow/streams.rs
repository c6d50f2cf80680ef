//! The random streams of a plant, one for each thing and purpose, keyed by what the thing is called.
//!
//! A machine added or taken away leaves the numbers of all others as they were, so that two variants of a plant are
//! compared under common random numbers.

use super::FlowModel;
use super::state::State;
use crate::Stream;
use std::collections::BTreeMap;

/// Keys of things of one kind: by name, and by how many before it bear the same name.
struct Keys<'a> {
    kind: &'static str,
    met: BTreeMap<&'a str, u64>,
}

impl<'a> Keys<'a> {
    fn new(kind: &'static str) -> Self {
        Self { kind, met: BTreeMap::new() }
    }

    fn of(&mut self, name: &'a str) -> u64 {
        let met = self.met.entry(name).or_insert(0);
        *met += 1;
        fnv(fnv(*met, self.kind), name)
    }
}

/// Hash of Fowler, Noll and Vo over a word, continuing from another hash.
fn fnv(hash: u64, word: &str) -> u64 {
    let begin = hash ^ 0xCBF2_9CE4_8422_2325;
    word.bytes().chain([0]).fold(begin, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Streams of a station.
pub(crate) struct StationStreams {
    pub cycle: Stream,
    pub outcome: Stream,
    pub setup: Stream,
    pub tool: Stream,
    /// Life and repair of each failure.
    pub failures: Vec<(Stream, Stream)>,
}

/// Streams of all stations, sources and sinks under a seed.
pub(crate) struct Streams {
    pub stations: Vec<StationStreams>,
    pub sources: Vec<Stream>,
    pub sinks: Vec<Stream>,
}

impl Streams {
    pub fn new(model: &FlowModel, seed: u64) -> Self {
        let mut keys = Keys::new("station");
        let stations = model.stations.iter().map(|station| {
            let key = keys.of(&station.name);
            let mut failures = Keys::new("failure");
            let failures = station.failures.iter().map(|failure| {
                let key = key ^ failures.of(&failure.name).rotate_left(17);
                (Stream::new(seed, key, "life"), Stream::new(seed, key, "repair"))
            });
            StationStreams {
                cycle: Stream::new(seed, key, "cycle"),
                outcome: Stream::new(seed, key, "outcome"),
                setup: Stream::new(seed, key, "setup"),
                tool: Stream::new(seed, key, "tool"),
                failures: failures.collect(),
            }
        });
        let stations = stations.collect();
        let mut keys = Keys::new("source");
        let sources = model.sources.iter().map(|source| Stream::new(seed, keys.of(&source.name), "arrival"));
        let sources = sources.collect();
        let mut keys = Keys::new("sink");
        let sinks = model.sinks.iter().map(|sink| Stream::new(seed, keys.of(&sink.name), "collection"));
        Self { stations, sources, sinks: sinks.collect() }
    }

    /// Puts them into a plant.
    pub fn install(self, state: &mut State) {
        let failures = self.stations.iter().flat_map(|station| station.failures.iter().cloned());
        for (run, (life, repair)) in state.failures.iter_mut().zip(failures) {
            (run.life, run.repair) = (life, repair);
        }
        for (run, streams) in state.stations.iter_mut().zip(self.stations) {
            (run.cycle, run.outcome) = (streams.cycle, streams.outcome);
            (run.setup, run.tool) = (streams.setup, streams.tool);
        }
        state.sources.iter_mut().zip(self.sources).for_each(|(run, stream)| run.stream = stream);
        state.sinks.iter_mut().zip(self.sinks).for_each(|(run, stream)| run.stream = stream);
    }
}
