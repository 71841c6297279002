//! Every text of the page, from `locales/*.json`. `build.rs` makes one method a key on [`Strings`]: a missing key or a
//! differing placeholder does not build, and nothing but the texts reaches the browser.

use evenkeel::{Action, EventKind, Locale, StateKind};
use leptos::prelude::*;

thread_local! {
    static LOCALE: ArcRwSignal<Locale> = ArcRwSignal::new(Locale::En);
}

/// The texts of one language.
#[derive(Clone, Copy, Debug)]
pub struct Strings(pub Locale);

include!(concat!(env!("OUT_DIR"), "/strings.rs"));

/// The texts in the reader's language. Reactive where read in a closure.
pub fn t() -> Strings {
    Strings(locale())
}

/// A text of the page, in the reader's language as that changes. Views are compiled once a type: texts share this one,
/// where closures would have one each.
pub fn phrase(text: fn(Strings) -> &'static str) -> impl Fn() -> &'static str + Copy + Send + Sync {
    move || text(t())
}

/// The same for controls that are given a text.
pub fn phrase_signal(text: fn(Strings) -> &'static str) -> Signal<String> {
    Signal::derive(move || text(t()).to_owned())
}

/// The reader's language. Reactive where read in a closure.
pub fn locale() -> Locale {
    LOCALE.with(ArcRwSignal::get)
}

pub fn set_locale(locale: Locale) {
    LOCALE.with(|signal| signal.set(locale));
}

/// The tag of a language, as in `lang` and in the clouds' descriptions.
pub fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "en-us",
        Locale::Zh => "zh-cn",
    }
}

impl Strings {
    /// What an event is, in a word or two.
    pub fn kind(self, kind: EventKind) -> &'static str {
        match kind {
            EventKind::Redeploy => self.kind_redeploy(),
            EventKind::Migrate => self.kind_migrate(),
            EventKind::Reboot => self.kind_reboot(),
            EventKind::Stop => self.kind_stop(),
            EventKind::DiskRecovery => self.kind_disk_recovery(),
            EventKind::SystemMaintenance => self.kind_system_maintenance(),
            EventKind::Network => self.kind_network(),
            EventKind::Disk => self.kind_disk(),
            EventKind::Security => self.kind_security(),
            EventKind::Other => self.kind_other(),
        }
    }

    pub fn state(self, state: StateKind) -> &'static str {
        match state {
            StateKind::Inquiring => self.state_inquiring(),
            StateKind::Scheduled => self.state_scheduled(),
            StateKind::Executing => self.state_executing(),
            StateKind::Completed => self.state_completed(),
            StateKind::Failed => self.state_failed(),
            StateKind::Canceled => self.state_canceled(),
            StateKind::Avoided => self.state_avoided(),
            StateKind::Other => self.state_other(),
        }
    }

    /// Sentences, one after the other.
    pub fn sentences(self, parts: &[String]) -> String {
        parts.join(match self.0 {
            Locale::En => " ",
            Locale::Zh => "",
        })
    }

    /// A text as a sentence.
    pub fn sentence(self, text: &str) -> String {
        match self.0 {
            Locale::En => format!("{text}."),
            Locale::Zh => format!("{text}。"),
        }
    }

    /// Parts of a sentence, one after the other.
    pub fn list(self, parts: &[String]) -> String {
        parts.join(match self.0 {
            Locale::En => ", ",
            Locale::Zh => "，",
        })
    }

    /// Words of which one is meant: `redeploy, reboot or reschedule`.
    pub fn one_of(self, words: impl Iterator<Item = &'static str>) -> String {
        let mut words: Vec<&str> = words.collect();
        let last = words.pop().unwrap_or_default();
        let (between, or) = match self.0 {
            Locale::En => (", ", " or "),
            Locale::Zh => ("、", "或"),
        };
        match words.as_slice() {
            [] => last.to_owned(),
            words => format!("{}{or}{last}", words.join(between)),
        }
    }

    /// The action as a verb, lower case.
    pub fn action(self, action: Action) -> &'static str {
        match action {
            Action::Redeploy => self.action_redeploy(),
            Action::Migrate => self.action_migrate(),
            Action::Reboot => self.action_reboot(),
            Action::Accept => self.action_accept(),
            Action::Reschedule => self.action_reschedule(),
        }
    }
}

/// `3412` as `3,412`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_digits_by_three() {
        assert_eq!(
            [0, 999, 1_000, 12_345, 1_234_567].map(thousands),
            ["0", "999", "1,000", "12,345", "1,234,567"]
        );
    }
}
