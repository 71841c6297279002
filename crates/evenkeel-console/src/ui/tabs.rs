//! Tabs over a panel: one is chosen, and the arrow keys choose another, as readers expect of them.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// `prefix` tells their elements from others': the panel is to be `{prefix}-panel`, named by `{prefix}-{n}`.
#[component]
pub fn Tabs<K, V>(
    prefix: &'static str,
    #[prop(into)] label: Signal<String>,
    tabs: Vec<K>,
    #[prop(into)] chosen: Signal<K>,
    on_choose: impl Fn(K) + Copy + 'static,
    /// What stands on a tab.
    name: impl Fn(K) -> V + 'static,
) -> impl IntoView
where
    K: Copy + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let keys = StoredValue::new(tabs.clone());
    let on_key = move |event: ev::KeyboardEvent| {
        let count = keys.with_value(Vec::len);
        let at = keys.with_value(|keys| {
            let chosen = chosen.get_untracked();
            keys.iter().position(|key| *key == chosen)
        });
        let Some(next) = step(&event.key(), at.unwrap_or(0), count) else {
            return;
        };
        event.prevent_default();
        if let Some(key) = keys.with_value(|keys| keys.get(next).copied()) {
            on_choose(key);
            focus(&tab_id(prefix, next));
        }
    };
    let tab = move |(index, key): (usize, K)| {
        let on = move || chosen.get() == key;
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                id=tab_id(prefix, index)
                aria-controls=panel_id(prefix)
                aria-selected=move || if on() { "true" } else { "false" }
                tabindex=move || if on() { "0" } else { "-1" }
                on:click=move |_| on_choose(key)
            >
                {name(key)}
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=on_key>
            {tabs.into_iter().enumerate().map(tab).collect_view()}
        </div>
    }
}

/// The id of a tab's element: its panel is labelled by it.
pub fn tab_id(prefix: &str, index: usize) -> String {
    format!("{prefix}-{index}")
}

/// The id that the panel of the chosen tab has.
pub fn panel_id(prefix: &str) -> String {
    format!("{prefix}-panel")
}

fn step(key: &str, at: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match key {
        "ArrowRight" if at == last => 0,
        "ArrowRight" => at + 1,
        "ArrowLeft" if at == 0 => last,
        "ArrowLeft" => at - 1,
        "Home" => 0,
        "End" => last,
        _ => return None,
    })
}

fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        drop(element.focus());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round_and_other_keys_are_left_alone() {
        let moves = |key, at| step(key, at, 3);
        assert_eq!(
            [moves("ArrowRight", 0), moves("ArrowRight", 2)],
            [Some(1), Some(0)]
        );
        assert_eq!(
            [moves("ArrowLeft", 0), moves("ArrowLeft", 2)],
            [Some(2), Some(1)]
        );
        assert_eq!([moves("Home", 1), moves("End", 1)], [Some(0), Some(2)]);
        assert_eq!((moves("a", 1), step("Home", 0, 0)), (None, None));
    }
}
