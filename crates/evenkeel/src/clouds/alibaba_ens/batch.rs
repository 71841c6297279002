//! `BatchEventRedeployInstance`, `BatchEventMigrateInstance` and `BatchEventRebootInstance`.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventredeployinstance>
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventmigrateinstance>
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventrebootinstance>

use super::actions::BatchKind;
use super::event_infos::{self, EventInfo};
use super::{results, schema};
use crate::cloud::ActOperation;
use crate::description::params::Params;
use crate::http::{Request, Response, Scope};
use crate::item::{BatchItem, target};
use crate::json::{ObjectWriter, SyntaxError};
use crate::outcome::Outcome;
use crate::password::{Password, Secrets};
use crate::provider::OperationName;
use crate::report::Collector;
use crate::rules::Rules;

/// One of the three, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    kind: BatchKind,
    event_infos: Vec<EventInfo>,
}

impl Batch {
    /// For checked items.
    pub(super) fn of(kind: BatchKind, items: &[BatchItem], password: Option<&Password>) -> Self {
        let info = |item| EventInfo::of(item, password);
        Self {
            kind,
            event_infos: items.iter().map(info).collect(),
        }
    }
}

impl ActOperation for Batch {
    type Act = BatchKind;

    fn params(kind: BatchKind) -> &'static Params {
        match kind {
            BatchKind::Redeploy => &schema::REDEPLOY,
            BatchKind::Migrate => &schema::MIGRATE,
            BatchKind::Reboot => &schema::REBOOT,
        }
    }

    /// Without a tree.
    fn parse(
        kind: BatchKind,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<(Option<Self>, Collector), SyntaxError> {
        let (infos, issues) = event_infos::parse(kind, text, rules)?;
        Ok((infos.map(|event_infos| Self { kind, event_infos }), issues))
    }

    fn check(kind: BatchKind, text: &str, rules: &Rules<'_>) -> Result<Collector, SyntaxError> {
        event_infos::check(kind, text, rules)
    }

    fn check_packed(
        kind: BatchKind,
        shape: &[u8],
        text: &str,
        rules: &Rules<'_>,
    ) -> Option<Collector> {
        event_infos::packed_input::check(kind, shape, text, rules)
    }

    fn name(&self) -> OperationName {
        self.kind.operation()
    }

    fn request(&self, _scope: &Scope, secrets: Secrets) -> Request {
        let infos = event_infos::write(&self.event_infos, secrets);
        super::request(self.name(), vec![("EventInfos".to_owned(), infos)])
    }

    fn params_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        let infos = event_infos::write(&self.event_infos, Secrets::Reveal);
        object.raw("EventInfos", &infos);
        object.end();
        out
    }

    fn targets(&self) -> Vec<(String, String)> {
        self.event_infos
            .iter()
            .map(|info| target(&info.event_id, &info.resource_id))
            .collect()
    }

    fn outcomes(&self, targets: &[(String, String)], response: &Response) -> Vec<Outcome> {
        results::outcomes(targets, response)
    }
}
