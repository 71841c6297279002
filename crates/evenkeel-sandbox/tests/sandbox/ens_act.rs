use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{event_infos, now_ms, sandbox, still_sandbox};

const REDEPLOY: &str = "Instance:SystemFailure.Redeploy,Instance:SystemMaintenance.Redeploy";
const MIGRATE: &str = "Instance:SystemUpgrade.Migrate";
const REBOOT: &str = "Instance:SystemMaintenance.Reboot,Instance:SystemFailure.Reboot";
const SLOW: Duration = Duration::from_mins(1);

#[tokio::test]
async fn carries_out_each_batch_on_its_own_types() {
    let sandbox = sandbox(200, SLOW).await;
    for (action, types) in [
        ("BatchEventRedeployInstance", REDEPLOY),
        ("BatchEventMigrateInstance", MIGRATE),
        ("BatchEventRebootInstance", REBOOT),
    ] {
        let events = sandbox.inquiring(types).await;
        assert!(events.len() >= 3, "{action}");
        let answer = sandbox
            .ens_batch(action, &events[..3], &json!({"OpsType": "immediate"}))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let results = answer.body["Results"].as_array().unwrap();
        assert_eq!(results.len(), 3);
        for (result, event) in results.iter().zip(&events) {
            assert_eq!(
                *result,
                json!({
                    "Code": 200,
                    "EventId": event["EventId"],
                    "Message": "success",
                    "ResourceId": event["ResourceId"],
                })
            );
            assert_eq!(sandbox.ens_state(event).await, "Scheduled");
        }
    }
}

#[tokio::test]
async fn an_immediate_order_runs_through_its_states() {
    let sandbox = still_sandbox(20, SLOW).await;
    let event = sandbox.inquiring(REDEPLOY).await[0].clone();
    let answer = sandbox
        .ens_batch(
            "BatchEventRedeployInstance",
            std::slice::from_ref(&event),
            &json!({"OpsType": "immediate"}),
        )
        .await;
    assert_eq!(answer.body["Results"][0]["Code"], 200, "{answer:?}");
    let mut seen = vec![sandbox.ens_state(&event).await];
    for _ in 0..2 {
        sandbox.advance(60).await;
        seen.push(sandbox.ens_state(&event).await);
    }
    assert_eq!(seen[..2], ["Scheduled", "Executing"]);
    assert!(
        ["Executed", "Failed"].contains(&seen[2].as_str()),
        "{seen:?}"
    );
}

#[tokio::test]
async fn a_scheduled_order_waits_for_its_time() {
    let sandbox = still_sandbox(20, SLOW).await;
    let event = sandbox.inquiring(MIGRATE).await[0].clone();
    let at = sandbox.now_ms().await + 3_600_000;
    let fields = json!({"OpsType": "scheduled", "PlanTime": at, "DataPolicy": "try_transfer"});
    let answer = sandbox
        .ens_batch(
            "BatchEventMigrateInstance",
            std::slice::from_ref(&event),
            &fields,
        )
        .await;
    assert_eq!(answer.body["Results"][0]["Code"], 200, "{answer:?}");
    sandbox.advance(3599).await;
    assert_eq!(sandbox.ens_state(&event).await, "Scheduled");
    sandbox.advance(1).await;
    assert_eq!(sandbox.ens_state(&event).await, "Executing");
}

#[tokio::test]
async fn says_item_by_item_what_could_not_be_done() {
    let sandbox = sandbox(200, SLOW).await;
    let good = sandbox.inquiring(REDEPLOY).await[0].clone();
    let wrong_type = sandbox.inquiring(MIGRATE).await[0].clone();
    let done = sandbox.ens_events(&[("EventStatus", "Executed")]).await;
    let done = done
        .iter()
        .find(|event| REDEPLOY.contains(event["EventType"].as_str().unwrap()))
        .unwrap()
        .clone();
    let unknown = json!({"EventId": "e-nobody", "ResourceId": good["ResourceId"]});
    let mut moved = good.clone();
    moved["ResourceId"] = "i-another".into();
    let events = [moved, good.clone(), good, wrong_type, done, unknown];
    let answer = sandbox
        .ens_batch(
            "BatchEventRedeployInstance",
            &events,
            &json!({"OpsType": "immediate"}),
        )
        .await;
    assert_eq!(answer.status, 200);
    let results = answer.body["Results"].as_array().unwrap();
    let codes: Vec<_> = results
        .iter()
        .map(|result| result["Code"].as_u64().unwrap())
        .collect();
    assert_eq!(codes, [404, 200, 400, 400, 400, 404], "{results:?}");
    assert!(
        results[2]["Message"]
            .as_str()
            .unwrap()
            .ends_with("Scheduled."),
        "{results:?}"
    );
}

#[tokio::test]
async fn refuses_a_whole_batch_with_one_wrong_item() {
    let sandbox = sandbox(20, SLOW).await;
    let event = sandbox.inquiring(MIGRATE).await[0].clone();
    let later = now_ms() + 3_600_000;
    for (fields, code) in [
        (json!({"OpsType": "sometime"}), "InvalidParameter.OpsType"),
        (json!({}), "MissingParameter"),
        (json!({"OpsType": "scheduled"}), "MissingParameter"),
        (
            json!({"OpsType": "scheduled", "PlanTime": later.to_string()}),
            "InvalidParameter.PlanTime",
        ),
        (
            json!({"OpsType": "scheduled", "PlanTime": later / 1000}),
            "InvalidParameter.PlanTime",
        ),
        (
            json!({"OpsType": "scheduled", "PlanTime": 1.5}),
            "InvalidParameter.PlanTime",
        ),
        (
            json!({"OpsType": "immediate", "EventId": ""}),
            "InvalidParameter.EventId",
        ),
        (
            json!({"OpsType": "immediate", "EventId": null}),
            "MissingParameter",
        ),
        (
            json!({"OpsType": "immediate", "ResourceId": 5}),
            "InvalidParameter.ResourceId",
        ),
        (
            json!({"OpsType": "immediate", "DataPolicy": "keep"}),
            "InvalidParameter.DataPolicy",
        ),
        (
            json!({"OpsType": "immediate", "Password": "Short1"}),
            "InvalidParameter.Password",
        ),
        (
            json!({"OpsType": "immediate", "Password": "alllower123"}),
            "InvalidParameter.Password",
        ),
        (
            json!({"OpsType": "immediate", "Password": "NoDigitsHere"}),
            "InvalidParameter.Password",
        ),
        (
            json!({"OpsType": "scheduled", "PlanTime": later, "Password": "Passw0rdOk"}),
            "InvalidParameter.Password",
        ),
    ] {
        let good = json!([{"EventId": event["EventId"], "ResourceId": event["ResourceId"], "OpsType": "immediate"}]);
        let mut items = good.as_array().unwrap().clone();
        let wrong: Vec<Value> =
            serde_json::from_str(&event_infos(std::slice::from_ref(&event), &fields)).unwrap();
        items.extend(wrong);
        let infos = Value::Array(items).to_string();
        let answer = sandbox
            .ens("BatchEventMigrateInstance", &[("EventInfos", &infos)])
            .await;
        assert_eq!((answer.status, answer.code()), (400, code), "{fields}");
    }
    assert_eq!(sandbox.ens_state(&event).await, "Inquiring");
    assert_eq!(sandbox.acts(&event["EventId"]).await, (0, 0));
}

#[tokio::test]
async fn refuses_event_infos_that_are_no_list_of_objects() {
    let sandbox = sandbox(2, SLOW).await;
    for infos in ["[]", "{}", "[1]", "[", "\"\"", "null"] {
        let answer = sandbox
            .ens("BatchEventRebootInstance", &[("EventInfos", infos)])
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, "InvalidParameter.EventInfos"),
            "{infos}"
        );
    }
    let answer = sandbox.ens("BatchEventRebootInstance", &[]).await;
    assert_eq!((answer.status, answer.code()), (400, "MissingParameter"));
}

#[tokio::test]
async fn ignores_the_reserved_utc_time_and_trims_the_resource_id() {
    let sandbox = sandbox(20, SLOW).await;
    let mut event = sandbox.inquiring(REDEPLOY).await[0].clone();
    event["ResourceId"] = format!("{}\n", event["ResourceId"].as_str().unwrap()).into();
    let fields = json!({"OpsType": "immediate", "PlanUtcTime": "whatever"});
    let answer = sandbox
        .ens_batch("BatchEventRedeployInstance", &[event], &fields)
        .await;
    assert_eq!(answer.body["Results"][0]["Code"], 200, "{answer:?}");
}

#[tokio::test]
async fn single_forms_answer_with_an_id_alone() {
    let sandbox = sandbox(200, SLOW).await;
    let later = (now_ms() + 3_600_000).to_string();
    for (action, types, fields) in [
        (
            "EventRedeployInstance",
            REDEPLOY,
            vec![("OpsType", "immediate")],
        ),
        (
            "EventMigrateInstance",
            MIGRATE,
            vec![
                ("OpsType", "scheduled"),
                ("PlanTime", &later),
                ("DataPolicy", "abandon"),
            ],
        ),
        (
            "EventRebootInstance",
            REBOOT,
            vec![("OpsType", "immediate")],
        ),
    ] {
        let event = sandbox.inquiring(types).await[0].clone();
        let mut query = vec![
            ("EventId", event["EventId"].as_str().unwrap()),
            ("ResourceId", event["ResourceId"].as_str().unwrap()),
        ];
        query.extend(&fields);
        let answer = sandbox.ens(action, &query).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.body, json!({"RequestId": answer.body["RequestId"]}));
        assert_eq!(sandbox.ens_state(&event).await, "Scheduled");
        let again = sandbox.ens(action, &query).await;
        assert_eq!((again.status, again.code()), (400, "IncorrectEventStatus"));
        assert_eq!(sandbox.acts(&event["EventId"]).await, (2, 1));
    }
    let query = [
        ("EventId", "e-nobody"),
        ("ResourceId", "i-nobody"),
        ("OpsType", "immediate"),
    ];
    let answer = sandbox.ens("EventRebootInstance", &query).await;
    assert_eq!(
        (answer.status, answer.code()),
        (404, "InvalidEventId.NotFound")
    );
    let answer = sandbox.ens("EventRebootInstance", &query[..1]).await;
    assert_eq!((answer.status, answer.code()), (400, "MissingParameter"));
}
