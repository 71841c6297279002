//! The seven operations as one type.

use crate::ens::{
    BatchEventMigrateInstance, BatchEventRebootInstance, BatchEventRedeployInstance,
    DescribeHistoryEvents,
};
use crate::event::{Action, Event, ListedEvent, Provider};
use crate::http::{Request, Response, Scope};
use crate::huawei::{AcceptScheduledEvent, ListScheduledEvents, UpdateScheduledEvent};
use crate::issue::IssueKind;
use crate::json::{Mode, SyntaxError, locate, parse};
use crate::password::Secrets;
use crate::path::Path;
use crate::provider_error::{self, ResponseError, header_request_id};
use crate::report::{Checked, Collector, Issue, Report, Severity};
use crate::rules::Rules;
use crate::time::Timestamp;

/// An operation by the provider's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationName {
    /// ENS: the list.
    DescribeHistoryEvents,
    /// ENS: redeploy.
    BatchEventRedeployInstance,
    /// ENS: migrate.
    BatchEventMigrateInstance,
    /// ENS: reboot.
    BatchEventRebootInstance,
    /// Huawei: the list.
    ListScheduledEvents,
    /// Huawei: accept.
    AcceptScheduledEvent,
    /// Huawei: reschedule.
    UpdateScheduledEvent,
}

crate::names! {
    OperationName {
        DescribeHistoryEvents => "DescribeHistoryEvents",
        BatchEventRedeployInstance => "BatchEventRedeployInstance",
        BatchEventMigrateInstance => "BatchEventMigrateInstance",
        BatchEventRebootInstance => "BatchEventRebootInstance",
        ListScheduledEvents => "ListScheduledEvents",
        AcceptScheduledEvent => "AcceptScheduledEvent",
        UpdateScheduledEvent => "UpdateScheduledEvent",
    }
}

impl OperationName {
    /// The cloud that has it.
    #[must_use]
    pub fn provider(self) -> Provider {
        match self {
            Self::DescribeHistoryEvents
            | Self::BatchEventRedeployInstance
            | Self::BatchEventMigrateInstance
            | Self::BatchEventRebootInstance => Provider::Ens,
            Self::ListScheduledEvents | Self::AcceptScheduledEvent | Self::UpdateScheduledEvent => {
                Provider::HuaweiEcs
            }
        }
    }

    /// The action it carries out; a list has none.
    #[must_use]
    pub fn action(self) -> Option<Action> {
        match self {
            Self::DescribeHistoryEvents | Self::ListScheduledEvents => None,
            Self::BatchEventRedeployInstance => Some(Action::Redeploy),
            Self::BatchEventMigrateInstance => Some(Action::Migrate),
            Self::BatchEventRebootInstance => Some(Action::Reboot),
            Self::AcceptScheduledEvent => Some(Action::Accept),
            Self::UpdateScheduledEvent => Some(Action::Reschedule),
        }
    }

    /// Whether it changes something in the cloud.
    #[must_use]
    pub fn is_mutating(self) -> bool {
        self.action().is_some()
    }
}

/// A checked operation: it cannot fail to build its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// ENS: the list.
    DescribeHistoryEvents(DescribeHistoryEvents),
    /// ENS: redeploy.
    BatchEventRedeployInstance(BatchEventRedeployInstance),
    /// ENS: migrate.
    BatchEventMigrateInstance(BatchEventMigrateInstance),
    /// ENS: reboot.
    BatchEventRebootInstance(BatchEventRebootInstance),
    /// Huawei: the list.
    ListScheduledEvents(ListScheduledEvents),
    /// Huawei: accept.
    AcceptScheduledEvent(AcceptScheduledEvent),
    /// Huawei: reschedule.
    UpdateScheduledEvent(UpdateScheduledEvent),
}

/// Where the next page of a list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// ENS: a page number, from 1.
    PageNumber(i64),
    /// Huawei: an opaque marker.
    Marker(String),
}

/// A page of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The events, in the cloud's order.
    pub events: Vec<Event>,
    /// Where the next page begins; none after the last.
    pub next: Option<Cursor>,
    /// Whether the cloud calls this very page the next one: what comes after it stays unknown.
    pub repeats: bool,
    /// How many events there are in all, where the cloud says.
    pub total: Option<u64>,
    /// The cloud's id of the request.
    pub request_id: Option<String>,
}

/// What a page says besides its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// How many events it has: where a list stands twice, only the last events that were shown.
    pub count: usize,
    /// Where the next page begins; none after the last.
    pub next: Option<Cursor>,
    /// Whether the cloud calls this very page the next one: what comes after it stays unknown.
    pub repeats: bool,
    /// How many events there are in all, where the cloud says.
    pub total: Option<u64>,
    /// The cloud's id of the request.
    pub request_id: Option<String>,
}

/// The first page of everything an account has.
#[must_use]
pub fn first_page(provider: Provider, page_size: u32) -> Operation {
    match provider {
        Provider::Ens => Operation::DescribeHistoryEvents(DescribeHistoryEvents::all(page_size)),
        Provider::HuaweiEcs => Operation::ListScheduledEvents(ListScheduledEvents::all(page_size)),
    }
}

/// What the answer of a list has.
const LIST: &str = "list of events";

impl Operation {
    /// Checks parameters spelled as the provider spells them, as JSON text.
    ///
    /// # Errors
    /// Every issue at once.
    pub fn parse_json(
        name: OperationName,
        bytes: &[u8],
        rules: &Rules<'_>,
    ) -> Result<Checked<Self>, Report> {
        utf8(bytes)
            .and_then(|text| Self::parse(name, text, rules))
            .unwrap_or_else(|error| {
                Err(Report {
                    issues: vec![not_json(&error)],
                })
            })
    }

    /// Checks as [`Self::parse_json`] does and gives the issues alone: quicker, nothing is kept.
    #[must_use]
    pub fn check_json(name: OperationName, bytes: &[u8], rules: &Rules<'_>) -> Vec<Issue> {
        let issues = utf8(bytes).and_then(|text| match name {
            OperationName::BatchEventRedeployInstance => {
                BatchEventRedeployInstance::check(text, rules)
            }
            OperationName::BatchEventMigrateInstance => {
                BatchEventMigrateInstance::check(text, rules)
            }
            OperationName::BatchEventRebootInstance => BatchEventRebootInstance::check(text, rules),
            _ => Self::parse(name, text, rules).map(|parsed| match parsed {
                Ok(checked) => checked.issues,
                Err(report) => report.issues,
            }),
        });
        issues.unwrap_or_else(|error| vec![not_json(&error)])
    }

    /// Checks a batch's items from a transcript: the texts in them, and the rest as bytes. None for
    /// an operation that has no items, or where the transcript is not one.
    #[must_use]
    pub fn check_transcript(
        name: OperationName,
        shape: &[u8],
        text: &[u8],
        rules: &Rules<'_>,
    ) -> Option<Vec<Issue>> {
        let text = simdutf8::basic::from_utf8(text).ok()?;
        if name.provider() != Provider::Ens {
            return None;
        }
        crate::ens::check_transcript(name.action()?, shape, text, rules).map(Collector::into_issues)
    }

    fn parse(
        name: OperationName,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<Result<Checked<Self>, Report>, SyntaxError> {
        // Batches are read without a tree.
        macro_rules! streamed {
            ($variant:ident) => {{
                let (value, issues) = $variant::parse(text, rules)?;
                (value.map(Self::$variant), issues)
            }};
        }
        macro_rules! read {
            ($variant:ident $(, $rules:ident)?) => {{
                let mut issues = Collector::default();
                let value = $variant::read(&parse(text, Mode::Strict)?, $($rules,)? &mut issues);
                (value.map(Self::$variant), issues)
            }};
        }
        let (value, issues) = match name {
            OperationName::DescribeHistoryEvents => read!(DescribeHistoryEvents),
            OperationName::BatchEventRedeployInstance => streamed!(BatchEventRedeployInstance),
            OperationName::BatchEventMigrateInstance => streamed!(BatchEventMigrateInstance),
            OperationName::BatchEventRebootInstance => streamed!(BatchEventRebootInstance),
            OperationName::ListScheduledEvents => read!(ListScheduledEvents),
            OperationName::AcceptScheduledEvent => read!(AcceptScheduledEvent, rules),
            OperationName::UpdateScheduledEvent => read!(UpdateScheduledEvent, rules),
        };
        Ok(issues.finish(value))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> OperationName {
        match self {
            Self::DescribeHistoryEvents(_) => OperationName::DescribeHistoryEvents,
            Self::BatchEventRedeployInstance(_) => OperationName::BatchEventRedeployInstance,
            Self::BatchEventMigrateInstance(_) => OperationName::BatchEventMigrateInstance,
            Self::BatchEventRebootInstance(_) => OperationName::BatchEventRebootInstance,
            Self::ListScheduledEvents(_) => OperationName::ListScheduledEvents,
            Self::AcceptScheduledEvent(_) => OperationName::AcceptScheduledEvent,
            Self::UpdateScheduledEvent(_) => OperationName::UpdateScheduledEvent,
        }
    }

    /// The unsigned request.
    #[must_use]
    pub fn request(&self, scope: &Scope) -> Request {
        self.build(scope, Secrets::Reveal)
    }

    /// The request as it may be shown: a password is masked.
    #[must_use]
    pub fn preview(&self, scope: &Scope) -> Request {
        self.build(scope, Secrets::Mask)
    }

    fn build(&self, scope: &Scope, secrets: Secrets) -> Request {
        match self {
            Self::DescribeHistoryEvents(operation) => operation.request(),
            Self::BatchEventRedeployInstance(operation) => operation.request(secrets),
            Self::BatchEventMigrateInstance(operation) => operation.request(secrets),
            Self::BatchEventRebootInstance(operation) => operation.request(secrets),
            Self::ListScheduledEvents(operation) => operation.request(scope),
            Self::AcceptScheduledEvent(operation) => operation.request(scope),
            Self::UpdateScheduledEvent(operation) => operation.request(scope),
        }
    }

    /// The parameters as JSON again, spelled as the provider spells them; holds the password.
    #[must_use]
    pub fn params_json(&self) -> String {
        match self {
            Self::DescribeHistoryEvents(operation) => operation.params_json(),
            Self::BatchEventRedeployInstance(operation) => operation.params_json(),
            Self::BatchEventMigrateInstance(operation) => operation.params_json(),
            Self::BatchEventRebootInstance(operation) => operation.params_json(),
            Self::ListScheduledEvents(operation) => operation.params_json(),
            Self::AcceptScheduledEvent(operation) => operation.params_json(),
            Self::UpdateScheduledEvent(operation) => operation.params_json(),
        }
    }

    /// Reads the answer of a list.
    ///
    /// # Errors
    /// The cloud's refusal, which may come with 200, or why the answer cannot be read; for a success
    /// of an operation that is no list always the latter.
    pub fn page(&self, scope: &Scope, response: &Response) -> Result<Page, ResponseError> {
        let mut events = Vec::new();
        let listed = self.list(response, &response.text(), &mut |event| {
            events.push(event.to_event(&scope.account));
        })?;
        Ok(Page {
            events: events.split_off(events.len().saturating_sub(listed.count)),
            next: listed.next,
            repeats: listed.repeats,
            total: listed.total,
            request_id: listed.request_id,
        })
    }

    /// Reads the answer of a list, whose body is `text`, and shows its events to `each`, one after
    /// the other: nothing is copied that it does not copy.
    ///
    /// # Errors
    /// As [`Self::page`]; `each` may have seen events then.
    pub fn list<'a>(
        &self,
        response: &'a Response,
        text: &'a str,
        each: &mut dyn FnMut(&ListedEvent<'a>),
    ) -> Result<Listed, ResponseError> {
        let error = |lacks| provider_error::parse(self.name().provider(), response, lacks);
        if !(200..300).contains(&response.status) {
            return Err(error("error code"));
        }
        let request_id = header_request_id(response);
        let listed = match self {
            Self::DescribeHistoryEvents(operation) => operation.list(text, request_id, each),
            Self::ListScheduledEvents(operation) => operation.list(text, request_id, each),
            _ => return Err(ResponseError::lacks(response, request_id, LIST)),
        };
        listed
            .map_err(|why| ResponseError::not_json(response, &why))?
            // A failure that comes with 200 says so where the list would be.
            .ok_or_else(|| error(LIST))
    }

    /// The same list from its first page on, of events published from one time to another, both
    /// included; `None` where the cloud has no such filter.
    #[must_use]
    pub fn published(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Option<Self> {
        match self {
            Self::ListScheduledEvents(operation) => {
                Some(Self::ListScheduledEvents(operation.published(since, until)))
            }
            _ => None,
        }
    }

    /// The operation that reads the page after `page`.
    #[must_use]
    pub fn next(&self, page: &Page) -> Option<Self> {
        self.after(page.next.as_ref()?, page.events.len())
    }

    /// The operation that reads the page that begins there, after a page with so many events.
    #[must_use]
    pub fn after(&self, cursor: &Cursor, came: usize) -> Option<Self> {
        match (self, cursor) {
            (Self::DescribeHistoryEvents(operation), Cursor::PageNumber(number)) => {
                Some(Self::DescribeHistoryEvents(operation.after(*number, came)))
            }
            (Self::ListScheduledEvents(operation), Cursor::Marker(marker)) => {
                Some(Self::ListScheduledEvents(operation.at(marker)))
            }
            _ => None,
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, SyntaxError> {
    simdutf8::basic::from_utf8(bytes).map_err(|_| {
        // Which does not tell where.
        let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        let valid = bytes.get(..valid).unwrap_or_default();
        let text = std::str::from_utf8(valid).unwrap_or_default();
        locate(text, text.len(), "bytes that are not UTF-8")
    })
}

fn not_json(error: &SyntaxError) -> Issue {
    Issue {
        path: Path::root(),
        kind: IssueKind::InvalidJson {
            line: error.line,
            column: error.column,
            detail: error.detail,
        },
        severity: Severity::Error,
        nearest: None,
    }
}
