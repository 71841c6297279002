//! Holds the order of the house: which crate and which module may know which, and where a cloud may be named. The
//! rules are the tables at the top.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::Command,
};

use evenkeel_tests::modules::Modules;
use serde::Deserialize;

/// Which crate may depend on which others of the workspace. Dev-dependencies are free.
const ARROWS: &[(&str, &[&str])] = &[
    ("evenkeel", &[]),
    ("evenkeel-sign", &[]),
    ("evenkeel-api", &["evenkeel"]),
    ("evenkeel-store", &["evenkeel", "evenkeel-api"]),
    ("evenkeel-check", &["evenkeel"]),
    ("evenkeel-wasm", &["evenkeel", "evenkeel-heap"]),
    // The allocator of the above.
    ("evenkeel-heap", &[]),
    ("evenkeel-console", &["evenkeel", "evenkeel-api"]),
    (
        "evenkeel-engine",
        &[
            "evenkeel",
            "evenkeel-api",
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

/// Crates in which no modules side by side need each other, each taken with what is inside it.
const WITHOUT_CIRCLES: &[&str] = &[
    "evenkeel",
    "evenkeel-api",
    "evenkeel-chaos",
    "evenkeel-check",
    "evenkeel-cli",
    "evenkeel-console",
    "evenkeel-engine",
    "evenkeel-heap",
    "evenkeel-proxy",
    "evenkeel-sandbox",
    "evenkeel-sign",
    "evenkeel-store",
    "evenkeel-testdb",
    "evenkeel-testkit",
    "evenkeel-wasm",
    "xtask",
];

/// Crates in which a cloud is named within these modules alone: the list of the clouds and their folder.
const CLOUDS_AT_HOME: &[(&str, &[&str])] = &[
    ("evenkeel", &["clouds", "provider"]),
    ("evenkeel-api", &[]),
    ("evenkeel-check", &[]),
    ("evenkeel-cli", &[]),
    ("evenkeel-console", &[]),
    ("evenkeel-engine", &[]),
    ("evenkeel-proxy", &[]),
    ("evenkeel-sandbox", &["clouds"]),
    ("evenkeel-store", &[]),
    ("evenkeel-wasm", &[]),
];

/// Lines that name a cloud all the same: where they stand, how they begin, and why.
const NAMED_ALL_THE_SAME: &[(&str, &str, &str)] = &[
    (
        "evenkeel/src/facts.rs",
        "Acs3HmacSha256,",
        "a signing scheme",
    ),
    (
        "evenkeel-check/src/lib.rs",
        "evenkeel check ",
        "an example in the help",
    ),
    (
        "evenkeel-cli/src/sandbox.rs",
        "",
        "how the clouds' SDKs are pointed at the sandbox",
    ),
    (
        "evenkeel-proxy/src/config/store.rs",
        "const OLD_ITEMS_PER_CALL",
        "a key of before",
    ),
    (
        "evenkeel-engine/src/endpoint.rs",
        "#[error(\"must be a URL like",
        "an example",
    ),
    (
        "evenkeel-engine/src/upstream.rs",
        "use evenkeel_sign::",
        "signing schemes",
    ),
    (
        "evenkeel-engine/src/upstream.rs",
        "SigningScheme::",
        "a signing scheme",
    ),
    (
        "evenkeel-engine/src/upstream.rs",
        "acs3::sign",
        "a signing scheme",
    ),
];

/// What names a cloud: a word of an identifier or a sentence.
const WORDS_OF_CLOUDS: &[&str] = &[
    "acs",
    "acs3",
    "alibaba",
    "aliyun",
    "apigw",
    "ecs",
    "ens",
    "huawei",
    "huaweicloud",
    "rpc1",
];

/// What names one of a cloud's operations, as a part of an identifier.
const OPERATIONS_OF_CLOUDS: &[&str] = &[
    "DescribeInstances",
    "HistoryEvents",
    "ListTagResources",
    "MigrateInstance",
    "RebootInstance",
    "RedeployInstance",
    "ScheduledEvent",
    "ServersDetails",
];

/// Modules of the engine that decide and do nothing: what they go by is given to them, so that each decision can be
/// tested by itself.
const DECISIONS: &[&str] = &[
    "call_failure",
    "inventory/contents",
    "inventory/list",
    "inventory/parse",
    "inventory/row",
    "inventory/table",
    "journal/schedule",
    "journal/schedule/conflict",
    "journal/schedule/recheck",
    "journal/classify",
    "reconcile/decision",
    "sync/schedule",
    "sync/window",
    "sync/paginator",
];

/// What a line has that waits, reads or writes.
const DOES_SOMETHING: [&str; 6] = ["async ", ".await", "tokio", "reqwest", "sqlx", "std::fs"];

/// No file of a crate's `src` and `tests` has more lines.
const LONGEST_FILE: usize = 400;

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

fn folder_of(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../crates")
        .join(name)
}

fn modules_of(name: &str) -> Modules {
    Modules::read(&folder_of(name).join("src")).unwrap()
}

#[test]
fn modules_side_by_side_need_each_other_in_no_circle() {
    let mut wrong = Vec::new();
    for name in WITHOUT_CIRCLES {
        for circle in modules_of(name).circles() {
            wrong.push(format!("`{name}`: {}", circle.members.join(", ")));
            for import in circle.imports {
                let (from, to) = (import.from.join("::"), import.to.join("::"));
                wrong.push(format!("    `{from}` imports from `{to}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The words of a line in lower case: of `EnsAction`, `ENS_ACTION` and `ens action` the first is `ens`.
fn words(line: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut word = String::new();
    let mut was_lower = false;
    for character in line.chars().chain([' ']) {
        let starts = character.is_uppercase() && was_lower;
        if starts || !character.is_alphanumeric() {
            words.insert(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase() || character.is_numeric();
    }
    words
}

/// Whether a line of code names a cloud; what a comment tells of one is no decision.
fn names_cloud(line: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with("//") {
        return false;
    }
    let code = line.split(" // ").next().unwrap_or_default();
    let words = words(code);
    WORDS_OF_CLOUDS.iter().any(|word| words.contains(*word))
        || OPERATIONS_OF_CLOUDS.iter().any(|part| code.contains(part))
}

#[test]
fn a_cloud_is_named_in_its_own_folder_alone() {
    let mut wrong = Vec::new();
    let mut unused: BTreeSet<_> = NAMED_ALL_THE_SAME.iter().collect();
    for (name, homes) in CLOUDS_AT_HOME {
        let modules = modules_of(name);
        let is_home = |first: &String| homes.contains(&first.as_str());
        let away = |module: &[String]| !module.first().is_some_and(is_home);
        for (_, source) in modules.iter().filter(|(module, _)| away(module)) {
            for (number, line) in source.lines.iter().filter(|(_, line)| names_cloud(line)) {
                let line = line.trim();
                let exception = NAMED_ALL_THE_SAME.iter().find(|(file, start, _)| {
                    source.path.ends_with(file) && line.starts_with(start)
                });
                match exception {
                    Some(exception) => {
                        unused.remove(exception);
                    }
                    None => wrong.push(format!("{}:{number}: {line}", source.path.display())),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(
        unused.is_empty(),
        "exceptions that nothing needs: {unused:?}"
    );
}

#[test]
fn the_words_of_a_line_are_found_in_every_spelling() {
    for line in [
        "EnsAction",
        "x.ens_action",
        "ENS' action",
        "as_ens()",
        "`ens`",
    ] {
        assert!(words(line).contains("ens"), "{line}");
    }
    for line in ["it listens", "happens", "lens"] {
        assert!(!words(line).contains("ens"), "{line}");
    }
}

#[test]
fn what_decides_does_nothing() {
    let modules = modules_of("evenkeel-engine");
    for decision in DECISIONS {
        let file = format!("evenkeel-engine/src/{decision}.rs");
        let (_, source) = modules
            .iter()
            .find(|(_, source)| source.path.ends_with(&file))
            .unwrap_or_else(|| panic!("there is no `{file}`"));
        for (number, line) in &source.lines {
            let does = DOES_SOMETHING.iter().find(|word| line.contains(**word));
            assert!(does.is_none(), "{file}:{number}: {line}");
        }
    }
}

#[test]
fn no_file_is_longer_than_one_can_read() {
    let mut wrong = Vec::new();
    for (name, _) in ARROWS {
        let folders = ["src", "tests"].map(|folder| folder_of(name).join(folder));
        for folder in folders.iter().filter(|folder| folder.exists()) {
            for (_, source) in Modules::read(folder).unwrap().iter() {
                if source.length > LONGEST_FILE {
                    wrong.push(format!("{}: {}", source.path.display(), source.length));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
