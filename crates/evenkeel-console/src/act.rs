//! Acting on a selection: choose, check, preview, confirm, and hand the batch to the server, which sends it.
//!
//! Everything that decides knows no page: [`choices`], [`finding`], [`wire`], [`outbox`]. The [`desk`] holds the review,
//! [`delivery`] stays with a batch until the server has answered, and the views show it.

mod aside;
mod bench;
mod choices;
mod delivery;
mod desk;
mod finding;
mod findings;
mod footer;
mod form;
mod handed;
mod items;
mod moment;
mod outage;
mod outbox;
mod password;
mod policy;
mod preview;
mod review;
#[cfg(test)]
mod sample;
mod session;
mod sheet;
mod time_input;
mod unanswered;
mod when;
mod wire;
mod words;

pub use delivery::{Handing, deliver};
pub use desk::Desk;
pub use handed::{RefusalNotice, said};
pub use outage::Risk;
pub use outbox::{Order, Slip, fresh_key};
pub use review::Review;
pub use sheet::Sheet;
pub use unanswered::Unanswered;
pub use words::{confirm, policy, title, verb};
