//! `cargo xtask chaos`: the proofs about the journal, whole.

use anyhow::Result;

use crate::{
    command,
    postgres::{Cluster, Durability},
    project::Project,
    run::QUICK,
    setup::{self, Need},
    step::Steps,
};

/// The package that has them; its own features reach into the proxy's, so nothing is built along with
/// it.
pub(crate) const PACKAGE: &str = "evenkeel-chaos";

/// Options of `chaos`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Options for the proofs, such as `-- --only faults --seed 7`; `-- --help` shows them
    #[arg(last = true)]
    rest: Vec<String>,
}

pub(crate) fn chaos(project: &Project, args: &Args) -> Result<()> {
    Steps::run(|steps| {
        let tools = steps.step("set-up", "a database server", |_| {
            setup::prepare(project, &[Need::Postgres])
        })?;
        let about = "the proxy with its failpoints, and the judge";
        steps.step("build", about, |_| {
            let line = format!("cargo build --profile {QUICK} --package {PACKAGE}");
            command::run(command::line(&line).current_dir(&project.root))
        })?;
        steps.step("proofs", "no event twice, no item lost", |_| {
            let cluster = Cluster::start(&tools, Durability::Full)?;
            let mut program = command::new(project.target.join(QUICK).join(PACKAGE));
            program.args(["run", "--full"]).args(&args.rest);
            cluster.tell(&mut program);
            command::run(program.current_dir(&project.root))
        })
    })
}
