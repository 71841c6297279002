//! Where in the bytes that were checked an issue is.

use std::collections::HashMap;

use serde::Serialize;

use crate::issue::IssueKind;
use crate::json::{Lines, Mode, Node, Position, Value, parse};
use crate::path::{Path, Segment};
use crate::report::Issue;

/// A stretch of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Where it begins.
    pub start: Position,
    /// Where it has ended: the place after its last character.
    pub end: Position,
}

/// The stretch of each issue, in their order, in one pass over the input.
///
/// A value that is wrong is its own stretch. What is missing points at the object that lacks it, a
/// key that nobody knows or that is repeated at that key, and input that is no JSON at the
/// character where it stops being so.
///
/// ```
/// use evenkeel::{Operation, OperationName, Rules, locate};
///
/// let json = b"{\n  \"id\": \"e\",\n  \"not_before\": \"noon\"\n}";
/// let rules = Rules::at("2026-11-22T12:00:00Z".parse()?);
/// let name = OperationName::AcceptScheduledEvent;
/// let report = Operation::parse_json(name, json, &rules).unwrap_err();
/// let spans = locate(json, &report.issues);
/// assert_eq!((spans[0].start.line, spans[0].start.column), (3, 17));
/// assert_eq!(&json[spans[0].start.offset..spans[0].end.offset], b"\"noon\"");
/// # Ok::<(), evenkeel::TimestampError>(())
/// ```
#[must_use]
pub fn locate(json: &[u8], issues: &[Issue]) -> Vec<Span> {
    if issues.is_empty() {
        return Vec::new();
    }
    let lines = Lines::new(json);
    let span = |(start, end)| Span {
        start: lines.position(start),
        end: lines.position(end),
    };
    match read(json) {
        Err(offset) => vec![span(character(json, offset)); issues.len()],
        Ok((text, root)) => {
            let mut finder = Finder::new(text, &root);
            issues
                .iter()
                .map(|issue| span(finder.issue(issue)))
                .collect()
        }
    }
}

/// The stretch of the value at a path; none where there is no such value. Of a repeated key it is
/// the last, as for every reader.
#[must_use]
pub fn locate_path(json: &[u8], path: &Path) -> Option<Span> {
    let (text, root) = read(json).ok()?;
    let (start, end) = Finder::new(text, &root).value(path).ok()?;
    let lines = Lines::new(json);
    Some(Span {
        start: lines.position(start),
        end: lines.position(end),
    })
}

/// The text and its tree, or the byte where it stops being JSON.
fn read(json: &[u8]) -> Result<(&str, Node<'_>), usize> {
    let text = std::str::from_utf8(json).map_err(|error| error.valid_up_to())?;
    let root = parse(text, Mode::Strict).map_err(|error| error.offset)?;
    Ok((text, root))
}

/// The character at a byte; nothing at the end of a line or of the input.
fn character(json: &[u8], start: usize) -> (usize, usize) {
    let rest = json.get(start..).unwrap_or_default();
    let length = match rest.first() {
        None | Some(b'\n' | b'\r') => 0,
        // A byte that begins no character stands alone, whatever follows.
        Some(0..0xC0) => 1,
        Some(_) => {
            let rest = rest.iter().skip(1).take(3);
            1 + rest.take_while(|b| **b & 0xC0 == 0x80).count()
        }
    };
    (start, start + length)
}

type Bytes = (usize, usize);

/// Objects with more members than this are looked up by a table.
const NARROW: usize = 16;

/// Which of an object's members of one name.
#[derive(Clone, Copy)]
enum Pick {
    First,
    Last,
    Nth(usize),
}

impl Pick {
    fn of(self, mut indexes: impl DoubleEndedIterator<Item = usize>) -> Option<usize> {
        match self {
            Self::First => indexes.next(),
            Self::Last => indexes.next_back(),
            Self::Nth(n) => indexes.nth(n),
        }
    }
}

struct Finder<'t, 'a> {
    text: &'t str,
    root: &'t Node<'a>,
    /// Of each wide object, by its first byte: its keys with the indexes of their members.
    wide: HashMap<usize, HashMap<&'t str, Vec<usize>>>,
    /// How many repeats of a key of an object have been asked for.
    repeats: HashMap<usize, HashMap<String, usize>>,
}

impl<'t, 'a> Finder<'t, 'a> {
    fn new(text: &'t str, root: &'t Node<'a>) -> Self {
        Self {
            text,
            root,
            wide: HashMap::new(),
            repeats: HashMap::new(),
        }
    }

    fn issue(&mut self, issue: &Issue) -> Bytes {
        let key = match issue.kind {
            IssueKind::DuplicateKey => self.repeated_key(&issue.path),
            IssueKind::UnknownField => self.key(&issue.path, Pick::First),
            IssueKind::ReservedField => self.key(&issue.path, Pick::Last),
            _ => None,
        };
        key.unwrap_or_else(|| match self.value(&issue.path) {
            Ok(found) | Err(found) => found,
        })
    }

    /// The value at a path, or else the innermost that there is on the way to it.
    fn value(&mut self, path: &Path) -> Result<Bytes, Bytes> {
        self.walk(&path.segments())
            .map(|node| (node.start, node.end))
            .map_err(|node| (node.start, node.end))
    }

    fn walk(&mut self, segments: &[Segment]) -> Result<&'t Node<'a>, &'t Node<'a>> {
        let mut node = self.root;
        for segment in segments {
            let next = match (segment, &node.value) {
                (Segment::Index(index), Value::Array(items)) => items.get(*index),
                (Segment::Key(key), Value::Object(members)) => self
                    .member(node, key, Pick::Last)
                    .and_then(|index| members.get(index))
                    .map(|(_, value)| value),
                _ => None,
            };
            node = next.ok_or(node)?;
        }
        Ok(node)
    }

    /// The index of an object's member.
    fn member(&mut self, object: &'t Node<'a>, key: &str, pick: Pick) -> Option<usize> {
        let Value::Object(members) = &object.value else {
            return None;
        };
        if members.len() <= NARROW {
            let named = |index: &usize| members.get(*index).is_some_and(|(name, _)| name == key);
            return pick.of((0..members.len()).filter(named));
        }
        let table = self.wide.entry(object.start).or_insert_with(|| {
            let mut table: HashMap<&str, Vec<usize>> = HashMap::with_capacity(members.len());
            for (index, (name, _)) in members.iter().enumerate() {
                table.entry(name.as_ref()).or_default().push(index);
            }
            table
        });
        pick.of(table.get(key)?.iter().copied())
    }

    /// The next repeat of a key: the first issue is about its second member, and so on.
    fn repeated_key(&mut self, path: &Path) -> Option<Bytes> {
        let segments = path.segments();
        let (Segment::Key(key), parents) = segments.split_last()? else {
            return None;
        };
        let object = self.walk(parents).ok()?;
        let asked = self.repeats.entry(object.start).or_default();
        let nth = match asked.get_mut(key) {
            Some(nth) => {
                *nth += 1;
                *nth
            }
            None => *asked.entry(key.clone()).or_insert(1),
        };
        let index = self.member(object, key, Pick::Nth(nth))?;
        self.key_of(object, index)
    }

    fn key(&mut self, path: &Path, pick: Pick) -> Option<Bytes> {
        let segments = path.segments();
        let (Segment::Key(key), parents) = segments.split_last()? else {
            return None;
        };
        let object = self.walk(parents).ok()?;
        let index = self.member(object, key, pick)?;
        self.key_of(object, index)
    }

    /// The key of a member, quotes included; the tree knows where values are, and the key is the
    /// first string after the value before.
    fn key_of(&self, object: &Node<'a>, index: usize) -> Option<Bytes> {
        let Value::Object(members) = &object.value else {
            return None;
        };
        let after = match index.checked_sub(1) {
            Some(before) => members.get(before)?.1.end,
            None => object.start,
        };
        let bytes = self.text.as_bytes();
        let start = after + bytes.get(after..)?.iter().position(|byte| *byte == b'"')?;
        let mut escaped = false;
        let inner = bytes.get(start + 1..)?.iter().position(|byte| {
            let closes = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            closes
        })?;
        Some((start, start + inner + 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Operation, OperationName, Report, Rules, Severity};

    fn check(name: OperationName, json: &[u8]) -> Vec<Issue> {
        let rules = Rules::at("2026-11-22T12:00:00Z".parse().unwrap());
        match Operation::parse_json(name, json, &rules) {
            Ok(checked) => checked.issues,
            Err(Report { issues }) => issues,
        }
    }

    /// Each issue as `code line:column text`.
    fn found(json: &str) -> Vec<String> {
        let issues = check(OperationName::BatchEventMigrateInstance, json.as_bytes());
        locate(json.as_bytes(), &issues)
            .iter()
            .zip(&issues)
            .map(|(Span { start, end }, issue)| {
                let text = json.get(start.offset..end.offset).unwrap();
                format!("{} {}:{} {text}", issue.code(), start.line, start.column)
            })
            .collect()
    }

    #[test]
    fn points_at_the_value_the_key_or_the_object_that_lacks_one() {
        let json = r#"{"EventInfos": [
  {"EventId": "x", "ResourceId": "i-1", "OpsType": "scheduled",
   "Pass\"wort" : 1, "PlanUtcTime":"😀", "PlanTime": 1795368600, "DataPolicy": "try_transfer"},
  7,
  {}
]}"#;
        assert_eq!(
            found(json),
            [
                r#"unknown_field 3:4 "Pass\"wort""#,
                r#"invalid_id 2:15 "x""#,
                "looks_like_seconds 3:53 1795368600",
                r#"reserved_field 3:22 "PlanUtcTime""#,
                "wrong_type 4:3 7",
                "missing 5:3 {}",
                "missing 5:3 {}",
                "missing 5:3 {}",
                "missing 5:3 {}",
            ]
        );
    }

    #[test]
    fn points_at_each_repeat_of_a_key_and_at_the_value_that_counts() {
        let json = r#"{"EventInfos":[{"x":1,
"x":2,
"x":3,"EventId":"a",
"EventId":"b"}]}"#;
        let found = found(json);
        assert_eq!(
            found[..5],
            [
                r#"unknown_field 1:17 "x""#,
                r#"duplicate_key 2:1 "x""#,
                r#"duplicate_key 3:1 "x""#,
                r#"duplicate_key 4:1 "EventId""#,
                r#"invalid_id 4:11 "b""#,
            ]
        );
    }

    #[test]
    fn points_at_the_character_where_it_is_no_json() {
        assert_eq!(found(""), ["invalid_json 1:1 "]);
        assert_eq!(found("{\n\u{e9}}"), ["invalid_json 2:1 \u{e9}"]);
        assert_eq!(found("{\"a\":\n"), ["invalid_json 2:1 "]);
        let bytes = b"{\n \xff\xff}";
        let issues = check(OperationName::AcceptScheduledEvent, bytes);
        let IssueKind::InvalidJson { line, column, .. } = issues[0].kind else {
            panic!("it is no JSON")
        };
        let Span { start, end } = locate(bytes, &issues)[0];
        assert_eq!((start.line, start.column), (line, column));
        assert_eq!((start.offset, end.offset), (3, 4));
    }

    #[test]
    fn points_at_the_whole_where_the_path_begins_with_something_else() {
        assert_eq!(found(" [] ")[0], "wrong_type 1:2 []");
        let path = Path::root().key("EventInfos").index(0);
        assert_eq!(locate_path(b"{}", &path), None);
        assert_eq!(locate_path(b"{", &path), None);
        let span = locate_path(b"{\"EventInfos\":[7]}", &path).unwrap();
        assert_eq!((span.start.offset, span.end.offset), (15, 16));
    }

    #[test]
    fn takes_a_moment_for_many_issues_on_one_line() {
        let issue = |path: Path, kind: IssueKind| Issue {
            path,
            kind,
            severity: Severity::Error,
            nearest: None,
        };
        let items = 30_000;
        let keys: Vec<String> = (0..items).map(|n| format!(r#""k{n}":{n}"#)).collect();
        let repeats = vec![r#""r":0"#; items].join(",");
        let json = format!("{{{},{repeats}}}", keys.join(","));
        let mut issues: Vec<Issue> = (0..items)
            .map(|n| issue(Path::root().key(&format!("k{n}")), IssueKind::UnknownField))
            .collect();
        issues.extend((1..items).map(|_| issue(Path::root().key("r"), IssueKind::DuplicateKey)));
        let begun = std::time::Instant::now();
        let spans = locate(json.as_bytes(), &issues);
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
        let text = |span: &Span| json.get(span.start.offset..span.end.offset).unwrap();
        assert_eq!(text(&spans[items - 1]), format!("\"k{}\"", items - 1));
        assert_eq!(spans.last().unwrap().end.offset, json.len() - 3);
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_stays_inside(json in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60), text in "[{}\\[\\]\",:a1 \n\\\\]{0,40}") {
            for json in [json.as_slice(), text.as_bytes()] {
                let issues = check(OperationName::BatchEventMigrateInstance, json);
                for Span { start, end } in locate(json, &issues) {
                    proptest::prop_assert!(start.offset <= end.offset && end.offset <= json.len());
                }
            }
        }
    }
}
