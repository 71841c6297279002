//! What the body of an error says: in the cloud's own shapes, in those of gateways and other services,
//! in XML, and in a page's few words.

use crate::json::{Node, Value};

/// A code and words, as far as they are there.
#[derive(Clone, Copy, Default)]
pub(crate) struct ErrorFields<'t> {
    pub(crate) code: Option<&'t str>,
    pub(crate) message: &'t str,
}

/// Many characters of a page are no message.
const MOST_CHARS: usize = 200;

/// Members that hold a code or words anywhere.
const CODES: [&str; 4] = ["Code", "code", "error_code", "errorCode"];
const MESSAGES: [&str; 6] = [
    "Message",
    "message",
    "error_msg",
    "errorMsg",
    "msg",
    "error",
];

impl<'t> ErrorFields<'t> {
    /// In any shape: at the root, else in one of its members.
    pub(crate) fn anywhere(root: &'t Node<'_>) -> Self {
        let mut found = Self::at(root, &CODES, &MESSAGES);
        if let (None, Value::Object(members)) = (found.code, &root.value) {
            for (_, member) in members {
                let fields = Self::at(member, &CODES, &MESSAGES);
                if fields.code.is_some() {
                    return fields;
                }
                if found.message.is_empty() {
                    found.message = fields.message;
                }
            }
        }
        found
    }

    /// In the members of an object, the first that has a text.
    pub(crate) fn at(node: &'t Node<'_>, codes: &[&str], messages: &[&str]) -> Self {
        let first = |keys: &[&str]| {
            let mut texts = keys.iter().filter_map(|key| node.text(key));
            texts.find(|text| !text.is_empty())
        };
        Self {
            code: first(codes),
            message: first(messages).unwrap_or_default(),
        }
    }

    /// In XML, as Alibaba's gateway answers whoever does not ask for JSON.
    pub(crate) fn in_xml(text: &'t str) -> Self {
        Self {
            code: element(text, "Code"),
            message: element(text, "Message").unwrap_or_default(),
        }
    }
}

/// The text of the first element of that name that has nothing else in it.
pub(crate) fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    Some(inner.trim()).filter(|inner| !inner.is_empty() && !inner.contains('<'))
}

/// The few words of a page: its title, or all of a short text without markup.
pub(crate) fn words(text: &str) -> Option<String> {
    let words = match element(text, "title") {
        Some(title) => title,
        None if text.contains(['<', '{', '[']) => return None,
        None => text,
    };
    let words: Vec<&str> = words.split_whitespace().collect();
    let words: String = words.join(" ").chars().take(MOST_CHARS).collect();
    Some(words).filter(|words| !words.is_empty())
}
