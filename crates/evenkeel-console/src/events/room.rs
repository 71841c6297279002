//! How much room the columns have, and how texts are cut to it: a cell that clipped what is too long would cost more to
//! draw than all that is in it.

use leptos::prelude::*;

/// In tenths of an ordinary character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub name: usize,
    /// For an id, which is set in characters of one width.
    pub id: usize,
    pub account: usize,
    pub disks: usize,
}

/// As on the screen of a phone.
impl Default for Room {
    fn default() -> Self {
        Self {
            name: 260,
            id: 220,
            account: 200,
            disks: 400,
        }
    }
}

/// An ordinary character of a row's text, px; the padding of a cell.
const CHARACTER: f64 = 7.7;
const SMALL_CHARACTER: f64 = 6.4;
const ID_CHARACTER: f64 = 7.6;
const PADDING: f64 = 20.0;
/// What a row without heads has beside its resource, px: the box, and account or state at the other end.
const BESIDE: f64 = 210.0;

impl Room {
    /// What the heads of a table leave; where there are none to be seen, the width of the table.
    pub fn of(table: &web_sys::Element) -> Self {
        let wide = |column: &str| {
            let head = table.query_selector(&format!("th[data-column='{column}']"));
            let width = head.ok().flatten()?.get_bounding_client_rect().width();
            (width > PADDING).then_some(width - PADDING)
        };
        let resource = wide("resource").or_else(|| {
            let left = table.get_bounding_client_rect().width() - BESIDE;
            (left > 0.0).then_some(left)
        });
        let of_resource =
            |character: f64, without: usize| resource.map_or(without, |px| tenths(px / character));
        let room = |column: &str, character: f64, without: usize| {
            wide(column).map_or(without, |px| tenths(px / character))
        };
        let most = Self::default();
        Self {
            name: of_resource(CHARACTER, most.name),
            id: of_resource(ID_CHARACTER, most.id),
            account: room("account", CHARACTER, most.account),
            disks: room("stake", SMALL_CHARACTER, most.disks),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a column is some hundred px wide: a saturating cast is what is meant"
)]
fn tenths(characters: f64) -> usize {
    (characters * 10.0) as usize
}

/// A text as it has room, with an ellipsis where some of it is missing.
pub fn fit(text: &str, room: usize) -> String {
    let whole: usize = text.chars().map(width).sum();
    if whole <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(width('…'));
    let shown = text.chars().take_while(|sign| {
        let width = width(*sign);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    });
    shown.chain(['…']).collect()
}

/// How wide a character is, in tenths of an ordinary one: rather too much than too little.
fn width(sign: char) -> usize {
    match sign {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | '|' | '\'' => 6,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 15,
        'A'..='Z' => 12,
        '\0'..='\u{2fff}' => 10,
        _ => 19,
    }
}

/// The room of a table, as long as the owner lives; one that is not shown has none yet.
pub fn use_room(
    table: impl Fn() -> Option<web_sys::Element> + Copy + 'static,
    is_shown: Memo<bool>,
) -> RwSignal<Room> {
    let room = RwSignal::new(Room::default());
    let measure = move || {
        if let Some(table) = table() {
            let now = Room::of(&table);
            if room.try_get_untracked().is_some_and(|known| known != now) {
                room.set(now);
            }
        }
    };
    let on_resize = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || on_resize.remove());
    Effect::new(move |_| {
        if is_shown.get() {
            request_animation_frame(measure);
        }
    });
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_the_room_ends_by_how_wide_characters_are() {
        assert_eq!(fit("web-server-1", 125), "web-server-1");
        assert_eq!(fit("web-server-1", 60), "web-…");
        assert_eq!(fit("机架机架", 60), "机架…");
        assert_eq!(fit("机架机架", 76), "机架机架");
        assert_eq!(fit("MMMM", 40), "MM…");
        assert_eq!(fit("anything", 0), "…");
        assert_eq!(fit("", 0), "");
    }
}
