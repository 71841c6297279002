//! `AcceptScheduledEvent`: agree to an event, now or at a time.
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2202.html>

use super::{event_path, params_json, read_event, start_request};
use crate::event::Action;
use crate::fields::{Fields, huawei_time};
use crate::http::{Method, Request, Scope};
use crate::id::EventId;
use crate::issue::IssueKind;
use crate::json::Node;
use crate::path::Path;
use crate::report::Collector;
use crate::rules::{Rules, check_plan, warn_of_certain_loss};
use crate::schema::START;
use crate::time::Timestamp;

/// A checked `AcceptScheduledEvent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptScheduledEvent {
    pub(crate) id: EventId,
    /// The start; without one it is now.
    pub(crate) not_before: Option<Timestamp>,
}

impl AcceptScheduledEvent {
    /// The API's name for it.
    pub const NAME: &'static str = "AcceptScheduledEvent";
    /// The word for "at once"; the cloud itself takes a missing time for it.
    pub const NOW: &'static str = "now";

    pub(crate) fn read(
        params: &Node<'_>,
        rules: &Rules<'_>,
        issues: &mut Collector,
    ) -> Option<Self> {
        let root = Path::root();
        let fields = Fields::new(issues, params, &root, &START)?;
        let (id, event) = read_event(&fields, issues, rules, Action::Accept);
        if let Some(event) = event {
            warn_of_certain_loss(issues, &fields.path("id"), Action::Accept, event);
        }
        let path = fields.path("not_before");
        if fields.get("not_before").is_none() {
            issues.error(
                &path,
                IssueKind::Missing {
                    assumed: Some(Self::NOW),
                },
            );
            return None;
        }
        let not_before = match fields.text(issues, "not_before")? {
            Self::NOW => None,
            text => {
                let at = huawei_time(issues, &path, text, Some(rules.now))?;
                check_plan(issues, &path, at, rules.now, event);
                Some(at)
            }
        };
        Some(Self {
            id: id?,
            not_before,
        })
    }

    pub(crate) fn request(&self, scope: &Scope) -> Request {
        let path = format!("{}/actions/accept", event_path(scope, &self.id));
        start_request(Method::Post, path, self.not_before)
    }

    pub(crate) fn params_json(&self) -> String {
        let not_before = self.not_before.map(Timestamp::to_huawei);
        params_json(&self.id, not_before.as_deref().unwrap_or(Self::NOW))
    }
}
