//! Where the fuzz targets start from: requests, answers and cases that the tests have anyway, and the inputs kept under
//! `fuzz/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use evenkeel::OperationName;

use crate::check::{Target, WITH_EVENTS, byte_of};
use crate::recording::{Recording, Signature};

/// Larger inputs only slow a fuzzer down.
const LARGEST: usize = 4096;

/// One input of a target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seed {
    /// Where it comes from.
    pub name: String,
    /// The input.
    pub data: Vec<u8>,
}

/// Everything a target starts from, regressions first.
///
/// # Errors
///
/// When a file cannot be read.
pub fn seeds(target: Target) -> Result<Vec<Seed>> {
    let mut seeds = kept("regressions", target)?;
    seeds.extend(kept("seeds", target)?);
    let derived = match target {
        Target::Drafts => drafts()?,
        Target::Answers => answers()?,
        Target::CanonicalQuery => queries()?,
        Target::Verifier => requests()?,
    };
    let mut seen = BTreeSet::new();
    seeds.extend(
        derived
            .into_iter()
            .filter(|seed| seed.data.len() <= LARGEST && seen.insert(seed.data.clone())),
    );
    Ok(seeds)
}

/// The files that stand under `fuzz/<kind>/<target>/`.
///
/// # Errors
///
/// When one cannot be read.
pub fn kept(kind: &str, target: Target) -> Result<Vec<Seed>> {
    let folder = root().join("fuzz").join(kind).join(target.name());
    files(&folder).map(|files| {
        files
            .into_iter()
            .map(|(name, data)| Seed {
                name: format!("fuzz/{kind}/{}/{name}", target.name()),
                data,
            })
            .collect()
    })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let data = fs::read(&path).with_context(|| format!("reading `{}`", path.display()))?;
        found.push((name, data));
    }
    found.sort();
    Ok(found)
}

fn with_first_bytes(name: &str, first: &[u8], rest: &[u8]) -> Seed {
    Seed {
        name: name.to_owned(),
        data: [first, rest].concat(),
    }
}

/// The inputs of the verdict corpus, with events known and without.
fn drafts() -> Result<Vec<Seed>> {
    let mut seeds = Vec::new();
    for &name in OperationName::ALL {
        let folder = root().join("cases").join(name.as_str());
        for case in folders(&folder)? {
            // A case may say how its input is made instead of holding it: those are large.
            let Ok(input) = fs::read(case.join("input.json")) else {
                continue;
            };
            let id = case.strip_prefix(root()).unwrap_or(&case).to_string_lossy();
            for first in [byte_of(name), byte_of(name) | WITH_EVENTS] {
                seeds.push(with_first_bytes(&id, &[first], &input));
            }
        }
    }
    Ok(seeds)
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries =
        fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))?;
    let mut found = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    found.sort();
    Ok(found)
}

/// The documented answers, each to every operation with every kind of status.
fn answers() -> Result<Vec<Seed>> {
    let mut bodies = files(&root().join("samples"))?;
    // The errors stand in one file.
    let errors = bodies.iter().position(|(name, _)| name == "errors.json");
    if let Some(at) = errors {
        let (_, text) = bodies.remove(at);
        let list: Vec<serde_json::Value> = serde_json::from_slice(&text)?;
        for (index, error) in list.iter().enumerate() {
            let body = error.get("body").context("an error without a body")?;
            bodies.push((
                format!("errors.json#{index}"),
                body.to_string().into_bytes(),
            ));
        }
    }
    let mut seeds = Vec::new();
    for (file, body) in bodies {
        for &name in OperationName::ALL {
            for status in [0, 4, 9] {
                let first = [byte_of(name), status, 1];
                seeds.push(with_first_bytes(&file, &first, &body));
            }
        }
    }
    Ok(seeds)
}

/// The queries that the SDKs sent.
fn queries() -> Result<Vec<Seed>> {
    let mut seeds = Vec::new();
    for recording in Recording::all()? {
        let Some((_, query)) = recording.target.split_once('?') else {
            continue;
        };
        for first in [0, 1] {
            seeds.push(with_first_bytes(
                &recording.name,
                &[first],
                query.as_bytes(),
            ));
        }
    }
    Ok(seeds)
}

/// The requests that the SDKs sent, to be taken as they are and to be signed anew.
fn requests() -> Result<Vec<Seed>> {
    let mut seeds = Vec::new();
    for recording in Recording::all()? {
        let scheme = match recording.signature()? {
            Signature::Acs3 => 0,
            Signature::Huawei => 1,
            Signature::RpcV1 => 2,
        };
        let mut text = format!("{} {}\n", recording.method, recording.target).into_bytes();
        for (name, value) in &recording.headers {
            text.extend_from_slice(format!("{name}: {value}\n").as_bytes());
        }
        text.push(b'\n');
        text.extend_from_slice(&recording.body);
        for first in [scheme, scheme + 3] {
            for at in [5_u8, 200] {
                let first = [first, at, 0, 1];
                seeds.push(with_first_bytes(&recording.name, &first, &text));
            }
        }
    }
    Ok(seeds)
}
