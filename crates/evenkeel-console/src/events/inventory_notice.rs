//! What is wrong with the operator's own inventory.

use evenkeel::visible::visible;
use evenkeel_api::{InventoryProblem, InventoryStatus};
use leptos::prelude::*;

use super::store::use_events;
use crate::i18n::{Strings, t};
use crate::labels::many;
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;

/// How many problems are listed; `evenkeel accounts check` tells them all.
const LISTED: usize = 5;

/// `labels.csv:7:3`, as editors take it.
fn place(file: &str, problem: &InventoryProblem) -> String {
    let mut place = visible(file).into_owned();
    for number in [problem.line, problem.column].into_iter().flatten() {
        place.push(':');
        place.push_str(&number.to_string());
    }
    place
}

/// A headline, a sentence and lines; nothing where all is well.
fn told(status: &InventoryStatus, t: Strings) -> Option<(String, String, Vec<String>)> {
    let InventoryStatus { file, problems, .. } = status;
    if let Some(error) = &status.error {
        let message = visible(&error.message);
        let text = match status.read_at {
            Some(_) => t.inventory_unusable_text(message),
            None => t.inventory_unusable_first(message),
        };
        return Some((t.inventory_unusable(place(file, error)), text, Vec::new()));
    }
    let title = match status.problem_count {
        0 => return None,
        1 => t.inventory_problem_one(visible(file)),
        count => t.inventory_problems(many(count), visible(file)),
    };
    let line = |problem: &InventoryProblem| {
        format!("{}: {}", place(file, problem), visible(&problem.message))
    };
    let lines = problems.iter().take(LISTED).map(line).collect();
    Some((title, String::new(), lines))
}

#[component]
pub fn InventoryNotice() -> impl IntoView {
    let events = use_events();
    let told = Memo::new(move |_| events.inventory.status.with(|it| told(it.as_ref()?, t())));
    move || {
        told.get().map(|(title, text, lines)| {
            view! {
                <Banner tone=Tone::Attention>
                    <div class="notice-text">
                        <strong>{title}</strong>
                        <p dir="auto">{text}</p>
                        {lines
                            .into_iter()
                            .map(|line| view! { <p class="notice-fine mono" dir="auto">{line}</p> })
                            .collect_view()}
                    </div>
                </Banner>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;

    use super::*;
    use crate::fixture::at;

    const EN: Strings = Strings(Locale::En);

    fn problem(line: u64, message: &str) -> InventoryProblem {
        InventoryProblem {
            line: Some(line),
            column: Some(2),
            message: message.to_owned(),
        }
    }

    #[test]
    fn a_file_that_cannot_be_used_says_what_is_in_force() {
        let mut status = InventoryStatus {
            file: "labels.csv".to_owned(),
            read_at: Some(at(1)),
            resources: 3,
            problem_count: 0,
            problems: Vec::new(),
            error: None,
        };
        assert_eq!(told(&status, EN), None);
        status.error = Some(problem(7, "is not\u{202e} UTF-8"));
        let (title, text, _) = told(&status, EN).unwrap();
        assert_eq!(title, "The inventory cannot be used: labels.csv:7:2");
        assert_eq!(
            text,
            r"is not\u{202e} UTF-8. What was read before stays in force."
        );
        status.read_at = None;
        assert!(told(&status, EN).unwrap().1.ends_with("no names from it."));
    }

    #[test]
    fn bad_rows_are_told_with_their_places() {
        let status = InventoryStatus {
            file: "labels.csv".to_owned(),
            read_at: Some(at(1)),
            resources: 3,
            problem_count: 1_200,
            problems: (1..=100).map(|line| problem(line, "bad")).collect(),
            error: None,
        };
        let (title, _, lines) = told(&status, EN).unwrap();
        let wanted = "1,200 problems in the inventory labels.csv: those rows are not used";
        assert_eq!(title, wanted);
        assert_eq!((lines.len(), lines[0].as_str()), (5, "labels.csv:1:2: bad"));
    }
}
