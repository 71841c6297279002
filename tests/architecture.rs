//! Holds the order of the house: which crate and which module may know which, and where a cloud may be named. The
//! rules are the tables at the top.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "architecture/crates.rs"]
mod crates;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use evenkeel::OperationName;
use evenkeel_tests::modules::Modules;

/// Crates in which no modules side by side need each other, each taken with what is inside it.
const WITHOUT_CIRCLES: &[&str] = &[
    "evenkeel",
    "evenkeel-api",
    "evenkeel-audit",
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
    "evenkeel-table",
    "evenkeel-testdb",
    "evenkeel-testkit",
    "evenkeel-wasm",
    "xtask",
];

/// Crates in which a cloud is named within these modules alone: the list of the clouds and their folder.
const CLOUDS_AT_HOME: &[(&str, &[&str])] = &[
    ("evenkeel", &["clouds", "provider"]),
    ("evenkeel-api", &[]),
    ("evenkeel-audit", &[]),
    ("evenkeel-check", &[]),
    ("evenkeel-cli", &[]),
    ("evenkeel-console", &[]),
    ("evenkeel-engine", &[]),
    ("evenkeel-proxy", &[]),
    ("evenkeel-sandbox", &["clouds"]),
    ("evenkeel-store", &[]),
    ("evenkeel-table", &[]),
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

/// What names one of a cloud's operations, as a part of an identifier, beside their whole names, which are read from the
/// clouds' own folders.
const OPERATIONS_OF_CLOUDS: &[&str] = &[
    "DescribeInstances",
    "DisksFullStatus",
    "HistoryEvents",
    "ListTagResources",
    "MigrateInstance",
    "RebootInstance",
    "RedeployInstance",
    "ScheduledEvent",
    "ServersDetails",
    "SystemEvent",
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
    "journal/schedule/resource",
    "journal/classify",
    "reconcile/decision",
    "sync/schedule",
    "sync/window",
    "sync/paginator",
];

/// What a line has that waits, reads or writes.
const DOES_SOMETHING: [&str; 6] = ["async ", ".await", "tokio", "reqwest", "sqlx", "std::fs"];

/// No file of a crate's `src` and `tests`, nor of the tests across crates, has more lines.
const LONGEST_FILE: usize = 400;
/// The most lines of all that sets up, runs, tests and packs: it is a tool beside the product.
const MOST_OF_XTASK: usize = 3_200;

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

/// What an operation's name begins with, and ends with.
const VERBS: [&str; 12] = [
    "Accept", "Batch", "Cancel", "Create", "Describe", "Event", "List", "Modify", "Reboot",
    "Redeploy", "Show", "Update",
];

/// The operations that the clouds' own modules name, in the core and in the sandbox: in their lists, and where a call is
/// made or answered.
fn operations() -> &'static BTreeSet<String> {
    static OPERATIONS: OnceLock<BTreeSet<String>> = OnceLock::new();
    OPERATIONS.get_or_init(|| {
        let mut found = BTreeSet::new();
        for (name, homes) in CLOUDS_AT_HOME {
            let modules = modules_of(name);
            let is_home = |module: &[String]| {
                module
                    .first()
                    .is_some_and(|first| homes.contains(&first.as_str()))
            };
            for (_, source) in modules.iter().filter(|(module, _)| is_home(module)) {
                let lines = source.lines.iter();
                found.extend(
                    lines
                        .flat_map(|(_, line)| line.split('"').skip(1).step_by(2))
                        .filter(|text| is_operation(text))
                        .map(str::to_owned),
                );
            }
        }
        found
    })
}

/// Whether a text is built as the names of operations are: a verb, and at least a word more.
fn is_operation(text: &str) -> bool {
    let is_word = text.chars().all(|letter| letter.is_ascii_alphanumeric());
    let follows = |rest: &str| rest.starts_with(char::is_uppercase);
    let ends = [
        "Attribute",
        "Details",
        "Event",
        "Events",
        "Instance",
        "Instances",
        "Resources",
        "Status",
        "Disks",
    ];
    is_word
        && VERBS
            .iter()
            .any(|verb| text.strip_prefix(verb).is_some_and(follows))
        && ends.iter().any(|end| text.ends_with(end))
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
        || operations().iter().any(|name| code.contains(name.as_str()))
}

#[test]
fn every_operation_of_a_cloud_is_found_wherever_it_is_named() {
    let found = operations();
    for name in OperationName::ALL {
        assert!(
            found.contains(name.as_str()),
            "`{name}` is not in {found:?}"
        );
        assert!(names_cloud(&format!("x.{name}()")), "{name}");
    }
    for name in [
        "DescribeDisks",
        "CreateSimulatedSystemEvents",
        "ListServersDetails",
    ] {
        assert!(found.contains(name), "`{name}` is not in {found:?}");
    }
    for part in OPERATIONS_OF_CLOUDS {
        let is_needed = found.iter().any(|name| name.contains(part));
        assert!(is_needed, "no cloud has an operation with `{part}`");
    }
    for text in ["Listed", "BatchSize", "AcceptParams", "Event Instance"] {
        assert!(!found.contains(text), "{text}");
    }
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
    let of_crates = crates::ARROWS
        .iter()
        .flat_map(|(name, _)| ["src", "tests"].map(|folder| folder_of(name).join(folder)));
    // The tests across crates stand in no folder of their own.
    let across = Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf();
    let mut wrong = Vec::new();
    for folder in of_crates.chain([across]).filter(|folder| folder.exists()) {
        for (_, source) in Modules::read(&folder).unwrap().iter() {
            if source.length > LONGEST_FILE {
                wrong.push(format!("{}: {}", source.path.display(), source.length));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_sets_up_and_runs_the_tests_stays_small() {
    let modules = Modules::read(&folder_of("xtask")).unwrap();
    let lines: usize = modules.iter().map(|(_, source)| source.length).sum();
    // It counts something at all.
    assert!((1_000..=MOST_OF_XTASK).contains(&lines), "{lines}");
}
