//! Where an account's key comes from, and that nothing of it is ever shown.

use evenkeel_proxy::{Account, Config, Reread};
use insta::assert_snapshot;

use crate::config::{account, faults};

/// A file with this text that is its owner's alone.
fn secret(text: &str) -> tempfile::NamedTempFile {
    // As the library makes them: mode 0600.
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn never_takes_nor_shows_a_credential_in_the_file() {
    let canary = "LTAIcanary5f0c";
    for text in [
        account(&format!("access_key_secret = \"{canary}\"")),
        account(&format!("access_key_id = \"{canary}\"")),
        account(&format!("security_token = \"{canary}\"")),
        account(&format!("access_key_secret = {canary}")),
        account(&format!("access_key_secret = \"{canary}")),
        account(&format!("acess_key_secret = \"{canary}\"")),
        account(&format!("access_key_secret = [\"{canary}\"]")),
    ] {
        let faults = faults(&text);
        assert!(!faults.contains(canary), "{faults}");
    }
    let text = account(&format!("access_key_secret = \"{canary}\""));
    assert_snapshot!(faults(&text), @"evenkeel.toml:5: `access_key_secret` must be `env:NAME`, `file:PATH` or `credential:NAME`: a credential never stands in the file");
}

#[test]
fn names_every_credential_that_is_missing() {
    let file = secret("two words\n");
    let file = file.path();
    let text = account(&format!(
        "access_key_id = \"env:NOBODY\"\naccess_key_secret = \"file:{}\"\nsecurity_token = \"file:/nowhere\"",
        file.display()
    ));
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let error = Account::open(&config.accounts[0], &|_| None).unwrap_err();
    let shown = error.to_string().replace(file.to_str().unwrap(), "[file]");
    assert_snapshot!(shown, @"account `a`: access_key_id `env:NOBODY` is not set; access_key_secret `file:[file]` holds spaces, line breaks or characters no credential has; security_token `file:/nowhere` does not exist");
}

#[test]
fn reads_the_providers_own_variables_when_nothing_is_named() {
    let text = account("");
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let error = Account::open(&config.accounts[0], &|_| None).unwrap_err();
    assert_snapshot!(error, @"account `a`: access_key_id `env:ALIBABA_CLOUD_ACCESS_KEY_ID` is not set; access_key_secret `env:ALIBABA_CLOUD_ACCESS_KEY_SECRET` is not set");
    let text = text
        .replace("\"ens\"", "\"huawei-ecs\"")
        .replace("cn-hangzhou", "cn-north-4");
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let error = Account::open(&config.accounts[0], &|_| None).unwrap_err();
    assert_snapshot!(error, @"account `a`: access_key_id `env:HUAWEICLOUD_SDK_AK` is not set; access_key_secret `env:HUAWEICLOUD_SDK_SK` is not set; project_id `env:HUAWEICLOUD_SDK_PROJECT_ID` is not set");
}

#[test]
fn trims_the_line_break_at_the_end_of_a_secrets_file() {
    let file = secret("canary-5f0c\n");
    let file = file.path();
    let text = account(&format!(
        "access_key_id = \"env:ID\"\naccess_key_secret = \"file:{}\"",
        file.display()
    ));
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let account = Account::open(&config.accounts[0], &|_| Some("id".to_owned())).unwrap();
    assert!(!format!("{account:?}").contains("canary"));
    assert!(account.notes().is_empty());
}

#[test]
fn reads_a_credential_that_systemd_hands_to_its_unit() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ens-secret");
    let hand = |text: &str| {
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    hand("canary-one\n");
    let text = account("access_key_id = \"env:ID\"\naccess_key_secret = \"credential:ens-secret\"");
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let unit = |name: &str| {
        Some(match name {
            "ID" => "id".to_owned(),
            "CREDENTIALS_DIRECTORY" => folder.path().display().to_string(),
            _ => return None,
        })
    };
    let account_of = &config.accounts[0];
    let opened = Account::open(account_of, &unit).unwrap();
    assert!(opened.notes().is_empty() && !format!("{opened:?}").contains("canary"));
    hand("canary-two\n");
    assert_eq!(opened.reread(), Ok(Reread::Renewed));

    std::fs::remove_file(&file).unwrap();
    let error = Account::open(account_of, &unit).unwrap_err();
    assert_snapshot!(error, @"account `a`: access_key_secret `credential:ens-secret` does not exist");
    // By hand rather than by its unit.
    let by_hand = |name: &str| unit(name).filter(|_| name == "ID");
    let error = Account::open(account_of, &by_hand).unwrap_err();
    assert_snapshot!(error, @"account `a`: access_key_secret `credential:ens-secret` is nowhere: this is no unit of systemd that has `LoadCredential=`");
}

#[test]
fn a_credential_is_a_name_and_leads_out_of_its_folder_nowhere() {
    for name in ["", ".", "..", "../shadow", "/etc/shadow", "a/b"] {
        let text = account(&format!("access_key_secret = \"credential:{name}\""));
        assert!(
            faults(&text).contains("`access_key_secret` must be"),
            "{name}"
        );
    }
}

#[test]
fn tells_of_quotes_and_white_space_around_a_secret_and_never_shows_it() {
    let open = |value: &str| {
        let config = Config::parse(&account(""), "evenkeel.toml").unwrap();
        Account::open(&config.accounts[0], &|name| {
            let value = if name.ends_with("SECRET") {
                value
            } else {
                "id"
            };
            (!name.ends_with("TOKEN")).then(|| value.to_owned())
        })
    };
    for quoted in ["\"canary\"", "'canary'", " \"canary\"\n"] {
        let said = open(quoted).unwrap_err().to_string();
        assert!(!said.contains("canary"), "{said}");
        assert_eq!(
            said,
            "account `a`: access_key_secret `env:ALIBABA_CLOUD_ACCESS_KEY_SECRET` stands in quotes, which are part of it here: an env file for Docker keeps them; take them away"
        );
    }
    for padded in ["canary ", "\tcanary", "canary\n"] {
        let account = open(padded).unwrap();
        assert_eq!(
            account.notes(),
            [
                "access_key_secret `env:ALIBABA_CLOUD_ACCESS_KEY_SECRET` has white space around its value, which is left out: take it away"
            ]
        );
    }
    assert!(open("canary").unwrap().notes().is_empty());
}

#[test]
fn refuses_a_secret_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let file = secret("canary-5f0c\n");
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let text = account(&format!(
        "access_key_id = \"env:ID\"\naccess_key_secret = \"file:{}\"",
        file.path().display()
    ));
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let error = Account::open(&config.accounts[0], &|_| Some("id".to_owned())).unwrap_err();
    let shown = error
        .to_string()
        .replace(file.path().to_str().unwrap(), "[file]");
    assert_snapshot!(shown, @"account `a`: access_key_secret `file:[file]` can be read by other users (mode 0644): `chmod 600` it");
}

#[test]
fn reads_a_key_again_and_tells_a_new_key_from_a_new_secret() {
    let (id, key) = (secret("LTAI-one\n"), secret("canary-one\n"));
    let text = account(&format!(
        "access_key_id = \"file:{}\"\naccess_key_secret = \"file:{}\"",
        id.path().display(),
        key.path().display()
    ));
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let account = Account::open(&config.accounts[0], &|_| None).unwrap();
    assert_eq!(account.reread(), Ok(Reread::Same));
    std::fs::write(key.path(), "canary-two\n").unwrap();
    assert_eq!(account.reread(), Ok(Reread::Renewed));
    std::fs::write(id.path(), "LTAI-two\n").unwrap();
    assert_eq!(account.reread(), Ok(Reread::Replaced));
    assert_eq!(account.access_key_id(), "LTAI-two");
    // What cannot be read changes nothing.
    std::fs::write(key.path(), "").unwrap();
    assert!(account.reread().is_err());
    std::fs::write(key.path(), "canary-two\n").unwrap();
    assert_eq!(account.reread(), Ok(Reread::Same));
}

#[test]
fn shows_no_value_that_may_be_a_secret_wherever_it_stands() {
    let secret = "wJalrXUtnFEMI7MDENGbPxRfiCYEXAMPLEKEY";
    for key in [
        "id",
        "provider",
        "region",
        "project_id",
        "endpoint",
        "poll",
        "access_key_id",
    ] {
        let text = format!("[[accounts]]\n{key} = \"{secret}\"\n");
        let said = faults(&text);
        assert!(!said.contains(secret), "{key}: {said}");
    }
    for text in [
        format!("[server]\nlisten = \"{secret}\"\nupstream_timeout = \"{secret}\""),
        format!("[server]\n{secret} = 1"),
        format!("[store]\nurl = \"postgres://me:{secret}@h/d\""),
        format!("{secret} = [1"),
    ] {
        let said = faults(&text);
        assert!(!said.contains(secret), "{said}");
    }
    let config =
        Config::parse(&account(&format!("access_key_id = \"env:{secret}\"")), "f").unwrap();
    let error = Account::open(&config.accounts[0], &|_| None).unwrap_err();
    assert!(!error.to_string().contains(secret), "{error}");
}

#[test]
fn quotes_no_value_that_may_be_a_secret_in_the_wrong_place() {
    let canary = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";
    for text in [
        account(&format!("endpoint = \"{canary}\"")),
        account(&format!("poll = \"{canary}\"")),
        account(&format!("project_id = \"{canary}\"")),
        account(&format!("{canary} = \"access_key_secret\"")),
        account("").replace("cn-hangzhou", canary),
        account("").replace("\"ens\"", &format!("\"{canary}\"")),
        account("").replace("\"ens\"", "\"huawei-ecs\"") + &format!("project_id = \"{canary}/\"\n"),
        account("").replace("\"a\"", &format!("\"{canary} \"")),
        account("")
            .replace("\"a\"", &format!("\"{canary}\""))
            .repeat(2),
        format!("{canary} = 1"),
        format!(
            "[server]\nlisten = \"{canary}\"\nupstream_timeout = \"{canary}\"\nidle_timeout = \"{canary}\""
        ),
        format!(
            "[collector]\npoll = \"{canary}\"\n[journal]\nlease = \"{canary}\"\n[store]\nurl = \"{canary}\""
        ),
        format!("[server]\nlisten = {canary}"),
        format!("[server]\nlisten = \"{canary}"),
        canary.to_owned(),
        format!("[{canary}"),
        format!("[server]\n{canary} = 1\n{canary} = 2"),
    ] {
        let faults = faults(&text);
        assert!(!faults.contains("wJalr"), "{faults}");
    }
}

#[test]
fn does_not_show_a_secret_that_stands_where_a_variables_name_should() {
    let text = account(
        "access_key_secret = \"env:wJalrXUtnFEMIK7MDENGbPxRfiCY\"\naccess_key_id = \"env:ENS_KEY\"",
    );
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let error = Account::open(&config.accounts[0], &|_| None).unwrap_err();
    assert_snapshot!(error, @"account `a`: access_key_id `env:ENS_KEY` is not set; access_key_secret `env:…` is not set");
}

#[test]
fn refuses_a_store_with_a_password_and_never_shows_it() {
    let text = "[store]\nurl = \"postgres://me:canary@db/ek\"\npath = 1\n[journal]\nens_chunk = 10\nlease = \"1s\"\n";
    let said = faults(text);
    assert!(!said.contains("canary"));
    assert_snapshot!(said, @r"
    evenkeel.toml:2: `url` holds a password, which never stands in the file: keep the URL elsewhere and write `env:NAME`, `file:PATH` or `credential:NAME`, or let PGPASSWORD or ~/.pgpass have the password
    evenkeel.toml:3: unknown key `path` in `[store]`; known are `url`, `allow_unverified_server`
    evenkeel.toml:5: `ens_chunk` is `items_per_call` of an account now: write it in its `[[accounts]]`
    evenkeel.toml:6: `lease` must be a time from 5s to 5m, like `15s`, not `1s`
    ");
    assert_snapshot!(faults("[store]\nurl = \"postgres://db/ek?pasword=canary\"\nallow_unverified_server = 1\n"), @r"
    evenkeel.toml:2: the store's URL cannot be used: there is no parameter `pasword`; there are `host`, `hostaddr`, `port`, `dbname`, `user`, `password`, `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `target_session_attrs`, `application_name`, `options`, `statement-cache-capacity`
    evenkeel.toml:3: `allow_unverified_server` must be `true` or `false`, not an integer
    ");
    assert_snapshot!(faults("[store]\nurl = \"mysql://me:canary@db/ek\"\n"), @"evenkeel.toml:2: `url` must be `sqlite:PATH`, `postgres://USER@HOST/DATABASE`, `env:NAME`, `file:PATH` or `credential:NAME`");
}
