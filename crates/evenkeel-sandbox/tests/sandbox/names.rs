//! Look-ups of names and tags.

use std::{collections::BTreeMap, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{TestSandbox, sandbox};

const STEP: Duration = Duration::from_mins(10);

/// Instances of ENS by id, asked for a hundred at a time.
async fn instances(sandbox: &TestSandbox, ids: &[String]) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(100) {
        let ids = serde_json::to_string(ids).unwrap();
        let query = [("InstanceIds", ids.as_str()), ("PageSize", "100")];
        let page = sandbox.ens("DescribeInstances", &query).await.body;
        assert_eq!(page["Code"], 0);
        for instance in page["Instances"]["Instance"].as_array().unwrap() {
            let id = instance["InstanceId"].as_str().unwrap().to_owned();
            assert!(found.insert(id, instance.clone()).is_none());
        }
    }
    found
}

async fn servers(sandbox: &TestSandbox, query: &[(&str, &str)]) -> Value {
    let mut call = sandbox.huawei_call(Method::GET, "", "");
    let project = sandbox.huawei.project_id.unwrap();
    call.path = format!("/v1/{project}/cloudservers/detail");
    call.query = query
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    sandbox.send_huawei(&call).await.unwrap().body
}

#[tokio::test]
async fn ens_names_the_instances_of_events_as_the_events_do() {
    let sandbox = sandbox(400, STEP).await;
    let events = sandbox.ens_events(&[]).await;
    let ids: Vec<String> = events
        .iter()
        .map(|event| event["ResourceId"].as_str().unwrap().trim().to_owned())
        .collect();
    let found = instances(&sandbox, &ids).await;
    let mut told = 0;
    for (event, id) in events.iter().zip(&ids) {
        assert_eq!(found.contains_key(id), id.starts_with("i-"), "{id}");
        let extended = event["ExtendedAttribute"].as_str().unwrap_or("{}");
        let extended: Value = serde_json::from_str(extended).unwrap();
        let named_by = ids.iter().filter(|other| *other == id).count();
        if let (Some(instance), Some(name), 1) =
            (found.get(id), extended["instanceName"].as_str(), named_by)
        {
            assert_eq!(
                (&instance["InstanceName"], &instance["EnsRegionId"]),
                (&json!(name), &extended["ensRegionId"])
            );
            told += 1;
        }
    }
    assert!(told > 50, "{told}");
    assert_eq!(
        instances(&sandbox, &ids).await,
        found,
        "the same every time"
    );
    // An empty list of ids is a filter that nothing passes.
    let none = sandbox
        .ens("DescribeInstances", &[("InstanceIds", "[]")])
        .await
        .body;
    assert_eq!(none["TotalCount"], 0);
}

#[tokio::test]
async fn ens_pages_instances_and_tags() {
    let sandbox = sandbox(400, STEP).await;
    let mut ids = Vec::new();
    for number in 1.. {
        let number = number.to_string();
        let query = [("PageNumber", number.as_str()), ("PageSize", "40")];
        let page = sandbox.ens("DescribeInstances", &query).await.body;
        let page = page["Instances"]["Instance"].as_array().unwrap().clone();
        if page.is_empty() {
            break;
        }
        ids.extend(
            page.iter()
                .map(|it| it["InstanceId"].as_str().unwrap().to_owned()),
        );
    }
    assert!(ids.is_sorted() && ids.len() > 80, "{}", ids.len());

    let asked = ids.iter().take(50).collect::<Vec<_>>();
    let names: Vec<String> = (1..=50).map(|n| format!("ResourceId.{n}")).collect();
    let (mut rows, mut token) = (Vec::new(), String::new());
    loop {
        let mut query = vec![("ResourceType", "instance")];
        query.extend(
            names
                .iter()
                .zip(&asked)
                .map(|(name, id)| (name.as_str(), id.as_str())),
        );
        if !token.is_empty() {
            query.push(("NextToken", &token));
        }
        let page = sandbox.ens("ListTagResources", &query).await.body;
        rows.extend(page["TagResources"].as_array().unwrap().clone());
        token = page["NextToken"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert!(rows.len() > 100, "{}", rows.len());
    assert!(
        rows.iter()
            .all(|row| asked.iter().any(|id| row["ResourceId"] == **id))
    );
}

#[tokio::test]
async fn ens_refuses_what_it_documents() {
    let sandbox = sandbox(4, STEP).await;
    let many = serde_json::to_string(&vec!["i-1"; 101]).unwrap();
    for (action, query, code) in [
        (
            "DescribeInstances",
            vec![("InstanceIds", many.as_str())],
            "InvalidParameter.InstanceIds",
        ),
        (
            "DescribeInstances",
            vec![("InstanceIds", "i-1,i-2")],
            "InvalidParameter.InstanceIds",
        ),
        (
            "DescribeInstances",
            vec![("PageSize", "101")],
            "InvalidParameter.PageSize",
        ),
        (
            "ListTagResources",
            vec![("ResourceId.1", "i-1")],
            "MissingParameter",
        ),
        (
            "ListTagResources",
            vec![("ResourceType", "instance")],
            "MissingParameter",
        ),
        (
            "ListTagResources",
            vec![("ResourceType", "disk"), ("ResourceId.1", "i-1")],
            "InvalidParameter.ResourceType",
        ),
    ] {
        let answer = sandbox.ens(action, &query).await;
        assert_eq!((answer.status, answer.code()), (400, code), "{query:?}");
    }
}

#[tokio::test]
async fn huawei_names_servers_and_gives_a_row_of_nulls_for_an_id_that_is_nobodys() {
    let sandbox = sandbox(200, STEP).await;
    let events = sandbox.huawei_events(&[]).await;
    let id = events[0]["instance_id"].as_str().unwrap();
    let ids = format!("{id},nobody");
    let found = servers(&sandbox, &[("server_id", &ids), ("name", "is ignored")]).await;
    assert_eq!(found["count"], 2);
    let [one, nobody] = found["servers"].as_array().unwrap().as_slice() else {
        panic!("{found}");
    };
    assert_eq!(one["id"], id);
    assert!(one["name"].is_string() && one["tags"].is_array(), "{one}");
    assert_eq!(nobody["id"], "nobody");
    for (field, value) in nobody.as_object().unwrap() {
        assert!(
            value.is_null() || ["id", "fault"].contains(&field.as_str()),
            "{field}"
        );
    }
    // Page by page.
    let (mut all, mut marker) = (Vec::new(), String::new());
    loop {
        let page = servers(&sandbox, &[("limit", "30"), ("marker", &marker)]).await;
        let page = page["servers"].as_array().unwrap().clone();
        all.extend(page.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        match page.last() {
            Some(last) if page.len() == 30 => last["id"].as_str().unwrap().clone_into(&mut marker),
            _ => break,
        }
    }
    assert!(
        all.is_sorted() && all.iter().any(|other| other == id),
        "{all:?}"
    );
    assert_eq!(
        all.len(),
        servers(&sandbox, &[("limit", "1000")]).await["count"]
    );
}

#[tokio::test]
async fn a_state_document_names_machines_and_lets_them_be_gone() {
    let sandbox = sandbox(2, STEP).await;
    let event = json!({"id": "e-1", "resource_id": "i-1", "type": "Instance:SystemFailure.Redeploy",
        "published_at": "2026-01-01T00:00:00Z", "course": {"kind": "asking", "until": "2999-01-01T00:00:00Z"}});
    let mut gone = event.clone();
    (gone["id"], gone["resource_id"]) = (json!("e-2"), json!("i-2"));
    let state = json!({"version": 1, "events": {"ens": [event, gone]}, "resources": {"ens": [
        {"id": "i-1", "name": "支付-01", "zone": "cn-hangzhou-44", "status": "stopped", "tags": {"service": "pay"}},
        {"id": "i-2", "status": "released"},
        {"id": "i-3", "name": "no event is about it"},
    ]}});
    let answer = sandbox.control(Method::PUT, "state", &state).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let ids = ["i-1", "i-2", "i-3"].map(str::to_owned);
    let found = instances(&sandbox, &ids).await;
    assert_eq!(found.keys().collect::<Vec<_>>(), ["i-1", "i-3"]);
    let one = &found["i-1"];
    assert_eq!(
        (&one["InstanceName"], &one["Status"]),
        (&json!("支付-01"), &json!("Stopped"))
    );
    assert_eq!(
        one["Tags"]["Tags"],
        json!([{"TagKey": "service", "TagValue": "pay"}])
    );
    let exported = sandbox
        .control(Method::GET, "state", &Value::Null)
        .await
        .body;
    assert_eq!(
        exported["resources"]["ens"][1],
        json!({"id": "i-2", "status": "released"})
    );

    let mut wrong = state;
    wrong["resources"]["ens"][2]["id"] = json!("i-1");
    let answer = sandbox.control(Method::PUT, "state", &wrong).await;
    assert_eq!(
        answer.body["message"],
        "the state is wrong at `resources.ens[2]`: the id `i-1` is there twice"
    );
}

#[tokio::test]
async fn faults_meet_look_ups_and_those_of_lists_do_not() {
    let sandbox = sandbox(40, STEP).await;
    sandbox
        .fault(
            json!({"operation": "DescribeInstances", "kind": "error", "status": 403, "times": 1}),
        )
        .await;
    let refused = sandbox.ens("DescribeInstances", &[]).await;
    assert_eq!((refused.status, refused.code()), (403, "NoPermission"));
    sandbox
        .fault(json!({"operation": "*", "kind": "stale_lists", "ms": 5000}))
        .await;
    assert_eq!(sandbox.ens("DescribeInstances", &[]).await.status, 200);
    let log = sandbox.log(0).await;
    assert_eq!(log.last().unwrap()["faults"], json!([]));
}
