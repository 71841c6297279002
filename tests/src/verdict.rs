//! `cases/<operation>/<name>/`: what is said to an input, as data. `docs/verdicts.md` describes
//! the files.

mod input;
mod report;

use std::path::{Path, PathBuf};
use std::{fs, str};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::value::RawValue;

pub use input::Pattern;
pub use report::Verdict;

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// `<operation>/<name>`.
    pub id: String,
    /// The operation's name.
    pub operation: String,
    /// What it shows, for a reader.
    pub note: String,
    /// The time of the check, RFC 3339.
    pub now: String,
    /// The events that are known, as JSON: an array.
    pub events: Option<Box<RawValue>>,
    /// Why no JavaScript value says the same; absent where one does.
    pub text_only: Option<String>,
    /// The input, byte for byte.
    pub input: Vec<u8>,
    /// The expected verdict, as [`Verdict::render`] writes it; absent in a case that is not
    /// blessed yet.
    pub expected: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    note: String,
    now: String,
    events: Option<Box<RawValue>>,
    text_only: Option<String>,
    generate: Option<Pattern>,
}

impl Case {
    /// Reads the files of one case.
    ///
    /// # Errors
    ///
    /// When they are not laid out as a case; the error names it.
    pub fn parse(
        id: &str,
        case: &[u8],
        input: Option<&[u8]>,
        expected: Option<&[u8]>,
    ) -> Result<Self> {
        Self::read(id, case, input, expected).with_context(|| format!("case `{id}`"))
    }

    fn read(id: &str, case: &[u8], input: Option<&[u8]>, expected: Option<&[u8]>) -> Result<Self> {
        let (operation, _) = id.split_once('/').context("no folder of an operation")?;
        let file: CaseFile = serde_json::from_slice(case).context("`case.json`")?;
        if file.note.trim().is_empty() {
            bail!("`case.json`: the note is empty");
        }
        let input = match (input, file.generate) {
            (Some(bytes), None) => bytes.to_vec(),
            (None, Some(pattern)) => pattern.expand().into_bytes(),
            (Some(_), Some(_)) => bail!("`input.json` and `generate`: keep one"),
            (None, None) => bail!("neither `input.json` nor `generate`"),
        };
        let expected = expected
            .map(|text| str::from_utf8(text).map(str::to_owned))
            .transpose()
            .context("`expected.json`")?;
        Ok(Self {
            id: id.to_owned(),
            operation: operation.to_owned(),
            note: file.note,
            now: file.now,
            events: file.events,
            text_only: file.text_only,
            input,
            expected,
        })
    }

    /// The folder of all cases.
    #[must_use]
    pub fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
    }

    /// The cases in the folder, by name.
    ///
    /// # Errors
    ///
    /// When a folder is not a case, or has a file that no case has.
    pub fn all() -> Result<Vec<Self>> {
        let mut cases = Vec::new();
        for operation in names(&Self::root())? {
            let folder = Self::root().join(&operation);
            for name in names(&folder)? {
                let id = format!("{operation}/{name}");
                cases.push(Self::load(&id, &folder.join(&name))?);
            }
        }
        Ok(cases)
    }

    fn load(id: &str, folder: &Path) -> Result<Self> {
        let known = ["case.json", "expected.json", "input.json"];
        if let Some(odd) = names(folder)?
            .iter()
            .find(|name| !known.contains(&name.as_str()))
        {
            bail!("case `{id}`: `{odd}` is no file of a case");
        }
        let file = |name: &str| -> Result<Option<Vec<u8>>> {
            let path = folder.join(name);
            if path.exists() {
                let bytes = fs::read(&path).with_context(|| format!("reading `{id}/{name}`"))?;
                Ok(Some(bytes))
            } else {
                Ok(None)
            }
        };
        let case = file("case.json")?.with_context(|| format!("case `{id}` has no `case.json`"))?;
        Self::parse(
            id,
            &case,
            file("input.json")?.as_deref(),
            file("expected.json")?.as_deref(),
        )
    }

    /// Makes `verdict` the expected one.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn bless(&self, verdict: &str) -> Result<()> {
        let file = Self::root().join(&self.id).join("expected.json");
        fs::write(&file, verdict).with_context(|| format!("writing `{}`", file.display()))
    }

    /// The cases as they were when this crate was built: for tests without a file system.
    ///
    /// # Errors
    ///
    /// When one is not laid out as a case.
    #[cfg(feature = "embedded-cases")]
    pub fn embedded() -> Result<Vec<Self>> {
        EMBEDDED
            .iter()
            .map(|(id, case, input, expected)| Self::parse(id, case, *input, *expected))
            .collect()
    }
}

#[cfg(feature = "embedded-cases")]
type Files = (
    &'static str,
    &'static [u8],
    Option<&'static [u8]>,
    Option<&'static [u8]>,
);

#[cfg(feature = "embedded-cases")]
include!(concat!(env!("OUT_DIR"), "/embedded_cases.rs"));

/// The names in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>> {
    let read = || -> std::io::Result<Vec<String>> {
        fs::read_dir(folder)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    };
    let mut names = read().with_context(|| format!("reading `{}`", folder.display()))?;
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &[u8] = br#"{"note":"n","now":"2026-11-22T12:00:00Z"}"#;

    #[test]
    fn keeps_the_input_byte_for_byte() {
        let case = Case::parse("Op/name", CASE, Some(b"\xEF\xBB\xBF{}\n\0"), None).unwrap();
        assert_eq!(case.operation, "Op");
        assert_eq!(case.input, b"\xEF\xBB\xBF{}\n\0");
    }

    #[test]
    fn refuses_a_case_without_an_input_or_with_two() {
        let refusal = |case: &[u8], input| {
            format!(
                "{:#}",
                Case::parse("Op/name", case, input, None).unwrap_err()
            )
        };
        assert_eq!(
            refusal(CASE, None),
            "case `Op/name`: neither `input.json` nor `generate`"
        );
        let generated =
            br#"{"note":"n","now":"","generate":{"before":"[","item":"1","after":"]","count":2}}"#;
        assert_eq!(
            refusal(generated, Some(b"{}")),
            "case `Op/name`: `input.json` and `generate`: keep one"
        );
        assert!(refusal(br#"{"note":"n","now":"","notes":1}"#, None).contains("unknown field"));
        assert!(refusal(br#"{"note":" ","now":""}"#, Some(b"{}")).contains("the note is empty"));
    }
}
