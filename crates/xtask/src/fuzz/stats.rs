//! What libFuzzer prints about a run.

/// How much was tried.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stats {
    /// Inputs tried.
    pub(crate) runs: u64,
    /// How long.
    pub(crate) seconds: u64,
    /// Edges of the code that some input reached.
    pub(crate) coverage: u64,
    /// Inputs that reach something that no other does.
    pub(crate) corpus: u64,
}

impl Stats {
    /// From `Done 38177 runs in 16 second(s)` and the last line of progress, such as
    /// `#38177 DONE cov: 3682 ft: 11155 corp: 870/127Kb …`.
    pub(crate) fn read(log: &str) -> Option<Self> {
        let done = log
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("Done "))?;
        let (runs, rest) = done.split_once(" runs in ")?;
        let progress = log.lines().rev().find(|line| line.contains(" cov: "))?;
        let after = |word: &str| {
            progress
                .split_once(word)
                .map(|(_, rest)| leading_number(rest))
        };
        Some(Self {
            runs: runs.trim().parse().ok()?,
            seconds: leading_number(rest)?,
            coverage: after(" cov: ")??,
            corpus: after(" corp: ")??,
        })
    }
}

/// The lines of a panic: where it was, and what it said.
pub(crate) fn panic(log: &str) -> impl Iterator<Item = &str> {
    log.lines()
        .skip_while(|line| !line.contains("panicked at"))
        .take_while(|line| !line.starts_with("note: ") && !line.starts_with("=="))
}

/// The file that holds the input which broke something.
pub(crate) fn finding(log: &str) -> Option<&str> {
    log.lines()
        .find_map(|line| line.split_once("Test unit written to "))
        .map(|(_, file)| file.trim())
}

fn leading_number(text: &str) -> Option<u64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_summary_of_a_run() {
        let log = "INFO: seed corpus: files: 13\n\
            #1024\tpulse  cov: 1000 ft: 2000 corp: 50/1Kb lim: 4 exec/s: 512 rss: 30Mb\n\
            #38177\tDONE   cov: 3682 ft: 11155 corp: 870/127Kb lim: 385 exec/s: 2386 rss: 34Mb\n\
            ###### Recommended dictionary. ######\n\
            Done 38177 runs in 16 second(s)\n\
            stat::number_of_executed_units: 38177\n";
        let expected = Stats {
            runs: 38_177,
            seconds: 16,
            coverage: 3682,
            corpus: 870,
        };
        assert_eq!(Stats::read(log), Some(expected));
    }

    #[test]
    fn finds_what_a_panic_said() {
        let log = "INFO: Seed: 1\nthread '<unnamed>' (9) panicked at tests/src/check/drafts.rs:1:2:\n\
            more than\na character\nnote: run with `RUST_BACKTRACE=1`\n==9== ERROR: libFuzzer: deadly signal\n";
        assert_eq!(finding(log), None);
        let log = &format!("{log}artifact_prefix='/f/'; Test unit written to /f/crash-1\n");
        assert_eq!(finding(log), Some("/f/crash-1"));
        let lines: Vec<&str> = panic(log).collect();
        assert_eq!(lines.get(1..), Some(&["more than", "a character"][..]));
        assert_eq!(panic("Done 1 runs in 1 second(s)").count(), 0);
    }

    #[test]
    fn reads_nothing_from_a_run_that_broke_off() {
        assert_eq!(Stats::read("#2\tINITED cov: 1 ft: 1 corp: 1/1b\n"), None);
        assert_eq!(Stats::read(""), None);
    }
}
