//! A cloud's answer while it is read: tolerant, nothing in it is required to be there.

use crate::json::{Node, Value, parse_answer};

/// A parsed answer and the text it came from.
pub(crate) struct Answer<'a> {
    text: &'a str,
    pub(crate) root: Node<'a>,
    header_request_id: Option<&'a str>,
}

/// What a batch answer says of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemResult {
    pub(crate) event_id: Option<String>,
    pub(crate) resource_id: Option<String>,
    pub(crate) code: Option<i64>,
    pub(crate) message: String,
}

impl<'a> Answer<'a> {
    /// Reads a body; the error says why it is not JSON.
    pub(crate) fn parse(text: &'a str, header_request_id: Option<&'a str>) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root = parse_answer(text).map_err(|error| error.to_string())?;
        Ok(Self {
            text,
            root,
            header_request_id,
        })
    }

    /// A list member; `null` is an empty one.
    pub(crate) fn list(&self, key: &str) -> Option<&[Node<'a>]> {
        let node = self.root.get(key)?;
        match &node.value {
            Value::Null => Some(&[]),
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The JSON of a part, as it came.
    pub(crate) fn raw(&self, node: &Node<'_>) -> &'a str {
        self.text.get(node.start..node.end).unwrap_or_default()
    }

    /// The provider's id of the request, from the body or a header.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.root
            .text("RequestId")
            .or_else(|| self.root.text("request_id"))
            .or(self.header_request_id)
            .map(str::to_owned)
    }
}
