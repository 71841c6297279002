//! How a resource is called: its name first, where it has one, and never without its id.
//!
//! A name is not the resource's own: another one may have the same, and tomorrow it may be another.

use evenkeel::LocalDisks;
use evenkeel::visible::visible;
use evenkeel_api::{Resource, SaidBy};
use leptos::prelude::*;

use crate::i18n::Strings;

/// The name as it can be shown; none where there is nothing to be seen of it.
pub fn name(resource: Option<&Resource>) -> Option<String> {
    shown(resource?.name.as_deref())
}

/// A name as it can be shown.
pub fn shown(name: Option<&str>) -> Option<String> {
    let name = visible(name?.trim()).into_owned();
    (!name.is_empty()).then_some(name)
}

/// The name and the id, for a text without elements: `web-1 (i-1)`.
pub fn called(resource: Option<&Resource>, id: &str) -> String {
    named(resource.and_then(|it| it.name.as_deref()), id)
}

/// The same of a name.
pub fn named(name: Option<&str>, id: &str) -> String {
    let id = visible(id);
    match shown(name) {
        Some(name) => format!("{name} ({id})"),
        None => id.into_owned(),
    }
}

/// An id as it has room, in tenths of a character, with an ellipsis in its middle: many begin alike, and others end so.
pub fn cut_id(id: &str, room: usize) -> String {
    let wide = |sign: &char| if *sign <= '\u{2fff}' { 10 } else { 20 };
    let signs: Vec<char> = id.chars().collect();
    if signs.iter().map(wide).sum::<usize>() <= room {
        return id.to_owned();
    }
    let mut left = room.saturating_sub(wide(&'…'));
    let (mut head, mut tail) = (String::new(), Vec::new());
    let (mut front, mut back) = (signs.iter(), signs.iter().rev());
    for at in 0..signs.len() {
        let next = if at % 2 == 0 {
            front.next()
        } else {
            back.next()
        };
        let Some(sign) = next.filter(|sign| wide(sign) <= left) else {
            break;
        };
        left -= wide(sign);
        if at % 2 == 0 {
            head.push(*sign);
        } else {
            tail.push(*sign);
        }
    }
    head.push('…');
    head.extend(tail.iter().rev());
    head
}

/// What is known of its local disks, and by whom: `no local disks (inventory)`. Nothing where nobody knows.
pub fn local_disks(resource: Option<&Resource>, t: Strings) -> Option<String> {
    let resource = resource?;
    let what = match resource.local_disks {
        LocalDisks::Yes => t.data_at_risk_local_disk(),
        LocalDisks::No => t.no_local_disks(),
        LocalDisks::Unknown => return None,
    };
    Some(match resource.local_disks_by {
        Some(SaidBy::Inventory) => t.by_inventory(what),
        Some(SaidBy::Cloud) | None => what.to_owned(),
    })
}

/// All tags in a line: `owner: team-a, service: web`.
pub fn tags(resource: Option<&Resource>) -> String {
    let tags = resource.into_iter().flat_map(|resource| &resource.tags);
    let tags: Vec<String> = tags.map(|(key, value)| format!("{key}: {value}")).collect();
    tags.join(", ")
}

/// The name and below it the id, or the id alone.
#[component]
pub fn ResourceName(
    #[prop(into)] name: Signal<Option<String>>,
    /// As it can be shown.
    #[prop(into)]
    id: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="resource-name" hidden=move || name.with(Option::is_none)>
            <bdi>{name}</bdi>
        </span>
        <span class="resource-id mono" dir="auto">{id}</span>
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;

    use super::*;
    use crate::fixture::named;

    #[test]
    fn a_resource_is_never_called_by_its_name_alone() {
        assert_eq!(called(Some(&named("web-1")), "i-1"), "web-1 (i-1)");
        assert_eq!(called(None, "i-1"), "i-1");
        assert_eq!(called(Some(&Resource::default()), "i-1"), "i-1");
    }

    #[test]
    fn what_cannot_be_seen_in_a_name_is_written_out_and_nothing_is_no_name() {
        let turned = named("web\u{202e}1-bd\u{1b}[2J");
        assert_eq!(
            name(Some(&turned)).as_deref(),
            Some(r"web\u{202e}1-bd\u{1b}[2J")
        );
        assert_eq!(name(Some(&named(" \t"))), None);
    }

    #[test]
    fn the_operators_word_about_disks_is_told_as_such_and_no_word_is_none() {
        let said = |local_disks, by| {
            let resource = Resource {
                local_disks,
                local_disks_by: by,
                ..Resource::default()
            };
            super::local_disks(Some(&resource), Strings(Locale::En))
        };
        let (cloud, inventory) = (Some(SaidBy::Cloud), Some(SaidBy::Inventory));
        assert_eq!(said(LocalDisks::Yes, cloud).as_deref(), Some("local disks"));
        assert_eq!(
            said(LocalDisks::No, inventory).as_deref(),
            Some("no local disks (by the inventory)")
        );
        assert_eq!(said(LocalDisks::Unknown, None), None);
    }

    #[test]
    fn cuts_an_id_in_its_middle() {
        assert_eq!(cut_id("i-5szkqn7b", 100), "i-5szkqn7b");
        assert_eq!(cut_id("i-5szkqn7b", 90), "i-5s…qn7b");
        assert_eq!(cut_id("i-5szkqn7b", 89), "i-5s…n7b");
        assert_eq!(cut_id("机架i-1机架", 70), "机架…架");
        assert_eq!(cut_id("机架i-1机架", 50), "机…架");
        assert_eq!(cut_id("anything", 5), "…");
        assert_eq!(cut_id("", 0), "");
    }
}
