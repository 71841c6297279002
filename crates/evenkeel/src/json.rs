//! A JSON reader that keeps what a validator must see: positions, repeated keys, numbers as written.

mod cursor;
mod decimal;
mod lenient;
mod position;
mod reader;
mod value;
mod write;

pub(crate) use cursor::{Cursor, Step};
pub(crate) use decimal::integer;
pub(crate) use position::Lines;
pub use position::{Position, utf16_length};
pub use reader::{Mode, SyntaxError, parse, parse_answer};
pub(crate) use reader::{locate, value};
pub(crate) use value::whole;
pub use value::{Node, Value};
pub(crate) use write::push_digits;
pub use write::{ObjectWriter, write_string};
