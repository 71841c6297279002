//! Steps with a heading, a time each, and a table at the end.

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::ValueEnum;
use humantime::format_duration;

use crate::tally::Tally;

/// A length of time, to the second, and of a short one to the tenth of it.
pub(crate) fn took(time: Duration) -> String {
    let unit = if time.as_secs() < 10 { 100 } else { 1_000 };
    let rest = time.subsec_nanos() % (unit * 1_000_000);
    format_duration(time.saturating_sub(Duration::from_nanos(rest.into()))).to_string()
}

/// What the command line calls a value, and says that it is.
pub(crate) fn words(value: &impl ValueEnum) -> (String, String) {
    let value = value.to_possible_value().unwrap_or_default();
    let about = value.get_help().map(ToString::to_string);
    (value.get_name().to_owned(), about.unwrap_or_default())
}

/// The steps done so far.
#[derive(Debug)]
pub(crate) struct Steps {
    start: Instant,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    took: Duration,
    tally: Option<Tally>,
    passed: bool,
}

impl Steps {
    pub(crate) fn new() -> Self {
        let (start, rows) = (Instant::now(), Vec::new());
        Self { start, rows }
    }

    /// Does the steps of `work`, and prints a line for each and the tests of all of them together, however that
    /// ends.
    pub(crate) fn run<T>(work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mut steps = Self::new();
        let result = work(&mut steps);
        println!("\n{:<14} {:>12}  tests", "step", "time");
        for row in &steps.rows {
            let tests = row.tally.map(|tally| tally.to_string()).unwrap_or_default();
            let mark = if row.passed { "" } else { "  FAILED" };
            let line = format!("{:<14} {:>12}  {tests}{mark}", row.name, took(row.took));
            println!("{}", line.trim_end());
        }
        println!("{:<14} {:>12}", "total", took(steps.start.elapsed()));
        if let Some(tally) = steps.tally() {
            println!("\n{tally}");
        }
        result
    }

    /// Does one step under a heading and notes its time, whether it succeeds or not.
    pub(crate) fn step<T>(
        &mut self,
        name: &str,
        about: &str,
        work: impl FnOnce(&mut Option<Tally>) -> Result<T>,
    ) -> Result<T> {
        println!("\n==> {name}: {about}");
        let start = Instant::now();
        let mut tally = None;
        let result = work(&mut tally);
        let time = start.elapsed();
        let verdict = if result.is_ok() { "done" } else { "failed" };
        println!("==> {name}: {verdict} in {}", took(time));
        self.rows.push(Row {
            name: name.to_owned(),
            took: time,
            tally,
            passed: result.is_ok(),
        });
        result
    }

    /// The tests of all steps together, or nothing when no step counted any.
    fn tally(&self) -> Option<Tally> {
        let tallies = self.rows.iter().filter_map(|row| row.tally);
        tallies.reduce(Tally::plus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Runner;

    #[test]
    fn says_times_in_the_words_that_fit() {
        let said = |millis| took(Duration::from_millis(millis));
        assert_eq!(said(9_949), "9s 900ms");
        assert_eq!(said(754_999), "12m 34s");
    }

    #[test]
    fn sums_the_tests_of_the_steps_that_counted() {
        let mut steps = Steps::new();
        assert!(steps.tally().is_none());
        for tests in ["2 passed", "", "3 passed"] {
            let step = steps.step("one", "", |tally| {
                if !tests.is_empty() {
                    tally
                        .get_or_insert_default()
                        .read(Runner::Playwright, tests);
                }
                Ok(())
            });
            step.unwrap();
        }
        assert_eq!(steps.tally().unwrap().to_string(), "5 passed, 0 failed");
    }
}
