//! `cargo xtask conformance aas`: the built program against the suites of the Industrial Digital Twin Association, and
//! against its API documents with random, wrong and repeated requests.
//!
//! Both come from outside: the engines from PyPI, their population and the documents from a folder beside the clone
//! (`../shared/conformance/aas`, or what `TRINE_AAS_CONFORMANCE` names).

use crate::{
    install,
    shell::{cache, cargo, root, show},
};
use anyhow::{Context as _, Result, ensure};
use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Random requests for each call of a document, unless another number is given.
const EXAMPLES: &str = "20";

/// `conformance aas [EXAMPLES] [PART OF A DOCUMENT'S NAME]`.
pub fn aas(arguments: &[String]) -> Result<bool> {
    let folder = env::var_os("TRINE_AAS_CONFORMANCE")
        .map_or_else(|| root().join("../shared/conformance/aas"), PathBuf::from);
    ensure!(
        folder.join("run_aas_profiles.py").is_file(),
        "{} is not there; TRINE_AAS_CONFORMANCE can name another folder",
        folder.display()
    );
    let python = install::aas_engines()?;
    let build = cargo(&["build", "--release", "--locked", "--package", "trine"]).status()?;
    ensure!(build.success(), "the program does not build");
    let out = cache().join("conformance-aas");
    let _ = fs::remove_dir_all(&out);
    fs::create_dir_all(&out)?;
    let server = Server::start(&out.join("data"))?;
    server.import(&folder.join("refdata.aasx"))?;
    let mut is_good = suites(&python, &folder, &server.url, &out)?;
    let examples = arguments.first().map_or(EXAMPLES, String::as_str);
    let part = arguments.get(1).map_or("", String::as_str);
    for document in documents(&folder.join("openapi-3.1"))? {
        if document.to_string_lossy().contains(part) {
            is_good &= against(&python, &document, &server.url, examples)?;
        }
    }
    Ok(is_good)
}

/// The four public suites: complete, and with one warning at most.
fn suites(python: &Path, folder: &Path, url: &str, out: &Path) -> Result<bool> {
    let base = format!("{url}/api/aas/v3.0");
    let mut command = Command::new(python);
    command.arg(folder.join("run_aas_profiles.py")).arg(base).arg(out.join("suites"));
    let ran = show(&mut command)?;
    let rows = fs::read(out.join("suites/summary.json")).context("the suites wrote no summary")?;
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&rows)?;
    let is_complete = |row: &serde_json::Value| {
        let operations = row["ops_ok"].as_str().and_then(|text| text.split_once('/'));
        operations.is_some_and(|(passed, all)| passed == all)
            && row["warnings"].as_u64().is_some_and(|warnings| warnings <= 1)
    };
    Ok(ran.is_success && rows.len() == 4 && rows.iter().all(is_complete))
}

/// The documents of the profiles, without the collection that repeats them.
fn documents(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for service in fs::read_dir(folder)? {
        for document in fs::read_dir(service?.path())? {
            let path = document?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("V3.1_SSP")) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn against(python: &Path, document: &Path, url: &str, examples: &str) -> Result<bool> {
    eprintln!("── {}", document.display());
    let mut command = Command::new(python.with_file_name("schemathesis"));
    command.args(["--no-color", "run", "--continue-on-failure", "--max-examples", examples]);
    let base = if is_for_reading(document) { "v3.1-read" } else { "v3.1" };
    command.arg("--url").arg(format!("{url}/api/aas/{base}")).arg(document);
    // References between the documents are relative to them.
    Ok(show(command.current_dir(document.parent().context("a document is in a folder")?))?.is_success)
}

/// Whether a profile can only be read: its document wants other methods to be refused, and has a base of its own.
fn is_for_reading(document: &Path) -> bool {
    const READING: [&str; 10] = [
        "AssetAdministrationShellRegistryServiceSpecification/V3.1_SSP-002.yaml",
        "AssetAdministrationShellRegistryServiceSpecification/V3.1_SSP-005.yaml",
        "AssetAdministrationShellRepositoryServiceSpecification/V3.1_SSP-002.yaml",
        "AssetAdministrationShellServiceSpecification/V3.1_SSP-002.yaml",
        "DiscoveryServiceSpecification/V3.1_SSP-002.yaml",
        "SubmodelRegistryServiceSpecification/V3.1_SSP-002.yaml",
        "SubmodelRepositoryServiceSpecification/V3.1_SSP-002.yaml",
        "SubmodelRepositoryServiceSpecification/V3.1_SSP-004.yaml",
        "SubmodelServiceSpecification/V3.1_SSP-002.yaml",
        "SubmodelServiceSpecification/V3.1_SSP-003.yaml",
    ];
    READING.iter().any(|name| document.ends_with(name))
}

/// The program, serving an empty folder.
struct Server {
    child: Child,
    url: String,
    program: PathBuf,
}

impl Server {
    fn start(data: &Path) -> Result<Self> {
        let program = cache().join("release/trine");
        let mut command = Command::new(&program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?;
        let out = child.stdout.take().context("no output")?;
        let mut url = String::new();
        BufReader::new(out).read_line(&mut url)?;
        let server = Self { child, url: url.trim().to_owned(), program };
        ensure!(server.url.starts_with("http"), "the server did not start");
        Ok(server)
    }

    fn import(&self, package: &Path) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.args(["import", "aasx", "--url", &self.url]).arg(package);
        ensure!(show(&mut command)?.is_success, "{} was not imported", package.display());
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
