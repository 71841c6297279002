//! The description of parameters and answers: equal to what the readers do, and the source of what
//! JavaScript sees. `BLESS=1` writes the files that are made from it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

mod answers;
mod made;
mod reader;
mod typescript;
