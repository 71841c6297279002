//! The data of issues: what each is, and how it is read back from an issue's JSON.

use crate::action::{Action, DataLoss};
use crate::description::answer::Data;
use crate::event::Restriction;
use crate::id::IdFlaw;
use crate::issue::CharacterClass;
use crate::json::Node;
use crate::time::Timestamp;

/// A value that an issue carries.
pub(super) trait IssueData<'a>: Sized {
    const DATA: Data;
    const OPTIONAL: bool = false;

    /// Reads it; `texts` are the node's items where all of them are strings.
    fn read(node: Option<&'a Node<'a>>, texts: &'a [&'a str]) -> Option<Self>;
}

impl<'a> IssueData<'a> for &'a str {
    const DATA: Data = Data::Text;

    fn read(node: Option<&'a Node<'a>>, _: &'a [&'a str]) -> Option<Self> {
        node?.as_str()
    }
}

impl<'a> IssueData<'a> for String {
    const DATA: Data = Data::Text;

    fn read(node: Option<&'a Node<'a>>, _: &'a [&'a str]) -> Option<Self> {
        node?.as_str().map(str::to_owned)
    }
}

impl<'a> IssueData<'a> for Option<&'a str> {
    const DATA: Data = Data::Text;
    const OPTIONAL: bool = true;

    fn read(node: Option<&'a Node<'a>>, _: &'a [&'a str]) -> Option<Self> {
        node.map_or(Some(None), |node| node.as_str().map(Some))
    }
}

impl<'a> IssueData<'a> for &'a [&'a str] {
    const DATA: Data = Data::List(&Data::Text);

    fn read(node: Option<&'a Node<'a>>, texts: &'a [&'a str]) -> Option<Self> {
        node?.as_array().map(|_| texts)
    }
}

impl<'a> IssueData<'a> for i64 {
    const DATA: Data = Data::Number;

    fn read(node: Option<&'a Node<'a>>, _: &'a [&'a str]) -> Option<Self> {
        let node = node?;
        // Leniently read, a text would be a number too.
        if node.as_str().is_some() {
            None
        } else {
            node.as_i64_lenient()
        }
    }
}

impl<'a> IssueData<'a> for usize {
    const DATA: Data = Data::Number;

    fn read(node: Option<&'a Node<'a>>, texts: &'a [&'a str]) -> Option<Self> {
        i64::read(node, texts)?.try_into().ok()
    }
}

impl<'a> IssueData<'a> for Timestamp {
    const DATA: Data = Data::Instant;

    fn read(node: Option<&'a Node<'a>>, _: &'a [&'a str]) -> Option<Self> {
        node?.as_str()?.parse().ok()
    }
}

macro_rules! words {
    ($($type:ty),*) => {$(
        impl<'a> IssueData<'a> for $type {
            const DATA: Data = Data::Word(<$type>::NAMES);

            fn read(node: Option<&'a Node<'a>>, _: &'a [&'a str]) -> Option<Self> {
                node?.as_str()?.parse().ok()
            }
        }
    )*};
}
words!(Action, DataLoss, IdFlaw, CharacterClass, Restriction);

impl<'a> IssueData<'a> for Vec<CharacterClass> {
    const DATA: Data = Data::List(&CharacterClass::DATA);

    fn read(node: Option<&'a Node<'a>>, _: &'a [&'a str]) -> Option<Self> {
        node?
            .as_array()?
            .iter()
            .map(|item| item.as_str()?.parse().ok())
            .collect()
    }
}
