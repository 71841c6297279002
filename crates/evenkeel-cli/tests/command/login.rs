//! `evenkeel login`, `evenkeel tokens`, and what `evenkeel serve` shows.

use std::{fs::File, io::Read as _, os::unix::fs::PermissionsExt as _, path::Path, process::Stdio};

use rustix::{
    fs::{Mode, OFlags, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};

use crate::{
    http::{Answer, get, send_with},
    process::{Server, evenkeel, finish},
};

/// The header that a new token of that name is shown by.
pub(crate) fn token(folder: &Path, name: &str) -> String {
    let (code, token, error) =
        finish(evenkeel(folder).args(["tokens", "add", name, "--role", "admin"]));
    assert_eq!(code, 0, "{error}");
    format!("authorization: Bearer {}\r\n", token.trim())
}

/// An account whose cloud nobody reaches.
pub(crate) fn configure(folder: &Path) {
    let text = "[[accounts]]\nid = \"edge\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\nendpoint = \"http://127.0.0.1:9\"\n";
    std::fs::write(folder.join("evenkeel.toml"), text).unwrap();
}

pub(crate) fn serve(folder: &Path) -> std::process::Command {
    let mut command = evenkeel(folder);
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "id");
    command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret");
    command
}

fn log_in(base: &str, code: &str) -> Answer {
    let body = format!(r#"{{"code":"{code}"}}"#);
    let origin = format!("origin: {base}\r\n");
    send_with(base, "POST", "/api/v1/login", &origin, &body)
}

#[test]
fn a_code_is_shown_in_a_file_of_its_owners_where_stdout_is_read_by_others() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let mut server = Server::start(&mut serve(folder.path()), "Evenkeel is at ");
    let mut line = server.line();
    while !line.starts_with("The login code is in ") {
        line = server.line();
    }
    let file = line
        .strip_prefix("The login code is in ")
        .unwrap()
        .to_owned();
    assert!(
        Path::new(&file).starts_with(folder.path().join("state")),
        "{file}"
    );
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let first = std::fs::read_to_string(&file).unwrap();

    assert_eq!(get(&server.base, "/api/v1/accounts").status, 401);
    let answer = log_in(&server.base, first.trim());
    assert_eq!(answer.status, 204, "{}", answer.body);
    let cookie = answer
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let cookie = format!("cookie: {cookie}\r\n");
    let accounts = send_with(&server.base, "GET", "/api/v1/accounts", &cookie, "");
    assert_eq!(accounts.status, 200, "{}", accounts.body);

    // Beside the proxy, which has the file of the store.
    let (code, second, error) = finish(evenkeel(folder.path()).args(["login", "--role", "viewer"]));
    assert_eq!(code, 0, "{error}");
    let answer = log_in(&server.base, second.trim());
    assert_eq!(answer.status, 204);
    let cookie = answer.header("set-cookie").unwrap().split(';').next();
    let cookie = format!("cookie: {}\r\n", cookie.unwrap());
    let who = send_with(&server.base, "GET", "/api/v1/session", &cookie, "");
    let viewer = r#""grants":[{"role":"viewer","accounts":"all"}]"#;
    assert!(who.body.contains(viewer), "{}", who.body);
    assert_eq!(log_in(&server.base, second.trim()).status, 401);

    let (code, log) = server.stop();
    assert_eq!(code, 0);
    assert!(!Path::new(&file).exists(), "it goes with the proxy");
    assert!(log.contains("somebody logged in"), "{log}");
    for secret in [first.trim(), second.trim()] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn a_code_is_shown_on_a_terminal_and_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let theirs = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    let mut command = serve(folder.path());
    command.stdout(Stdio::from(theirs)).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut terminal = File::from(terminal);
    let mut said = String::new();
    let mut bytes = [0; 256];
    while !said.contains("makes another") {
        let count = terminal.read(&mut bytes).unwrap();
        said += &String::from_utf8_lossy(&bytes[..count]);
    }
    let base = said
        .split("Evenkeel is at ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .trim();
    let code = said
        .split("with the code ")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap();
    assert_eq!(log_in(base, code).status, 204, "{said}");
    child.kill().unwrap();
    child.wait().unwrap();
    let state = std::fs::read_dir(folder.path().join("state/evenkeel")).unwrap();
    for file in state {
        let name = file.unwrap().file_name();
        assert!(!name.to_string_lossy().contains("code"), "{name:?}");
    }
}

#[test]
fn a_token_lets_a_tool_in_until_it_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    let early = token(folder.path(), "early");
    let server = Server::start(&mut serve(folder.path()), "Evenkeel is at ");
    // Made before the proxy had the store, and beside it.
    let late = token(folder.path(), "late");
    let status =
        |header: &str| send_with(&server.base, "GET", "/api/v1/accounts", header, "").status;
    assert_eq!([status(&early), status(&late)], [200, 200]);

    let (code, _, error) =
        finish(evenkeel(folder.path()).args(["tokens", "add", "late", "--role", "admin"]));
    assert_eq!(code, 2);
    assert!(error.contains("there is a token `late`"), "{error}");

    let (code, list, error) = finish(evenkeel(folder.path()).args(["tokens", "list"]));
    assert_eq!(code, 0, "{error}");
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 2, "{list}");
    for (line, header) in lines.iter().zip([&early, &late]) {
        assert!(line.contains("last used 20"), "{line}");
        let secret = header.trim().rsplit(' ').next().unwrap();
        assert!(!list.contains(secret), "{list}");
    }

    let change = [
        "tokens",
        "grant",
        "late",
        "--role",
        "viewer",
        "--account",
        "far",
    ];
    let (code, _, error) = finish(evenkeel(folder.path()).args(change));
    assert_eq!(code, 0, "{error}");
    let (_, list, _) = finish(evenkeel(folder.path()).args(["tokens", "list"]));
    assert!(list.contains("early: admin of all accounts,"), "{list}");
    assert!(list.contains("late: viewer of far,"), "{list}");
    let accounts = send_with(&server.base, "GET", "/api/v1/accounts", &late, "");
    assert_eq!(accounts.body, r#"{"accounts":[]}"#);

    let (code, _, error) = finish(evenkeel(folder.path()).args(["tokens", "revoke", "late"]));
    assert_eq!(code, 0, "{error}");
    assert_eq!([status(&early), status(&late)], [200, 401]);
    let (code, _, error) = finish(evenkeel(folder.path()).args(["tokens", "revoke", "late"]));
    assert_eq!(
        (code, error.trim()),
        (2, "evenkeel: there is no token `late`")
    );
    let (_, log) = server.stop();
    assert!(!log.contains("Bearer"), "{log}");
}

#[test]
fn a_role_is_said_and_never_guessed() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path());
    for (arguments, word) in [
        (&["tokens", "add", "ci"][..], "--role"),
        (&["tokens", "add", "ci", "--role", "owner"], "approver"),
        (
            &["tokens", "add", "ci", "--role", "viewer", "--account", ""],
            "the name of an account is needed",
        ),
        (&["tokens", "grant", "ci"], "--role"),
        (
            &["tokens", "grant", "ci", "--role", "viewer"],
            "there is no token `ci`",
        ),
        (&["login", "--account", "edge"], "--role"),
    ] {
        let (code, out, error) = finish(evenkeel(folder.path()).args(arguments));
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(error.contains(word), "{arguments:?}: {error}");
    }
}
