//! `trine connect`: one more source for the plant, and the page to see it on.

use crate::cli::{Place, SITE_FOLDER};
use crate::connections::Address;
use crate::serve;
use anyhow::Result;
use clap::Args;

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
    #[command(flatten)]
    place: Place,
}

/// `trine connect`: remembers the connection in the data folder and serves it.
pub async fn run(args: ConnectArgs) -> Result<()> {
    let password = args.password_env.map(std::env::var).transpose()?;
    let address = Address { url: args.url, user: args.user, password };
    let running = serve::open(&args.place, SITE_FOLDER).await?;
    running.manager.start_remembered()?;
    let name = running.manager.add_remembered(args.name, address)?;
    tracing::info!("connecting `{name}`; it is remembered in {}", running.folder.display());
    running.serve(&args.place).await
}
