//! A cloud's answer while it is read: tolerant, nothing in it is required to be there.

use crate::json::{Cursor, Mode, Node, Step, Value, locate, parse_answer, value};

/// A parsed answer.
pub(crate) struct Answer<'a> {
    pub(crate) root: Node<'a>,
    /// The provider's id of the request, where a header has it.
    pub(crate) header_request_id: Option<&'a str>,
}

/// What a batch answer says of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemResult {
    pub(crate) event_id: Option<String>,
    pub(crate) resource_id: Option<String>,
    pub(crate) code: ItemCode,
    pub(crate) message: String,
}

/// A code of an item; what it is where it fails is undocumented, so a word is kept, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemCode {
    /// The whole number that it is.
    pub(crate) number: Option<i64>,
    /// As it was written; empty where there is none.
    pub(crate) text: String,
}

impl ItemCode {
    pub(crate) fn of(node: Option<&Node<'_>>) -> Self {
        let text = match node.map(|node| &node.value) {
            Some(Value::String(text) | Value::Number(text)) => text.trim(),
            _ => "",
        };
        Self {
            number: node.and_then(Node::as_i64_lenient),
            text: text.to_owned(),
        }
    }

    /// Whether two codes say the same, however they are written.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self.number, other.number) {
            (Some(one), Some(other)) => one == other,
            _ => self == other,
        }
    }
}

impl<'a> Answer<'a> {
    /// Reads a body; the error says why it is not JSON.
    pub(crate) fn parse(text: &'a str, header_request_id: Option<&'a str>) -> Result<Self, String> {
        let root = parse_answer(unmarked(text)).map_err(|error| error.to_string())?;
        Ok(Self {
            root,
            header_request_id,
        })
    }

    /// Reads a body whose member at `path`, a key within the one before it, is a list: `item` reads each of its
    /// items, and the rest is the answer. With it comes how many items there are; none where there is no
    /// list, 0 for `null`. Of a list that stands twice the last one counts, whose items come last.
    pub(crate) fn parse_list(
        text: &'a str,
        header_request_id: Option<&'a str>,
        path: &[&str],
        item: &mut dyn FnMut(&mut Cursor<'a>) -> Step<()>,
    ) -> Result<(Self, Option<usize>), String> {
        let text = unmarked(text);
        let mut cursor = Cursor::new(text, Mode::Lenient);
        let mut count = None;
        let root = cursor.document(|cursor| {
            if cursor.peek() != Some(b'{') {
                return value(cursor);
            }
            let start = cursor.at();
            let mut members = Vec::new();
            cursor.object(|cursor, name| {
                if path.first().is_some_and(|key| name == *key) {
                    count = within(cursor, path.get(1..).unwrap_or_default(), item)?;
                } else {
                    members.push((name, value(cursor)?));
                }
                Ok(())
            })?;
            Ok(Node {
                value: Value::Object(members),
                start,
                end: cursor.at(),
            })
        });
        let root = root.map_err(|detail| locate(text, cursor.at(), detail).to_string())?;
        let answer = Self {
            root,
            header_request_id,
        };
        Ok((answer, count))
    }
}

/// A text without byte order marks.
fn unmarked(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
}

/// Goes into the objects of the keys that are left, to the list.
fn within<'a>(
    cursor: &mut Cursor<'a>,
    path: &[&str],
    item: &mut dyn FnMut(&mut Cursor<'a>) -> Step<()>,
) -> Step<Option<usize>> {
    let Some((key, rest)) = path.split_first() else {
        return items(cursor, item);
    };
    if cursor.peek() != Some(b'{') {
        let other = value(cursor)?.value;
        return Ok((other == Value::Null).then_some(0));
    }
    let mut count = None;
    cursor.object(|cursor, name| {
        if name == *key {
            count = within(cursor, rest, item)?;
            return Ok(());
        }
        cursor.pass()
    })?;
    Ok(count)
}

fn items<'a>(
    cursor: &mut Cursor<'a>,
    item: &mut dyn FnMut(&mut Cursor<'a>) -> Step<()>,
) -> Step<Option<usize>> {
    if cursor.peek() != Some(b'[') {
        let other = value(cursor)?.value;
        return Ok((other == Value::Null).then_some(0));
    }
    let mut count = 0;
    cursor.array(|cursor| {
        count += 1;
        item(cursor)
    })?;
    Ok(Some(count))
}
