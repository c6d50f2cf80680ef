//! The commands and their options.

use crate::{connect, demo, export, import, serve};
use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// An industrial metaverse in one program: walk a plant live and through its past.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Write logs as JSON, a line each.
    #[arg(long, global = true)]
    pub log_json: bool,
    #[command(flatten)]
    demo: demo::DemoArgs,
}

/// What to do; nothing said: the demo.
#[derive(Subcommand)]
enum Command {
    /// A plant that makes electric drives, with eight hours of past and a story in it.
    Demo(demo::DemoArgs),
    /// Serves your own plant: what is in the data folder and the connections kept there.
    Serve(serve::ServeArgs),
    /// Takes in recordings.
    Import(import::ImportArgs),
    /// Connects an OPC UA server, an MQTT broker with Sparkplug B, or an MTConnect agent.
    Connect(connect::ConnectArgs),
    /// Writes samples to a file.
    Export(export::ExportArgs),
    /// Physics models (FMUs) behind things.
    #[cfg(feature = "fmu")]
    Fmu(crate::fmu::FmuArgs),
}

/// Where to listen and where the data is.
#[derive(Args, Clone)]
pub struct Place {
    /// Address and port of the web page; port 0 picks a free one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:7600")]
    pub listen: SocketAddr,
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A configuration file; see docs/configuration.md.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The data folder of your own plant, unless another is named.
pub const SITE_FOLDER: &str = "trine-data/site";
/// The data folder of the demo, unless another is named.
pub const DEMO_FOLDER: &str = "trine-data/demo";

impl Cli {
    /// Does what was asked.
    pub async fn run(self) -> Result<()> {
        match self.command {
            None => demo::run(self.demo).await,
            Some(Command::Demo(args)) => demo::run(args).await,
            Some(Command::Serve(args)) => serve::run(args).await,
            Some(Command::Import(args)) => import::run(args).await,
            Some(Command::Connect(args)) => connect::run(args).await,
            Some(Command::Export(args)) => export::run(args).await,
            #[cfg(feature = "fmu")]
            Some(Command::Fmu(args)) => crate::fmu::run(args).await,
        }
    }
}
