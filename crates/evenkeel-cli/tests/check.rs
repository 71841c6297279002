//! `evenkeel check`: the cases that every command of that name passes, and what only a system shows.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Instant,
};

use serde::Deserialize;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/check");
const NOW: &str = "2026-11-22T12:00:00Z";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What follows `evenkeel check`.
    args: Vec<String>,
    /// The file whose bytes are piped in; without it nothing is.
    stdin: Option<PathBuf>,
    exit: i32,
    /// Instead of a file `stderr`, where a command says it in its own words.
    #[serde(default)]
    stderr_contains: Vec<String>,
}

fn evenkeel(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenkeel"));
    command
        .arg("check")
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

fn finish(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// What the folder of a case has in a file; no file is no output.
fn expected(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name))
        .unwrap_or_default()
        .replace("[VERSION]", env!("CARGO_PKG_VERSION"))
}

fn bless(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    if text.is_empty() {
        let _ = fs::remove_file(path);
    } else {
        let text = text.replace(
            concat!("\"semanticVersion\": \"", env!("CARGO_PKG_VERSION")),
            "\"semanticVersion\": \"[VERSION]",
        );
        fs::write(path, text).unwrap();
    }
}

#[test]
fn every_case_comes_out_as_it_is_written() {
    let root = Path::new(CASES);
    let mut names: Vec<_> = fs::read_dir(root.join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    assert!(names.len() >= 50, "only {} cases", names.len());
    let mut failed = Vec::new();
    for folder in names {
        let case = fs::read(folder.join("case.json")).unwrap();
        let case: Case =
            serde_json::from_slice(&case).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let files = root.join("files");
        let mut command = evenkeel(&files);
        command.args(&case.args);
        if let Some(name) = &case.stdin {
            command.stdin(File::open(files.join(name)).unwrap());
        }
        let (exit, stdout, stderr) = finish(&mut command);
        for canary in ["Canary", "canary"] {
            assert!(
                !stdout.contains(canary) && !stderr.contains(canary),
                "{}",
                folder.display()
            );
        }
        if std::env::var_os("EVENKEEL_BLESS").is_some() {
            bless(&folder, "stdout", &stdout);
            if case.stderr_contains.is_empty() {
                bless(&folder, "stderr", &stderr);
            }
        }
        let mut wrong = Vec::new();
        if exit != case.exit {
            wrong.push(format!("exit is {exit}, not {}", case.exit));
        }
        if stdout != expected(&folder, "stdout") {
            wrong.push(format!("stdout is\n{stdout}"));
        }
        let is_said = |part: &String| stderr.contains(part);
        if if case.stderr_contains.is_empty() {
            stderr != expected(&folder, "stderr")
        } else {
            !case.stderr_contains.iter().all(is_said)
        } {
            wrong.push(format!("stderr is\n{stderr}"));
        }
        if !wrong.is_empty() {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            failed.push(format!("{name}: {}", wrong.join("\n")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn every_sarif_log_refers_to_what_it_has() {
    let mut results = 0;
    for entry in fs::read_dir(Path::new(CASES).join("cases")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.to_string_lossy().contains("-sarif") {
            continue;
        }
        let log: serde_json::Value = serde_json::from_str(&expected(&folder, "stdout")).unwrap();
        let run = &log["runs"][0];
        assert_eq!(
            (&log["version"], &run["columnKind"]),
            (&"2.1.0".into(), &"unicodeCodePoints".into())
        );
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(
                run["tool"]["driver"]["rules"][index]["id"],
                result["ruleId"]
            );
            let place = &result["locations"][0]["physicalLocation"];
            assert!(
                !place["artifactLocation"]["uri"]
                    .as_str()
                    .unwrap()
                    .contains([' ', ':'])
            );
            let at = |line: &str, column: &str| {
                let number = |name| place["region"][name].as_u64().unwrap();
                (number(line), number(column))
            };
            let (start, end) = (at("startLine", "startColumn"), at("endLine", "endColumn"));
            assert!((1, 1) <= start && start <= end, "{}", folder.display());
            results += 1;
        }
    }
    assert!(results >= 40, "only {results} results");
}

/// A file of a folder that is thrown away.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// A migration of many items on one line, each with an issue.
fn many_items(items: usize) -> String {
    let items: Vec<_> = (0..items)
        .map(|n| {
            format!(
                r#"{{"EventId":"e-{n}","ResourceId":"i-{n}","OpsType":"scheduled","PlanTime":1,"DataPolicy":"try_transfer"}}"#
            )
        })
        .collect();
    format!(r#"{{"EventInfos":[{}]}}"#, items.join(","))
}

#[test]
fn ten_thousand_issues_on_one_line_take_a_moment() {
    let folder = tempfile::tempdir().unwrap();
    let items = 10_000;
    write(
        folder.path(),
        "a.BatchEventMigrateInstance.json",
        many_items(items).as_bytes(),
    );
    for format in ["text", "json", "github", "sarif"] {
        let begun = Instant::now();
        let mut command = evenkeel(folder.path());
        command.args(["a.BatchEventMigrateInstance.json", "--now", NOW]);
        let (exit, stdout, stderr) = finish(command.args(["--format", format]));
        assert_eq!((exit, stderr.as_str()), (1, ""));
        assert_eq!(
            stdout.matches("in_the_past").count(),
            items + usize::from(format == "sarif")
        );
        assert!(
            begun.elapsed().as_secs() < 30,
            "{format}: {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "a.BatchEventMigrateInstance.json",
        many_items(5_000).as_bytes(),
    );
    let mut command = evenkeel(folder.path());
    command.args(["a.BatchEventMigrateInstance.json", "--now", NOW]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 100];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!(status.code(), Some(1));
    assert_eq!(String::from_utf8(stderr).unwrap(), "");
}

#[test]
fn an_output_that_is_full_is_an_error() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "a.AcceptScheduledEvent.json",
        br#"{"id":"e4f1","not_before":"now"}"#,
    );
    let mut command = evenkeel(folder.path());
    command.arg("a.AcceptScheduledEvent.json").stdout(full);
    let Output { status, stderr, .. } = command.stderr(Stdio::piped()).output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(2));
    assert!(
        stderr.starts_with("evenkeel: cannot write the result: "),
        "{stderr}"
    );
}

#[test]
fn a_file_beyond_the_limit_is_not_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "a.AcceptScheduledEvent.json", b"");
    let file = File::options().write(true).open(path).unwrap();
    file.set_len(64 * 1024 * 1024 + 1).unwrap();
    let (exit, stdout, stderr) = finish(evenkeel(folder.path()).arg("a.AcceptScheduledEvent.json"));
    assert_eq!((exit, stdout.as_str()), (2, "no file was checked\n"));
    assert_eq!(
        stderr,
        "evenkeel: a.AcceptScheduledEvent.json: larger than 64 MiB\n"
    );
}

#[test]
fn a_file_that_may_not_be_read_hides_no_other() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let good = br#"{"id":"e4f1","not_before":"now"}"#;
    let path = write(folder.path(), "a.AcceptScheduledEvent.json", good);
    write(folder.path(), "b.AcceptScheduledEvent.json", good);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = File::open(&path).is_ok();
    let (exit, stdout, stderr) = finish(evenkeel(folder.path()).arg("*.json"));
    if is_root {
        assert_eq!((exit, stdout.as_str()), (0, "2 files checked: no issues\n"));
    } else {
        assert_eq!(
            (exit, stdout.as_str()),
            (2, "1 file checked: no issues; 1 file not checked\n")
        );
        assert_eq!(
            stderr,
            "evenkeel: a.AcceptScheduledEvent.json: permission denied\n"
        );
    }
}

#[test]
fn a_name_that_is_no_text_is_a_name() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let folder = tempfile::tempdir().unwrap();
    let name = OsStr::from_bytes(b"\xff\n.AcceptScheduledEvent.json");
    fs::write(folder.path().join(name), "{}").unwrap();
    let (exit, stdout, _) = finish(evenkeel(folder.path()).arg(name));
    assert_eq!(exit, 1);
    assert!(
        stdout.starts_with("\u{fffd}\\u{a}.AcceptScheduledEvent.json:1:1: error[missing]: id: "),
        "{stdout}"
    );
    assert_eq!(stdout.lines().count(), 3);
}

#[test]
fn no_name_of_a_file_acts_on_a_terminal_in_any_format() {
    let folder = tempfile::tempdir().unwrap();
    let odd = "\u{1b}[2J\u{9b}\u{7}\u{7f}\r\n::error::\u{202e}";
    let checked = format!("{odd}.AcceptScheduledEvent.json");
    write(folder.path(), &checked, b"{}");
    let missing = format!("{odd}.json");
    let shown = r"\u{1b}[2J\u{9b}\u{7}\u{7f}\u{d}\u{a}::error::\u{202e}";
    for format in ["text", "github", "json", "sarif"] {
        let mut command = evenkeel(folder.path());
        command.args([&checked, &missing, "--format", format]);
        let (exit, stdout, stderr) = finish(&mut command);
        assert_eq!(exit, 2, "{format}");
        for text in [&stdout, &stderr] {
            let acts = |c: char| c != '\n' && evenkeel::visible::is_unseen(c);
            assert!(!text.contains(acts), "{format}: {text:?}");
            assert!(!text.contains("\n::error::\\"), "{format}: {text}");
        }
        let said = format!("evenkeel: {shown}.json: no such file\n");
        assert!(stderr.starts_with(&said), "{format}: {stderr}");
        if format == "github" {
            let file = shown.replace(':', "%3A");
            let start = format!("::error file={file}.AcceptScheduledEvent.json,line=1,");
            assert!(stdout.starts_with(&start), "{stdout}");
        }
    }
    // A shell puts names in the place of patterns: one may look like a flag, too.
    let flag = format!("--{odd}");
    for args in [["--events", missing.as_str()], [flag.as_str(), "x"]] {
        let (exit, stdout, stderr) = finish(evenkeel(folder.path()).args(args).arg(&checked));
        assert_eq!((exit, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains(shown), "{stderr}");
    }
}

#[test]
fn without_a_time_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    for (year, exit) in [("2020", 1), ("9999", 0)] {
        let name = format!("{year}.UpdateScheduledEvent.json");
        let json = format!(r#"{{"id":"e4f1","not_before":"{year}-11-24T01:30:00Z"}}"#);
        write(folder.path(), &name, json.as_bytes());
        assert_eq!(finish(evenkeel(folder.path()).arg(&name)).0, exit);
    }
}
