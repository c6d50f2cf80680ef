//! `trine export`: samples into a file that other tools read.

use crate::cli::SITE_FOLDER;
use crate::config::Config;
use crate::serve::open_site;
use anyhow::{Context as _, Result, bail};
use clap::Args;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use trine_base::{Instant, SignalId};
use trine_history::SignalFilter;
use trine_serve::export::{Format, write};
use trine_site::Site;

/// Options of `trine export`.
#[derive(Args)]
pub struct ExportArgs {
    /// The file; its ending says the form: .csv, .arrow or .parquet.
    file: PathBuf,
    /// The data folder.
    #[arg(long, value_name = "DIR", default_value = SITE_FOLDER)]
    data: PathBuf,
    /// Start, such as 2026-11-23T06:00:00Z; the whole past when left out.
    #[arg(long)]
    from: Option<Instant>,
    /// End, not included.
    #[arg(long)]
    to: Option<Instant>,
    /// Only what was known at this instant.
    #[arg(long)]
    as_known_at: Option<Instant>,
    /// Only the signals of things whose name or key contains this.
    #[arg(long, value_name = "TEXT")]
    thing: Option<String>,
}

/// `trine export`.
pub async fn run(args: ExportArgs) -> Result<()> {
    let ending = args.file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let Ok(format) = ending.parse::<Format>() else {
        bail!("{}: the ending has to be .csv, .arrow or .parquet", args.file.display());
    };
    let site = open_site(&Config::default(), &args.data)?;
    let Some((first, last)) = site.history().extent() else {
        bail!("nothing is recorded in {}", args.data.display())
    };
    let (from, to) = (args.from.unwrap_or(first), args.to.unwrap_or(last.plus_ns(1)));
    let filter = filter(&site, args.thing.as_deref())?;
    let path = args.file.clone();
    let rows = tokio::task::spawn_blocking(move || {
        // A file of that name is only replaced by a whole one.
        let fresh = path.with_extension("part");
        let mut out = BufWriter::new(
            File::create(&fresh).with_context(|| format!("cannot write {}", fresh.display()))?,
        );
        let rows = write(&site.live_track(), &filter, from, to, args.as_known_at, format, &mut out)?;
        out.flush()
            .and_then(|()| std::fs::rename(&fresh, &path))
            .with_context(|| format!("cannot write {}", path.display()))?;
        anyhow::Ok(rows)
    });
    println!("{} samples in {}", rows.await??, args.file.display());
    Ok(())
}

fn filter(site: &Site, thing: Option<&str>) -> Result<SignalFilter> {
    let Some(text) = thing else { return Ok(SignalFilter::All) };
    let world = site.world();
    let things = world
        .things()
        .filter(|thing| thing.description.name.contains(text) || thing.description.key.contains(text));
    let signals = things.flat_map(|thing| world.signals_of(thing.id)).map(|signal| signal.id);
    let signals: std::collections::BTreeSet<SignalId> = signals.collect();
    if signals.is_empty() {
        bail!("no thing with signals has `{text}` in its name or key");
    }
    Ok(SignalFilter::Set(signals))
}
