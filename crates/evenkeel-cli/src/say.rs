//! What the commands that check something say, a line at a time.

use std::io::Write as _;

use evenkeel::visible::visible;
use evenkeel_proxy::{AccountError, Config};

/// A line on stdout, with nothing in it that a cloud's words could hide or forge; a closed pipe is no
/// reason to stop before the exit code is known.
pub(crate) fn say(line: impl std::fmt::Display) {
    let line = line.to_string();
    let _ = writeln!(std::io::stdout(), "{}", visible(&line));
}

/// Why an account cannot be used.
pub(crate) fn say_unopened(error: &AccountError) {
    say(format_args!(
        "{}: {}",
        error.account(),
        error.reasons().join("; ")
    ));
}

/// One line for the inventory, and one for each of its problems; whether it has none.
pub(crate) fn check_inventory(config: &Config) -> bool {
    let Some(options) = &config.labels.inventory else {
        return true;
    };
    let accounts: Vec<String> = config.accounts.iter().map(|it| it.id.clone()).collect();
    let contents = match options.read(&accounts) {
        Ok(contents) => contents,
        Err(problem) => {
            say(format_args!("inventory: {}", options.told(&problem)));
            return false;
        }
    };
    let (resources, problems) = (contents.rows.len(), contents.problem_count);
    let file = options.path.display();
    if problems == 0 {
        say(format_args!(
            "inventory: ok, {resources} resources in {file}"
        ));
        return true;
    }
    say(format_args!(
        "inventory: {resources} resources in {file}; problems: {problems}"
    ));
    for problem in &contents.problems {
        say(format_args!("  {}", options.told(problem)));
    }
    false
}
