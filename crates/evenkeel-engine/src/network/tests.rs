use super::*;

fn network(variables: &[(&str, &str)]) -> Result<Network, NetworkError> {
    Network::open(&NetworkConfig::default(), &|name| {
        let mut variables = variables.iter();
        let (_, value) = variables.find(|(known, _)| *known == name)?;
        Some((*value).to_owned())
    })
}

fn way(network: &Network, endpoint: &str) -> String {
    network.way(&endpoint.parse().unwrap()).to_string()
}

#[test]
fn goes_by_the_environment_but_never_to_this_machine() {
    let network = network(&[
        ("HTTPS_PROXY", "http://me:canary@proxy.corp:3128"),
        ("NO_PROXY", ".internal, 10.0.0.0/8"),
    ])
    .unwrap();
    for (endpoint, expected) in [
        (
            "https://ens.aliyuncs.com",
            "through the proxy http://proxy.corp:3128",
        ),
        ("https://ecs.internal", "directly"),
        ("https://10.1.2.3:8443", "directly"),
        ("https://127.0.0.1:8443", "directly"),
        ("https://127.8.8.8:8443", "directly"),
        ("https://[::1]:8443", "directly"),
        ("https://localhost", "directly"),
        ("http://127.0.0.1:9000", "directly"),
    ] {
        assert_eq!(way(&network, endpoint), expected, "{endpoint}");
    }
    assert!(!format!("{network:?}").contains("canary"));
}

#[test]
fn an_empty_variable_and_none_at_all_are_no_proxy() {
    for variables in [
        &[][..],
        &[("HTTPS_PROXY", " ")],
        &[("HTTP_PROXY", "http://p")],
    ] {
        let network = network(variables).unwrap();
        assert_eq!(way(&network, "https://ens.aliyuncs.com"), "directly");
    }
}

#[test]
fn what_is_no_proxy_is_refused_and_not_left_out() {
    for (value, said) in [
        (
            "socks5://me:canary@p:1080",
            "`https_proxy` must be an `http://` or `https://` proxy: no other kind is supported",
        ),
        (
            "http://me:canary@:x",
            "`https_proxy` must be a proxy's URL, like `http://proxy.example:3128`",
        ),
        (
            "http://me:canary@p/path",
            "`https_proxy` must be a scheme, a host and a port: no path, no query",
        ),
    ] {
        let error = network(&[("https_proxy", value)]).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn a_proxy_without_a_scheme_is_one_of_http() {
    let network = network(&[("ALL_PROXY", "proxy.corp:8080")]).unwrap();
    assert_eq!(
        way(&network, "https://ens.aliyuncs.com"),
        "through the proxy http://proxy.corp:8080"
    );
}
