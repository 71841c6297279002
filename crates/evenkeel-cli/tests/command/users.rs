//! `evenkeel users`: made at the machine, and let in by name and password.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    path::Path,
    process::Stdio,
};

use rustix::{
    fs::{Mode, OFlags, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};

use crate::{
    http::{Answer, send_with},
    login::{configure, serve},
    process::{Server, evenkeel, evenkeel_at_a_terminal, finish},
};

const PASSWORD: &str = "copper lantern drift mosaic";
const OTHER: &str = "violin harbour seventy gravel";

/// Runs it with a password on stdin; its exit code and what it says.
fn with_password(folder: &Path, arguments: &[&str], password: &str) -> (i32, String) {
    let mut command = evenkeel(folder);
    command.args(arguments).arg("--password-stdin");
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{password}").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(!said.contains(password), "{said}");
    (output.status.code().unwrap(), said)
}

fn add(folder: &Path, name: &str) {
    let (code, said) = with_password(
        folder,
        &["users", "add", name, "--role", "viewer"],
        PASSWORD,
    );
    assert_eq!(
        (code, said.trim()),
        (0, "`lin` (viewer of all accounts) may log in")
    );
}

fn log_in(server: &Server, password: &str) -> Answer {
    let body = format!(r#"{{"name":"lin","password":"{password}"}}"#);
    let origin = format!("origin: {}\r\n", server.base);
    send_with(&server.base, "POST", "/api/v1/login", &origin, &body)
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let (code, said, error) = finish(evenkeel(folder).args(arguments));
    assert_eq!(code, 0, "{arguments:?}: {error}");
    said
}

#[test]
fn a_user_is_let_in_until_they_are_disabled_or_have_another_password() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder);
    add(folder, "lin");
    let server = Server::start(&mut serve(folder), "Evenkeel is at ");
    assert_eq!(log_in(&server, OTHER).status, 401);
    let answer = log_in(&server, PASSWORD);
    assert_eq!(answer.status, 204, "{}", answer.body);
    let cookie = answer.header("set-cookie").unwrap().split(';').next();
    let cookie = format!("cookie: {}\r\n", cookie.unwrap());
    let asks = |path: &str| send_with(&server.base, "GET", path, &cookie, "").status;
    assert_eq!(asks("/api/v1/audit?after=0"), 403);
    run(folder, &["users", "grant", "LIN", "--role", "admin"]);
    assert_eq!(asks("/api/v1/audit?after=0"), 200);

    let (code, said) = with_password(folder, &["users", "passwd", "lin"], OTHER);
    assert_eq!(code, 0, "{said}");
    assert_eq!(asks("/api/v1/session"), 401, "it ended with the password");
    assert_eq!(log_in(&server, PASSWORD).status, 401);
    assert_eq!(log_in(&server, OTHER).status, 204);
    run(folder, &["users", "disable", "lin"]);
    assert_eq!(log_in(&server, OTHER).status, 401);
    let list = run(folder, &["users", "list"]);
    assert!(
        list.starts_with("lin: admin of all accounts, made "),
        "{list}"
    );
    assert!(list.contains(", disabled since "), "{list}");
    run(folder, &["users", "enable", "lin"]);
    assert_eq!(log_in(&server, OTHER).status, 204);
    let (_, log) = server.stop();
    for secret in [PASSWORD, OTHER] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn what_cannot_be_is_said_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder);
    for (arguments, password, word) in [
        (&["users", "add", "lin"][..], PASSWORD, "--role"),
        (
            &["users", "add", "l in", "--role", "viewer"],
            PASSWORD,
            "1 to 64 letters",
        ),
        (
            &["users", "add", "lin", "--role", "viewer"],
            "short",
            "at least 12",
        ),
        (
            &["users", "add", "lin", "--role", "viewer"],
            "evenkeel.2026",
            "easily guessed",
        ),
        (
            &["users", "add", "lin", "--role", "viewer"],
            "one line and\nanother one",
            "one line",
        ),
        (
            &["users", "passwd", "lin"],
            PASSWORD,
            "there is no user `lin`",
        ),
    ] {
        let (code, said) = with_password(folder, arguments, password);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
    for change in ["disable", "enable"] {
        let (code, _, error) = finish(evenkeel(folder).args(["users", change, "lin"]));
        assert_eq!(
            (code, error.trim()),
            (2, "evenkeel: there is no user `lin`")
        );
    }
    // Nobody is at a terminal, and nothing was said of stdin.
    let mut command = evenkeel(folder);
    command.args(["users", "add", "lin", "--role", "viewer"]);
    let (code, _, error) = finish(command.stdin(Stdio::null()));
    assert_eq!(code, 2);
    assert!(error.contains("--password-stdin"), "{error}");
    assert_eq!(run(folder, &["users", "list"]), "");
    add(folder, "lin");
    let again = ["users", "add", "lin", "--role", "admin"];
    let (code, said) = with_password(folder, &again, OTHER);
    assert_eq!(code, 2);
    assert!(said.contains("there is a user `lin`"), "{said}");
}

/// Runs it at a terminal of its own, where each answer is typed once there is so much of a question; all that the
/// terminal showed, and the exit code.
fn at_a_terminal(folder: &Path, arguments: &[&str], answers: &[(&str, &str)]) -> (String, i32) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let theirs = || Stdio::from(open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap());
    let mut command = evenkeel_at_a_terminal(folder);
    command.args(arguments);
    command.stdin(theirs()).stdout(theirs()).stderr(theirs());
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut terminal = File::from(terminal);
    let mut said = String::new();
    let mut bytes = [0; 256];
    for (question, answer) in answers {
        while !said.ends_with(question) {
            let count = terminal.read(&mut bytes).unwrap();
            said += &String::from_utf8_lossy(&bytes[..count]);
        }
        writeln!(terminal, "{answer}").unwrap();
    }
    // It ends with an error where nobody has the other end any more.
    while let Ok(count) = terminal.read(&mut bytes) {
        if count == 0 {
            break;
        }
        said += &String::from_utf8_lossy(&bytes[..count]);
    }
    (said, child.wait().unwrap().code().unwrap())
}

#[test]
fn a_password_is_asked_for_twice_and_shown_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder);
    let arguments = ["users", "add", "lin", "--role", "viewer"];
    let ask = |again: &str| {
        let answers = [
            ("Password for lin: ", PASSWORD),
            ("The same again: ", again),
        ];
        at_a_terminal(folder, &arguments, &answers)
    };
    let (said, code) = ask(OTHER);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("the two differ"), "{said}");
    assert_eq!(run(folder, &["users", "list"]), "");
    let (said, code) = ask(PASSWORD);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
    assert!(run(folder, &["users", "list"]).starts_with("lin: viewer of all accounts"));
}
