//! `cargo xtask test`: everything that has to hold.

mod chaos;
mod conformance;
mod json_suite;
mod npm;
mod plan;

use anyhow::{Context as _, Result};

use crate::{
    project::Project,
    setup::{self, Toolbox},
    step::Steps,
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

/// # Errors
/// When a step fails; the ones after it are not run.
pub(crate) fn test(project: &Project, args: &Args) -> Result<()> {
    let chosen: Vec<Step> = Step::ALL
        .into_iter()
        .filter(|step| args.only.is_empty() || args.only.contains(step))
        .filter(|step| !args.skip.contains(step))
        .collect();
    let mut steps = Steps::start();
    let result = run_all(project, &chosen, &mut steps);
    steps.print_table();
    if let Some(tally) = steps.tally() {
        println!("\n{tally}");
    }
    result
}

fn run_all(project: &Project, chosen: &[Step], steps: &mut Steps) -> Result<()> {
    let needs = plan::needs(chosen);
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
        steps
            .step(step.name(), step.about(), |tally| suite.run(*step, tally))
            .with_context(|| {
                format!(
                    "run it again with `cargo xtask test --only {}`",
                    step.name()
                )
            })?;
    }
    Ok(())
}
