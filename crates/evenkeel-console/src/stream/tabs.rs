//! The tabs of one browser share one line to the server, of which a browser has few: one tab, which holds a lock,
//! listens and tells the others. Where a browser has no such locks, each tab has a line of its own.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use serde::{Deserialize, Serialize};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use super::Link;
use super::messages::RawMessage;

/// The name of the lock and of the channel; the origin keeps those of other servers apart.
const NAME: &str = "evenkeel.stream";

/// A message from tab to tab. Tabs of an older version are open beside this one: what is sent keeps its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TabMessage {
    /// A tab is new, or looks again: who listens says how the line is.
    Hello,
    /// How the line is: said when it changes, when somebody asks, and every few seconds.
    Line(Link),
    /// What the server sent; `before` is the number after which it came, so that a gap is noticed.
    #[serde(rename = "letter")]
    RawMessage {
        #[serde(rename = "letter")]
        message: RawMessage,
        before: Option<i64>,
    },
}

/// A tab's end of what the tabs of a browser share.
pub struct Tabs {
    channel: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Tabs {
    /// Hears the other tabs; none where the browser cannot do that.
    pub fn join(hear: impl Fn(TabMessage) + 'static) -> Option<Self> {
        locks()?;
        let channel = BroadcastChannel::new(NAME).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // A tab of another version may say what this one does not know.
            let message = event.data().as_string();
            if let Some(message) = message.and_then(|text| serde_json::from_str(&text).ok()) {
                hear(message);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _on_message: on_message,
        })
    }

    /// Says something to all the others.
    pub fn send(&self, message: &TabMessage) {
        if let Ok(text) = serde_json::to_string(message) {
            // It fails only on a channel that was closed, which says that the tab is going.
            drop(self.channel.post_message(&JsValue::from_str(&text)));
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}

/// The lock, as long as it lives.
pub struct Held {
    release: Function,
}

impl Drop for Held {
    fn drop(&mut self) {
        // Resolving a promise cannot fail.
        drop(self.release.call0(&JsValue::UNDEFINED));
    }
}

/// Asks for the lock that one tab has; `take` gets it, perhaps much later, and gives it back by dropping it.
pub fn queue(take: impl FnOnce(Held) + 'static) {
    let granted = move |_lock: JsValue| -> JsValue {
        let mut release = None;
        let until = Promise::new(&mut |resolve, _reject| release = Some(resolve));
        if let Some(release) = release {
            take(Held { release });
        }
        until.into()
    };
    let ask = || {
        let locks = locks()?;
        let request: Function = Reflect::get(&locks, &"request".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let granted = Closure::once_into_js(granted);
        request.call2(&locks, &NAME.into(), &granted).ok()
    };
    // Whoever cannot ask has no tabs either: see [`Tabs::join`].
    drop(ask());
}

/// The browser's locks; web-sys has them among what may still change.
fn locks() -> Option<JsValue> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    (locks.is_object()).then_some(locks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_read_back_and_keep_the_names_that_tabs_of_other_versions_know() {
        let message = RawMessage {
            kind: "event".to_owned(),
            data: "{}".to_owned(),
            seq: Some(7),
        };
        let messages = [
            (TabMessage::Hello, r#""hello""#),
            (
                TabMessage::Line(Link::Lost { since: 5 }),
                r#"{"line":{"lost":{"since":5}}}"#,
            ),
            (
                TabMessage::RawMessage {
                    message,
                    before: Some(6),
                },
                r#"{"letter":{"letter":{"kind":"event","data":"{}","seq":7},"before":6}}"#,
            ),
        ];
        for (message, text) in messages {
            assert_eq!(serde_json::to_string(&message).unwrap(), text);
            assert_eq!(serde_json::from_str::<TabMessage>(text).unwrap(), message);
        }
    }
}
