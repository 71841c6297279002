//! Alibaba Cloud ENS, version 2017-11-10: `POST /`, parameters in the query.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-overview>

mod actions;
mod batch;
mod errors;
mod event;
mod event_infos;
mod facts;
mod list;
mod regions;
mod results;
pub(crate) mod schema;

use self::actions::BatchKind;
use self::batch::Batch;
use self::list::DescribeHistoryEvents;
use crate::batch::BatchItem;
use crate::cloud::{Bound, Cloud, CloudOperation, Needs};
use crate::clouds::OperationName;
use crate::event::{Action, ActionFit, DataLoss, Down, Event, EventKind, ListedEvent, StateKind};
use crate::facts::CloudFacts;
use crate::http::{Method, Request, Response, Scope, accepts_json, sorted};
use crate::json::{Mode, Node, SyntaxError, parse};
use crate::operation::{Cursor, Listed};
use crate::outcome::Outcome;
use crate::password::{Password, Secrets};
use crate::provider_error::{ErrorClass, KeyFlaw, Said};
use crate::report::Collector;
use crate::rules::Rules;
use crate::time::Timestamp;

const VERSION: &str = "2017-11-10";

/// Alibaba Cloud ENS.
pub(crate) struct AlibabaEns;

/// A checked operation of ENS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    /// The list.
    List(DescribeHistoryEvents),
    /// One of the three that act.
    Batch(Batch),
}

impl Cloud for AlibabaEns {
    type Operation = Operation;
    type Act = BatchKind;

    const FACTS: CloudFacts = facts::FACTS;
    const REQUEST_ID_HEADER: &'static str = "x-acs-request-id";
    const RETRY_AFTER_MS_HEADER: Option<&'static str> = Some("x-acs-retry-after");
    const ACTIONS: &'static [Action] = &[Action::Redeploy, Action::Migrate, Action::Reboot];
    /// No maximum is documented; the events stand in the request's URL, which has one everywhere.
    const ITEMS_PER_CALL: (usize, usize) = (20, 50);
    const EVENT_PREFIX: &'static str = "e-";
    const RESOURCE_PREFIX: &'static str = "i-";
    const NAMES_RESOURCE: bool = true;
    const EVENT_TYPES: &'static [&'static str] = schema::EVENT_TYPES;
    const STATES: &'static [&'static str] = schema::STATES;
    const LEVELS: &'static [&'static str] = schema::LEVELS;
    const REGIONS: &'static [(&'static str, &'static str)] = regions::REGIONS;
    const TIMES: &'static [(&'static str, &'static [&'static str])] = event::TIMES;

    fn act(action: Action) -> Option<BatchKind> {
        BatchKind::of(action)
    }

    fn needs(kind: BatchKind) -> Needs {
        kind.needs()
    }

    fn fit(kind: BatchKind, event: EventKind, state: StateKind) -> ActionFit {
        kind.fit(event, state)
    }

    fn data_loss(kind: BatchKind, _event: Option<EventKind>) -> DataLoss {
        kind.data_loss()
    }

    fn down(kind: BatchKind, _event: EventKind) -> Down {
        kind.down()
    }

    fn event_kind(name: &str) -> Option<EventKind> {
        event::kind(name)
    }

    fn bound(event: &Event) -> Bound {
        event.not_before.map_or(Bound::None, Bound::OwnStart)
    }

    fn as_sent(at: Timestamp) -> Timestamp {
        at
    }

    fn first_page(page_size: u32) -> Operation {
        Operation::List(DescribeHistoryEvents::all(page_size))
    }

    /// It cannot be asked for an event, but for resources.
    fn lookups(events: &[(&str, &str)]) -> Vec<Operation> {
        let resources = events.iter().map(|(_, resource)| *resource);
        let list = DescribeHistoryEvents::of_resources(resources);
        list.map(Operation::List).into_iter().collect()
    }

    fn calls(
        kind: BatchKind,
        items: &[BatchItem],
        items_per_call: usize,
        password: Option<&Password>,
    ) -> Vec<(Operation, usize)> {
        items
            .chunks(items_per_call)
            .map(|items| {
                let batch = Batch::of(kind, items, password);
                (Operation::Batch(batch), items.len())
            })
            .collect()
    }

    fn describe(json: &str) -> Vec<(String, String)> {
        event::describe(json)
    }

    fn said<'t>(root: &'t Node<'_>) -> Said<'t> {
        Said::at(root, &["Code"], &["Message"])
    }

    fn error_class(code: &str, _message: &str) -> Option<ErrorClass> {
        errors::class(code)
    }

    fn key_flaw(code: &str, _message: &str) -> Option<KeyFlaw> {
        errors::key_flaw(code)
    }

    fn is_repetition(code: &str) -> bool {
        errors::is_repetition(code)
    }

    fn quotes_what_was_signed(code: &str) -> bool {
        errors::quotes_what_was_signed(code)
    }
}

/// What of the three an operation is; none of the list.
fn kind(name: OperationName) -> Option<BatchKind> {
    name.action().and_then(BatchKind::of)
}

impl CloudOperation for Operation {
    fn parse(
        name: OperationName,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<(Option<Self>, Collector), SyntaxError> {
        // A batch is read without a tree.
        if let Some(kind) = kind(name) {
            let (batch, issues) = Batch::parse(kind, text, rules)?;
            return Ok((batch.map(Self::Batch), issues));
        }
        let mut issues = Collector::default();
        let list = DescribeHistoryEvents::read(&parse(text, Mode::Strict)?, &mut issues);
        Ok((list.map(Self::List), issues))
    }

    fn check(name: OperationName, text: &str, rules: &Rules<'_>) -> Result<Collector, SyntaxError> {
        match kind(name) {
            Some(kind) => event_infos::check(kind, text, rules),
            None => Self::parse(name, text, rules).map(|(_, issues)| issues),
        }
    }

    fn check_transcript(
        name: OperationName,
        shape: &[u8],
        text: &str,
        rules: &Rules<'_>,
    ) -> Option<Collector> {
        event_infos::transcript::check(kind(name)?, shape, text, rules)
    }

    fn name(&self) -> OperationName {
        match self {
            Self::List(_) => OperationName::DescribeHistoryEvents,
            Self::Batch(batch) => batch.kind().operation(),
        }
    }

    fn request(&self, _scope: &Scope, secrets: Secrets) -> Request {
        let query = match self {
            Self::List(list) => list.query(),
            Self::Batch(batch) => batch.query(secrets),
        };
        Request {
            method: Method::Post,
            path: "/".to_owned(),
            query: sorted(query),
            headers: vec![
                ("x-acs-action".to_owned(), self.name().as_str().to_owned()),
                ("x-acs-version".to_owned(), VERSION.to_owned()),
                accepts_json(),
            ],
            body: None,
        }
    }

    fn params_json(&self) -> String {
        match self {
            Self::List(list) => list.params_json(),
            Self::Batch(batch) => batch.params_json(),
        }
    }

    fn list<'a>(
        &self,
        text: &'a str,
        request_id: Option<&'a str>,
        each: &mut dyn FnMut(&ListedEvent<'a>),
    ) -> Option<Result<Option<Listed>, String>> {
        match self {
            Self::List(list) => Some(list.list(text, request_id, each)),
            Self::Batch(_) => None,
        }
    }

    fn published(&self, _since: Option<Timestamp>, _until: Option<Timestamp>) -> Option<Self> {
        None
    }

    fn page_at(&self, cursor: &Cursor, came: usize) -> Option<Self> {
        match (self, cursor) {
            (Self::List(list), Cursor::PageNumber(number)) => {
                Some(Self::List(list.after(*number, came)))
            }
            _ => None,
        }
    }

    fn targets(&self) -> Option<Vec<(String, String)>> {
        match self {
            Self::List(_) => None,
            Self::Batch(batch) => Some(batch.targets()),
        }
    }

    fn outcomes(&self, targets: &[(String, String)], response: &Response) -> Vec<Outcome> {
        results::outcomes(targets, response)
    }
}
