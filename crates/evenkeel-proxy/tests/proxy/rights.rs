//! Who may do what: every route as every role, and what is seen of accounts that one has no role for.

mod scope;

use std::{collections::BTreeSet, fs, path::PathBuf};

use axum::http::StatusCode;
use evenkeel_api::{
    Accounts, Grants, Problem, ProblemCode, Right, Role, Who,
    paths::{self, templates},
};
use evenkeel_store::{NewApiToken, SecretHash};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::{
    client::anonymous,
    login::{JSON, Stand},
};

/// Accounts by name; all where there is none.
pub(crate) fn accounts(ids: &[&str]) -> Accounts {
    if ids.is_empty() {
        return Accounts::All;
    }
    Accounts::These(ids.iter().map(|id| (*id).to_owned()).collect())
}

/// The header of a new token.
pub(crate) async fn token(stand: &Stand, name: &str, grants: &Grants) -> String {
    let token = NewApiToken {
        id: name.to_owned(),
        name: name.to_owned(),
        hash: SecretHash::of(name),
        principal: evenkeel_proxy::local_principal(),
        grants: grants.clone(),
        made_at: 0,
        ends_at: i64::MAX,
    };
    assert!(
        stand
            .db
            .add_api_token(&token, &evenkeel_api::Caller::local())
            .await
            .unwrap()
    );
    format!("Bearer {name}")
}

/// Gives a token other rights; whether there is one.
pub(crate) async fn grant(stand: &Stand, name: &str, grants: &Grants) -> bool {
    let by = evenkeel_api::Caller::local();
    let granted = stand.db.grant_api_token(name, grants, &by, 1).await;
    granted.unwrap()
}

/// What was answered: nothing is read of what goes on for ever.
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) code: Option<ProblemCode>,
    pub(crate) detail: String,
}

pub(crate) async fn ask(stand: &Stand, method: &str, path: &str, token: &str, body: &str) -> Said {
    let headers = [
        JSON,
        ("authorization", token),
        ("idempotency-key", "the-key"),
    ];
    let request = anonymous(method, path, &headers, body);
    let answer = stand.router.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    if status.is_success() {
        let (code, detail) = (None, String::new());
        return Said {
            status,
            code,
            detail,
        };
    }
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let problem: Problem = serde_json::from_slice(&body).unwrap();
    Said {
        status,
        code: problem.code.known(),
        detail: problem.detail,
    }
}

/// Orders something for an account; its id.
pub(crate) async fn order(stand: &Stand, token: &str, body: &str, key: &str) -> String {
    let headers = [JSON, ("authorization", token), ("idempotency-key", key)];
    let request = anonymous("POST", &paths::batches(), &headers, body);
    let answer = crate::client::send(&stand.router, request).await;
    assert_eq!(
        answer.head.status(),
        StatusCode::CREATED,
        "{}",
        answer.text()
    );
    let batch: evenkeel_api::Batch = serde_json::from_slice(&answer.body).unwrap();
    batch.summary.id
}

pub(crate) const EDGE_ORDER: &str = r#"{"account":"edge","action":"reboot","items":[{"event_id":"e-1","resource_id":"i-1","when":"now"}]}"#;

struct Row {
    method: String,
    template: String,
    right: Right,
    /// Of each role, in their order, whether it may.
    may: Vec<bool>,
}

/// The table of the page: it is what this test goes by.
fn table() -> Vec<Row> {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/rights.md");
    let page = fs::read_to_string(page).unwrap();
    let head = format!(
        "| route | right | {} |",
        Role::ALL.map(Role::as_str).join(" | ")
    );
    assert!(page.contains(&head), "{head}");
    let rows = page.lines().filter(|line| line.contains("` | `"));
    let rows = rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches(['|', ' ']).split(" | ").collect();
        let (method, path) = cells[0].trim_matches('`').split_once(' ').unwrap();
        let right = cells[1].trim_matches('`');
        let right = Right::ALL.into_iter().find(|it| it.as_str() == right);
        let may = cells[2..].iter().map(|cell| match *cell {
            "yes" => true,
            "–" => false,
            other => panic!("{line}: {other}"),
        });
        Row {
            method: method.to_owned(),
            template: path.strip_prefix(paths::API).unwrap().to_owned(),
            right: right.unwrap(),
            may: may.collect(),
        }
    });
    rows.collect()
}

#[tokio::test]
async fn every_route_is_for_the_roles_that_the_page_says() {
    let stand = Stand::new().await;
    let admin = token(&stand, "everything", &Grants::everything()).await;
    let id = order(&stand, &admin, EDGE_ORDER, "first").await;
    let table = table();

    let listed: BTreeSet<&str> = table.iter().map(|row| row.template.as_str()).collect();
    let there = templates::ALL.iter().copied();
    let there: BTreeSet<&str> = there
        .filter(|path| !crate::login::OPEN.contains(path))
        .collect();
    assert_eq!(listed, there);

    let path = |template: &str| {
        let path = template
            .replace("{account}", "edge")
            .replace("{operation}", "DescribeHistoryEvents")
            .replace("{id}", &id)
            .replace("{index}", "0")
            .replace("{event_id}", "e-1");
        format!("{}{path}", paths::API)
    };
    for (number, role) in Role::ALL.into_iter().enumerate() {
        let grants = Grants::one(role, Accounts::All);
        let header = token(&stand, role.as_str(), &grants).await;
        for row in &table {
            let Row {
                method, template, ..
            } = row;
            let may = row.may[number];
            let what = format!("{role}: {method} {template}");
            assert_eq!(role.rights().contains(&row.right), may, "{what}");
            let said = ask(&stand, method, &path(template), &header, "{}").await;
            assert_ne!(said.status, StatusCode::UNAUTHORIZED, "{what}");
            assert_eq!(
                said.status == StatusCode::FORBIDDEN,
                !may,
                "{what}: {}",
                said.detail
            );
            if !may {
                assert_eq!(said.code, Some(ProblemCode::NotAllowed), "{what}");
                let right = format!("the right `{}`", row.right);
                assert!(said.detail.contains(&right), "{what}: {}", said.detail);
            }
        }
        // There is nothing beside the table.
        for template in &there {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                let is_row = |row: &Row| row.method == method && row.template == *template;
                if table.iter().any(is_row) {
                    continue;
                }
                let said = ask(&stand, method, &path(template), &header, "{}").await;
                let what = format!("{role}: {method} {template}");
                assert_eq!(said.code, Some(ProblemCode::MethodNotAllowed), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn whoever_was_granted_nothing_may_do_nothing() {
    let stand = Stand::new().await;
    let header = token(&stand, "nothing", &Grants::default()).await;
    for row in table() {
        let path = format!("{}{}", paths::API, row.template.replace(['{', '}'], ""));
        let said = ask(&stand, &row.method, &path, &header, "{}").await;
        assert_eq!(
            said.code,
            Some(ProblemCode::NotAllowed),
            "{} {path}",
            row.method
        );
    }
}

#[tokio::test]
async fn what_is_counted_of_all_accounts_is_for_those_who_see_all() {
    let stand = Stand::new().await;
    for (name, ids, status) in [
        ("some", &["edge"][..], StatusCode::FORBIDDEN),
        ("all", &[], StatusCode::OK),
    ] {
        let grants = Grants::one(Role::Viewer, accounts(ids));
        let header = token(&stand, name, &grants).await;
        let said = ask(&stand, "GET", paths::METRICS, &header, "").await;
        assert_eq!(said.status, status, "{name}: {}", said.detail);
    }
}

#[tokio::test]
async fn everybody_is_told_what_they_may_do() {
    let stand = Stand::new().await;
    let grants = Grants::one(Role::Operator, accounts(&["edge"]));
    let header = token(&stand, "ci", &grants).await;
    let answer = stand
        .get(&paths::session(), &[("authorization", &header)])
        .await;
    let who: Who = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(who.grants, grants);
}

#[tokio::test]
async fn another_role_counts_from_the_next_request_on() {
    let stand = Stand::new().await;
    let header = token(&stand, "ci", &Grants::everything()).await;
    let audit = async || {
        ask(&stand, "GET", &paths::audit(), &header, "")
            .await
            .status
    };
    assert_eq!(audit().await, StatusCode::OK);
    let viewer = Grants::one(Role::Viewer, Accounts::All);
    assert!(grant(&stand, "ci", &viewer).await);
    assert_eq!(audit().await, StatusCode::FORBIDDEN);
}
