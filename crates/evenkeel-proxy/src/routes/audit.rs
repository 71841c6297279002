//! `/api/v1/audit`: what was done, by whom.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
};
use evenkeel_api::{AuditPage, AuditRecord};
use serde_json::value::RawValue;

use crate::{
    app::App,
    problem::{Problem, ProblemCode},
};

/// How many records a page has, unless it is asked for, and at most.
const LIMITS: (u32, u32) = (100, 1000);

/// The records after one of them, oldest first.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Json<AuditPage>, Problem> {
    let (after, limit) = parse(query.as_deref().unwrap_or_default())?;
    // One more than wanted tells whether there are more.
    let mut found = app.engine.store.audit_after(after, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| more).map(|record| record.seq);
    let records = found
        .into_iter()
        .map(|found| {
            let record = RawValue::from_string(found.record).map_err(|_| {
                let detail = format!("record {} of the audit is no JSON", found.seq);
                Problem::new(ProblemCode::Internal, detail)
            })?;
            let hash = found.hash;
            Ok(AuditRecord { hash, record })
        })
        .collect::<Result<_, Problem>>()?;
    Ok(Json(AuditPage { records, next }))
}

fn parse(query: &str) -> Result<(u64, u32), Problem> {
    let (mut after, mut limit) = (0, LIMITS.0);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let wrong = |what: &str| {
            let detail = format!("`{name}` {what}");
            Problem::new(ProblemCode::InvalidParameters, detail)
        };
        match &*name {
            "after" => {
                let known = value.parse().ok();
                after = known.ok_or_else(|| wrong("must be the number of a record"))?;
            }
            "limit" => {
                let known = value.parse().ok().filter(|it| (1..=LIMITS.1).contains(it));
                limit = known.ok_or_else(|| wrong("must be a number from 1 to 1000"))?;
            }
            _ => return Err(wrong("is not known here: after, limit")),
        }
    }
    Ok((after, limit))
}
