//! The outcomes of a run as a file.

use super::choices::Choices;
use super::run::{Entry, Reading, Run};
use super::words;
use crate::csv;
use crate::i18n::Strings;

/// The heads of the columns and a line an item; words of outcomes and actions as machines know them.
pub fn to_csv(choices: &Choices, run: &Run, t: Strings) -> String {
    let head = [
        t.column_account(),
        t.act_column_action(),
        t.detail_event_id(),
        t.resource_filter(),
        t.detail_raw_type(),
        t.act_column_outcome(),
        t.act_column_code(),
        t.act_column_message(),
        t.act_column_request(),
        t.act_column_state(),
    ];
    let lines = run.entries.iter().map(|entry| line(choices, entry, t));
    csv::write([head.map(str::to_owned).to_vec()].into_iter().chain(lines))
}

fn line(choices: &Choices, entry: &Entry, t: Strings) -> Vec<String> {
    let (code, message) = match entry.outcome() {
        Some(evenkeel::Outcome::Rejected { code, message, .. }) => (code.clone(), message.clone()),
        Some(outcome) => (String::new(), words::detail(outcome, t)),
        None => (String::new(), String::new()),
    };
    let state = match &entry.reading {
        Some(Reading::Seen(state)) => state.raw.clone(),
        _ => String::new(),
    };
    vec![
        choices.account.clone(),
        choices.action.to_string(),
        entry.event.id.clone(),
        entry.event.resource_id.clone(),
        entry.event.event_type.raw.clone(),
        entry
            .kind()
            .map(|kind| kind.as_str().to_owned())
            .unwrap_or_default(),
        code,
        message,
        entry
            .outcome()
            .and_then(words::request_id)
            .unwrap_or_default()
            .to_owned(),
        state,
    ]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use evenkeel::{Action, Locale, Outcome, Provider};

    use super::*;
    use crate::act::runner::Note;
    use crate::act::sample::ens;
    use crate::state::plan::Group;

    #[test]
    fn writes_a_line_an_item_with_the_clouds_words_disarmed() {
        let event = Arc::new(ens("1", "Instance:SystemFailure.Redeploy"));
        let choices = Choices::of(&Group {
            account: "edge".into(),
            provider: Provider::Ens,
            action: Action::Redeploy,
            events: vec![Arc::clone(&event)],
        });
        let mut run = Run::new([(0, event)]);
        run.take(Note::Settled {
            items: vec![0],
            outcomes: vec![Outcome::Rejected {
                code: "403".into(),
                message: "=cmd()".into(),
                request_id: Some("R-1".into()),
            }],
        });
        let file = to_csv(&choices, &run, Strings(Locale::En));
        assert_eq!(
            file.lines().nth(1),
            Some(
                "edge,redeploy,e-1,i-1,Instance:SystemFailure.Redeploy,rejected,403,\"'=cmd()\",R-1,"
            )
        );
    }
}
