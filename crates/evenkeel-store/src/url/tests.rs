//! What URLs are taken for.

use super::*;

#[test]
fn shows_where_it_is_without_a_password() {
    for (text, shown) in [
        ("sqlite:/var/a b.db", "sqlite:/var/a b.db"),
        ("sqlite:///var/x.db", "sqlite:/var/x.db"),
        ("sqlite:rel.db", "sqlite:rel.db"),
        ("sqlite::memory:", "sqlite::memory:"),
        (
            "postgres://me:s3cret@db:5432/ek",
            "postgres://me@db:5432/ek",
        ),
        (
            "postgres://me:a@b@db/ek?password=s3cret",
            "postgres://me@db/ek",
        ),
        ("postgresql:///ek?host=/run/pg", "postgresql:///ek"),
    ] {
        let url: StoreUrl = text.parse().unwrap();
        assert_eq!(url.to_string(), shown, "{text}");
        assert_eq!(format!("{url:?}"), format!("StoreUrl({shown})"));
    }
}

#[test]
fn knows_whether_it_holds_a_password() {
    for (text, holds) in [
        ("postgres://me:s3cret@db/ek", true),
        ("postgres://me@db/ek?password=s3cret", true),
        ("postgres://me@db:5432/ek?sslmode=require", false),
        ("postgres:///ek?host=/run/pg:x", false),
        ("sqlite:/a:b@c.db", false),
    ] {
        assert_eq!(
            text.parse::<StoreUrl>().unwrap().has_password(),
            holds,
            "{text}"
        );
    }
}

#[test]
fn refuses_other_schemes_without_showing_them() {
    for text in ["mysql://u:s3cret@h/d", "", "sqlite:", "/var/x.db"] {
        let error = text.parse::<StoreUrl>().unwrap_err().to_string();
        assert!(!error.contains("s3cret"), "{error}");
        assert!(error.contains("sqlite:"), "{error}");
    }
}

#[test]
fn keeps_signs_of_a_url_in_a_files_name() {
    assert_eq!(
        driver_file(Path::new("/tmp/50% ?#.db")).unwrap(),
        "sqlite:/tmp/50%25%20%3F%23.db?mode=rw"
    );
}

/// The servers of a URL as the driver takes them, or why not.
fn servers(text: &str, variables: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let environment = |name: &str| {
        let known = variables.iter().find(|(known, _)| *known == name)?;
        Some(known.1.to_owned())
    };
    let url: StoreUrl = text
        .parse()
        .map_err(|error: StoreError| error.to_string())?;
    let servers = url
        .servers(&environment)
        .map_err(|error| error.to_string())?;
    Ok(servers
        .into_iter()
        .map(|(_, driver)| {
            let (_, pairs) = driver.split_once('?').unwrap();
            let pairs = percent_encoding::percent_decode_str(pairs);
            pairs.decode_utf8().unwrap().into_owned()
        })
        .collect())
}

#[test]
fn over_a_network_a_server_shows_who_it_is_and_here_it_need_not() {
    for (text, mode) in [
        ("postgres://db/ek", "sslmode=verify-full"),
        ("postgres://10.0.0.5/ek", "sslmode=verify-full"),
        ("postgres://[fd00::5]/ek", "sslmode=verify-full"),
        ("postgres://localhost.evil.test/ek", "sslmode=verify-full"),
        ("postgres:///ek?host=db", "sslmode=verify-full"),
        ("postgres:///ek?hostaddr=10.0.0.5", "sslmode=verify-full"),
        ("postgres://localhost/ek?host=db", "sslmode=verify-full"),
        (
            "postgres://db/ek?sslmode=VERIFY-FULL",
            "sslmode=verify-full",
        ),
        ("postgres://localhost/ek", ""),
        ("postgres://127.0.0.1/ek", ""),
        ("postgres://[::1]/ek", ""),
        ("postgres:///ek", ""),
        ("postgres://localhost/ek?sslmode=require", "sslmode=require"),
        ("postgres:///ek?host=/run/pg", "sslmode=disable"),
        ("postgres://%2Frun%2Fpg/ek", "sslmode=disable"),
    ] {
        let found = servers(text, &[]).unwrap();
        let found = found[0].split('&').find(|pair| pair.starts_with("sslmode"));
        assert_eq!(found.unwrap_or_default(), mode, "{text}");
    }
    let found = servers("postgres:///ek", &[("PGHOST", "db")]).unwrap();
    assert!(found[0].contains("sslmode=verify-full"), "{found:?}");
}

#[test]
fn refuses_to_give_the_password_to_whoever_answers() {
    for weak in ["disable", "allow", "prefer", "require", "verify-ca"] {
        let text = format!("postgres://me:s3cret@db/ek?sslmode={weak}");
        let said = servers(&text, &[]).unwrap_err();
        assert!(
            said.contains(&format!("`sslmode={weak}`"))
                && said.contains("allow_unverified_server")
                && !said.contains("s3cret"),
            "{said}"
        );
        servers("postgres://db/ek", &[("PGSSLMODE", weak)]).unwrap_err();
        // Said twice, it is meant.
        let url: StoreUrl = text.parse().unwrap();
        let url = url.allow_unverified_server(true);
        let found = url.servers(&|_| None).unwrap();
        assert!(found[0].1.contains("sslmode="), "{weak}");
    }
    servers("postgres://db/ek?sslmode=strong", &[]).unwrap_err();
    // One that is not here is enough.
    servers("postgres://localhost,db/ek?sslmode=prefer", &[]).unwrap_err();
}

#[test]
fn trusts_the_configurations_ca_where_the_url_names_none() {
    let url: StoreUrl = "postgres://db/ek".parse().unwrap();
    let said = |url: StoreUrl| url.servers(&|_| None).unwrap_err().to_string();
    let ours = Some(Path::new("/nowhere/ours.pem"));
    assert!(said(url.trusting(ours)).contains("/nowhere/ours.pem"));
    let url: StoreUrl = "postgres://db/ek?sslrootcert=/nowhere/own.pem"
        .parse()
        .unwrap();
    assert!(said(url.trusting(ours)).contains("/nowhere/own.pem"));
}

#[test]
fn takes_several_servers_in_order() {
    assert_eq!(
        servers(
            "postgres://me:p%40w@a:1,[::1]:2,localhost/ek?sslmode=verify-full&options[x]=1+2",
            &[("PGPORT", "7")]
        )
        .unwrap(),
        [
            "host=a&port=1&user=me&password=p@w&dbname=ek&options[x]=1 2&sslmode=verify-full",
            "host=::1&port=2&user=me&password=p@w&dbname=ek&options[x]=1 2&sslmode=verify-full",
            "host=localhost&port=7&user=me&password=p@w&dbname=ek&options[x]=1 2&sslmode=verify-full",
        ]
    );
    assert_eq!(
        servers("postgres://h:5/ek?host=/a,/b", &[]).unwrap(),
        [
            "host=/a&port=5&dbname=ek&sslmode=disable",
            "host=/b&port=5&dbname=ek&sslmode=disable"
        ]
    );
    assert_eq!(
        servers("postgres:///ek?host=/a,/b&port=1,2", &[]).unwrap(),
        [
            "host=/a&port=1&dbname=ek&sslmode=disable",
            "host=/b&port=2&dbname=ek&sslmode=disable"
        ]
    );
    servers("postgres:///ek?host=/a,/b&port=1,2,3", &[]).unwrap_err();
}

#[test]
fn says_what_it_does_not_understand_and_shows_no_part_of_a_password() {
    for (text, words) in [
        ("postgres://db/ek?pasword=s3cret", "no parameter `pasword`"),
        (
            "postgres://db/ek?channel_binding=require",
            "`channel_binding`",
        ),
        (
            "postgres://db/ek?target_session_attrs=standby",
            "the store is written",
        ),
        (
            "postgres://db/ek?target_session_attrs=s3cret",
            "`read-write` or `primary`",
        ),
        ("postgres://me:s3cret/x@db/ek", "%2F"),
        ("postgres://me:1234/s3cret@db/ek", "%2F"),
        ("postgres://me:s3c?ret@db/ek", "%3F"),
        ("postgres://me:12?s3cret@db/ek", "%3F"),
        ("postgres://me:p@x?s3cret=1@db/ek", "%3F"),
        ("postgres://me:s3cret@db/ek#s3cret", "%23"),
        ("postgres://me@db,/ek", "has no name"),
        ("postgres://me@db:70000/ek", "a port in it is none"),
        ("postgres://db/ek?hostaddr=10.0.0.5", "both by `hostaddr`"),
    ] {
        let said = text.parse::<StoreUrl>().unwrap_err().to_string();
        assert!(said.contains(words), "{text}: {said}");
        assert!(!said.contains("s3cret") && !said.contains("s3c"), "{said}");
    }
}
