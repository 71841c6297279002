//! `BatchEventRebootInstance`.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventrebootinstance>

use super::event_infos::{self, EventInfo};
use crate::event::Action;
use crate::http::Request;
use crate::json::SyntaxError;
use crate::password::Secrets;
use crate::report::{Collector, Issue};
use crate::rules::Rules;

/// A checked `BatchEventRebootInstance`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchEventRebootInstance {
    pub(crate) event_infos: Vec<EventInfo>,
}

impl BatchEventRebootInstance {
    /// The API's name for it.
    pub const NAME: &'static str = "BatchEventRebootInstance";

    /// The items.
    #[must_use]
    pub fn event_infos(&self) -> &[EventInfo] {
        &self.event_infos
    }

    pub(crate) fn parse(
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<(Option<Self>, Collector), SyntaxError> {
        let (infos, issues) = event_infos::parse(Action::Reboot, text, rules)?;
        Ok((infos.map(|event_infos| Self { event_infos }), issues))
    }

    pub(crate) fn check(text: &str, rules: &Rules<'_>) -> Result<Vec<Issue>, SyntaxError> {
        event_infos::check(Action::Reboot, text, rules).map(Collector::into_issues)
    }

    pub(crate) fn request(&self, secrets: Secrets) -> Request {
        event_infos::request(Self::NAME, &self.event_infos, secrets)
    }

    pub(crate) fn params_json(&self) -> String {
        event_infos::params_json(&self.event_infos)
    }
}
