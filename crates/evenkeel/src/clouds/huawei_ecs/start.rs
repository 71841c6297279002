//! `AcceptScheduledEvent` and `UpdateScheduledEvent`: agree to an event, now or at a time; move an agreed
//! event to another time.
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2202.html>
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2203.html>

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::HuaweiEcs;
use super::actions::StartKind;
use super::schema::{NOW, START};
use super::{events_path, results, schema};
use crate::cloud::{ActOperation, Cloud};
use crate::clouds::judge;
use crate::clouds::one_event::OneEventReader;
use crate::description::params::Params;
use crate::fields::Fields;
use crate::http::{Method, Request, Response, Scope, accepts_json, is_json};
use crate::id::EventId;
use crate::item::{BatchItem, When};
use crate::json::{Mode, Node, ObjectWriter, SyntaxError, parse};
use crate::outcome::Outcome;
use crate::password::Secrets;
use crate::path::Path;
use crate::provider::OperationName;
use crate::report::Collector;
use crate::rules::{ActionRules, Named, Rules};
use crate::time::Timestamp;

const ID: &str = START[0];
const NOT_BEFORE: &str = START[1];

/// What RFC 3986 leaves unreserved stays as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// One of the two, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Start {
    kind: StartKind,
    id: EventId,
    /// INVARIANT: a reschedule has one; of an accept none is now.
    not_before: Option<Timestamp>,
}

impl Start {
    fn read(
        kind: StartKind,
        params: &Node<'_>,
        rules: &Rules<'_>,
        issues: &mut Collector,
    ) -> Option<Self> {
        let root = Path::root();
        let fields = Fields::new(issues, params, &root, &START)?;
        let id = fields.event_id(issues, ID, HuaweiEcs::EVENT_PREFIX);
        let named = id.as_ref().map(|id| Named {
            account: None,
            id: id.as_str(),
            resource: None,
        });
        let reader = OneEventReader {
            fields,
            subject: ID,
            time: Some(NOT_BEFORE),
            now_word: kind.needs().may_be_now.then_some(NOW),
            now: rules.now,
        };
        let meaning = judge(kind, rules).item(&reader, named, issues).meaning;
        Some(Self::of_parts(kind, id?, meaning?.when))
    }

    /// For a checked item.
    pub(super) fn of(kind: StartKind, item: &BatchItem) -> Self {
        Self::of_parts(kind, item.event_id.clone(), item.when)
    }

    fn of_parts(kind: StartKind, id: EventId, when: When) -> Self {
        let not_before = match when {
            When::Now => None,
            When::At(at) => Some(at),
        };
        Self {
            kind,
            id,
            not_before,
        }
    }
}

impl ActOperation for Start {
    type Act = StartKind;

    fn params(kind: StartKind) -> &'static Params {
        match kind {
            StartKind::Accept => &schema::ACCEPT,
            StartKind::Reschedule => &schema::UPDATE,
        }
    }

    fn parse(
        kind: StartKind,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<(Option<Self>, Collector), SyntaxError> {
        let mut issues = Collector::default();
        let start = Self::read(kind, &parse(text, Mode::Strict)?, rules, &mut issues);
        Ok((start, issues))
    }

    fn name(&self) -> OperationName {
        self.kind.operation()
    }

    fn request(&self, scope: &Scope, _secrets: Secrets) -> Request {
        let id = utf8_percent_encode(self.id.as_str(), SEGMENT);
        let path = format!("{}/{id}", events_path(scope));
        let (method, path) = match self.kind {
            StartKind::Accept => (Method::Post, format!("{path}/actions/accept")),
            StartKind::Reschedule => (Method::Put, path),
        };
        // No time is an empty object, which means now.
        let mut body = String::new();
        let mut object = ObjectWriter::new(&mut body);
        if let Some(at) = self.not_before {
            object.string("not_before", &at.to_utc_seconds());
        }
        object.end();
        Request {
            method,
            path,
            query: Vec::new(),
            headers: vec![is_json(), accepts_json()],
            body: Some(body),
        }
    }

    fn params_json(&self) -> String {
        let not_before = self.not_before.map(Timestamp::to_utc_seconds);
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        object
            .string("id", self.id.as_str())
            .string("not_before", not_before.as_deref().unwrap_or(NOW));
        object.end();
        out
    }

    /// The calls name no resource.
    fn targets(&self) -> Vec<(String, String)> {
        vec![(self.id.to_string(), String::new())]
    }

    fn outcomes(&self, targets: &[(String, String)], response: &Response) -> Vec<Outcome> {
        vec![results::outcome(response); targets.len()]
    }
}
