//! `docs/refusals.md` says of every code that the sandbox refuses with what it means, whether the call may have acted all
//! the same, and what to do. The rows are those that the SDKs are shown; what stands in them is what the core makes of
//! them. `BLESS=1 cargo test -p evenkeel-tests --test errors` writes them anew.

use std::{env, fs, path::PathBuf};

use evenkeel::{
    Chunk, ErrorClass, Judgement, Operation, OperationName, Outcome, Provider, Response, Rules,
    Timestamp,
};
use serde_json::{Value, json};

use crate::{answer, refused};

const BEGIN: &str = "<!-- codes: begin -->\n";
const END: &str = "<!-- codes: end -->\n";

/// A code with its status, and every mistake that is answered with it.
struct Row {
    status: u16,
    code: String,
    mistakes: Vec<String>,
}

fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn rows(cloud: &str) -> Vec<Row> {
    let text = fs::read_to_string(file("conformance/refusals.json")).unwrap();
    let all: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut rows: Vec<Row> = Vec::new();
    for one in all.iter().filter(|one| one["cloud"] == cloud) {
        let text = |key: &str| one[key].as_str().unwrap().to_owned();
        let status = u16::try_from(one["status"].as_u64().unwrap()).unwrap();
        let (code, mistake) = (text("code"), text("refusal"));
        let same = |row: &&mut Row| row.code == code && row.status == status;
        match rows.iter_mut().find(same) {
            Some(row) => row.mistakes.push(mistake),
            None => rows.push(Row {
                status,
                code,
                mistakes: vec![mistake],
            }),
        }
    }
    assert!(rows.len() > 5, "{cloud}");
    rows
}

/// A call of a cloud's that acts, and a body by which it is refused.
fn refusal(provider: Provider, code: &str) -> (OperationName, &'static str, Value) {
    let rpc = json!({"Code": code, "Message": "m", "RequestId": "R"});
    match provider {
        Provider::Ens => {
            let call =
                r#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate"}]}"#;
            let body = match code.strip_prefix("Results[0].Code ") {
                Some(code) => {
                    json!({"RequestId": "R", "Results": [{"EventId": "e-1", "ResourceId": "i-1",
                    "Code": code, "Message": "m"}]})
                }
                None => rpc,
            };
            (OperationName::BatchEventRebootInstance, call, body)
        }
        Provider::AlibabaEcs => {
            let call = r#"{"InstanceId":["i-1"],"BatchOptimization":"SuccessFirst"}"#;
            let body = match code.strip_prefix("InstanceResponse[0].Code ") {
                Some(code) => json!({"RequestId": "R", "InstanceResponses": {"InstanceResponse": [
                    {"InstanceId": "i-1", "Code": code, "Message": "m"}]}}),
                None => rpc,
            };
            (OperationName::RebootInstances, call, body)
        }
        Provider::HuaweiEcs => (
            OperationName::AcceptScheduledEvent,
            r#"{"id":"1","not_before":"now"}"#,
            json!({"error_code": code, "error_msg": "m"}),
        ),
    }
}

fn judge(name: OperationName, call: &str, response: &Response) -> Judgement {
    let rules = Rules::at(Timestamp::from_millis(0));
    let operation = Operation::parse_json(name, call.as_bytes(), &rules);
    let chunk = Chunk::from_operation(operation.unwrap().value).unwrap();
    chunk.judge(response)
}

/// Whether the call may have acted, and what to do.
fn advice(judgement: &Judgement, class: Option<ErrorClass>) -> (&'static str, &'static str) {
    let outcomes = match judgement {
        Judgement::Throttled { .. } => {
            return ("no", "the same again after the hint, or after some seconds");
        }
        Judgement::Settled(outcomes) => outcomes,
    };
    let [outcome] = &outcomes[..] else {
        panic!("{outcomes:?}")
    };
    match (outcome, class) {
        (Outcome::Unknown { .. }, Some(ErrorClass::NotFound)) => (
            "this one no, one before it maybe",
            "read the event: its state says whether somebody's answer was taken",
        ),
        (Outcome::Unknown { .. }, _) => (
            "maybe",
            "read the event before anything is sent again: its state settles it",
        ),
        (Outcome::Rejected { .. }, class) => {
            let what = match class {
                Some(ErrorClass::Credentials) => {
                    "mend the key (`evenkeel accounts check` says what is wrong), then again"
                }
                Some(ErrorClass::Clock) => "set this machine's clock, then again",
                Some(ErrorClass::Denied) => "grant the permission, then again",
                Some(ErrorClass::NotFound) => {
                    "read the list: it is gone, or another account's or region's"
                }
                Some(ErrorClass::Invalid) => {
                    "what is asked for, the event or the instance has to be otherwise first"
                }
                Some(ErrorClass::Other) => "later again, if the event is as it was",
                None => "read the item's own code and message, as if it were a call's",
                Some(class @ (ErrorClass::Throttled | ErrorClass::Unavailable)) => {
                    panic!("{class:?} is no plain no")
                }
            };
            ("no", what)
        }
        (outcome, _) => panic!("{outcome:?} of a refusal"),
    }
}

fn table(provider: Provider, cloud: &str) -> String {
    let mut table =
        "| code | said of | class | may it have acted | what to do |\n|---|---|---|---|---|\n"
            .to_owned();
    for row in rows(cloud) {
        let (name, call, body) = refusal(provider, &row.code);
        let response = answer(row.status, &[], body.to_string());
        // What fails within a success has no class.
        let class = (row.status >= 400).then(|| refused(provider, &response).class);
        let (acted, what) = advice(&judge(name, call, &response), class);
        let class = class.map_or("–".to_owned(), |class| format!("`{class}`"));
        let line = format!(
            "| {} `{}` | {} | {class} | {acted} | {what} |\n",
            row.status,
            row.code,
            row.mistakes.join("; ")
        );
        table += &line;
    }
    table
}

#[test]
fn the_page_says_of_every_code_what_it_means_and_what_to_do() {
    let clouds = [
        (Provider::Ens, "ens"),
        (Provider::AlibabaEcs, "ecs"),
        (Provider::HuaweiEcs, "huawei"),
    ];
    assert_eq!(clouds.len(), Provider::ALL.len());
    let made: Vec<String> = clouds
        .iter()
        .map(|(provider, cloud)| {
            let name = provider.facts().name_en;
            format!("### Codes of {name}\n\n{}", table(*provider, cloud))
        })
        .collect();
    let made = made.join("\n");
    let path = file("../docs/refusals.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (there, after) = rest.split_once(END).unwrap();
    if env::var_os("BLESS").is_some() {
        fs::write(&path, format!("{before}{BEGIN}\n{made}\n{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        there,
        format!("\n{made}\n"),
        "say BLESS=1, and read what changed"
    );
}
