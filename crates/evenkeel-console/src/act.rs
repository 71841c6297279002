//! Acting on a selection: choose, check, preview, confirm, send, and show what became of each item.
//!
//! Everything that decides knows no page: [`choices`], [`finding`], [`wire`], [`runner`], [`run`], [`ledger`]. The [`desk`]
//! holds the reviews and their runs, and the views show them.

mod aside;
mod backoff;
mod bench;
mod choices;
mod desk;
mod finding;
mod findings;
mod footer;
mod form;
mod items;
mod ledger;
mod look;
mod moment;
mod outcome;
mod password;
mod policy;
mod preview;
mod question;
mod result_file;
mod review;
mod run;
mod runner;
mod runs;
#[cfg(test)]
mod sample;
mod session;
mod sheet;
mod time_input;
mod when;
mod wire;
mod words;

pub use desk::Desk;
pub use review::Review;
pub use runs::Runs;
pub use sheet::Sheet;
