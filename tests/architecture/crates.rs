//! Which crate may depend on which, and on what of others.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde::Deserialize;

use super::{folder_of, modules_of};

/// Which crate may depend on which others of the workspace. Dev-dependencies are free.
pub(crate) const ARROWS: &[(&str, &[&str])] = &[
    ("evenkeel", &[]),
    ("evenkeel-sign", &[]),
    ("evenkeel-api", &["evenkeel"]),
    ("evenkeel-audit", &["evenkeel", "evenkeel-api"]),
    (
        "evenkeel-store",
        &["evenkeel", "evenkeel-api", "evenkeel-audit"],
    ),
    ("evenkeel-check", &["evenkeel"]),
    ("evenkeel-wasm", &["evenkeel", "evenkeel-heap"]),
    // The allocator of the above.
    ("evenkeel-heap", &[]),
    ("evenkeel-table", &["evenkeel", "evenkeel-api"]),
    (
        "evenkeel-console",
        &["evenkeel", "evenkeel-api", "evenkeel-table"],
    ),
    (
        "evenkeel-engine",
        &[
            "evenkeel",
            "evenkeel-api",
            "evenkeel-audit",
            "evenkeel-sign",
            "evenkeel-store",
        ],
    ),
    (
        "evenkeel-proxy",
        &[
            "evenkeel",
            "evenkeel-api",
            "evenkeel-engine",
            "evenkeel-store",
        ],
    ),
    // It judges by itself: by our rules it would find no flaw in them.
    ("evenkeel-sandbox", &["evenkeel-sign"]),
    (
        "evenkeel-cli",
        &[
            "evenkeel",
            "evenkeel-audit",
            "evenkeel-check",
            "evenkeel-proxy",
            "evenkeel-sandbox",
            "evenkeel-store",
        ],
    ),
    // For tests of any crate.
    ("evenkeel-testdb", &[]),
    // For tests of a running proxy.
    (
        "evenkeel-testkit",
        &[
            "evenkeel",
            "evenkeel-proxy",
            "evenkeel-sandbox",
            "evenkeel-store",
            "evenkeel-testdb",
        ],
    ),
    ("xtask", &[]),
];

/// They may depend on everything.
const TESTS: [&str; 2] = ["evenkeel-tests", "evenkeel-chaos"];

/// What brings I/O, a clock or randomness; the core and signing stay pure.
const IMPURE: &[&str] = &[
    "axum",
    "getrandom",
    "js-sys",
    "rand",
    "reqwest",
    "tokio",
    "tracing",
    "uuid",
    "wasm-bindgen",
    "web-sys",
];

/// What serves HTTP; the engine is asked by functions.
const SERVERS: &[&str] = &["axum", "hyper", "tower", "tower-http"];

/// What of a crate that does more is a server.
const SERVER_FEATURES: &[(&str, &[&str])] =
    &[("hyper-util", &["server", "server-graceful", "service"])];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
    features: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    optional: bool,
    uses_default_features: bool,
    features: Vec<String>,
}

impl Package {
    fn used(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies
            .iter()
            .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
    }
}

fn packages() -> Vec<Package> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice::<Metadata>(&output.stdout)
        .unwrap()
        .packages
}

#[test]
fn crates_depend_on_each_other_only_along_the_arrows() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for package in packages
        .iter()
        .filter(|package| !TESTS.contains(&package.name.as_str()))
    {
        let Some(allowed) = arrows.get(package.name.as_str()) else {
            wrong.push(format!("`{}` is not in the list of arrows", package.name));
            continue;
        };
        for dependency in package.used().map(|dependency| dependency.name.as_str()) {
            if ours.contains(dependency) && !allowed.contains(&dependency) {
                wrong.push(format!(
                    "`{}` must not depend on `{dependency}`",
                    package.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_arrow_starts_and_ends_at_a_crate() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    for (from, to) in ARROWS {
        for name in to.iter().chain([from]) {
            assert!(ours.contains(name), "there is no crate `{name}`");
        }
    }
}

#[test]
fn the_core_and_signing_have_no_clock_and_no_io() {
    for package in packages()
        .iter()
        .filter(|package| ["evenkeel", "evenkeel-sign"].contains(&package.name.as_str()))
    {
        // What a feature for the JavaScript boundary turns on is not the core itself.
        for dependency in package.used().filter(|dependency| !dependency.optional) {
            let name = dependency.name.as_str();
            assert!(
                !IMPURE.contains(&name),
                "`{}` must not depend on `{name}`",
                package.name
            );
            if name == "chrono" {
                let clock = dependency
                    .features
                    .iter()
                    .any(|feature| ["clock", "now", "default"].contains(&feature.as_str()));
                assert!(
                    !clock && !dependency.uses_default_features,
                    "`{}` must not see the clock",
                    package.name
                );
            }
        }
    }
}

#[test]
fn the_engine_serves_no_http() {
    let packages = packages();
    let engine = packages
        .iter()
        .find(|package| package.name == "evenkeel-engine")
        .unwrap();
    for dependency in engine.used() {
        let name = dependency.name.as_str();
        assert!(!SERVERS.contains(&name), "it must not depend on `{name}`");
        for (of, features) in SERVER_FEATURES {
            let mut used = dependency.features.iter();
            let serves = used.find(|feature| features.contains(&feature.as_str()));
            assert!(
                name != *of || (serves.is_none() && !dependency.uses_default_features),
                "it must not have `{of}` with `{serves:?}` or its default features"
            );
        }
    }
    for (_, source) in modules_of("evenkeel-engine").iter() {
        for (number, line) in &source.lines {
            let serves = SERVERS
                .iter()
                .find(|server| line.contains(&format!("{}::", server.replace('-', "_"))));
            assert!(
                serves.is_none(),
                "{}:{number}: {line}",
                source.path.display()
            );
        }
    }
}

#[test]
fn each_cloud_of_the_core_is_a_feature_called_as_its_folder() {
    let packages = packages();
    let core = packages.iter().find(|package| package.name == "evenkeel");
    let features = &core.unwrap().features;
    let clouds: BTreeSet<String> = std::fs::read_dir(folder_of("evenkeel").join("src/clouds"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("facts.rs").exists())
        .map(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .replace('_', "-")
        })
        .collect();
    assert_eq!(clouds.len(), evenkeel::Provider::ALL.len(), "{clouds:?}");
    assert_eq!(features["all-clouds"], clouds);
    assert_eq!(
        features["default"],
        BTreeSet::from(["all-clouds".to_owned()])
    );
    for cloud in &clouds {
        assert!(
            features[cloud].is_empty(),
            "`{cloud}` turns something else on"
        );
    }
}
