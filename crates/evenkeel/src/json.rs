//! A JSON reader that keeps what a validator must see: positions, repeated keys, numbers as written.

mod cursor;
mod lenient;
mod position;
mod reader;
mod value;
mod write;

pub use cursor::Mode;
pub(crate) use cursor::{Cursor, Step};
pub use position::{Lines, Position, utf16_length};
pub use reader::{SyntaxError, parse, parse_answer};
pub(crate) use reader::{locate, value};
pub use value::{Node, Value};
pub use write::{ObjectWriter, write_string};
