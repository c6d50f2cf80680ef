//! `trine fmu`: physics models behind things.
//!
//! The commands work on the data folder of a plant that is not being served; while it is served, the calls of
//! `docs/wire.md` do the same.

use crate::cli::SITE_FOLDER;
use crate::config::Config;
use crate::serve::open_site;
use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use trine_base::ThingId;
use trine_future::{ModelFile, Physics};
use trine_physics::{Keeper, Limits, Models};
use trine_site::Site;
use trine_world::{FactKind, ModelInput, ModelOutput, NewFact, Origin, PhysicsModel, Rejection, Role};

/// The command by which the program starts itself as the process of a model.
pub const CHILD: &str = "fmu-child";

/// Options of `trine fmu`.
#[derive(Args)]
pub struct FmuArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Says what is in a file: its variables, and where it runs.
    Show {
        /// A co-simulation FMU of FMI 2.0 or 3.0.
        file: PathBuf,
    },
    /// Puts a model behind a thing: its outputs become signals of the thing.
    Attach(AttachArgs),
    /// Takes the model behind a thing away; its past stays.
    Detach(TargetArgs),
}

#[derive(Args)]
struct TargetArgs {
    /// Name or key of the thing.
    #[arg(long, value_name = "NAME")]
    thing: String,
    /// The data folder.
    #[arg(long, value_name = "DIR", default_value = SITE_FOLDER)]
    data: PathBuf,
}

#[derive(Args)]
struct AttachArgs {
    /// A co-simulation FMU of FMI 2.0 or 3.0.
    file: PathBuf,
    #[command(flatten)]
    target: TargetArgs,
    /// An input from a signal (`power=plc/oven/power`) or a number, and parameters too (`tau=12.5`).
    #[arg(long = "input", value_name = "VARIABLE=KEY|NUMBER")]
    inputs: Vec<String>,
    /// An output that becomes a signal, in a role if you like (`heat=temperature`); all outputs, when none is named.
    #[arg(long = "output", value_name = "VARIABLE[=ROLE]")]
    outputs: Vec<String>,
    /// How far the model is taken at once, s; what the file proposes, or 1.
    #[arg(long, value_name = "SECONDS")]
    step: Option<f64>,
    /// Only in forecasts and what-ifs, not beside the plant.
    #[arg(long)]
    branches_only: bool,
}

/// `trine fmu-child`: the process of a model.
pub fn child() -> ExitCode {
    trine_physics::child::run()
}

/// The models of a data folder, run by this program.
pub fn models(data: &Path) -> Result<Arc<Models>> {
    let program = std::env::current_exe().context("cannot find this program to start it for a model")?;
    Ok(Models::new(data, vec![program.into_os_string(), OsString::from(CHILD)], Limits::default()))
}

/// Runs live models until `stop` fires.
pub fn start(site: &Site, models: &Arc<Models>, stop: CancellationToken) {
    tokio::spawn(Keeper::new(site.clone(), Arc::clone(models)).watch(stop));
}

/// `trine fmu`.
pub async fn run(args: FmuArgs) -> Result<()> {
    match args.what {
        What::Show { file } => show(&file),
        What::Attach(args) => attach(args).await,
        What::Detach(args) => detach(&args).await,
    }
}

fn show(file: &Path) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let folder = std::env::temp_dir().join(format!("trine-fmu-{}", std::process::id()));
    let looked = models(&folder)?.keep(&bytes);
    // What is left is a file in the system's folder for such files.
    let _ = std::fs::remove_dir_all(&folder);
    let ModelFile { name, fmi, platforms, runs_here, step_s, variables, .. } = looked?;
    let platforms: Vec<String> = platforms.into_iter().collect();
    println!("{name}, FMI {fmi}, for {}", platforms.join(", "));
    if !runs_here {
        println!("it does not run on this machine");
    }
    if let Some(step_s) = step_s {
        println!("step {step_s} s");
    }
    for variable in variables {
        let start = variable.start.map(|start| format!(" = {start}")).unwrap_or_default();
        println!(
            "{:11} {}{start} {} {}",
            variable.causality, variable.name, variable.unit, variable.description
        );
    }
    Ok(())
}

async fn attach(args: AttachArgs) -> Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let site = open_site(&Config::default(), &args.target.data)?;
    let models = models(&args.target.data)?;
    let thing = thing(&site, &args.target.thing)?;
    let file = models.keep(&bytes)?;
    let model = models.fit(wired(&args, &file)?)?;
    let (name, outputs) = (model.name.clone(), model.outputs.len());
    record(&site, FactKind::ModelAttached { thing, model }).await?;
    println!("{name} is behind {}, with {outputs} outputs; serve the plant to see it", args.target.thing);
    tokio::task::spawn_blocking(move || site.close()).await??;
    Ok(())
}

async fn detach(args: &TargetArgs) -> Result<()> {
    let site = open_site(&Config::default(), &args.data)?;
    let thing = thing(&site, &args.thing)?;
    record(&site, FactKind::ModelDetached { thing }).await?;
    println!("{} has no model any more", args.thing);
    tokio::task::spawn_blocking(move || site.close()).await??;
    Ok(())
}

async fn record(site: &Site, kind: FactKind) -> Result<()> {
    let fact = NewFact { at: site.now(), origin: Origin::new("physics"), kind };
    match site.propose(site.now(), vec![fact]).await?.into_iter().next() {
        Some(Ok(_) | Err(Rejection::NothingNew)) | None => Ok(()),
        Some(Err(refused)) => Err(refused.into()),
    }
}

fn thing(site: &Site, text: &str) -> Result<ThingId> {
    let world = site.world();
    if let Some(thing) = world.thing_by_key(text) {
        return Ok(thing.id);
    }
    let mut named = world.things().filter(|thing| &*thing.description.name == text);
    match (named.next(), named.next()) {
        (Some(thing), None) => Ok(thing.id),
        (Some(_), Some(_)) => bail!("more than one thing is called `{text}`; give its key"),
        (None, _) => bail!("no thing is called `{text}`, and none has that key"),
    }
}

fn wired(args: &AttachArgs, file: &ModelFile) -> Result<PhysicsModel> {
    let mut inputs = BTreeMap::new();
    for text in &args.inputs {
        let (variable, from) = text
            .split_once('=')
            .ok_or_else(|| anyhow!("--input {text}: write VARIABLE=KEY or VARIABLE=NUMBER"))?;
        let from = from.parse().map_or_else(|_| ModelInput::Signal(from.into()), ModelInput::Constant);
        inputs.insert(variable.to_owned(), from);
    }
    let mut outputs = BTreeMap::new();
    for text in &args.outputs {
        let (variable, role) =
            text.split_once('=').map_or((text.as_str(), None), |(name, role)| (name, Some(role)));
        let role =
            role.map(|role| Role::parse(role).ok_or_else(|| anyhow!("--output {text}: `{role}` is no role")));
        outputs
            .insert(variable.to_owned(), ModelOutput { role: role.transpose()?, ..ModelOutput::default() });
    }
    if outputs.is_empty() {
        let all = file.variables.iter().filter(|variable| variable.causality == "output");
        outputs.extend(all.map(|variable| (variable.name.clone(), ModelOutput::default())));
    }
    Ok(PhysicsModel {
        file: file.file.as_str().into(),
        name: file.name.clone(),
        step_s: args.step.or(file.step_s).unwrap_or(1.0),
        live: !args.branches_only,
        inputs,
        outputs,
    })
}
