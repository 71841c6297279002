//! Entries of `[[accounts]]` with several regions.

use std::time::Duration;

use evenkeel_proxy::{Account, Config};
use insta::assert_snapshot;

use crate::config::faults;

/// The accounts' ids, each with where its calls go.
fn places(text: &str) -> Vec<String> {
    let config = Config::parse(text, "evenkeel.toml").unwrap();
    let of = |account: &evenkeel_proxy::AccountConfig| {
        format!("{} {} {}", account.id, account.region, account.endpoint)
    };
    config.accounts.iter().map(of).collect()
}

#[test]
fn an_entry_with_regions_is_an_account_a_region_and_one_more_changes_no_other() {
    let ens = |regions: &str| {
        format!(
            "[[accounts]]\nid = \"edge\"\nprovider = \"ens\"\nregions = [{regions}]\npoll = \"30s\"\n"
        )
    };
    let one = places(&ens("\"cn-hangzhou\""));
    let two = places(&ens("\"ap-southeast-1\", \"cn-hangzhou\""));
    assert_eq!(
        two,
        [
            "edge-ap-southeast-1 ap-southeast-1 https://ens.ap-southeast-1.aliyuncs.com",
            "edge-cn-hangzhou cn-hangzhou https://ens.aliyuncs.com",
        ]
    );
    assert_eq!(one, two[1..]);
    let text = ens("\"ap-southeast-1\", \"cn-hangzhou\"");
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    for account in &config.accounts {
        assert_eq!(account.poll, Some(Duration::from_secs(30)));
    }
}

#[test]
fn each_region_of_an_entry_has_a_project_of_its_own_where_the_cloud_has_projects() {
    let huawei = |project: &str| {
        format!(
            "[[accounts]]\nid = \"core\"\nprovider = \"huawei-ecs\"\n\
             regions = [\"cn-north-4\", \"cn-south-1\"]\n{project}\n"
        )
    };
    let right = huawei("project_id = { cn-north-4 = \"p1\", cn-south-1 = \"env:P2\" }");
    let config = Config::parse(&right, "evenkeel.toml").unwrap();
    let variable = |name: &str| {
        (name == "P2")
            .then(|| "p2".to_owned())
            .or(Some("k".to_owned()))
    };
    let project = |index: usize| {
        let account = Account::open(&config.accounts[index], &variable).unwrap();
        account.view().project_id.unwrap()
    };
    assert_eq!((project(0), project(1)), ("p1".to_owned(), "p2".to_owned()));
    assert_snapshot!(faults(&huawei("")), @r#"evenkeel.toml:4: a project of `huawei-ecs` is in one region: write each region's, like `project_id = { cn-north-4 = "…" }`"#);
    assert_snapshot!(faults(&huawei("project_id = \"p1\"")), @r#"evenkeel.toml:5: a project of `huawei-ecs` is in one region: write each region's, like `project_id = { cn-north-4 = "…" }`"#);
    assert_snapshot!(faults(&huawei("project_id = { cn-north-4 = \"p1\", cn-sout-1 = \"a/b\" }")), @"
    evenkeel.toml:4: `project_id` has no project for the region `cn-south-1`
    evenkeel.toml:5: unknown key `cn-sout-1` in `project_id`; did you mean `cn-south-1`?
    ");
    assert_snapshot!(faults(&huawei("project_id = { cn-north-4 = \"a/b\", cn-south-1 = 7 }")), @"
    evenkeel.toml:5: `project_id` `a/b` is no project id
    evenkeel.toml:5: `cn-south-1` must be a string in quotes, not an integer
    ");
}

#[test]
fn regions_that_cannot_be_are_told_with_their_line() {
    let long = "x".repeat(60);
    let text = format!(
        r#"[[accounts]]
id = "a"
provider = "ens"
region = "cn-hangzhou"
regions = ["cn-beijing"]
[[accounts]]
id = "b"
provider = "ens"
endpoint = "https://ens.aliyuncs.com"
regions = [
  "cn-hangzho",
  "CN",
  7,
  "cn-hangzhou",
  "cn-hangzhou",
]
[[accounts]]
id = "c"
provider = "ens"
regions = []
[[accounts]]
id = "d"
provider = "ens"
regions = "cn-hangzhou"
project_id = "p"
[[accounts]]
id = "b-cn-hangzhou"
provider = "ens"
region = "cn-hangzhou"
[[accounts]]
id = "{long}"
provider = "ens"
regions = ["cn-hangzhou"]
"#
    );
    assert_snapshot!(faults(&text), @r#"
    evenkeel.toml:4: `region` does not go with `regions`: an entry has `region` or `regions`
    evenkeel.toml:9: `endpoint` does not go with `regions`: it is one place, and `regions` are several: write an entry of its own for a region that needs one
    evenkeel.toml:11: the region `cn-hangzho` is not known, nor where its API is: did you mean `cn-hangzhou`? for another region write its `endpoint`, like `https://ens.ap-southeast-1.aliyuncs.com`
    evenkeel.toml:12: a region must be lower-case letters, digits and `-`, not `CN`
    evenkeel.toml:13: a region must be a string in quotes, not an integer
    evenkeel.toml:15: the region `cn-hangzhou` is there twice
    evenkeel.toml:20: `regions` is empty: name one at least
    evenkeel.toml:24: `regions` must be a list, like `["cn-hangzhou"]`, not a string
    evenkeel.toml:25: an `ens` account has no `project_id`
    evenkeel.toml:27: the id `b-cn-hangzhou` is taken by account 2
    evenkeel.toml:33: the account's id would be `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-cn-hangzhou`, which has more than 64 letters: shorten `id`
    "#);
}
