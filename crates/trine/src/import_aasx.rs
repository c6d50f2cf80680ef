//! `trine import aasx`: packages become shells, in a data folder or on a running server.

use crate::cli::SITE_FOLDER;
use crate::config::Config;
use crate::serve::{URL_FILE, open_plant};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;
use trine_shells::import::{self, ImportReport};
use trine_world::Origin;

/// How long the server may be silent.
const PATIENCE: Duration = Duration::from_secs(120);

/// Options of `trine import aasx`.
#[derive(Args)]
pub struct AasxArgs {
    /// A running server; unless said, the one that serves the data folder, if it runs.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Only look, and say what would be taken.
    #[arg(long)]
    dry: bool,
    /// Packages, or environments in JSON or XML.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The data folder.
    #[arg(long, value_name = "DIR", default_value = SITE_FOLDER)]
    data: PathBuf,
}

/// `trine import aasx`.
pub async fn run(args: AasxArgs) -> Result<()> {
    let url = args.url.clone().or_else(|| running(&args.data));
    let bad = match url {
        Some(url) => into_server(&args, &url)?,
        None => into_folder(&args).await?,
    };
    if bad > 0 {
        bail!("{bad} of {} files had nothing that could be taken", args.files.len());
    }
    Ok(())
}

/// The server that serves the folder, if it answers.
fn running(folder: &Path) -> Option<String> {
    let url = std::fs::read_to_string(folder.join(URL_FILE)).ok()?;
    TcpStream::connect(url.trim().strip_prefix("http://")?).ok().map(|_| url.trim().to_owned())
}

async fn into_folder(args: &AasxArgs) -> Result<usize> {
    let (site, shells) = open_plant(&Config::default(), &args.data)?;
    let mut bad = 0;
    for file in &args.files {
        let bytes = read(file)?;
        let mut import = import::read(&bytes, &name_of(file), shells.blobs())?;
        if !args.dry && !import.changes.is_empty() {
            let origin = Origin::new(&format!("import/{}", name_of(file)));
            shells.put_all(&origin, import.changes).await.with_context(|| {
                format!("nothing of {} was imported; what was reported before is safe", file.display())
            })?;
            import.report.applied = true;
        }
        bad += show(file, &import.report);
    }
    tokio::task::spawn_blocking(move || site.close()).await??;
    Ok(bad)
}

fn into_server(args: &AasxArgs, url: &str) -> Result<usize> {
    let mut bad = 0;
    for file in &args.files {
        let report = post(url, &name_of(file), args.dry, &read(file)?)
            .with_context(|| format!("{} was not imported into {url}", file.display()))?;
        bad += show(file, &report);
    }
    Ok(bad)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn name_of(file: &Path) -> String {
    file.file_name().map_or_else(|| "package.aasx".into(), |name| name.to_string_lossy().into_owned())
}

/// Sends one file; the server is asked in HTTP/1.0, so that its answer ends with the connection.
fn post(url: &str, name: &str, is_dry: bool, body: &[u8]) -> Result<ImportReport> {
    let host = url.trim_end_matches('/').strip_prefix("http://");
    let host = host.context("only http:// is spoken here; import on the machine of the server")?;
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let name: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
    write!(
        stream,
        "POST /api/aas/import?dry={is_dry}&name={name} HTTP/1.0\r\nHost: {host}\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end =
        answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").context("the server's answer is cut off")?;
    let (head, body) = (String::from_utf8_lossy(&answer[..end]), &answer[end + 4..]);
    if !head.lines().next().is_some_and(|line| line.contains(" 200")) {
        bail!("the server says: {}", String::from_utf8_lossy(body));
    }
    Ok(serde_json::from_slice(body)?)
}

/// Prints the report; 1 when nothing could be taken.
fn show(file: &Path, report: &ImportReport) -> usize {
    let ImportReport { shells, submodels, concepts, files, errors, warnings, unlisted, applied } = report;
    for fault in errors {
        eprintln!("{}: error: {fault}", file.display());
    }
    for fault in warnings {
        eprintln!("{}: note: {fault}", file.display());
    }
    if *unlisted > 0 {
        eprintln!("{}: and {unlisted} more", file.display());
    }
    let done = if *applied { "imported" } else { "not imported; there are" };
    println!(
        "{}: {done} {shells} shells, {submodels} submodels, {concepts} concept descriptions, {files} files; \
         {} errors, {} notes",
        file.display(),
        errors.len(),
        warnings.len()
    );
    usize::from(shells + submodels + concepts == 0)
}
