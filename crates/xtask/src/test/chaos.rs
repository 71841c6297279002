//! The proofs about the journal, shortened.

use anyhow::Result;

use super::plan::Suite;
use crate::{
    chaos::PACKAGE,
    command,
    postgres::{Cluster, Durability},
    tally::{Runner, Tally},
};

impl Suite<'_> {
    /// # Errors
    /// When the judge misjudges, or a proof fails.
    pub(super) fn chaos(&self, tally: &mut Option<Tally>) -> Result<()> {
        let mut judge = command::new("cargo");
        judge.args(["test", "--package", PACKAGE]);
        self.counted(&mut judge, Runner::Libtest, tally)?;
        let cluster = Cluster::start(self.tools, Durability::None)?;
        let mut proofs = command::new("cargo");
        proofs.args(["run", "--quiet", "--package", PACKAGE, "--", "run"]);
        cluster.tell(&mut proofs);
        self.counted(&mut proofs, Runner::Libtest, tally)
    }
}
