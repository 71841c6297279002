//! How many tests passed and failed, read from what the test runners print.

use std::fmt;

/// Tests counted by their runners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
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
        let plain = without_colours(line);
        let found = match runner {
            Runner::Libtest => plain.trim().strip_prefix("test result: ").map(libtest),
            Runner::Playwright => Some(playwright(plain.trim())),
            Runner::Pytest => pytest(plain.trim()),
            Runner::NodeTest => plain.trim().strip_prefix("ℹ ").map(node_test),
        };
        if let Some(found) = found {
            *self = self.plus(found);
        }
    }
}

fn libtest(summary: &str) -> Tally {
    let after_verdict = summary.split_once(". ").map_or(summary, |(_, rest)| rest);
    after_verdict
        .split(';')
        .fold(Tally::default(), |tally, part| {
            tally.plus(counted(part.trim()))
        })
}

fn playwright(line: &str) -> Tally {
    counted(line.split_once(" (").map_or(line, |(words, _)| words))
}

/// The summary alone ends in a time.
fn pytest(line: &str) -> Option<Tally> {
    let (verdicts, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
    time.split(' ')
        .next()?
        .strip_suffix('s')?
        .parse::<f64>()
        .ok()?;
    Some(
        verdicts
            .split(", ")
            .fold(Tally::default(), |tally, part| tally.plus(counted(part))),
    )
}

fn node_test(line: &str) -> Tally {
    line.split_once(' ')
        .map(|(verdict, number)| counted(&format!("{number} {verdict}")))
        .unwrap_or_default()
}

/// `12 passed` and the like.
fn counted(text: &str) -> Tally {
    let mut tally = Tally::default();
    let Some((number, verdict)) = text.split_once(' ') else {
        return tally;
    };
    let Ok(number) = number.parse() else {
        return tally;
    };
    match verdict {
        "passed" | "flaky" | "pass" => tally.passed = number,
        "failed" | "interrupted" | "error" | "errors" | "fail" | "cancelled" => {
            tally.failed = number;
        }
        "ignored" | "skipped" | "did not run" => tally.skipped = number,
        _ => {}
    }
    tally
}

/// Drops the escape sequences that set colours.
fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('m').map_or("", |(_, rest)| rest)
    })
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

    fn tally(runner: Runner, output: &str) -> String {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(runner, line));
        tally.to_string()
    }

    #[test]
    fn adds_up_the_summaries_of_several_test_binaries() {
        let output = "running 2 tests\ntest a ... ok\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.0s\n\
            test result: \u{1b}[31mFAILED\u{1b}[0m. 3 passed; 4 failed; 0 ignored; 0 measured\n";
        assert_eq!(
            tally(Runner::Libtest, output),
            "5 passed, 4 failed, 1 skipped"
        );
    }

    #[test]
    fn reads_the_summary_of_playwright_and_not_its_list() {
        let output = "Running 12 tests using 1 worker\n  ok 1 [chromium] 2 passed events are shown (1s)\n\
            \n  1 failed\n    [chromium] › a.spec.ts:3:1 › acts\n  1 skipped\n  1 did not run\n\
            \u{1b}[32m  9 passed\u{1b}[39m\u{1b}[2m (12.3s)\u{1b}[22m\n";
        assert_eq!(
            tally(Runner::Playwright, output),
            "9 passed, 1 failed, 2 skipped"
        );
    }

    #[test]
    fn reads_the_summary_of_pytest_and_not_its_progress() {
        let output = "test_ens.py ...F.s  [ 50%]\n5 passed things are said in 3 words\n\
            \u{1b}[31m=== \u{1b}[1m1 failed\u{1b}[0m, \u{1b}[32m12 passed\u{1b}[0m, 2 skipped, \
            1 error in 63.40s (0:01:03) ===\u{1b}[0m\n";
        assert_eq!(
            tally(Runner::Pytest, output),
            "12 passed, 2 failed, 2 skipped"
        );
        assert_eq!(
            tally(Runner::Pytest, "3 passed in 0.01s\n"),
            "3 passed, 0 failed"
        );
    }

    #[test]
    fn reads_the_summary_of_node_and_not_its_list() {
        let output = "✔ lists 3 pages (1.2ms)\nℹ 7 calls\nℹ tests 6\nℹ suites 1\nℹ pass 3\n\
            ℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 80.1\n";
        assert_eq!(
            tally(Runner::NodeTest, output),
            "3 passed, 2 failed, 1 skipped"
        );
    }

    #[test]
    fn counts_nothing_where_nothing_is_said() {
        assert_eq!(
            tally(Runner::Libtest, "no tests to run!\n"),
            "0 passed, 0 failed"
        );
    }
}
