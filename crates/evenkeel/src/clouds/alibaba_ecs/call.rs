//! `AcceptInquiredSystemEvent`, `RedeployInstance`, `RebootInstances` and `ModifySystemEventAttribute`.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-acceptinquiredsystemevent>
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-redeployinstance>
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-rebootinstances>
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifysystemeventattribute>

use super::actions::EcsAct;
use super::history::{at_most, text, word};
use super::schema::{
    self, ACCEPT_FIELDS, NEVER_SENT, REBOOT_FIELDS, REDEPLOY_FIELDS, RESCHEDULE_FIELDS,
    SUCCESS_FIRST,
};
use super::{AlibabaEcs, region, results};
use crate::cloud::{ActOperation, Cloud};
use crate::clouds::alibaba::numbered;
use crate::clouds::judge;
use crate::clouds::one_event::OneEventReader;
use crate::description::params::{Params, keys};
use crate::fields::{Fields, resource_id};
use crate::http::{Request, Response, Scope};
use crate::id::{EventId, ResourceId};
use crate::issue::IssueKind;
use crate::item::{BatchItem, When};
use crate::json::{Mode, Node, ObjectWriter, SyntaxError, parse};
use crate::outcome::Outcome;
use crate::password::Secrets;
use crate::path::Path;
use crate::provider::OperationName;
use crate::report::Collector;
use crate::rules::{Named, Rules};
use crate::time::Timestamp;

const REGION_ID: &str = "RegionId";
const EVENT_ID: &str = "EventId";
const INSTANCE_ID: &str = "InstanceId";
const NOT_BEFORE: &str = "NotBefore";
const BATCH_OPTIMIZATION: &str = "BatchOptimization";

/// One of the four, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EcsCall {
    /// Its own; else it is the account's.
    region: Option<String>,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Accept(EventId),
    Redeploy(ResourceId),
    /// Not empty.
    Reboot(Vec<ResourceId>),
    Reschedule {
        event: EventId,
        instance: ResourceId,
        at: Timestamp,
    },
}

impl EcsCall {
    /// For a checked item.
    pub(super) fn of(act: EcsAct, item: &BatchItem) -> Self {
        let instance = || item.resource_id.clone();
        let kind = match (act, item.when) {
            (EcsAct::Reschedule, When::At(at)) => Kind::Reschedule {
                event: item.event_id.clone(),
                instance: instance(),
                at,
            },
            // INVARIANT: a move has a time, or it was not checked; an agreement is the least of what is left.
            (EcsAct::Accept | EcsAct::Reschedule, _) => Kind::Accept(item.event_id.clone()),
            (EcsAct::Redeploy, _) => Kind::Redeploy(instance()),
            (EcsAct::Reboot, _) => Kind::Reboot(vec![instance()]),
        };
        Self { region: None, kind }
    }

    fn act(&self) -> EcsAct {
        match self.kind {
            Kind::Accept(_) => EcsAct::Accept,
            Kind::Redeploy(_) => EcsAct::Redeploy,
            Kind::Reboot(_) => EcsAct::Reboot,
            Kind::Reschedule { .. } => EcsAct::Reschedule,
        }
    }

    fn read(
        act: EcsAct,
        params: &Node<'_>,
        rules: &Rules<'_>,
        issues: &mut Collector,
    ) -> Option<Self> {
        let root = Path::root();
        let known: &[&str] = match act {
            EcsAct::Accept => &const { keys(&ACCEPT_FIELDS) },
            EcsAct::Redeploy => &const { keys(&REDEPLOY_FIELDS) },
            EcsAct::Reboot => &const { keys(&REBOOT_FIELDS) },
            EcsAct::Reschedule => &const { keys(&RESCHEDULE_FIELDS) },
        };
        let never = |key: &str| NEVER_SENT.contains(&key).then_some(IssueKind::NeverSent);
        let fields = Fields::with_foreign(issues, params, &root, known, never)?;
        let region = match act {
            EcsAct::Redeploy => None,
            _ => text(&fields, issues, REGION_ID),
        };
        if act == EcsAct::Reboot {
            let instances = instances(&fields, issues);
            optimization(&fields, issues);
            let kind = Kind::Reboot(instances?);
            return Some(Self { region, kind });
        }
        let has_instance = act != EcsAct::Accept;
        let instance = has_instance.then(|| instance(&fields, issues)).flatten();
        let has_event = act != EcsAct::Redeploy;
        let prefix = AlibabaEcs::EVENT_PREFIX;
        let event = has_event
            .then(|| fields.event_id(issues, EVENT_ID, prefix))
            .flatten();
        let named = event.as_ref().map(|event| Named {
            account: None,
            id: event.as_str(),
            resource: instance.as_ref().map(ResourceId::as_str),
        });
        let reader = OneEventReader {
            fields,
            subject: if has_event { EVENT_ID } else { INSTANCE_ID },
            time: (act == EcsAct::Reschedule).then_some(NOT_BEFORE),
            now_word: None,
            now: rules.now,
        };
        let meaning = judge(act, rules).item(&reader, named, issues).meaning?;
        let kind = match (act, meaning.when) {
            (EcsAct::Accept, _) => Kind::Accept(event?),
            (EcsAct::Reschedule, When::At(at)) => Kind::Reschedule {
                event: event?,
                instance: instance?,
                at,
            },
            _ => Kind::Redeploy(instance?),
        };
        Some(Self { region, kind })
    }
}

fn instance(fields: &Fields<'_, '_>, issues: &mut Collector) -> Option<ResourceId> {
    let text = fields.required_text(issues, INSTANCE_ID, None)?;
    let path = fields.path(INSTANCE_ID);
    resource_id(issues, &path, AlibabaEcs::RESOURCE_PREFIX, text)
}

/// The instances of a reboot; none where something is wrong with them.
fn instances(fields: &Fields<'_, '_>, issues: &mut Collector) -> Option<Vec<ResourceId>> {
    let path = fields.path(INSTANCE_ID);
    let Some(node) = fields.get(INSTANCE_ID) else {
        issues.error(&path, IssueKind::Missing { assumed: None });
        return None;
    };
    if node.as_array().is_some_and(<[_]>::is_empty) {
        issues.error(&path, IssueKind::NoItems);
    }
    at_most(fields, issues, INSTANCE_ID, schema::IDS_PER_CALL);
    let mut known: Vec<ResourceId> = Vec::new();
    let given = node.as_array().map_or(0, <[_]>::len);
    let mut index = 0;
    fields.list(issues, INSTANCE_ID, |issues, path, text| {
        let id = resource_id(issues, path, AlibabaEcs::RESOURCE_PREFIX, text);
        if let Some(id) = id {
            match known.iter().position(|other| *other == id) {
                Some(first) => issues.error(path, IssueKind::DuplicateResource { first }),
                None => known.push(id),
            }
        }
        index += 1;
        Some(())
    });
    (!known.is_empty() && known.len() == given).then_some(known)
}

fn optimization(fields: &Fields<'_, '_>, issues: &mut Collector) {
    if fields.get(BATCH_OPTIMIZATION).is_none() {
        let assumed = Some("AllTogether");
        let path = fields.path(BATCH_OPTIMIZATION);
        issues.error(&path, IssueKind::Missing { assumed });
        return;
    }
    word(fields, issues, BATCH_OPTIMIZATION, &[SUCCESS_FIRST]);
}

impl ActOperation for EcsCall {
    type Act = EcsAct;

    fn params(act: EcsAct) -> &'static Params {
        match act {
            EcsAct::Accept => &schema::ACCEPT,
            EcsAct::Redeploy => &schema::REDEPLOY,
            EcsAct::Reboot => &schema::REBOOT,
            EcsAct::Reschedule => &schema::RESCHEDULE,
        }
    }

    fn parse(
        act: EcsAct,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<(Option<Self>, Collector), SyntaxError> {
        let mut issues = Collector::default();
        let call = Self::read(act, &parse(text, Mode::Strict)?, rules, &mut issues);
        Ok((call, issues))
    }

    fn name(&self) -> OperationName {
        self.act().operation()
    }

    fn request(&self, scope: &Scope, _secrets: Secrets) -> Request {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let region = || region(self.region.as_ref(), scope);
        let query = match &self.kind {
            Kind::Accept(event) => vec![region(), pair(EVENT_ID, event.as_str())],
            // The endpoint's region is the instance's.
            Kind::Redeploy(instance) => vec![pair(INSTANCE_ID, instance.as_str())],
            Kind::Reboot(instances) => {
                let ids: Vec<String> = instances.iter().map(ToString::to_string).collect();
                let mut query = vec![region(), pair(BATCH_OPTIMIZATION, SUCCESS_FIRST)];
                query.extend(numbered(INSTANCE_ID, &ids));
                query
            }
            Kind::Reschedule {
                event,
                instance,
                at,
            } => vec![
                region(),
                pair(EVENT_ID, event.as_str()),
                pair(INSTANCE_ID, instance.as_str()),
                pair(NOT_BEFORE, &at.to_utc_seconds()),
            ],
        };
        super::request(self.name(), query)
    }

    fn params_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        match &self.kind {
            Kind::Accept(event) => {
                object.string(EVENT_ID, event.as_str());
            }
            Kind::Redeploy(instance) => {
                object.string(INSTANCE_ID, instance.as_str());
            }
            Kind::Reboot(instances) => {
                let ids: Vec<String> = instances.iter().map(ToString::to_string).collect();
                object.string(BATCH_OPTIMIZATION, SUCCESS_FIRST);
                object.strings(INSTANCE_ID, &ids);
            }
            Kind::Reschedule {
                event,
                instance,
                at,
            } => {
                object
                    .string(EVENT_ID, event.as_str())
                    .string(INSTANCE_ID, instance.as_str())
                    .string(NOT_BEFORE, &at.to_utc_seconds());
            }
        }
        if let Some(region) = &self.region {
            object.string(REGION_ID, region);
        }
        object.end();
        out
    }

    /// A redeploy and a reboot name no event, an agreement no instance.
    fn targets(&self) -> Vec<(String, String)> {
        let target = |event: &str, instance: &str| (event.to_owned(), instance.to_owned());
        match &self.kind {
            Kind::Accept(event) => vec![target(event.as_str(), "")],
            Kind::Redeploy(instance) => vec![target("", instance.as_str())],
            Kind::Reboot(instances) => {
                let instances = instances.iter();
                instances
                    .map(|instance| target("", instance.as_str()))
                    .collect()
            }
            Kind::Reschedule {
                event, instance, ..
            } => vec![target(event.as_str(), instance.as_str())],
        }
    }

    fn outcomes(&self, targets: &[(String, String)], response: &Response) -> Vec<Outcome> {
        match self.kind {
            Kind::Reboot(_) => targets
                .iter()
                .map(|(_, instance)| results::of_instance(response, instance))
                .collect(),
            _ => vec![results::outcome(response); targets.len()],
        }
    }
}
