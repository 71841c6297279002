//! `DescribeHistoryEvents`: the list.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describehistoryevents>

use std::collections::BTreeSet;

use super::event;
use super::facts::FACTS;
use super::schema::{self, EVENT_TYPES, LEVELS, STATES};
use crate::answer::Answer;
use crate::cloud::ListOperation;
use crate::description::params::{Params, keys};
use crate::event::ListedEvent;
use crate::fields::{Fields, listed_id};
use crate::http::{Request, Scope};
use crate::id::check_listed;
use crate::issue::IssueKind;
use crate::json::{Node, ObjectWriter};
use crate::number::Range;
use crate::page::{Cursor, Listed};
use crate::path::Path;
use crate::provider::OperationName;
use crate::report::Collector;

/// A checked `DescribeHistoryEvents`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DescribeHistoryEvents {
    event_types: Vec<String>,
    event_status: Vec<String>,
    event_levels: Vec<String>,
    resource_ids: Vec<String>,
    page_number: Option<i64>,
    page_size: Option<i64>,
}

/// How many events a page of a look-up has: an instance has few.
const LOOKUP_PAGE: u32 = 100;

const FIELDS: [&str; 6] = keys(&schema::DESCRIBE_HISTORY_EVENTS);

impl DescribeHistoryEvents {
    /// The first page of all known types of events.
    pub(super) fn all(page_size: u32) -> Self {
        Self {
            event_types: EVENT_TYPES.iter().map(|&name| name.to_owned()).collect(),
            event_status: Vec::new(),
            event_levels: Vec::new(),
            resource_ids: Vec::new(),
            page_number: Some(1),
            page_size: Some(i64::from(page_size.max(1))),
        }
    }

    /// The first page of all known types of events of these resources; none without any.
    pub(super) fn of_resources<'r>(resources: impl Iterator<Item = &'r str>) -> Option<Self> {
        // They are joined by commas: one that has one would spoil the others.
        let resources: BTreeSet<&str> = resources
            .filter(|resource| check_listed(resource).is_ok())
            .collect();
        (!resources.is_empty()).then(|| Self {
            resource_ids: resources.into_iter().map(str::to_owned).collect(),
            ..Self::all(LOOKUP_PAGE)
        })
    }
}

impl ListOperation for DescribeHistoryEvents {
    fn params(_name: OperationName) -> &'static Params {
        &schema::DESCRIBE
    }

    fn name(&self) -> OperationName {
        OperationName::DescribeHistoryEvents
    }

    fn read(_name: OperationName, params: &Node<'_>, issues: &mut Collector) -> Option<Self> {
        let root = Path::root();
        let fields = Fields::new(issues, params, &root, &FIELDS)?;
        let path = fields.path("EventTypes");
        match fields.get("EventTypes") {
            None => issues.error(&path, IssueKind::Missing { assumed: None }),
            Some(node) if node.as_array().is_some_and(<[_]>::is_empty) => {
                issues.error(&path, IssueKind::NoItems);
            }
            Some(_) => {}
        }
        let Range { min, max } = schema::PAGE_NUMBER;
        Some(Self {
            event_types: fields.words(issues, "EventTypes", EVENT_TYPES),
            event_status: fields.words(issues, "EventStatus", STATES),
            event_levels: fields.words(issues, "EventLevels", LEVELS),
            resource_ids: fields.list(issues, "ResourceIds", listed_id),
            page_number: fields.integer(issues, "PageNumber", min, max),
            page_size: fields.integer(issues, "PageSize", min, max),
        })
    }

    fn request(&self, _scope: &Scope) -> Request {
        let mut query = Vec::new();
        let lists = [
            ("EventTypes", &self.event_types),
            ("EventStatus", &self.event_status),
            ("EventLevels", &self.event_levels),
            ("ResourceIds", &self.resource_ids),
        ];
        for (name, values) in lists {
            if !values.is_empty() {
                query.push((name.to_owned(), values.join(",")));
            }
        }
        for (name, value) in [
            ("PageNumber", self.page_number),
            ("PageSize", self.page_size),
        ] {
            if let Some(value) = value {
                query.push((name.to_owned(), value.to_string()));
            }
        }
        super::request(self.name(), query)
    }

    fn params_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        object.strings("EventLevels", &self.event_levels);
        object.strings("EventStatus", &self.event_status);
        object.strings("EventTypes", &self.event_types);
        if let Some(number) = self.page_number {
            object.integer("PageNumber", number);
        }
        if let Some(size) = self.page_size {
            object.integer("PageSize", size);
        }
        object.strings("ResourceIds", &self.resource_ids);
        object.end();
        out
    }

    fn list<'a>(
        &self,
        text: &'a str,
        request_id: Option<&'a str>,
        each: &mut dyn FnMut(&ListedEvent<'a>),
    ) -> Result<Option<Listed>, String> {
        let mut item = |cursor: &mut _| event::event(cursor, each);
        let (answer, count) =
            Answer::parse_list(text, request_id, &[FACTS.events_member], &mut item)?;
        Ok(count.map(|count| {
            let total = answer.root.get("TotalCount").and_then(Node::as_i64_lenient);
            Listed {
                next: self.cursor(&answer, total, count),
                repeats: false,
                count,
                total: total.and_then(|total| u64::try_from(total).ok()),
                request_id: answer.request_id(),
            }
        }))
    }

    fn page_at(&self, cursor: &Cursor, came: usize) -> Option<Self> {
        match cursor {
            Cursor::PageNumber(number) => Some(self.after(*number, came)),
            Cursor::Marker(_) => None,
        }
    }
}

impl DescribeHistoryEvents {
    /// Where the page after one of so many events begins: what came decides, not what was asked for.
    fn cursor(&self, answer: &Answer<'_>, total: Option<i64>, count: usize) -> Option<Cursor> {
        let number = self.page_number.unwrap_or(1);
        let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
        let told = answer.root.get("PageSize").and_then(Node::as_i64_lenient);
        // A cloud may serve less than was asked for, and repeat the size that was asked for.
        let size = [told, self.page_size]
            .into_iter()
            .flatten()
            .filter(|size| *size > 0)
            .min();
        let size = size.unwrap_or(count);
        let seen = (number - 1).saturating_mul(size).saturating_add(count);
        let more = match total {
            // Past the total, the pages before cannot have been full: only as many as came here
            // are sure to have come on each of them.
            Some(total) if seen > total => count >= size || number.saturating_mul(count) < total,
            Some(total) => seen < total,
            // Nothing else says where it ends but a page with nothing on it.
            None => true,
        };
        more.then(|| Cursor::PageNumber(number.saturating_add(1)))
    }

    /// The operation that reads a page after this one, on which so many events came. A first page
    /// that is short of what was asked for shows how many the cloud serves on one; from then on so
    /// many are asked for, and every later page's place is known.
    fn after(&self, number: i64, came: usize) -> Self {
        let mut next = Self {
            page_number: Some(number),
            ..self.clone()
        };
        let came = i64::try_from(came).unwrap_or(i64::MAX);
        if self.page_number.unwrap_or(1) == 1
            && came > 0
            && self.page_size.is_some_and(|asked| came < asked)
        {
            next.page_size = Some(came);
        }
        next
    }
}
