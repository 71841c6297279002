//! `cargo xtask test`: everything that has to hold.

mod plan;

use anyhow::{Context as _, Result};
use clap::ValueEnum as _;

use crate::{
    project::Project,
    setup::{self, Toolbox},
    step::{Steps, words},
};

use plan::{Step, Suite};

/// Options of `test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these steps, such as `--only clippy,e2e`
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// All steps but these
    #[arg(long, value_enum, value_delimiter = ',')]
    skip: Vec<Step>,
}

pub(crate) fn test(project: &Project, args: &Args) -> Result<()> {
    let chosen: Vec<Step> = Step::value_variants()
        .iter()
        .filter(|step| args.only.is_empty() || args.only.contains(step))
        .filter(|step| !args.skip.contains(step))
        .copied()
        .collect();
    Steps::run(|steps| {
        let needs = plan::needs(&chosen);
        let tools = if needs.is_empty() {
            Toolbox::default()
        } else {
            steps.step("set-up", "tools for these steps", |_| {
                setup::prepare(project, &needs)
            })?
        };
        let suite = Suite {
            project,
            tools: &tools,
        };
        for step in chosen {
            let (name, about) = words(&step);
            steps
                .step(&name, &about, |tally| suite.run(step, tally))
                .with_context(|| format!("run it again with `cargo xtask test --only {name}`"))?;
        }
        Ok(())
    })
}
