//! What is to be recorded.

use std::borrow::Cow;

use evenkeel_api::Caller;
use serde::Serialize;
use serde_json::{Map, Value};

/// The kinds of records that a chain begins and goes on with. Others are the words of whoever records them, such as
/// `batch.ordered` or `login.refused`: a part, a dot, what happened.
pub mod kind {
    /// The chain begins; `store` is its store's id.
    pub const BEGUN: &str = "chain.begun";
    /// The store was restored from a copy: what was recorded after that was made stands in another chain.
    pub const RESTORED: &str = "store.restored";
}

/// Says what was done, by whom, and when. It holds no secret: whoever makes one puts none in.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub(crate) kind: Cow<'static, str>,
    pub(crate) by: Caller,
    pub(crate) at: i64,
    pub(crate) data: Map<String, Value>,
}

impl Entry {
    /// A kind of act, who did it, and when, in ms since the Unix epoch.
    pub fn new(kind: impl Into<Cow<'static, str>>, by: &Caller, at: i64) -> Self {
        Self {
            kind: kind.into(),
            by: by.clone(),
            at,
            data: Map::new(),
        }
    }

    /// With what else there is to say of it. What is nothing, or no JSON, is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(Value::Null) | Err(_) => {}
            Ok(value) => {
                self.data.insert(name.to_owned(), value);
            }
        }
        self
    }
}
