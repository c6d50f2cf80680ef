//! The assets that an agent told of so far, so that only what changed is told on.

use super::assets::{Asset, Measured};
use crate::catalog::Catalog;
use std::collections::BTreeMap;
use trine_base::{Instant, Quality, Sample, SignalId, Value};
use trine_connector::{Announcement, Port, SinkError};
use trine_world::RelationKind;

/// Assets by id.
#[derive(Default)]
pub(super) struct Toolroom {
    tools: BTreeMap<String, Tool>,
}

/// An asset as it was last told, with its signals.
struct Tool {
    asset: Asset,
    signals: Vec<Option<SignalId>>,
}

impl Toolroom {
    /// Announces what there is, and gives the samples of what changed since the last time.
    pub(super) async fn take(
        &mut self,
        found: &[Asset],
        catalog: &Catalog,
        port: &Port,
    ) -> Result<Vec<Sample>, SinkError> {
        let mut signals = announce(found, catalog, port).await?.into_iter();
        let now = port.now();
        let (mut samples, mut present) = (Vec::new(), BTreeMap::new());
        for asset in found {
            let signals: Vec<_> = signals.by_ref().take(asset.values.len()).collect();
            if self.tools.get(&asset.id).is_none_or(|known| known.asset != *asset) {
                samples.extend(samples_of(asset, &signals, now));
            }
            present.insert(asset.id.clone(), Tool { asset: asset.clone(), signals });
        }
        // What the agent had and has no more has no values any more.
        let gone = self.tools.iter().filter(|(id, _)| !present.contains_key(*id));
        let (quality, value) = (Quality::BAD_NO_DATA, Value::Absent);
        let absent =
            |signal: &SignalId| Sample { signal: *signal, source: now, quality, value: value.clone() };
        samples.extend(gone.flat_map(|(_, tool)| tool.signals.iter().flatten()).map(absent));
        self.tools = present;
        Ok(samples)
    }
}

/// Gives the ids of the signals in the order of the assets and their values.
async fn announce(
    found: &[Asset],
    catalog: &Catalog,
    port: &Port,
) -> Result<Vec<Option<SignalId>>, SinkError> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut announcement = Announcement::default();
    for asset in found {
        let parent = catalog.thing_of(&asset.device);
        let (thing, signals) = asset.describe(port.key(), parent.as_deref());
        let key = thing.key.to_string();
        announcement.relations.push((RelationKind::ConnectedBy, key, port.key().to_owned()));
        announcement.things.push(thing);
        announcement.signals.extend(signals);
    }
    let announced = port.announce(announcement).await?;
    announced.refused.first().into_iter().for_each(|why| port.note_error(why));
    Ok(announced.signals)
}

/// The values of an asset at its own time; where the agent does not say when, now, and the quality says so.
fn samples_of(asset: &Asset, signals: &[Option<SignalId>], now: Instant) -> Vec<Sample> {
    let sample = |(measured, signal): (&Measured, &Option<SignalId>)| {
        let unsure = asset.at.is_none() && measured.quality.is_good();
        let quality = if unsure { Quality::UNCERTAIN_TIME } else { measured.quality };
        let (source, value) = (asset.at.unwrap_or(now), measured.value.clone());
        Some(Sample { signal: (*signal)?, source, quality, value })
    };
    asset.values.iter().zip(signals).filter_map(sample).collect()
}
