//! Steps with a heading, a time each, and a table at the end.

use std::{
    fmt,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::tally::Tally;

/// A length of time, in the words that fit its size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took(pub(crate) Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let text = match seconds {
            0..10 => format!("{:.1} s", self.0.as_secs_f64()),
            10..60 => format!("{seconds} s"),
            _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
        };
        f.pad(&text)
    }
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
    pub(crate) fn start() -> Self {
        Self {
            start: Instant::now(),
            rows: Vec::new(),
        }
    }

    /// Does one step under a heading and notes its time, whether it succeeds or not.
    ///
    /// # Errors
    /// Those of `work`.
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
        let took = start.elapsed();
        let verdict = if result.is_ok() { "done" } else { "failed" };
        println!("==> {name}: {verdict} in {}", Took(took));
        self.rows.push(Row {
            name: name.to_owned(),
            took,
            tally,
            passed: result.is_ok(),
        });
        result
    }

    /// The tests of all steps together, or nothing when no step counted any.
    pub(crate) fn tally(&self) -> Option<Tally> {
        self.rows
            .iter()
            .filter_map(|row| row.tally)
            .reduce(Tally::plus)
    }

    /// Prints one line a step.
    pub(crate) fn print_table(&self) {
        println!("\n{:<14} {:>12}  tests", "step", "time");
        for row in &self.rows {
            let tests = row.tally.map(|tally| tally.to_string()).unwrap_or_default();
            let mark = if row.passed { "" } else { "  FAILED" };
            println!(
                "{}",
                format!("{:<14} {:>12}  {tests}{mark}", row.name, Took(row.took)).trim_end()
            );
        }
        println!("{:<14} {:>12}", "total", Took(self.start.elapsed()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_times_in_the_words_that_fit() {
        let took = |millis| Took(Duration::from_millis(millis)).to_string();
        assert_eq!(took(140), "0.1 s");
        assert_eq!(took(9_949), "9.9 s");
        assert_eq!(took(59_999), "59 s");
        assert_eq!(took(754_000), "12 min 34 s");
    }

    #[test]
    fn sums_the_tests_of_the_steps_that_counted() {
        let mut steps = Steps::start();
        assert!(steps.tally().is_none());
        let count = |passed| {
            Some(Tally {
                passed,
                ..Tally::default()
            })
        };
        steps
            .step("one", "", |tally| {
                *tally = count(2);
                Ok(())
            })
            .unwrap();
        steps.step("two", "", |_| Ok(())).unwrap();
        steps
            .step("three", "", |tally| {
                *tally = count(3);
                Ok(())
            })
            .unwrap();
        assert_eq!(steps.tally().unwrap().to_string(), "5 passed, 0 failed");
    }
}
