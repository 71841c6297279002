//! Reads an inventory's bytes, or says why nothing of them can be used.

use evenkeel_api::InventoryProblem;

use super::{
    contents::{Collector, InventoryContents, InventoryFormat, Place, file_problem, problem},
    list, table,
};

/// Reads a file. Accounts are those that are configured.
///
/// # Errors
/// Why nothing of it can be used.
pub(super) fn parse(
    bytes: &[u8],
    format: InventoryFormat,
    accounts: &[String],
) -> Result<InventoryContents, InventoryProblem> {
    let text = text(bytes)?;
    if text.trim().is_empty() {
        return Err(file_problem(match format {
            InventoryFormat::Csv => {
                "is empty: an inventory without resources has its header all the same"
            }
            InventoryFormat::Json => "is empty: an inventory without resources is `[]`",
        }));
    }
    let mut collector = Collector::new(accounts);
    match format {
        InventoryFormat::Csv => table::read(text, &mut collector)?,
        InventoryFormat::Json => list::read(text, &mut collector)?,
    }
    let Collector { contents, rows, .. } = collector;
    match contents.problems.first() {
        Some(first) if contents.rows.is_empty() && rows > 0 => Err(InventoryProblem {
            message: format!(
                "none of its rows ({rows}) can be used; the first: {}",
                first.message
            ),
            ..first.clone()
        }),
        _ => Ok(contents),
    }
}

/// The text without its byte order mark.
fn text(bytes: &[u8]) -> Result<&str, InventoryProblem> {
    const UTF_8: &[u8] = b"\xef\xbb\xbf";
    let bytes = bytes.strip_prefix(UTF_8).unwrap_or(bytes);
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(file_problem(
            "is a workbook or an archive, not text: export the sheet as `CSV UTF-8`",
        ));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
        return Err(file_problem(
            "is not UTF-8 but most likely UTF-16: save it as UTF-8 (Excel calls it `CSV UTF-8`)",
        ));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        problem(
            Place::line(line),
            "is not UTF-8: save the file as UTF-8 (Excel calls it `CSV UTF-8`)",
        )
    })
}
