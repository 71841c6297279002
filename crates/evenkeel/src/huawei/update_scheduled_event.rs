//! `UpdateScheduledEvent`: move an agreed event to another time.
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2203.html>

use super::{event_path, params_json, read_event, start_request};
use crate::event::Action;
use crate::fields::Fields;
use crate::http::{Method, Request, Scope};
use crate::id::EventId;
use crate::issue::IssueKind;
use crate::json::Node;
use crate::path::Path;
use crate::report::Collector;
use crate::rules::{Rules, check_plan};
use crate::schema::START;
use crate::time::Timestamp;

/// A checked `UpdateScheduledEvent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateScheduledEvent {
    pub(crate) id: EventId,
    pub(crate) not_before: Timestamp,
}

impl UpdateScheduledEvent {
    /// The API's name for it.
    pub const NAME: &'static str = "UpdateScheduledEvent";

    pub(crate) fn read(
        params: &Node<'_>,
        rules: &Rules<'_>,
        issues: &mut Collector,
    ) -> Option<Self> {
        let root = Path::root();
        let fields = Fields::new(issues, params, &root, &START)?;
        let (id, event) = read_event(&fields, issues, rules, Action::Reschedule);
        let path = fields.path("not_before");
        if fields.get("not_before").is_none() {
            issues.error(&path, IssueKind::Missing { assumed: None });
            return None;
        }
        let not_before = fields.huawei_time(issues, "not_before", Some(rules.now))?;
        check_plan(issues, &path, not_before, rules.now, event);
        Some(Self {
            id: id?,
            not_before,
        })
    }

    pub(crate) fn request(&self, scope: &Scope) -> Request {
        start_request(
            Method::Put,
            event_path(scope, &self.id),
            Some(self.not_before),
        )
    }

    pub(crate) fn params_json(&self) -> String {
        params_json(&self.id, &self.not_before.to_huawei())
    }
}
