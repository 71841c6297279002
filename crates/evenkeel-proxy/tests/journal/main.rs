//! The journal from outside: batches through the proxy's routes, sent to a real sandbox, on a clock
//! that the tests move. Each case runs on every database there is.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of a test may fail the test"
)]

mod approval;
mod held;
mod instances;
mod intake;
mod keys;
mod orders;
mod outcomes;
mod patience;
mod recovery;
mod rights;
mod settling;
mod several;
mod testbed;
mod watched;
