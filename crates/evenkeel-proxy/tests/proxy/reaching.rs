//! How the configuration says how the proxy is reached from beyond this machine.

use evenkeel_proxy::Config;
use insta::assert_snapshot;

use crate::config::faults;

#[test]
fn names_and_proxies_are_lists() {
    let text = r#"
        [server]
        listen = "0.0.0.0:8080"
        public_url = ["https://evenkeel.example.org", "https://[2001:db8::1]:8443/"]
        trusted_proxies = ["10.0.0.7", "2001:db8::/64", "unix:"]
    "#;
    let reach = Config::parse(text, "evenkeel.toml").unwrap().server.reach;
    let urls: Vec<String> = reach.public_urls.iter().map(ToString::to_string).collect();
    assert_eq!(
        urls,
        ["https://evenkeel.example.org", "https://[2001:db8::1]:8443"]
    );
    assert!(!reach.trusted_proxies.is_empty());
}

#[test]
fn every_fault_of_them_is_told_with_its_line() {
    assert_snapshot!(faults(
        r#"[server]
public_url = "https://evenkeel.example.org"
trusted_proxies = []
"#
    ), @r#"
    evenkeel.toml:2: `public_url` must be a list of strings, `["…"]`, not a string
    evenkeel.toml:3: `trusted_proxies` must be a list of strings, `["…"]`, not an empty one
    "#);
    assert_snapshot!(faults(
        r#"[server]
public_url = [
    "https://evenkeel.example.org",
    "http://evenkeel.example.org",
    "https://EVENKEEL.example.org:443",
    8080,
]
trusted_proxies = [
    "10.0.0.0/8",
    "nginx",
    "0.0.0.0/0",
    true,
]
"#
    ), @"
    evenkeel.toml:4: `public_url` must be `https://`, a name and perhaps a port, like `https://evenkeel.example.org`, not `http://evenkeel.example.org`
    evenkeel.toml:5: `public_url` has `https://EVENKEEL.example.org:443` twice
    evenkeel.toml:6: `public_url` is a list of strings, not of an integer
    evenkeel.toml:10: each of `trusted_proxies` must be an address or a network, like `10.0.0.7` or `10.0.0.0/24`, or `unix:`, not `nginx`
    evenkeel.toml:11: each of `trusted_proxies` must name proxies, and not every address there is, not `0.0.0.0/0`
    evenkeel.toml:12: `trusted_proxies` is a list of strings, not of true or false
    ");
}

#[test]
fn tls_needs_both_files() {
    let text = "[server]\n[server.tls]\ncertificate = \"a.pem\"\nkey = \"b.pem\"\n";
    let reach = Config::parse(text, "evenkeel.toml").unwrap().server.reach;
    let files = reach.tls.unwrap();
    assert_eq!(files.certificate.to_str(), Some("a.pem"));
    assert_eq!(files.key.to_str(), Some("b.pem"));
    assert_snapshot!(faults("[server]\n\n[server.tls]\ncert = \"a.pem\"\nkey = 1\n"), @"
    evenkeel.toml:3: `[server.tls]` has no `certificate`: the path of a PEM file
    evenkeel.toml:4: unknown key `cert` in `[server.tls]`; did you mean `certificate`?
    evenkeel.toml:5: `key` must be a string in quotes, not an integer
    ");
    assert_snapshot!(faults("[server]\ntls = true\nlisten = \"unix:x.sock\"\nsocket_mode = \"0666\"\n"), @"
    evenkeel.toml:2: `tls` must be a table, `[server.tls]`, not true or false
    evenkeel.toml:3: `listen` must be `unix:` and a path from the root on, like `unix:/run/evenkeel/evenkeel.sock`
    evenkeel.toml:4: `socket_mode` must be `0600`, the proxy's user alone, or `0660`, its group too
    ");
}
