//! Node, and `wasm-opt`, which npm brings.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::{Component, Found, fill};
use crate::{command, project::Project, version};

/// Debian's own binaryen (108) writes modules that do not load.
const BINARYEN: &str = "132.0.0";
const SOURCE: &str = "https://nodejs.org, version 20 or newer, or your distribution";

/// Node with npm.
pub(super) fn node() -> Component {
    Component {
        name: "node".to_owned(),
        source: SOURCE.to_owned(),
        seconds: 0,
        look: Box::new(|_| must_be_there().map(|node| Some(Found::At(node)))),
        install: Box::new(|_| must_be_there().map(drop)),
    }
}

/// Where Node is; without it the error says what to do.
pub(super) fn must_be_there() -> Result<PathBuf> {
    find().with_context(|| {
        format!(
            "Node 20 or newer with npm is needed: install it ({SOURCE}), so that PATH knows `node` and \
             `npm`, and try again"
        )
    })
}

fn find() -> Option<PathBuf> {
    command::find(&["npm"])?;
    let node = command::find(&["node"])?;
    // The oldest that the tests run on.
    (version::major(&version::said(&node)?)? >= 20).then_some(node)
}

/// `wasm-opt`, of npm's binaryen.
pub(super) fn wasm_opt() -> Component {
    let folder = |project: &Project| project.cache.join(format!("tools/binaryen-{BINARYEN}"));
    Component {
        name: format!("binaryen {BINARYEN}"),
        source: "npm (for `wasm-opt`)".to_owned(),
        seconds: 10,
        look: Box::new(move |project| {
            let programs = folder(project).join("node_modules/.bin");
            Ok(if find().is_none() {
                Some(Found::Skipped(
                    "Node 20 or newer is not here, so `wasm-opt` and compressing ahead are left out: the \
                     console works, and is larger and slower to load"
                        .to_owned(),
                ))
            } else {
                let is_cached = programs.join("wasm-opt").exists();
                is_cached.then_some(Found::Cached(programs))
            })
        }),
        install: Box::new(move |project| {
            fill(&folder(project), |folder| {
                let line = "npm install --no-audit --no-fund --ignore-scripts --prefix .";
                let mut npm = command::line(line);
                npm.arg(format!("binaryen@{BINARYEN}"));
                command::install(npm.current_dir(folder))
            })
        }),
    }
}
