use evenkeel_store::InventoryEntry;

use super::*;
use contents::{InventoryContents, InventoryFormat};
use parse::parse;

fn accounts() -> Vec<String> {
    vec!["edge".to_owned(), "core".to_owned()]
}

fn csv(text: &str) -> Result<InventoryContents, InventoryProblem> {
    parse(text.as_bytes(), InventoryFormat::Csv, &accounts())
}

fn json(text: &str) -> Result<InventoryContents, InventoryProblem> {
    parse(text.as_bytes(), InventoryFormat::Json, &accounts())
}

fn row(id: &str) -> InventoryEntry {
    InventoryEntry {
        resource_id: id.to_owned(),
        ..InventoryEntry::default()
    }
}

fn ids(contents: &InventoryContents) -> Vec<&str> {
    contents
        .rows
        .iter()
        .map(|row| row.resource_id.as_str())
        .collect()
}

/// What is told of a file of that name.
fn told(contents: &InventoryContents) -> Vec<String> {
    let options = InventoryOptions::of("labels.csv".into()).unwrap();
    contents
        .problems
        .iter()
        .map(|problem| options.told(problem))
        .collect()
}

fn refused(read: Result<InventoryContents, InventoryProblem>) -> String {
    InventoryOptions::of("labels.csv".into())
        .unwrap()
        .told(&read.unwrap_err())
}

#[test]
fn a_table_and_a_list_say_the_same() {
    let table = csv("resource_id,account,name,service,owner,local_disks\n\
         i-1,,web-1,web,team-a,no\n\
         i-1,edge,web-1 at the edge,web,,yes\n\
         i-2,core,,,,\n")
    .unwrap();
    let list = json(
        r#"[{"resource_id": "i-1", "name": "web-1", "service": "web", "owner": "team-a", "local_disks": false},
            {"resource_id": "i-1", "account": "edge", "name": "web-1 at the edge", "service": "web", "local_disks": "yes"},
            {"resource_id": "i-2", "account": "core", "name": null, "owner": ""}]"#,
    )
    .unwrap();
    assert_eq!(table, list);
    assert_eq!(table.problem_count, 0);
    let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let first = InventoryEntry {
        name: Some("web-1".to_owned()),
        local_disks: Some(evenkeel::LocalDisks::No),
        labels: [label("service", "web"), label("owner", "team-a")].into(),
        ..row("i-1")
    };
    assert_eq!(table.rows[0], first);
    assert_eq!(table.rows[1].account.as_deref(), Some("edge"));
    let of_core = InventoryEntry {
        account: Some("core".to_owned()),
        ..row("i-2")
    };
    assert_eq!(table.rows[2], of_core);
}

#[test]
fn reads_what_spreadsheets_write() {
    for text in [
        // Excel: a byte order mark and CRLF; semicolons where a comma parts decimals; tabs.
        "\u{feff}Resource ID,Name,service\r\ni-1,\"web, the first\",web\r\n",
        "\u{feff}Resource ID;Name;service\r\ni-1;web, the first;web\r\n",
        "resource-id\tNAME\tservice\ni-1\t\"web, the first\"\tweb",
        // Blank lines, cleared rows and columns, white space around values.
        "\n\nresource_id,name,service,,\n\n i-1 ,\" web, the first \",web,,\n,,,,\n  \n",
        // A quoted line break becomes a space.
        "resource_id,name,service\ni-1,\"web,\r\nthe first\",web\n",
        // Cells beyond the header, as long as nothing stands in them.
        "resource_id,name,service\ni-1,\"web, the first\",web,,\n",
    ] {
        let contents = csv(text).unwrap();
        assert_eq!(contents.problem_count, 0, "{text}: {contents:?}");
        let wanted = InventoryEntry {
            name: Some("web, the first".to_owned()),
            labels: [("service".to_owned(), "web".to_owned())].into(),
            ..row("i-1")
        };
        assert_eq!(contents.rows, [wanted], "{text}");
    }
}

#[test]
fn a_bad_row_is_told_with_its_place_and_the_good_ones_are_used() {
    let contents = csv(concat!(
        "resource_id,account,name,local_disks\n",
        "i-1,,one,\n",
        "i-2,,two,maybe\n",
        "\n",
        ",,nameless,\n",
        "i-3,prod,three,\n",
        "\"i-4\",,\"a name\nof two lines\",\n",
        "i-5,,fi,ve,no\n",
        "i-6\n",
        "i 7,,,\n",
        "i-8,,a\u{1}b,\n",
        "i-1,,again,\n",
        "i-9,edge,nine,yes\n",
    ))
    .unwrap();
    assert_eq!(ids(&contents), ["i-1", "i-4", "i-9"]);
    assert_eq!(
        contents.rows[1].name.as_deref(),
        Some("a name of two lines")
    );
    assert_eq!(contents.problem_count, 8);
    insta::assert_snapshot!(told(&contents).join("\n"), @r#"
    labels.csv:3:4: `local_disks` must be `yes`, `no` or empty, not `maybe`
    labels.csv:5: the row has no `resource_id`: write the cloud's id of the machine
    labels.csv:6:2: `account` `prod` is no configured account: there are `edge`, `core`
    labels.csv:9:5: the header has 4 cells and the row 5: put a text with `,` in it into quotes
    labels.csv:10:1: the header has 4 cells and the row 1: write its empty cells, too
    labels.csv:11:1: `resource_id` has the character `\u{20}`: remove it
    labels.csv:12:3: `name` has the character `\u{1}`: remove it
    labels.csv:13: `i-1` stands at line 2 already: that one is used; remove one of them
    "#);
}

#[test]
fn a_bad_object_is_told_with_its_place_and_the_good_ones_are_used() {
    let contents = json(concat!(
        "[\n",
        "  {\"resource_id\": \"i-1\", \"name\": \"one\"},\n",
        "  {\"resource_id\": \"i-2\", \"local_disks\": \"mostly\"},\n",
        "  {\"resource_id\": 3},\n",
        "  {\"name\": \"nameless\"},\n",
        "  \"i-4\",\n",
        "  {\"resource_id\": \"i-5\", \"resource_id\": \"i-6\"},\n",
        "  {\"resource_id\": \"i-7\", \"labels\": {\"service\": \"web\"}},\n",
        "  {\"resource_id\": \"i-8\", \"\": \"x\"},\n",
        "  {\"resource_id\": \"i-1\"}\n",
        "]"
    ))
    .unwrap();
    assert_eq!(ids(&contents), ["i-1"]);
    insta::assert_snapshot!(told(&contents).join("\n"), @r#"
    labels.csv:3:41: `local_disks` must be `yes`, `no` or empty, not `mostly`
    labels.csv:4:19: `resource_id` must be a text in quotes, not a number
    labels.csv:5:3: the row has no `resource_id`: write the cloud's id of the machine
    labels.csv:6:3: must be an object, as in `[{"resource_id": "i-1", "name": "web-1", "service": "web"}]`, not a text
    labels.csv:7:41: `resource_id` is there twice: remove one of them
    labels.csv:8:36: `labels` must be a text in quotes, not an object
    labels.csv:9:30: a member has no name: name it or remove it
    labels.csv:10:3: `i-1` stands at line 2 already: that one is used; remove one of them
    "#);
}

#[test]
fn a_column_that_is_much_like_one_with_a_meaning_is_asked_about() {
    let contents = csv("resource_id,local_disk,service\ni-1,no,web\n").unwrap();
    assert_eq!(contents.rows[0].labels.len(), 2);
    assert_eq!(
        told(&contents),
        [
            "labels.csv:1:2: `local_disk` is taken for a label; if you mean `local_disks`, rename the column"
        ]
    );
    let list = json(
        r#"[{"resource_id": "i-1", "acount": "edge"}, {"resource_id": "i-2", "acount": "edge"}]"#,
    );
    let list = list.unwrap();
    // Once, however many rows have it.
    assert_eq!((list.rows.len(), list.problem_count), (2, 1));
}

#[test]
fn what_stands_below_no_name_is_told_of_once() {
    let contents = csv("resource_id,,name\ni-1,x,one\ni-2,y,two\n").unwrap();
    assert_eq!(ids(&contents), ["i-1", "i-2"]);
    assert_eq!(
        told(&contents),
        ["labels.csv:2:2: the column has no name in the header: what stands in it is not used"]
    );
}

#[test]
fn a_file_that_cannot_be_understood_is_refused_whole_and_says_what_to_do() {
    let utf16: Vec<u8> = "resource_id\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let gbk = b"resource_id,name\ni-1,ok\ni-2,\xb7\xfe\xce\xf1\xc6\xf7\n";
    let bytes = |bytes: &[u8]| refused(parse(bytes, InventoryFormat::Csv, &accounts()));
    let said = [
        refused(csv("")),
        refused(csv("\u{feff} \r\n")),
        bytes(&utf16),
        bytes(gbk),
        bytes(b"PK\x03\x04rest"),
        refused(csv("id,name\ni-1,one\n")),
        refused(csv("resource_id,name,Name\ni-1,a,b\n")),
        refused(csv("resource_id,service,service\ni-1,a,b\n")),
        // As a file that is still being written.
        refused(csv("resource_id,name\ni-1,one\ni-2,\"tw")),
        refused(csv("resource_id,account\ni-1,x\ni-2,y\n")),
        refused(json("")),
        refused(json(
            "[{\"resource_id\": \"i-1\"},\n {\"resource_id\": \"i-",
        )),
        refused(json("{\"i-1\": {\"name\": \"one\"}}")),
        refused(json("[{\"id\": \"i-1\"}]")),
    ];
    insta::assert_snapshot!(said.join("\n"), @r#"
    labels.csv: is empty: an inventory without resources has its header all the same
    labels.csv: is empty: an inventory without resources has its header all the same
    labels.csv: is not UTF-8 but most likely UTF-16: save it as UTF-8 (Excel calls it `CSV UTF-8`)
    labels.csv:3: is not UTF-8: save the file as UTF-8 (Excel calls it `CSV UTF-8`)
    labels.csv: is a workbook or an archive, not text: export the sheet as `CSV UTF-8`
    labels.csv:1: the header has no column `resource_id`, but `id`, `name`: name the column that has the cloud's ids so
    labels.csv:1:3: the column `name` is there twice, as column 2 already: remove or rename one
    labels.csv:1:3: the column `service` is there twice, as column 2 already: remove or rename one
    labels.csv:3: the file ends within a quoted cell of the row that begins here: close its quote
    labels.csv:2:2: none of its rows (2) can be used; the first: `account` `x` is no configured account: there are `edge`, `core`
    labels.csv: is empty: an inventory without resources is `[]`
    labels.csv:2:21: the input ends inside a string
    labels.csv:1:1: must be a list of objects, like `[{"resource_id": "i-1", "name": "web-1", "service": "web"}]`, not an object
    labels.csv:1:2: none of its rows (1) can be used; the first: the row has no `resource_id`: write the cloud's id of the machine
    "#);
}

#[test]
fn an_inventory_without_resources_is_one() {
    assert_eq!(csv("resource_id,name\n"), Ok(InventoryContents::default()));
    assert_eq!(json("[]"), Ok(InventoryContents::default()));
}

#[test]
fn what_is_longer_than_any_cloud_has_it_is_refused() {
    let text = format!(
        "resource_id,name,service\ni-1,one,web\ni-{},two,\ni-3,{},\ni-4,,{}\n",
        "x".repeat(127),
        "é".repeat(257),
        "é".repeat(256)
    );
    let contents = csv(&text).unwrap();
    assert_eq!(ids(&contents), ["i-1", "i-4"]);
    assert_eq!(
        told(&contents),
        [
            "labels.csv:3:1: `resource_id` is longer than 128 characters: shorten it",
            "labels.csv:4:2: `name` is longer than 256 characters: shorten it",
        ]
    );
}

#[test]
fn many_problems_are_counted_and_the_first_of_them_told() {
    let rows = (0..1_000).map(|n| format!("i-{n},perhaps\n"));
    let text: String = ["resource_id,local_disks\ngood,\n".to_owned()]
        .into_iter()
        .chain(rows)
        .collect();
    let contents = csv(&text).unwrap();
    assert_eq!(
        (contents.problem_count, contents.problems.len()),
        (1_000, 100)
    );
}

#[test]
fn a_text_of_the_file_forges_nothing_in_what_is_told() {
    let contents =
        csv("resource_id,local_disks\ni-1,\ni-2,\"no\n\u{202e}evil\u{1b}[2J\"\n").unwrap();
    let told = told(&contents).join("");
    assert!(
        told.chars().all(|c| !evenkeel::visible::is_unseen(c)),
        "{told:?}"
    );
}

#[test]
fn a_hundred_thousand_rows_are_read() {
    let rows = (0..100_000).map(|n| format!("i-{n},edge,web-{n},web\n"));
    let head = "resource_id,account,name,service\n".to_owned();
    let table: String = [head].into_iter().chain(rows).collect();
    let table = csv(&table).unwrap();
    assert_eq!((table.rows.len(), table.problem_count), (100_000, 0));
}

#[test]
fn a_folder_a_missing_file_and_a_device_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let said = |name: &str| {
        let (_, read) = read_file(&folder.path().join(name));
        read.unwrap_err().message
    };
    std::fs::create_dir(folder.path().join("labels.csv")).unwrap();
    assert_eq!(said("labels.csv"), "is a folder: name the file in it");
    assert_eq!(said("none.csv"), "does not exist");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("zero.csv")).unwrap();
        assert_eq!(
            said("zero.csv"),
            "is no regular file: a pipe, a socket or a device is not read"
        );
    }
}
