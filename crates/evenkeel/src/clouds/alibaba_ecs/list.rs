//! The lists of ECS as one type: that of events, and that of disks with theirs.

use super::disks::DescribeDisksFullStatus;
use super::facts::DISKS;
use super::history::DescribeInstanceHistoryEvents;
use super::schema;
use crate::cloud::ListOperation;
use crate::description::params::Params;
use crate::event::ListedEvent;
use crate::facts::OptionalList;
use crate::http::{Request, Scope};
use crate::json::Node;
use crate::page::{Cursor, Listed};
use crate::provider::OperationName;
use crate::report::Collector;
use crate::time::Timestamp;

/// A checked list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EcsList {
    History(DescribeInstanceHistoryEvents),
    Disks(DescribeDisksFullStatus),
}

impl ListOperation for EcsList {
    fn params(name: OperationName) -> &'static Params {
        match name {
            OperationName::DescribeDisksFullStatus => &schema::DISKS,
            _ => &schema::HISTORY,
        }
    }

    fn read(name: OperationName, params: &Node<'_>, issues: &mut Collector) -> Option<Self> {
        match name {
            OperationName::DescribeDisksFullStatus => {
                DescribeDisksFullStatus::read(params, issues).map(Self::Disks)
            }
            _ => DescribeInstanceHistoryEvents::read(params, issues).map(Self::History),
        }
    }

    fn name(&self) -> OperationName {
        match self {
            Self::History(_) => OperationName::DescribeInstanceHistoryEvents,
            Self::Disks(_) => OperationName::DescribeDisksFullStatus,
        }
    }

    fn request(&self, scope: &Scope) -> Request {
        let query = match self {
            Self::History(list) => list.query(scope),
            Self::Disks(list) => list.query(scope),
        };
        super::request(self.name(), query)
    }

    fn params_json(&self) -> String {
        match self {
            Self::History(list) => list.params_json(),
            Self::Disks(list) => list.params_json(),
        }
    }

    fn list<'a>(
        &self,
        text: &'a str,
        request_id: Option<&'a str>,
        each: &mut dyn FnMut(&ListedEvent<'a>),
    ) -> Result<Option<Listed>, String> {
        match self {
            Self::History(list) => list.list(text, request_id, each),
            Self::Disks(list) => list.list(text, request_id, each),
        }
    }

    fn page_at(&self, cursor: &Cursor, _came: usize) -> Option<Self> {
        match (self, cursor) {
            (Self::History(list), Cursor::Marker(token)) => Some(Self::History(list.after(token))),
            (Self::Disks(list), Cursor::PageNumber(number)) => {
                Some(Self::Disks(list.page(*number)))
            }
            (Self::History(_), Cursor::PageNumber(_)) | (Self::Disks(_), Cursor::Marker(_)) => None,
        }
    }

    fn published(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Option<Self> {
        match self {
            Self::History(list) => Some(Self::History(list.published(since, until))),
            Self::Disks(_) => None,
        }
    }

    fn optional(&self) -> Option<&'static OptionalList> {
        match self {
            Self::History(_) => None,
            Self::Disks(_) => Some(&DISKS),
        }
    }
}
