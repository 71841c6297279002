//! `docs/api.md` has every path and every code that there is, and no other.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use evenkeel_api::{
    ProblemCode,
    paths::{self, templates},
};

/// The first cells of the rows that have so many, without their marks.
fn rows(cells: usize) -> Vec<Vec<String>> {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/api.md");
    let page = fs::read_to_string(page).unwrap();
    page.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            line.trim_matches(['|', ' '])
                .split(" | ")
                .map(|cell| cell.trim_matches('`').to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|row| row.len() == cells)
        .collect()
}

#[test]
fn the_page_has_every_path() {
    let listed: BTreeSet<String> = rows(2)
        .into_iter()
        .filter_map(|row| {
            let (_, path) = row.first()?.split_once(' ')?;
            Some(path.to_owned())
        })
        .collect();
    let there: BTreeSet<String> = templates::ALL
        .iter()
        .map(|template| format!("{}{template}", paths::API))
        .chain([paths::HEALTH, paths::READY, paths::METRICS].map(str::to_owned))
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn the_page_has_every_code_with_its_status() {
    let listed: Vec<(String, String)> = rows(3)
        .into_iter()
        .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())))
        .collect();
    let there: Vec<(String, String)> = ProblemCode::ALL
        .iter()
        .map(|code| (code.as_str().to_owned(), code.status().to_string()))
        .collect();
    assert_eq!(listed, there);
}
