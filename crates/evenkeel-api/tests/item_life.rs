//! `docs/adr/0001-item-life.md` says what the code does: its picture is drawn from
//! [`ItemState::may_become`], and its tables name every move and every reason.
//! `BLESS=1 cargo test -p evenkeel-api --test item_life` draws the picture anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::PathBuf,
};

use evenkeel_api::{HoldReason, ItemReason, ItemState};

const BEGIN: &str = "<!-- drawn from `ItemState::may_become` by `BLESS=1 cargo test -p evenkeel-api --test item_life` -->\n";
const END: &str = "<!-- end of the drawing -->\n";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/adr/0001-item-life.md")
}

fn page() -> String {
    fs::read_to_string(path()).unwrap()
}

fn moves() -> impl Iterator<Item = (ItemState, ItemState)> {
    ItemState::ALL
        .into_iter()
        .flat_map(|from| ItemState::ALL.map(|to| (from, to)))
        .filter(|(from, to)| from.may_become(*to))
}

fn drawing() -> String {
    let mut text =
        "```mermaid\nstateDiagram-v2\n    [*] --> unapproved\n    [*] --> queued\n".to_owned();
    for (from, to) in moves() {
        writeln!(text, "    {from} --> {to}").unwrap();
    }
    for end in ItemState::ALL {
        if !ItemState::ALL.into_iter().any(|to| end.may_become(to)) {
            writeln!(text, "    {end} --> [*]").unwrap();
        }
    }
    text.push_str("```\n");
    text
}

/// The rows of the table with this head, cell by cell.
fn table(head: &str) -> Vec<Vec<String>> {
    let page = page();
    let (_, rest) = page.split_once(head).expect(head);
    rest.lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

/// The words in backticks of a cell.
fn words(cell: &str) -> Vec<String> {
    let words = cell.split('`').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

/// What a table says beside each name; a name that stands twice, or beside nothing, is a mistake.
fn by_name(head: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for row in table(head) {
        let [names, beside, ..] = row.as_slice() else {
            panic!("a row of `{head}` has too few cells: {row:?}");
        };
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        for name in words(names) {
            let before = found.insert(name.clone(), beside.clone());
            assert_eq!(before, None, "`{name}` stands twice in `{head}`");
        }
    }
    found
}

#[test]
fn the_picture_is_drawn_from_the_code() {
    let page = page();
    let (before, rest) = page.split_once(BEGIN).expect("the drawing's begin");
    let (drawn, after) = rest.split_once(END).expect("the drawing's end");
    if env::var_os("BLESS").is_some_and(|value| value == "1") {
        let text = format!("{before}{BEGIN}{}{END}{after}", drawing());
        return fs::write(path(), text).unwrap();
    }
    assert_eq!(drawn, drawing(), "`BLESS=1` draws it anew");
}

#[test]
fn the_page_says_when_each_move_is_made_and_names_no_other() {
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    for row in table("| from | to | when |\n") {
        let [from, to, when] = row.as_slice() else {
            panic!("{row:?}");
        };
        assert!(!when.is_empty(), "{row:?}");
        for from in words(from) {
            told.extend(words(to).into_iter().map(|to| (from.clone(), to)));
        }
    }
    let known: BTreeSet<_> = moves()
        .map(|(from, to)| (from.to_string(), to.to_string()))
        .collect();
    assert_eq!(told, known);
}

#[test]
fn the_page_names_every_state() {
    let told = by_name("| state | means | what a crash leaves |\n");
    let mut known = ItemState::ALL.map(|state| state.to_string());
    known.sort();
    assert_eq!(told.into_keys().collect::<Vec<_>>(), known);
}

#[test]
fn the_page_names_every_reason_with_its_states() {
    let told = by_name("| `reason` | of | means |\n");
    let told: BTreeMap<_, _> = told
        .into_iter()
        .map(|(name, of)| (name, words(&of)))
        .collect();
    let known: BTreeMap<_, _> = ItemReason::ALL
        .into_iter()
        .map(|reason| {
            let states = reason.states().iter().map(ToString::to_string);
            (reason.to_string(), states.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(told, known);
}

#[test]
fn the_page_names_every_reason_to_hold_a_batch() {
    let told = by_name("| `held.reason` | when | what is held |\n");
    let mut known = HoldReason::ALL.map(|reason| reason.as_str().to_owned());
    known.sort();
    assert_eq!(told.into_keys().collect::<Vec<_>>(), known);
}

#[test]
fn nothing_comes_out_of_an_end_and_only_what_is_queued_is_sent() {
    let is_end = |state: ItemState| !moves().any(|(from, _)| from == state);
    let ends: Vec<_> = ItemState::ALL
        .into_iter()
        .filter(|it| is_end(*it))
        .collect();
    assert_eq!(
        ends,
        [
            ItemState::Rejected,
            ItemState::Confirmed,
            ItemState::Superseded
        ]
    );
    // Only what is queued is sent: the intent goes before every call.
    let sent: Vec<_> = moves()
        .filter(|(_, to)| *to == ItemState::Sending)
        .map(|(from, _)| from)
        .collect();
    assert_eq!(sent, [ItemState::Queued]);
}
