//! The JSON parsing test suite through the core's reader.

use anyhow::{Context as _, Result, bail};

use super::plan::Suite;
use crate::{
    command,
    tally::{Runner, Tally},
};

impl Suite<'_> {
    pub(super) fn json_suite(&self, tally: &mut Option<Tally>) -> Result<()> {
        let suite = self
            .tools
            .json_suite()
            .context("the JSON test suite is not set up")?;
        let mut cargo = command::new("cargo");
        cargo
            .args(["test", "--package", "evenkeel-tests", "--test", "hostile"])
            // Ignored where the suite is not at hand.
            .args(["--", "--ignored", "json_suite"])
            .env("EVENKEEL_JSON_TEST_SUITE", suite);
        self.counted(&mut cargo, Runner::Libtest, tally)?;
        match tally {
            Some(tally) if tally.passed > 0 => Ok(()),
            _ => bail!("no test was run"),
        }
    }
}
