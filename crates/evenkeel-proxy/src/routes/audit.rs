//! `/api/v1/audit`: what was done, by whom.

mod query;

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
use query::AuditQuery;

/// How many records are read at a time where a filter leaves some out.
const CHUNK: u32 = 1000;
/// How many records one request looks through at most: who wants more asks for the next page.
const MOST_LOOKED_AT: usize = 10_000;

/// The records that are asked for, in the order that is asked for.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Json<AuditPage>, Problem> {
    let query = AuditQuery::parse(query.as_deref().unwrap_or_default())?;
    let mut page = AuditPage {
        records: Vec::new(),
        next: None,
    };
    let wanted = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let chunk = if query.filter.is_empty() {
        // One more than wanted tells whether there are more.
        query.limit + 1
    } else {
        CHUNK
    };
    let mut from = query.from;
    let mut looked_at = 0;
    let store = &app.engine.store;
    loop {
        let found = if query.newest_first {
            store.audit_before(from, chunk).await?
        } else {
            store.audit_after(from, chunk).await?
        };
        let is_last = found.len() < usize::try_from(chunk).unwrap_or(usize::MAX);
        for sealed in found {
            if page.records.len() == wanted || looked_at == MOST_LOOKED_AT {
                page.next = Some(from);
                return Ok(Json(page));
            }
            from = sealed.seq;
            looked_at += 1;
            let record = RawValue::from_string(sealed.record).map_err(|_| odd(from))?;
            let hash = sealed.hash;
            let record = AuditRecord { hash, record };
            if query.filter.is_empty() {
                page.records.push(record);
                continue;
            }
            let act = record.act().map_err(|_| odd(from))?;
            if query.filter.takes(&act) {
                page.records.push(record);
            } else if query.is_past(&act) {
                return Ok(Json(page));
            }
        }
        if is_last {
            return Ok(Json(page));
        }
    }
}

fn odd(seq: u64) -> Problem {
    let detail = format!("record {seq} of the audit is no record");
    Problem::new(ProblemCode::Internal, detail)
}
