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
use crate::description::params::Params;
use crate::event::Event;
use crate::fields::{Fields, utc_seconds};
use crate::http::{Method, Request, Response, Scope, accepts_json, is_json};
use crate::id::EventId;
use crate::issue::IssueKind;
use crate::item::{BatchItem, When};
use crate::json::{Mode, Node, ObjectWriter, SyntaxError, parse};
use crate::outcome::Outcome;
use crate::password::Secrets;
use crate::path::Path;
use crate::provider::OperationName;
use crate::report::Collector;
use crate::rules::{
    ActionRules, Bound, KnownEvents, Rules, check_fit, check_plan, warn_of_certain_loss,
};
use crate::time::Timestamp;

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
        let id = fields.event_id(issues, "id", HuaweiEcs::EVENT_PREFIX);
        let event = id
            .as_ref()
            .and_then(|id| KnownEvents::new(rules).find(None, id.as_str(), None));
        if let Some(event) = event {
            let path = fields.path("id");
            check_fit(issues, &path, kind, event);
            warn_of_certain_loss(issues, &path, kind, event);
        }
        let path = fields.path("not_before");
        let needs = kind.needs();
        if fields.get("not_before").is_none() {
            let assumed = needs.missing_time;
            issues.error(&path, IssueKind::Missing { assumed });
            return None;
        }
        let text = fields.text(issues, "not_before")?;
        let not_before = if needs.may_be_now && text == NOW {
            None
        } else {
            let at = utc_seconds(issues, &path, text, Some(rules.now))?;
            let bound = event.map_or(Bound::None, Event::bound);
            check_plan(issues, &path, at, rules.now, bound);
            Some(at)
        };
        Some(Self {
            kind,
            id: id?,
            not_before,
        })
    }

    /// For a checked item.
    pub(super) fn of(kind: StartKind, item: &BatchItem) -> Self {
        Self {
            kind,
            id: item.event_id.clone(),
            not_before: match item.when {
                When::Now => None,
                When::At(at) => Some(at),
            },
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
