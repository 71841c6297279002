//! The console's events as a table of numbers: a hundred thousand of them are searched, filtered, sorted and selected
//! between two frames of a screen.
//!
//! What many events share (account, type, state, words, tags) stands once, in dictionaries, and a row has the number of
//! it; the ids and names of all stand in one folded text, which is scanned as a whole; sets of rows are bits; each order
//! is kept and mended by what has changed.

mod blob;
mod blocks;
mod columns;
mod derived;
mod dictionary;
mod facts;
mod held;
mod loading;
mod order;
mod row;
mod row_set;
mod search;
mod sort;
mod standing;
mod table;
mod tally;
mod text_column;
mod times;
mod view;

pub use held::{Held, Waiting};
pub use loading::Loading;
pub use row::Row;
pub use row_set::{RowId, RowSet};
pub use sort::{Column, Direction, Sort};
pub use standing::Stage;
pub use table::{NewRow, Table};
pub use tally::{Share, Tally};
pub use times::Times;
pub use view::{Query, View};
