//! The console's files.

use std::{fs, io::Read, path::Path};

use axum::{Router, http::StatusCode};
use evenkeel_proxy::Console;
use insta::assert_snapshot;
use tempfile::TempDir;

use crate::client::{get, proxy, request, send, with_console};

const SCRIPT: &str = "evenkeel-console-0a1b2c3d4e5f6071.js";

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

/// A console as Trunk leaves it.
async fn built() -> (TempDir, Router) {
    let folder = tempfile::tempdir().unwrap();
    let page = r#"<!doctype html><script type="module">import init from '/x.js';</script>"#;
    write(folder.path(), "index.html", page);
    write(folder.path(), SCRIPT, &"export default 1;\n".repeat(100));
    write(
        folder.path(),
        "favicon.svg",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
    );
    fs::create_dir_all(folder.path().join("snippets/a")).unwrap();
    write(folder.path(), "snippets/a/inline0.js", "export {};");
    fs::write(folder.path().join("app-0a1b2c3d4e5f6071_bg.wasm"), b"\0asm").unwrap();
    let console = Console::from_folder(folder.path()).unwrap();
    (folder, with_console("http://127.0.0.1:9", console).await)
}

#[tokio::test]
async fn serves_the_page_with_a_strict_policy() {
    let (_folder, router) = built().await;
    let answer = get(
        &router,
        "/",
        &[("accept", "text/html"), ("sec-fetch-site", "cross-site")],
    )
    .await;
    assert_eq!(answer.head.status(), StatusCode::OK);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert_snapshot!(answer.header("content-security-policy").unwrap(), @"default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-dDeiJ8+z0+Kuw0x0+TpDhzT1pOxaSCEpsCbdBR+E4Kk='; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        Some("same-origin")
    );
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        Some("same-origin")
    );
}

#[tokio::test]
async fn answers_a_page_that_is_known_with_not_modified() {
    let (_folder, router) = built().await;
    let etag = get(&router, "/", &[])
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let answer = get(
        &router,
        "/",
        &[("if-none-match", &format!("\"x\", {etag}"))],
    )
    .await;
    assert_eq!(answer.head.status(), StatusCode::NOT_MODIFIED);
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn knows_its_tag_in_every_encoding_and_under_a_star() {
    let (_folder, router) = built().await;
    let path = format!("/{SCRIPT}");
    let packed = get(&router, &path, &[("accept-encoding", "br")]).await;
    let etag = packed.header("etag").unwrap().to_owned();
    assert!(
        etag.starts_with("W/"),
        "one tag for all encodings is weak: {etag}"
    );
    let strong = etag.trim_start_matches("W/").to_owned();
    for tags in [etag.as_str(), strong.as_str(), "*"] {
        let answer = get(&router, &path, &[("if-none-match", tags)]).await;
        assert_eq!(answer.head.status(), StatusCode::NOT_MODIFIED, "{tags}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        assert_eq!(answer.header("content-encoding"), None);
    }
    let answer = get(&router, &path, &[("if-none-match", "W/\"other\"")]).await;
    assert_eq!(answer.head.status(), StatusCode::OK);
}

#[tokio::test]
async fn sends_what_the_build_compressed_and_shows_it_as_no_file_of_its_own() {
    let (folder, _) = built().await;
    // Not what the compressor here would make, so that it is known again.
    let ready = |encoding: &str| format!("{encoding} of the build").into_bytes();
    for name in [SCRIPT, "favicon.svg", "missing-0a1b2c3d4e5f6071.js"] {
        fs::write(folder.path().join(format!("{name}.br")), ready("brotli")).unwrap();
        fs::write(folder.path().join(format!("{name}.gz")), ready("gzip")).unwrap();
    }
    let console = Console::from_folder(folder.path()).unwrap();
    let router = with_console("http://127.0.0.1:9", console).await;
    let path = format!("/{SCRIPT}");
    for (accepted, encoding, body) in [
        ("gzip, deflate, br, zstd", Some("br"), ready("brotli")),
        ("gzip", Some("gzip"), ready("gzip")),
        ("zstd", None, "export default 1;\n".repeat(100).into_bytes()),
    ] {
        let answer = get(&router, &path, &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.head.status(), StatusCode::OK, "{accepted}");
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/javascript; charset=utf-8"),
            "{accepted}"
        );
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        assert_eq!(answer.body, body, "{accepted}");
    }
    let answer = get(&router, &format!("{path}.br"), &[]).await;
    assert_eq!(answer.head.status(), StatusCode::NOT_FOUND);
    // A name without a hash of the content may have changed since.
    let answer = get(&router, "/favicon.svg", &[("accept-encoding", "gzip")]).await;
    let mut text = String::new();
    flate2::read::GzDecoder::new(answer.body.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, "<svg xmlns='http://www.w3.org/2000/svg'/>");
    // Without its file it is a file like others.
    let answer = get(&router, "/missing-0a1b2c3d4e5f6071.js.br", &[]).await;
    assert_eq!(answer.body, ready("brotli"));
}

#[tokio::test]
async fn lets_hashed_files_be_kept_for_ever() {
    let (_folder, router) = built().await;
    for (path, kept, kind) in [
        (format!("/{SCRIPT}"), true, "text/javascript; charset=utf-8"),
        (
            "/app-0a1b2c3d4e5f6071_bg.wasm".to_owned(),
            true,
            "application/wasm",
        ),
        ("/favicon.svg".to_owned(), false, "image/svg+xml"),
        (
            "/snippets/a/inline0.js".to_owned(),
            false,
            "text/javascript; charset=utf-8",
        ),
    ] {
        let answer = get(&router, &path, &[]).await;
        assert_eq!(answer.head.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        let immutable = answer
            .header("cache-control")
            .unwrap()
            .ends_with("immutable");
        assert_eq!(immutable, kept, "{path}");
    }
}

#[tokio::test]
async fn compresses_as_the_client_likes() {
    let (_folder, router) = built().await;
    let path = format!("/{SCRIPT}");
    let plain = get(&router, &path, &[]).await;
    assert_eq!(plain.header("content-encoding"), None);
    let brotli = get(&router, &path, &[("accept-encoding", "gzip, deflate, br")]).await;
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    let mut text = Vec::new();
    brotli::Decompressor::new(brotli.body.as_slice(), 4096)
        .read_to_end(&mut text)
        .unwrap();
    assert_eq!(text, plain.body);
    let gzip = get(&router, &path, &[("accept-encoding", "br;q=0, gzip")]).await;
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    text.clear();
    flate2::read::GzDecoder::new(gzip.body.as_slice())
        .read_to_end(&mut text)
        .unwrap();
    assert_eq!(text, plain.body);
}

#[tokio::test]
async fn gives_the_page_for_its_own_routes_and_nothing_for_a_missing_file() {
    let (_folder, router) = built().await;
    for (path, accept, status) in [
        ("/events/core/ev-1", "*/*", 200),
        ("/events/core/ev.1", "text/html,*/*;q=0.8", 200),
        ("/old-0a1b2c3d4e5f6071.js", "*/*", 404),
        ("/../Cargo.toml", "*/*", 404),
        ("/api/v1/nothing", "text/html", 404),
        ("/api/nothing", "text/html", 404),
    ] {
        let answer = get(&router, path, &[("accept", accept)]).await;
        assert_eq!(answer.head.status(), status, "{path}");
    }
    let answer = send(&router, request("PUT", "/", &[], "")).await;
    assert_eq!(answer.head.status(), StatusCode::METHOD_NOT_ALLOWED);
    let answer = send(&router, request("HEAD", "/", &[], "")).await;
    assert_eq!(answer.head.status(), StatusCode::OK);
}

#[tokio::test]
async fn says_how_to_build_a_console_that_is_not_there() {
    let answer = get(&proxy("http://127.0.0.1:9").await, "/", &[]).await;
    assert!(answer.text().contains("cargo xtask run"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(!policy.contains("unsafe-inline"), "{policy}");
}

#[test]
fn refuses_a_folder_that_holds_no_console() {
    let folder = tempfile::tempdir().unwrap();
    let shown = |path: &Path| {
        let error = Console::from_folder(path).unwrap_err().to_string();
        error.replace(folder.path().to_str().unwrap(), "[folder]")
    };
    assert_snapshot!(shown(folder.path()), @"the console folder `[folder]` holds no index.html: build the console with `trunk build`");
    assert_snapshot!(shown(&folder.path().join("missing")), @"the console folder `[folder]/missing` does not exist");
}

#[cfg(unix)]
#[test]
fn serves_nothing_that_is_no_file_of_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "secret.txt", "canary");
    let refused = |leave: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "index.html", "<p>");
        leave(folder.path());
        let name = folder.path().display().to_string();
        let error = Console::from_folder(folder.path()).unwrap_err();
        error.to_string().replace(&name, "[folder]")
    };
    let link = |target: &Path, folder: &Path| {
        std::os::unix::fs::symlink(target, folder.join("x")).unwrap();
    };
    assert_snapshot!(refused(&|folder| link(&outside.path().join("secret.txt"), folder)), @"the console folder `[folder]` cannot be served: `x` leads out of it");
    assert_snapshot!(refused(&|folder| link(outside.path(), folder)), @"the console folder `[folder]` cannot be served: `x` leads out of it");
    assert_snapshot!(refused(&|folder| link(folder, folder)), @"the console folder `[folder]` cannot be served: `x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/` lies too deep");
    let pipe = |folder: &Path| {
        let made = std::process::Command::new("mkfifo")
            .arg(folder.join("x"))
            .status();
        assert!(made.unwrap().success());
    };
    assert_snapshot!(refused(&pipe), @"the console folder `[folder]` cannot be served: `x` is no file");
}

#[cfg(unix)]
#[tokio::test]
async fn serves_links_within_the_folder_and_no_dot_files() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "index.html", "<p>");
    write(folder.path(), "a.txt", "a");
    write(folder.path(), ".env", "canary");
    fs::create_dir(folder.path().join(".git")).unwrap();
    write(&folder.path().join(".git"), "config", "canary");
    std::os::unix::fs::symlink("a.txt", folder.path().join("b.txt")).unwrap();
    let console = Console::from_folder(folder.path()).unwrap();
    let router = with_console("http://127.0.0.1:9", console).await;
    assert_eq!(get(&router, "/b.txt", &[]).await.text(), "a");
    for hidden in ["/.env", "/.git/config"] {
        let answer = get(&router, hidden, &[]).await;
        assert!(!answer.text().contains("canary"), "{hidden}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_makes_nothing_of_a_dot_file_another_file() {
    // The folder's own name may begin with a dot.
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join(".built");
    let inner = folder.join(".git/refs");
    fs::create_dir_all(&inner).unwrap();
    fs::create_dir(folder.join("assets")).unwrap();
    write(&folder, "index.html", "<p>");
    write(&folder, "a.txt", "a");
    for (folder, name) in [
        (&folder, ".env"),
        (&folder.join(".git"), "config"),
        (&inner, "heads"),
        (&folder.join("assets"), ".map"),
    ] {
        write(folder, name, "canary");
    }
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, folder.join(name)).unwrap();
    };
    link(".env", "dot.js");
    link("dot.js", "dot2.js");
    link(".git", "g");
    link(".git/config", "config.js");
    link("g/refs", "refs");
    link("assets/.map", "map.js");
    // What it leads to in the end is what counts.
    link("a.txt", ".to-a");
    link(".to-a", "b.txt");
    let console = Console::from_folder(&folder).unwrap();
    let router = with_console("http://127.0.0.1:9", console).await;
    for hidden in [
        "/dot.js",
        "/dot2.js",
        "/g/config",
        "/g/refs/heads",
        "/config.js",
        "/refs/heads",
        "/map.js",
    ] {
        let answer = get(&router, hidden, &[]).await;
        assert!(!answer.text().contains("canary"), "{hidden}");
    }
    for shown in ["/a.txt", "/b.txt"] {
        assert_eq!(get(&router, shown, &[]).await.text(), "a", "{shown}");
    }
}

#[tokio::test]
async fn gives_no_page_to_whoever_means_the_api() {
    let (_folder, router) = built().await;
    for path in [
        "//api",
        "//api/v1/accounts",
        "///",
        "/events//1",
        "/API/v1/accounts",
        "/%61pi/v1/accounts",
        "/./api/v1/accounts",
        "/x/../api/v1/accounts",
        "/api",
        "/api/",
    ] {
        let answer = get(&router, path, &[("accept", "text/html")]).await;
        assert_eq!(answer.head.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("not_found"), "{path}");
    }
    for page in ["/", "/batches/", "/batches/1", "/apis"] {
        let answer = get(&router, page, &[("accept", "text/html")]).await;
        assert_eq!(answer.head.status(), StatusCode::OK, "{page}");
    }
}
