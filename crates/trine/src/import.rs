//! `trine import`: recordings become part of the past, packages become shells.

use crate::cli::SITE_FOLDER;
use crate::config::Config;
use crate::import_aasx::{self, AasxArgs};
use crate::serve::open_site;
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

/// Options of `trine import`.
#[derive(Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Raw lines of MTConnect adapters (`timestamp|item|value`), plain or gzipped.
    Mtconnect(MtConnect),
    /// Asset Administration Shells: AASX packages, or environments in JSON or XML.
    Aasx(AasxArgs),
}

#[derive(Args)]
struct MtConnect {
    /// The agent's device model.
    #[arg(long, value_name = "FILE")]
    devices: PathBuf,
    /// Adapter files; a file's name starts with its device's.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The data folder.
    #[arg(long, value_name = "DIR", default_value = SITE_FOLDER)]
    data: PathBuf,
}

/// `trine import`.
pub async fn run(args: ImportArgs) -> Result<()> {
    match args.what {
        What::Mtconnect(args) => recordings(args).await,
        What::Aasx(args) => import_aasx::run(args).await,
    }
}

async fn recordings(args: MtConnect) -> Result<()> {
    let site = open_site(&Config::default(), &args.data)?;
    let terminal = std::io::stderr().is_terminal();
    let show = |progress: trine_mtconnect::Progress| {
        if terminal {
            let percent = 100.0 * progress.bytes as f64 / progress.bytes_total.max(1) as f64;
            eprint!("\r\x1b[K{percent:5.1} %  {} lines  {}", progress.lines, progress.file.display());
            let _ = std::io::stderr().flush();
        }
    };
    let report = trine_mtconnect::import(&args.devices, &args.files, Arc::new(site.clone()), &show).await;
    if terminal {
        eprintln!("\r\x1b[K");
    }
    let report = report.context(
        "nothing more was imported; what was reported before is safe, and importing again is harmless",
    )?;
    tokio::task::spawn_blocking(move || site.close()).await??;
    for note in &report.notes {
        eprintln!("note: {note}");
    }
    println!(
        "{} lines, {} samples of {} signals on {} things, {} malformed lines",
        report.lines, report.samples, report.signals, report.things, report.malformed
    );
    if let (Some(first), Some(last)) = (report.first, report.last) {
        println!("from {first} to {last}");
    }
    println!("walk among them: trine serve --data {}", args.data.display());
    Ok(())
}
