//! How many tests passed and failed, read from what the test runners print.

use std::fmt;

/// Tests counted by their runners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    failed: u32,
    skipped: u32,
}

/// Whose summary to look for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner {
    /// `test result: ok. 12 passed; 0 failed; 1 ignored; …`, of libtest and wasm-bindgen-test.
    Libtest,
    /// `  12 passed (3.4s)`, a line a verdict.
    Playwright,
    /// `==== 1 failed, 12 passed in 3.4s ====`.
    Pytest,
    /// `ℹ pass 12`, a line a verdict, of `node --test` with its `spec` reporter.
    NodeTest,
}

impl Tally {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_add(other.passed),
            failed: self.failed.saturating_add(other.failed),
            skipped: self.skipped.saturating_add(other.skipped),
        }
    }

    /// Adds what this line of the runner's output says, if it says anything.
    pub(crate) fn read(&mut self, runner: Runner, line: &str) {
        let plain = anstream::adapter::strip_str(line).to_string();
        for (number, verdict) in summary(runner, plain.trim()) {
            let mut found = Self::default();
            match verdict {
                "passed" | "flaky" | "pass" => found.passed = number,
                "failed" | "interrupted" | "error" | "errors" | "fail" | "cancelled" => {
                    found.failed = number;
                }
                "ignored" | "skipped" | "did not run" => found.skipped = number,
                _ => {}
            }
            *self = self.plus(found);
        }
    }
}

/// The numbers with their verdicts, where a line is of the summary.
fn summary(runner: Runner, line: &str) -> Vec<(u32, &str)> {
    match runner {
        Runner::Libtest => line.strip_prefix("test result: ").map_or(vec![], |rest| {
            let (_, counts) = rest.split_once(". ").unwrap_or(("", rest));
            counts.split(';').filter_map(verdict).collect()
        }),
        Runner::Playwright => {
            let words = line.split_once(" (").map_or(line, |(words, _)| words);
            verdict(words).into_iter().collect()
        }
        Runner::Pytest => line.strip_prefix('=').map_or(vec![], |rest| {
            let (counts, _) = rest.rsplit_once(" in ").unwrap_or_default();
            let counts = counts.trim_start_matches('=').split(',');
            counts.filter_map(verdict).collect()
        }),
        Runner::NodeTest => line
            .strip_prefix("ℹ ")
            .and_then(|line| line.split_once(' '))
            .and_then(|(verdict, number)| Some((number.parse().ok()?, verdict)))
            .into_iter()
            .collect(),
    }
}

/// `12 passed` and the like.
fn verdict(text: &str) -> Option<(u32, &str)> {
    let (number, verdict) = text.trim().split_once(' ')?;
    Some((number.parse().ok()?, verdict))
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_summary_of_each_runner_and_not_its_list() {
        let libtest = "running 2 tests\ntest a ... ok\nno tests to run!\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.0s\n\
            test result: \u{1b}[31mFAILED\u{1b}[0m. 3 passed; 4 failed; 0 ignored; 0 measured\n";
        let pw = "Running 12 tests using 1 worker\n  ok 1 [chromium] 2 passed events are shown (1s)\n\
            \n  1 failed\n    [chromium] › a.spec.ts:3:1 › acts\n  1 skipped\n  1 did not run\n\
            \u{1b}[32m  9 passed\u{1b}[39m\u{1b}[2m (12.3s)\u{1b}[22m\n";
        let pytest = "test_ens.py ...F.s  [ 50%]\n5 passed things are said in 3 words\n\
            \u{1b}[31m=== \u{1b}[1m1 failed\u{1b}[0m, \u{1b}[32m12 passed\u{1b}[0m, 2 skipped, \
            1 error in 63.40s (0:01:03) ===\u{1b}[0m\n";
        let node = "✔ lists 3 pages (1.2ms)\nℹ 7 calls\nℹ tests 6\nℹ suites 1\nℹ pass 3\n\
            ℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 80.1\n";
        for (runner, output, expected) in [
            (Runner::Libtest, libtest, "5 passed, 4 failed, 1 skipped"),
            (Runner::Playwright, pw, "9 passed, 1 failed, 2 skipped"),
            (Runner::Pytest, pytest, "12 passed, 2 failed, 2 skipped"),
            (Runner::NodeTest, node, "3 passed, 2 failed, 1 skipped"),
        ] {
            let mut tally = Tally::default();
            output.lines().for_each(|line| tally.read(runner, line));
            assert_eq!(tally.to_string(), expected);
        }
    }
}
