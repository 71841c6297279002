//! The `[labels]` table.

use std::path::PathBuf;

use evenkeel_engine::InventoryOptions;
use toml::de::DeTable;

use super::{
    LabelsConfig,
    reader::{Reader, table},
};

const KEYS: &[&str] = &["inventory", "group_by"];

pub(super) fn labels<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> LabelsConfig {
    let Some(table) = table(reader, root, "labels") else {
        return LabelsConfig::default();
    };
    reader.refuse_unknown(table, "`[labels]`", KEYS);
    LabelsConfig {
        inventory: inventory(reader, table),
        group_by: group_by(reader, table),
    }
}

fn inventory<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<InventoryOptions> {
    let (text, span) = reader.string(table, "inventory")?;
    let options = InventoryOptions::of(PathBuf::from(text));
    if options.is_none() {
        let fault = "`inventory` must be the path of a file that ends in `.csv` or `.json`";
        reader.fault(Some(span), fault);
    }
    options
}

fn group_by<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<String> {
    let (label, span) = reader.string(table, "group_by")?;
    if label.trim().is_empty() {
        let fault = "`group_by` must be the key of a label, like `service`";
        reader.fault(Some(span), fault);
        return None;
    }
    Some(label.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::Config;

    #[test]
    fn events_are_grouped_by_a_label_that_has_a_key() {
        let parse = |text: &str| Config::parse(text, "evenkeel.toml");
        let config = parse("[labels]\ngroup_by = \"service\"").unwrap();
        assert_eq!(config.labels.group_by.as_deref(), Some("service"));
        assert_eq!(parse("").unwrap().labels.group_by, None);
        let said = parse("[labels]\ngroup_by = \" \"").unwrap_err().to_string();
        assert!(
            said.contains("`group_by` must be the key of a label"),
            "{said}"
        );
    }

    #[test]
    fn names_can_be_left_alone() {
        let names = |text: &str| Config::parse(text, "evenkeel.toml").map(|it| it.sync.names);
        assert!(names("").unwrap());
        assert!(!names("[collector]\nnames = false").unwrap());
        assert!(names("[collector]\nnames = \"no\"").is_err());
    }
}
