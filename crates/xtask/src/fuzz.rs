//! `cargo xtask fuzz`: the fuzz targets for a while, from the tests' own data on.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    command,
    project::{Project, files},
    setup::{self, Need, Toolbox},
    step::Steps,
};

/// For libFuzzer: what runs longer on one input than this, in seconds, has found something; so has what takes
/// more memory, in MB; larger inputs are left to the tests, as they only slow the search down.
const LIMITS: [&str; 3] = ["-timeout=20", "-rss_limit_mb=2048", "-max_len=4096"];
/// What it did in the end, without lines for each input and each function that is new.
const SAID: [&str; 3] = ["-verbosity=0", "-print_funcs=0", "-print_final_stats=1"];
/// No crate here has unsafe code: without a sanitizer it runs twice as often, on stable Rust.
const OPTIONS: [&str; 4] = ["--fuzz-dir", "tests/fuzz", "--sanitizer", "none"];

/// Options of `fuzz`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long each target runs
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Only these targets, such as `--target drafts,answers`; `docs/fuzzing.md` says what each holds
    #[arg(long, value_delimiter = ',')]
    target: Vec<String>,
}

pub(crate) fn fuzz(project: &Project, args: &Args) -> Result<()> {
    let all = targets(project)?;
    if let Some(other) = args.target.iter().find(|target| !all.contains(target)) {
        bail!(
            "no target is called `{other}`: there are {}",
            all.join(", ")
        );
    }
    let chosen = if args.target.is_empty() {
        &all
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
        for name in chosen {
            let about = format!("for {} seconds", args.seconds);
            let result = steps.step(name, &about, |_| {
                run(project, &tools, &place, name, args.seconds)
            });
            // One finding does not keep the other targets from running.
            if let Err(error) = result {
                eprintln!("{error:#}");
                found.push(name.as_str());
            }
        }
        if found.is_empty() {
            Ok(())
        } else {
            bail!("something was found by: {}", found.join(", "))
        }
    })
}

/// The names of the targets; what each holds is in `tests/src/check/`.
fn targets(project: &Project) -> Result<Vec<String>> {
    let files = files(&project.root, "tests/fuzz/fuzz_targets/*.rs")?;
    let names = files.iter().filter_map(|file| file.file_stem());
    Ok(names
        .map(|name| name.to_string_lossy().into_owned())
        .collect())
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
    let mut cargo = tools.command("cargo fuzz run")?;
    cargo
        .args(OPTIONS)
        .arg("--target-dir")
        .args([place, Path::new(name)])
        .arg(folder(place, "corpus", name)?)
        .arg(folder(place, "seeds", name)?)
        .arg("--")
        .args(LIMITS)
        .args(SAID)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .arg(format!("-dict={}", project.root.join(dictionary).display()))
        .env("RUST_BACKTRACE", "0")
        .current_dir(&project.root);
    command::run(&mut cargo).with_context(|| {
        format!(
            "{name}: an input breaks something; its file is named above\n\
             Keep it: cp FILE tests/fuzz/regressions/{name}/what_it_shows\n\
             See it:  cargo test --package evenkeel-tests --test properties replay\n"
        )
    })
}
