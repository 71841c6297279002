//! `CreateSimulatedSystemEvents` and `CancelSimulatedSystemEvents`: the cloud's own rehearsal.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createsimulatedsystemevents>
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-cancelsimulatedsystemevents>

use super::{VERSION, region};
use crate::clouds::alibaba::{action_request, numbered};
use crate::http::{Request, Scope};
use crate::json::Node;
use crate::provider::Provider;
use crate::simulation::{SimulatedEvents, SimulatedType, Simulation, SimulationCall};

const CREATE: SimulationCall = SimulationCall {
    name: "CreateSimulatedSystemEvents",
    permission: "ecs:CreateSimulatedSystemEvents",
    most_ids: 100,
};
const CANCEL: SimulationCall = SimulationCall {
    name: "CancelSimulatedSystemEvents",
    permission: "ecs:CancelSimulatedSystemEvents",
    most_ids: 100,
};

pub(super) const SIMULATION: &Simulation = &Simulation {
    types: &[
        maintenance("SystemMaintenance.Reboot"),
        maintenance("SystemMaintenance.Stop"),
        maintenance("SystemMaintenance.Redeploy"),
        failure("SystemFailure.Reboot"),
        failure("SystemFailure.Stop"),
        failure("SystemFailure.Redeploy"),
        failure("InstanceFailure.Reboot"),
    ],
    create: CREATE,
    cancel: CANCEL,
    never_sent: "TriggerRealOps",
    provider: Provider::AlibabaEcs,
    create_request,
    cancel_request,
    read_created,
    read_canceled,
};

/// It is planned, and over at its time.
const fn maintenance(name: &'static str) -> SimulatedType {
    let is_at_once = false;
    SimulatedType { name, is_at_once }
}

/// It happens at once, and is over at its time.
const fn failure(name: &'static str) -> SimulatedType {
    let is_at_once = true;
    SimulatedType { name, is_at_once }
}

fn create_request(events: &SimulatedEvents, scope: &Scope) -> Request {
    let ids: Vec<String> = events.instances.iter().map(ToString::to_string).collect();
    let mut query = vec![
        region(None, scope),
        ("EventType".to_owned(), events.event_type.name.to_owned()),
        ("NotBefore".to_owned(), events.until.to_utc_seconds()),
    ];
    query.extend(numbered("InstanceId", &ids));
    action_request(CREATE.name, VERSION, query)
}

fn cancel_request(event_ids: &[String], scope: &Scope) -> Request {
    let mut query = vec![region(None, scope)];
    query.extend(numbered("EventId", event_ids));
    action_request(CANCEL.name, VERSION, query)
}

fn read_created(root: &Node<'_>) -> Option<Vec<String>> {
    let ids = root.get("EventIdSet")?.get("EventId")?.as_array()?;
    let text = |id: &Node<'_>| id.as_str().map(str::to_owned);
    ids.iter().map(text).collect()
}

/// A success says nothing else.
fn read_canceled(root: &Node<'_>) -> Option<()> {
    root.text("RequestId").map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;
    use crate::operation::simulated_lists;
    use crate::provider_error::{ErrorClass, ResponseError};
    use crate::simulation::SimulationFlaw;

    /// What the cloud's own SDK for Python sends, `alibabacloud_ecs20140526` 7.11.8.
    const RECORDED_CREATE: &str = "POST /?EventType=SystemMaintenance.Reboot&InstanceId.1=i-1&InstanceId.2=i-2&NotBefore=2026-06-30T00%3A00%3A00Z&RegionId=cn-hangzhou";

    const RECORDED_CANCEL: &str = "POST /?EventId.1=e-1&EventId.2=e-2&RegionId=cn-hangzhou";

    fn owned(ids: &[&str]) -> Vec<String> {
        ids.iter().map(ToString::to_string).collect()
    }

    fn scope() -> Scope {
        Scope {
            region: Some("cn-hangzhou".to_owned()),
            ..Scope::default()
        }
    }

    fn events(kind: &str, ids: &[&str]) -> Result<SimulatedEvents, SimulationFlaw> {
        let until = "2026-06-30T00:00:00.999Z".parse().unwrap();
        SIMULATION.events(kind, &owned(ids), until)
    }

    fn line(request: &Request) -> String {
        let pairs = request.query.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={}", value.replace(':', "%3A")))
            .collect();
        format!(
            "{} {}?{}",
            request.method.as_str(),
            request.path,
            pairs.join("&")
        )
    }

    fn answer(status: u16, body: &str) -> Response {
        Response {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_calls_are_those_of_the_clouds_own_sdk() {
        let made = events("SystemMaintenance.Reboot", &["i-1", "i-2"]).unwrap();
        let request = SIMULATION.create_request(&made, &scope());
        assert_eq!(line(&request), RECORDED_CREATE);
        let header = |name: &str| {
            let mut headers = request.headers.iter();
            headers.find(|(key, _)| key == name).unwrap().1.clone()
        };
        assert_eq!(header("x-acs-action"), "CreateSimulatedSystemEvents");
        assert_eq!(header("x-acs-version"), "2014-05-26");
        let request = SIMULATION.cancel_request(&owned(&["e-1", "e-2"]), &scope());
        assert_eq!(line(&request), RECORDED_CANCEL);
        let mut headers = request.headers.iter();
        let action = headers.find(|(key, _)| key == "x-acs-action").unwrap();
        assert_eq!(action.1, "CancelSimulatedSystemEvents");
    }

    /// The lists that are asked for what may be called off, without what all of them have.
    fn lists(instances: &[String]) -> Vec<Vec<(String, String)>> {
        let lists = simulated_lists(Provider::AlibabaEcs, instances).into_iter();
        let common = lists.map(|list| {
            let mut query = list.request(&scope()).query;
            for (name, value) in [
                ("InstanceEventCycleStatus.1", "Scheduled"),
                ("InstanceEventCycleStatus.2", "Executing"),
                ("InstanceEventType.1", "SystemMaintenance.Reboot"),
                ("InstanceEventType.7", "InstanceFailure.Reboot"),
                ("MaxResults", "100"),
                ("RegionId", "cn-hangzhou"),
            ] {
                let pair = (name.to_owned(), value.to_owned());
                assert!(query.contains(&pair), "{name}: {query:?}");
            }
            let is_common = |name: &str| {
                let names = ["InstanceEventCycleStatus.", "InstanceEventType."];
                names.iter().any(|common| name.starts_with(common))
                    || ["MaxResults", "RegionId"].contains(&name)
            };
            query.retain(|(name, _)| !is_common(name));
            query
        });
        common.collect()
    }

    #[test]
    fn what_may_be_called_off_is_asked_for_by_instance_a_hundred_at_a_time() {
        let pair = |name: &str, id: &str| (name.to_owned(), id.to_owned());
        assert_eq!(lists(&[]), [vec![]]);
        // Once each, and nothing that is no id.
        let some = owned(&["i-2", "i-1", "i-2", "", "i-\u{200b}3"]);
        let expected = vec![pair("ResourceId.1", "i-1"), pair("ResourceId.2", "i-2")];
        assert_eq!(lists(&some), [expected]);
        let none: [Vec<(String, String)>; 0] = [];
        assert_eq!(lists(&owned(&[""])), none, "that would be all of them");
        let many: Vec<String> = (0..201).map(|number| format!("i-{number:03}")).collect();
        let sizes = lists(&many).into_iter().map(|list| list.len());
        assert_eq!(sizes.collect::<Vec<_>>(), [100, 100, 1]);
        for other in Provider::ALL {
            let has_lists = !simulated_lists(*other, &[]).is_empty();
            assert_eq!(has_lists, other.simulation().is_some(), "{other}");
        }
    }

    #[test]
    fn no_call_of_any_type_asks_for_the_real_thing() {
        for kind in SIMULATION.types {
            let made = events(kind.name, &["i-1"]).unwrap();
            let query = SIMULATION.create_request(&made, &scope()).query;
            let names: Vec<&str> = query.iter().map(|(name, _)| name.as_str()).collect();
            let sent = ["EventType", "InstanceId.1", "NotBefore", "RegionId"];
            assert_eq!(names, sent, "{}", kind.name);
        }
    }

    #[test]
    fn what_cannot_be_simulated_is_told_before_anything_is_sent() {
        let flaw = |kind, ids: &[&str]| events(kind, ids).unwrap_err().to_string();
        let reboot = "SystemMaintenance.Reboot";
        assert!(
            flaw("SystemUpgrade.Migrate", &["i-1"])
                .starts_with("`SystemUpgrade.Migrate` is no type that the cloud simulates: there are `SystemMaintenance.Reboot`, `"),
        );
        assert_eq!(flaw(reboot, &[]), "name 1 to 100 instances, not 0");
        let many = ["i-1"; 101];
        assert_eq!(flaw(reboot, &many), "name 1 to 100 instances, not 101");
        for id in ["", "i-1,i-2", "i-1 ", "i-\u{200b}1"] {
            let expected = format!("`{id}` is no id of an instance");
            assert!(flaw(reboot, &[id]).starts_with(&expected), "{id:?}");
        }
        assert!(flaw(reboot, &["i-1", "i-1"]).starts_with("`i-1` is named twice"));
    }

    #[test]
    fn an_answer_says_which_events_there_are_or_why_not() {
        let body = r#"{"EventIdSet":{"EventId":["e-1","e-2"]},"RequestId":"R"}"#;
        assert_eq!(SIMULATION.created(&answer(200, body)).unwrap().len(), 2);
        assert_eq!(SIMULATION.canceled(&answer(200, body)), Ok(()));
        let body = r#"{"Code":"InvalidNotBefore.Passed","Message":"M","RequestId":"R"}"#;
        let Err(ResponseError::Refused(error)) = SIMULATION.created(&answer(403, body)) else {
            panic!("it was no refusal");
        };
        assert_eq!(error.class, ErrorClass::Invalid);
        for body in ["{}", "[]", "<html>"] {
            let (created, canceled) = (answer(200, body), answer(200, body));
            let unreadable = |error| matches!(error, ResponseError::Unreadable { .. });
            assert!(unreadable(SIMULATION.created(&created).unwrap_err()));
            assert!(unreadable(SIMULATION.canceled(&canceled).unwrap_err()));
        }
    }
}
