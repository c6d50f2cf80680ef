//! `trine`: the command line. Everything else is wiring.

mod cli;
mod config;
mod connect;
mod connections;
mod demo;
mod export;
#[cfg(feature = "fmu")]
mod fmu;
mod import;
mod import_aasx;
mod serve;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The process of a model has nothing of the program in it but the model.
    #[cfg(feature = "fmu")]
    if std::env::args_os().nth(1).is_some_and(|first| first == fmu::CHILD) {
        return fmu::child();
    }
    let cli = cli::Cli::parse();
    start_logging(cli.log_json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("trine: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(cli.run());
    // Connections that do not end in time must not keep the program from ending.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("trine: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Logs go to standard error; standard output is for the URL and for results.
fn start_logging(json: bool) {
    use tracing_subscriber::EnvFilter;
    // What the OPC UA library has to say the connector says in its own words; the library also calls it an error
    // that an unsecured connection has no certificate.
    let quiet = "warn,trine=info,opcua=off,rumqttc=error";
    let filter = EnvFilter::try_from_env("TRINE_LOG").unwrap_or_else(|_| EnvFilter::new(quiet));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json {
        builder.json().init();
    } else {
        builder.with_target(false).init();
    }
}
