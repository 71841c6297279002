//! The documented answers and the recorded parameters, cut off after every byte, and with every byte replaced.

use evenkeel::OperationName::{
    self, AcceptScheduledEvent, BatchEventMigrateInstance, BatchEventRedeployInstance,
    DescribeHistoryEvents, ListScheduledEvents,
};
use evenkeel_tests::check::{Target, byte_of};
use evenkeel_tests::recording::Recording;
use percent_encoding::percent_decode_str;

/// Ends a string, opens one, is no UTF-8, and is no JSON.
const DAMAGES: [u8; 4] = [b'"', b'{', 0xFF, 0];
/// 200, 400 and 429 among the statuses of the check.
const SUCCESS: u8 = 0;
const REFUSALS: [u8; 2] = [4, 9];

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Every beginning of a text, and the text with every byte replaced.
fn damaged(text: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let beginnings = (0..=text.len()).map(|end| text[..end].to_vec());
    let replaced = DAMAGES.iter().flat_map(move |damage| {
        (0..text.len()).map(move |at| {
            let mut text = text.to_vec();
            text[at] = *damage;
            text
        })
    });
    beginnings.chain(replaced)
}

fn answer(operation: OperationName, status: u8, text: &[u8]) {
    for body in damaged(text) {
        let input = [&[byte_of(operation), status, 2], &body[..]].concat();
        Target::Answers.run(&input);
    }
}

#[test]
fn a_damaged_list_gives_a_page_or_an_error() {
    let text = sample("huawei_list_response.json");
    answer(ListScheduledEvents, SUCCESS, &text);
    let ens = br#"{"RequestId":"R","PageNumber":1,"PageSize":10,"TotalCount":11,"Events":[{"EventId":"e-1",
        "EventLevel":"CRITICAL","EventStatus":"Inquiring","EventType":"Instance:SystemUpgrade.Migrate",
        "ExtendedAttribute":"{}","NotBefore":1742538632000,"NotBeforeUtcTime":"2025-03-21T06:30:32Z",
        "PublishTime":1742452232000,"Reason":"\u673a","ResourceId":"i-1\n"}]}"#;
    answer(DescribeHistoryEvents, SUCCESS, ens);
}

#[test]
fn damaged_results_give_one_outcome_an_item() {
    for (file, operation) in [
        ("ens_redeploy_response.json", BatchEventRedeployInstance),
        ("ens_migrate_response.json", BatchEventMigrateInstance),
    ] {
        // The check sends `e-0` and so on.
        let text = String::from_utf8(sample(file)).unwrap();
        let text = text.replace("e-d71ff150945b9c02eb6ebc0016328468", "e-0");
        answer(operation, SUCCESS, text.as_bytes());
    }
}

#[test]
fn a_damaged_refusal_gives_one_outcome_an_item() {
    let errors: Vec<serde_json::Value> = serde_json::from_slice(&sample("errors.json")).unwrap();
    for error in errors {
        let body = error["body"].to_string();
        for status in REFUSALS {
            for operation in [
                ListScheduledEvents,
                AcceptScheduledEvent,
                BatchEventRedeployInstance,
            ] {
                answer(operation, status, body.as_bytes());
            }
        }
    }
}

#[test]
fn damaged_parameters_are_checked_or_refused() {
    let infos = Recording::all().unwrap().into_iter().find_map(|recording| {
        let (_, query) = recording.target.split_once('?')?;
        let infos = query.strip_prefix("EventInfos=")?;
        (recording.name == "ens_py_v3_migrate_full").then(|| {
            percent_decode_str(&infos.replace('+', " "))
                .decode_utf8()
                .unwrap()
                .into_owned()
        })
    });
    let text = format!(r#"{{"EventInfos":{}}}"#, infos.unwrap());
    for input in damaged(text.as_bytes()) {
        Target::Drafts.run(&[&[byte_of(BatchEventMigrateInstance)], &input[..]].concat());
    }
}
