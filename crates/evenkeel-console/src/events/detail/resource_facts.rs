//! Shows what is known of an event's resource beside its id.

use std::sync::Arc;

use evenkeel::visible::visible;
use evenkeel_api::Resource;
use leptos::prelude::*;

use super::super::list::{Entry, use_list};
use crate::i18n::{Strings, phrase, t};
use crate::prefs::use_prefs;
use crate::{resource, time};

#[component]
pub fn ResourceFacts(resource: Memo<Option<Arc<Resource>>>) -> impl IntoView {
    move || {
        resource
            .get()
            .map(|resource| view! { <Known resource=resource /> })
    }
}

#[component]
fn Known(resource: Arc<Resource>) -> impl IntoView {
    let zone = use_prefs().zone;
    let line = |name: Signal<&'static str>, value: Option<&String>| {
        value
            .map(|value| view! { <dt>{name}</dt><dd dir="auto">{visible(value).into_owned()}</dd> })
    };
    let disks = {
        let resource = Arc::clone(&resource);
        move || {
            let known = resource::local_disks(Some(&resource), t());
            known.unwrap_or_else(|| t().local_disks_unknown().to_owned())
        }
    };
    let tags = resource.tags.clone().into_iter();
    let tags = tags.map(|(key, value)| view! { <Tag key=key value=value /> });
    let read = resource.read_at.map(|at| {
        let at = at.as_millis();
        let at = move || time::full(at, zone.get().offset_minutes(at));
        view! { <dt>{phrase(Strings::detail_read_at)}</dt><dd>{at}</dd> }
    });
    view! {
        <section>
            <h3>{phrase(Strings::column_resource)}</h3>
            <dl class="facts">
                {line(Signal::derive(|| t().column_name()), resource.name.as_ref())}
                {line(Signal::derive(|| t().detail_zone()), resource.zone.as_ref())}
                {line(Signal::derive(|| t().detail_status()), resource.status.as_ref())}
                <dt>{phrase(Strings::detail_local_disks)}</dt>
                <dd>{disks}</dd>
                {read}
            </dl>
            <ul class="tags" hidden=resource.tags.is_empty() aria-label=phrase(Strings::tags)>
                {tags.collect_view()}
            </ul>
        </section>
    }
}

/// A tag; a click shows what else has it.
#[component]
fn Tag(key: String, value: String) -> impl IntoView {
    let list = use_list();
    let shown = format!("{}: {}", visible(&key), visible(&value));
    let title = shown.clone();
    view! {
        <li>
            <button
                type="button"
                class="tag"
                aria-label=move || t().tag_filter_on(&title)
                on:click=move |_| {
                    list.change(Entry::New, |filter| {
                        *filter = filter.opened();
                        filter.toggle_tag(&key, &value);
                    });
                }
            >
                <bdi>{shown}</bdi>
            </button>
        </li>
    }
}
