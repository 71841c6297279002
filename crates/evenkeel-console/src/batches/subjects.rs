//! Says which machines something is about, by name: an issue of one of them, or a batch of many.

use evenkeel::Locale;
use evenkeel::visible::visible;
use evenkeel_api::{IssueView, Item};
use leptos::prelude::*;

use crate::i18n::{Strings, phrase, t, thousands};
use crate::resource::{self, ResourceName};

/// Machines listed by name; the rest is a number.
const NAMED: usize = 100;
/// Machines named in a line.
const IN_LINE: usize = 3;

/// An issue with its machine first: `web-1 (i-1) · items[3].when: …`. `called` tells what an item's machine is called.
pub fn issue(it: &IssueView, called: impl Fn(usize) -> Option<String>, locale: Locale) -> String {
    let (place, text) = (&it.location, it.text(locale));
    match item_of(&it.pointer).and_then(called) {
        Some(name) => format!("{name} · {place}: {text}"),
        None => format!("{place}: {text}"),
    }
}

/// The index of the item that a pointer such as `/items/3/when` leads to.
fn item_of(pointer: &str) -> Option<usize> {
    let mut steps = pointer.strip_prefix("/items/")?.split('/');
    steps.next()?.parse().ok()
}

/// The first of them by name, and how many more there are.
pub fn in_a_line(names: impl Iterator<Item = String>, total: usize, t: Strings) -> String {
    let mut parts: Vec<String> = names.take(IN_LINE).collect();
    let more = total.saturating_sub(parts.len());
    if more > 0 && !parts.is_empty() {
        parts.push(t.act_and_more(thousands(more)));
    }
    t.list(&parts)
}

/// What the machine of an item is called, and its id; as both can be shown.
pub fn of_item(item: &Item) -> (Option<String>, String) {
    let name = resource::name(item.resource.as_ref());
    (name, visible(&item.resource_id).into_owned())
}

/// A list of machines, of which not all may be here.
#[component]
pub fn Machines(machines: Vec<(Option<String>, String)>, total: usize) -> impl IntoView {
    let more = total.saturating_sub(machines.len().min(NAMED));
    let lines = machines
        .into_iter()
        .take(NAMED)
        .map(|(name, id)| {
            view! {
                <li>
                    <ResourceName name=Signal::stored(name) id=Signal::stored(id) />
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="subjects" tabindex="0" aria-label=phrase(Strings::subjects)>
            {lines}
            {(more > 0).then(|| view! { <li>{move || t().act_and_more(thousands(more))}</li> })}
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_api::ItemState;

    use super::*;
    use crate::fixture::{item, named};

    #[test]
    fn an_issue_names_its_machine_before_its_place() {
        let it: IssueView = serde_json::from_str(
            r#"{"pointer":"/items/3/when","location":"items[3].when","code":"later",
                "severity":"warning","message":"told later"}"#,
        )
        .unwrap();
        let called = |index| (index == 3).then(|| "web-1 (i-1)".to_owned());
        let said = issue(&it, called, Locale::En);
        assert_eq!(said, "web-1 (i-1) · items[3].when: told later");
        assert_eq!(
            issue(&it, |_| None, Locale::En),
            "items[3].when: told later"
        );
        assert_eq!(item_of("/password"), None);
    }

    #[test]
    fn a_line_names_the_first_and_counts_the_rest() {
        let names = || ["a", "b", "c", "d"].map(str::to_owned).into_iter();
        let en = Strings(Locale::En);
        assert_eq!(in_a_line(names(), 9, en), "a, b, c, and 6 more");
        assert_eq!(in_a_line(names().take(1), 1, en), "a");
        assert_eq!(in_a_line(std::iter::empty(), 9, en), "");
    }

    #[test]
    fn an_item_is_called_by_its_machine() {
        let mut one = item(1, ItemState::Rejected);
        assert_eq!(of_item(&one), (None, "i-1".to_owned()));
        one.resource = Some(named("web-1"));
        assert_eq!(of_item(&one), (Some("web-1".to_owned()), "i-1".to_owned()));
    }
}
