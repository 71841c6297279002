//! What goes in and comes out, described once as plain data: the readers of parameters take their
//! keys, words and limits from here, and JSON Schemas and TypeScript types are made from it.

pub mod answer;
mod json_schema;

pub use json_schema::json_schema;

pub use crate::description::params::{Case, Field, PLAN_TIME, Params, Presence, Record, Shape};
pub use crate::number::{Range, SAFE_INTEGER};
pub use crate::time::LIKE_SECONDS;

use crate::provider::OperationName;

/// The parameters of an operation, spelled as the provider spells them.
///
/// ```
/// use evenkeel::{OperationName, schema};
///
/// let accept = schema::params(OperationName::AcceptScheduledEvent);
/// let keys: Vec<&str> = accept.record.fields.iter().map(|field| field.name).collect();
/// assert_eq!(keys, ["id", "not_before"]);
/// ```
#[must_use]
pub fn params(operation: OperationName) -> &'static Params {
    operation.params()
}
