//! What became of a batch, as a file.

use evenkeel::{Event, When};
use evenkeel_api::{BatchSummary, Item};
use serde::Serialize;

use super::labels;
use crate::csv;
use crate::i18n::Strings;

/// The heads of the columns and a line an item; words of states and actions as machines know them, times in UTC.
pub fn to_csv<'a>(
    batch: &BatchSummary,
    items: impl IntoIterator<Item = (&'a Item, Option<&'a Event>)>,
    t: Strings,
) -> String {
    let head = [
        t.batch_column_id(),
        t.column_account(),
        t.act_column_action(),
        t.detail_event_id(),
        t.resource_filter(),
        t.detail_raw_type(),
        t.act_when(),
        t.batch_column_policy(),
        t.act_column_outcome(),
        t.batch_column_maintenance(),
        t.batch_column_why(),
        t.act_column_request(),
        t.batch_column_attempts(),
        t.batch_column_since(),
        t.act_column_state(),
        t.column_name(),
    ];
    let lines = items
        .into_iter()
        .map(|(item, event)| line(batch, item, event, t));
    csv::write([head.map(str::to_owned).to_vec()].into_iter().chain(lines))
}

fn line(batch: &BatchSummary, item: &Item, event: Option<&Event>, t: Strings) -> Vec<String> {
    let when = match item.when {
        When::Now => "now".to_owned(),
        When::At(at) => at.to_string(),
    };
    vec![
        batch.id.clone(),
        batch.account.clone(),
        batch.action.to_string(),
        item.event_id.clone(),
        item.resource_id.clone(),
        event
            .map(|event| event.event_type.raw.clone())
            .unwrap_or_default(),
        when,
        item.data_policy
            .map(|policy| policy.as_str().to_owned())
            .unwrap_or_default(),
        item.state.to_string(),
        item.maintenance
            .map(|stage| stage.to_string())
            .unwrap_or_default(),
        labels::why(item, t),
        item.request_id.clone().unwrap_or_default(),
        item.attempts.to_string(),
        item.updated_at.to_string(),
        event
            .map(|event| event.state.raw.clone())
            .unwrap_or_default(),
        item.resource
            .as_ref()
            .and_then(|it| it.name.clone())
            .unwrap_or_default(),
    ]
}

/// The batch and its items as the server tells them.
///
/// # Errors
/// It cannot fail: every part has text keys.
pub fn to_json<'a>(
    batch: &BatchSummary,
    items: impl IntoIterator<Item = &'a Item>,
) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct File<'a> {
        #[serde(flatten)]
        batch: &'a BatchSummary,
        items: Vec<&'a Item>,
    }
    let items = items.into_iter().collect();
    serde_json::to_string_pretty(&File { batch, items })
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;
    use evenkeel_api::ItemState;

    use super::*;
    use crate::fixture::{ens, item, named, summary};

    #[test]
    fn writes_a_line_an_item_with_the_clouds_words_disarmed() {
        let mut rejected = item(1, ItemState::Rejected);
        rejected.message = Some("=cmd()".to_owned());
        rejected.request_id = Some("R-1".to_owned());
        rejected.attempts = 2;
        rejected.resource = Some(named("web-1, the first"));
        let batch = summary("b-1", std::slice::from_ref(&rejected));
        let event = ens("e-1", "Instance:SystemFailure.Redeploy", "Inquiring");
        let file = to_csv(&batch, [(&rejected, Some(&event))], Strings(Locale::En));
        assert_eq!(
            file.lines().nth(1),
            Some(
                "b-1,edge,redeploy,e-1,i-1,Instance:SystemFailure.Redeploy,now,,rejected,,\"'=cmd()\",R-1,2,1970-01-01T00:00:00Z,Inquiring,\"web-1, the first\""
            )
        );
    }

    #[test]
    fn the_json_file_reads_back() {
        let items = [item(0, ItemState::Accepted), item(1, ItemState::Unknown)];
        let batch = summary("b-1", &items);
        let text = to_json(&batch, &items).unwrap();
        let read: evenkeel_api::Batch = serde_json::from_str(&text).unwrap();
        assert_eq!((read.summary, read.items), (batch, items.to_vec()));
    }
}
