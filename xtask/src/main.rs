//! The project's commands: `cargo xtask` says what there is.
//!
//! Each runs from anywhere in the clone, installs what it needs, and needs nothing but Rust, Node and Python to start.

mod bench;
mod conformance;
mod e2e;
mod fuzz;
mod install;
mod lint;
mod purity;
mod shell;
mod tally;
mod test;

use anyhow::{Result, bail};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  test [PART…]            installs what the tests need and runs everything, or only the parts named:
                          lint rust web e2e. Ends with the line `N passed, N failed`.
  lint                    format, clippy, the web client's linters, and what the house promises of itself
  bench [NAME…] [--json]  runs the benches (of the crates or examples named) and prints one line a figure
  soak [TIMES]            the fault and load tests, many times as long (20 unless said)
  fuzz [TARGET] [SECONDS] feeds the decoders what they have never seen, 60 s each unless said; the targets are in fuzz/
  conformance             the conformance kits that siblings share
  conformance aas [EXAMPLES] [DOCUMENT]
                          the AAS suites of the association, and random requests against its API documents
  install                 only installs what the tests need
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<bool> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(true);
    };
    match command.as_str() {
        "test" => test::run(rest),
        "lint" => test::run(&["lint".into()]),
        "bench" => bench::run(rest),
        "soak" => test::soak(rest),
        "fuzz" => fuzz::run(rest),
        "conformance" if rest.first().is_some_and(|what| what == "aas") => conformance::aas(&rest[1..]),
        "conformance" => test::conformance(),
        "install" => install::everything().map(|_| true),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(true)
        }
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
}
