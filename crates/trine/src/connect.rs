//! `trine connect`: one more source for the plant, and the page to see it on.

use crate::cli::{Place, SITE_FOLDER};
use crate::connections::{Address, Security};
use crate::serve;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// Options of `trine connect`.
#[derive(Args)]
pub struct ConnectArgs {
    /// `opc.tcp://HOST:PORT`, `mqtt://HOST:PORT`, `mqtts://HOST:PORT`, or `http://HOST:PORT` of an MTConnect agent.
    url: String,
    /// A short name for the connection.
    #[arg(long)]
    name: Option<String>,
    /// User, where the source wants one.
    #[arg(long)]
    user: Option<String>,
    /// Environment variable that holds the password, so that it is in no list of processes.
    #[arg(long, value_name = "VARIABLE")]
    password_env: Option<String>,
    /// PEM file of the authority that signed the certificate of the broker or agent.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// OPC UA: the certificate that says who we are, DER or PEM.
    #[arg(long, value_name = "FILE", requires = "user_key", conflicts_with = "user")]
    user_certificate: Option<PathBuf>,
    /// OPC UA: its private key, PEM.
    #[arg(long, value_name = "FILE", requires = "user_certificate")]
    user_key: Option<PathBuf>,
    /// OPC UA: how the channel is secured; the strongest that the server offers when left out.
    #[arg(long, value_enum)]
    security: Option<Security>,
    /// Sparkplug: hear this group of edge nodes only.
    #[arg(long)]
    group: Option<String>,
    /// Sparkplug: how edge nodes know this host application (`trine` when left out).
    #[arg(long)]
    host_id: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// `trine connect`: remembers the connection in the data folder and serves it.
pub async fn run(args: ConnectArgs) -> Result<()> {
    let password = args.password_env.map(std::env::var).transpose()?;
    // A service finds the files again, whatever folder it is started in.
    let absolute = |file: Option<PathBuf>| file.map(std::path::absolute).transpose();
    let address = Address {
        url: args.url,
        user: args.user,
        password,
        ca: absolute(args.ca)?,
        user_certificate: absolute(args.user_certificate)?,
        user_key: absolute(args.user_key)?,
        security: args.security,
        group: args.group,
        host_id: args.host_id,
    };
    let running = serve::open(&args.place, SITE_FOLDER).await?;
    running.manager.start_remembered()?;
    let name = running.manager.add_remembered(args.name, address)?;
    tracing::info!("connecting `{name}`; it is remembered in {}", running.folder.display());
    running.serve(&args.place).await
}
