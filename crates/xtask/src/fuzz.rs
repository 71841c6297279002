//! `cargo xtask fuzz`: the fuzz targets for a while, from the tests' own data on.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::{
    command,
    project::Project,
    setup::{self, Need, Toolbox},
    step::{Steps, words},
};

/// For libFuzzer: what runs longer on one input than this, in seconds, has found something; so has what takes
/// more memory, in MB; larger inputs are left to the tests, as they only slow the search down.
const LIMITS: [&str; 3] = ["-timeout=20", "-rss_limit_mb=2048", "-max_len=4096"];
/// No crate here has unsafe code: without a sanitizer it runs twice as often, on stable Rust.
const OPTIONS: [&str; 4] = ["--fuzz-dir", "tests/fuzz", "--sanitizer", "none"];

/// Options of `fuzz`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long each target runs
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Only these targets, such as `--target drafts,answers`
    #[arg(long, value_enum, value_delimiter = ',')]
    target: Vec<Target>,
}

/// One target; what it holds is in `tests/src/check/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// parameters are checked, printed, built and read back
    Drafts,
    /// answers are read and judged
    Answers,
    /// queries have one canonical form
    #[value(name = "canonical_query")]
    CanonicalQuery,
    /// what is signed verifies, and nothing else does
    Verifier,
}

pub(crate) fn fuzz(project: &Project, args: &Args) -> Result<()> {
    let targets = if args.target.is_empty() {
        Target::value_variants()
    } else {
        &args.target
    };
    Steps::run(|steps| {
        let tools = steps.step("set-up", "the fuzzer", |_| {
            setup::prepare(project, &[Need::CargoFuzz])
        })?;
        let place = project.target.join("fuzz");
        steps.step("seeds", "where the targets start from", |_| {
            let line = "cargo run --quiet --package evenkeel-tests --example fuzz-seeds --";
            let mut cargo = command::line(line);
            cargo.arg(place.join("seeds"));
            command::run(cargo.current_dir(&project.root))
        })?;
        steps.step("build", "the targets, with what counts coverage", |_| {
            let mut cargo = tools.command("cargo fuzz build")?;
            cargo.args(OPTIONS).arg("--target-dir").arg(&place);
            command::run(cargo.current_dir(&project.root))
        })?;
        let mut found = Vec::new();
        for target in targets {
            let (name, about) = words(target);
            let result = steps.step(&name, &about, |_| {
                run(project, &tools, &place, &name, args.seconds)
            });
            // One finding does not keep the other targets from running.
            if let Err(error) = result {
                eprintln!("{error:#}");
                found.push(name);
            }
        }
        if found.is_empty() {
            Ok(())
        } else {
            bail!("something was found by: {}", found.join(", "))
        }
    })
}

/// A folder of one target, made when it is not there.
fn folder(place: &Path, kind: &str, target: &str) -> Result<PathBuf> {
    let folder = place.join(kind).join(target);
    fs::create_dir_all(&folder)
        .with_context(|| format!("`{}` cannot be made", folder.display()))?;
    Ok(folder)
}

fn run(project: &Project, tools: &Toolbox, place: &Path, name: &str, seconds: u64) -> Result<()> {
    let dictionary = format!("tests/fuzz/dictionaries/{name}.dict");
    let findings = folder(place, "findings", name)?;
    let log = folder(place, "log", name)?.join("run.log");
    let mut cargo = tools.command("cargo fuzz run")?;
    cargo
        .args(OPTIONS)
        .arg("--target-dir")
        .args([place, Path::new(name)])
        .arg(folder(place, "corpus", name)?)
        .arg(folder(place, "seeds", name)?)
        .arg("--")
        .args(LIMITS)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .arg(format!("-dict={}", project.root.join(dictionary).display()))
        .env("RUST_BACKTRACE", "0")
        // A line for each input that is new: not for people.
        .stderr(File::create(&log)?)
        .current_dir(&project.root);
    let result = command::run(&mut cargo);
    let said = fs::read_to_string(&log).unwrap_or_default();
    let lines: Vec<&str> = said.lines().collect();
    let skipped = result
        .as_ref()
        .map_or(lines.len().saturating_sub(30), |()| 0);
    for line in lines.iter().skip(skipped) {
        // Of a run that found nothing, what libFuzzer ends with.
        if result.is_err() || line.contains("\tDONE ") || line.starts_with("Done ") {
            println!("    {line}");
        }
    }
    result.with_context(|| {
        format!(
            "{name}: an input breaks something; its file is named above, the rest is in {log}\n\
             Keep it: cp FILE tests/fuzz/regressions/{name}/what_it_shows\n\
             See it:  cargo test --package evenkeel-tests --test properties replay\n",
            log = project.relative(&log).display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_one_of_the_crate_with_seeds_and_words() {
        let project = Project::locate().unwrap();
        let fuzz = project.root.join("tests/fuzz");
        let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
        let count = manifest.matches("[[bin]]").count();
        assert_eq!(count, Target::value_variants().len());
        for target in Target::value_variants() {
            let (name, _) = words(target);
            assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{name}");
            assert!(fuzz.join("seeds").join(&name).is_dir());
            assert!(fuzz.join(format!("dictionaries/{name}.dict")).is_file());
        }
    }
}
