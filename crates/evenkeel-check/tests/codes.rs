//! The table of codes in npm's README: `EVENKEEL_BLESS=1` writes it.

use std::fmt::Write as _;

use evenkeel::IssueKind;

const README: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../evenkeel-wasm/npm/README.md"
);
const BEGIN: &str = "<!-- codes -->\n";
const END: &str = "<!-- /codes -->\n";

#[test]
fn npm_s_readme_has_every_code() {
    let text = std::fs::read_to_string(README).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    let mut wanted = String::from("| code | |\n|---|---|\n");
    for (code, about) in IssueKind::ABOUT {
        writeln!(wanted, "| `{code}` | {} |", about.replace('|', "\\|")).unwrap();
    }
    if std::env::var_os("EVENKEEL_BLESS").is_some() {
        std::fs::write(README, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert_eq!(table, wanted);
    }
}
