//! `POST /api/v1/accounts/{account}/operations/{operation}`, for operations that only read.

use std::{sync::Arc, time::Instant};

use axum::{
    Extension,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use evenkeel::{Operation, OperationName, Provider, Report, Rules, Severity, Timestamp};
use evenkeel_api::{Right, headers, paths};
use evenkeel_engine::{Account, Asker, CallClass, CallFailure, KeyAnswer};
use serde::de::IgnoredAny;

use crate::{
    app::App,
    body::is_json_type,
    problem::{CallOutcome, Problem, ProblemCode},
    request_context::RequestContext,
    rights::Allowed,
};

/// The largest parameters taken, in bytes: a thousand times what one call needs.
const BODY_LIMIT: usize = 256 * 1024;
/// The most issues that an answer lists: a small body of empty items has very many.
const MOST_ISSUES: usize = 1000;

const ORIGIN: (HeaderName, HeaderValue) = (
    HeaderName::from_static(headers::ORIGIN),
    HeaderValue::from_static(headers::ORIGIN_PROVIDER),
);

/// What of the provider's headers is passed on: its request id, its hint when to retry.
fn passed_on() -> impl Iterator<Item = &'static str> {
    Provider::ALL
        .iter()
        .flat_map(|cloud| {
            [
                Some(cloud.request_id_header()),
                cloud.retry_after_ms_header(),
            ]
        })
        .flatten()
        .chain(["retry-after"])
}

/// Checks the parameters, signs the request they make, sends it, and hands the answer through.
pub(crate) async fn call(
    State(app): State<Arc<App>>,
    Extension(context): Extension<RequestContext>,
    allowed: Allowed,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Path((account, operation)) = path.map_err(|_| {
        Problem::new(
            ProblemCode::UnknownAccount,
            "the account's name is not text",
        )
    })?;
    let account = Arc::clone(allowed.account(&app, &account)?);
    context.note(|known| known.account = Some(account.id().to_owned()));
    let name = find_operation(&account, &operation)?;
    context.note(|known| known.operation = Some(name.as_str()));
    if let Some(action) = name.action() {
        let order = allowed.with(Right::Order);
        order.require(account.id(), Problem::unknown_account)?;
        // What changes something leaves through the journal alone.
        let detail = format!(
            "`{}` changes something: send it as a batch with the action `{action}` to POST {}",
            name.as_str(),
            paths::batches()
        );
        return Err(Problem::new(ProblemCode::UseBatches, detail));
    }
    let (body, _room) = app.bodies.read_json(&headers, body, BODY_LIMIT).await?;

    let now = Timestamp::from_millis(app.engine.upstream.clock().now_ms());
    let checked = Operation::parse_json(name, &body, &Rules::at(now))
        .map_err(|report| refused(name, report))?;
    pass(send(app, account, checked.value, context).await?)
}

fn refused(name: OperationName, mut report: Report) -> Problem {
    let all = report.issues.len();
    let listed = if all > MOST_ISSUES {
        let issues = &mut report.issues;
        issues.retain(|issue| issue.severity == Severity::Error);
        issues.truncate(MOST_ISSUES);
        format!(
            " in {all} places; the first {} errors are listed",
            issues.len()
        )
    } else {
        String::new()
    };
    let name = name.as_str();
    let detail = format!("the parameters of {name} break its rules{listed}");
    Problem::new(ProblemCode::InvalidParameters, detail).with_issues(report)
}

fn find_operation(account: &Account, text: &str) -> Result<OperationName, Problem> {
    let own = || {
        let names: Vec<_> = OperationName::ALL
            .iter()
            .filter(|name| name.provider() == account.provider())
            .map(|name| format!("`{}`", name.as_str()))
            .collect();
        format!(
            "`{}` accounts have {}",
            account.provider().as_str(),
            names.join(", ")
        )
    };
    match text.parse::<OperationName>() {
        Ok(name) if name.provider() == account.provider() => Ok(name),
        Ok(name) => Err(Problem::new(
            ProblemCode::UnknownOperation,
            format!(
                "`{}` is no operation of this account's cloud; {}",
                name.as_str(),
                own()
            ),
        )),
        Err(_) => Err(Problem::new(
            ProblemCode::UnknownOperation,
            format!("no operation of that name; {}", own()),
        )),
    }
}

/// Sends in a task of its own: a client that goes away must not cut a call in half.
async fn send(
    app: Arc<App>,
    account: Arc<Account>,
    operation: Operation,
    context: RequestContext,
) -> Result<evenkeel::Response, CallFailure> {
    let keys = &app.engine.keys;
    let asker = Asker::Person(app.engine.clock.now_ms());
    let permit = keys
        .read(&account, asker)
        .await
        .map_err(|rest| CallFailure::resting(&rest, app.engine.clock.now_ms()))?;
    let task = tokio::spawn(async move {
        let scope = account.scope();
        let (upstream, begun) = (&app.engine.upstream, Instant::now());
        let answer = upstream.send(&account, &operation.request(&scope)).await;
        let took = begun.elapsed();
        let count = |failure: Option<&CallFailure>| {
            let class = CallClass::of(failure.map(|it| it.kind().as_str()));
            let name = operation.name().as_str();
            upstream.metrics().call(account.id(), name, took, class);
        };
        let answer = match answer.map_err(CallFailure::from) {
            Ok(answer) => answer,
            Err(failure) => {
                count(Some(&failure));
                return Err(failure);
            }
        };
        let failure = operation.page(&scope, &answer).err().map(CallFailure::from);
        count(failure.as_ref());
        let key_answer = failure.map_or(KeyAnswer::Taken, |failure| failure.key_answer());
        if permit.answered(key_answer) {
            app.engine.notifier.key_news(&account);
        }
        context.note(|known| {
            known.upstream_status = Some(answer.status);
            known.upstream_request_id = answer.request_id().map(str::to_owned);
        });
        Ok(answer)
    });
    task.await.unwrap_or(Err(CallFailure::Interrupted))
}

/// The provider's answer as it is, with only the headers that are meant for the caller. What is no
/// answer of an API, such as a page of a network that asks for a login, goes no further: here it
/// would have the proxy's own origin.
fn pass(answer: evenkeel::Response) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(answer.status)
        .ok()
        .filter(|status| (200..600).contains(&status.as_u16()));
    let is_json = serde_json::from_slice::<IgnoredAny>(&answer.body).is_ok();
    let Some(status) = status.filter(|_| is_json) else {
        let what = if is_json { "status" } else { "body" };
        let detail = format!(
            "the cloud answered with status {} and a {what} that is none of an API",
            answer.status
        );
        return Err(Problem::new(ProblemCode::UpstreamUnreadable, detail)
            .with_outcome(CallOutcome::Unknown));
    };
    let mut headers = HeaderMap::new();
    let (name, value) = ORIGIN;
    headers.insert(name, value);
    for name in passed_on() {
        let value = answer
            .header(name)
            .and_then(|text| HeaderValue::from_str(text).ok());
        if let Some(value) = value {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let answer_type = answer
        .header("content-type")
        .filter(|text| is_json_type(text))
        .and_then(|text| HeaderValue::from_str(text).ok());
    let mut response = (status, answer.body).into_response();
    // Whatever it is called there, no browser may take it for a page.
    let kind = answer_type.unwrap_or(HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().extend(headers);
    Ok(response)
}
