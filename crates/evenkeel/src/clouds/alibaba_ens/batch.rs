//! `BatchEventRedeployInstance`, `BatchEventMigrateInstance` and `BatchEventRebootInstance`.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventredeployinstance>
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventmigrateinstance>
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventrebootinstance>

use super::actions::BatchKind;
use super::event_infos::{self, EventInfo};
use crate::batch::{BatchItem, target};
use crate::json::{ObjectWriter, SyntaxError};
use crate::password::{Password, Secrets};
use crate::report::Collector;
use crate::rules::Rules;

/// One of the three, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    kind: BatchKind,
    event_infos: Vec<EventInfo>,
}

impl Batch {
    pub(super) fn parse(
        kind: BatchKind,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<(Option<Self>, Collector), SyntaxError> {
        let (infos, issues) = event_infos::parse(kind, text, rules)?;
        Ok((infos.map(|event_infos| Self { kind, event_infos }), issues))
    }

    /// For checked items.
    pub(super) fn of(kind: BatchKind, items: &[BatchItem], password: Option<&Password>) -> Self {
        let info = |item| EventInfo::of(item, password);
        Self {
            kind,
            event_infos: items.iter().map(info).collect(),
        }
    }

    pub(super) fn kind(&self) -> BatchKind {
        self.kind
    }

    pub(super) fn query(&self, secrets: Secrets) -> Vec<(String, String)> {
        let infos = event_infos::write(&self.event_infos, secrets);
        vec![("EventInfos".to_owned(), infos)]
    }

    pub(super) fn params_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        let infos = event_infos::write(&self.event_infos, Secrets::Reveal);
        object.raw("EventInfos", &infos);
        object.end();
        out
    }

    pub(super) fn targets(&self) -> Vec<(String, String)> {
        self.event_infos
            .iter()
            .map(|info| target(&info.event_id, &info.resource_id))
            .collect()
    }
}
