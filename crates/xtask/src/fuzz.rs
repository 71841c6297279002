//! `cargo xtask fuzz`: the fuzz targets for a while, from the tests' own data on.

mod stats;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::{
    command, progress,
    project::Project,
    setup::{self, Need, Toolbox},
    step::{Steps, Took},
};

use stats::Stats;

/// What runs longer on one input than this, in seconds, has found something.
const SLOW: u64 = 20;
/// More memory than this, in MB, is a finding too.
const MEMORY: u64 = 2048;
/// Larger inputs are left to the tests: they only slow the search down.
const LARGEST: u64 = 4096;
const BUILD_LIMIT: Duration = Duration::from_hours(1);

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
    /// Parameters of an operation
    Drafts,
    /// A cloud's answer to an operation
    Answers,
    /// A query string as it is signed
    #[value(name = "canonical_query")]
    CanonicalQuery,
    /// A signed request
    Verifier,
}

impl Target {
    fn name(self) -> &'static str {
        match self {
            Self::Drafts => "drafts",
            Self::Answers => "answers",
            Self::CanonicalQuery => "canonical_query",
            Self::Verifier => "verifier",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Drafts => "parameters are checked, printed, built and read back",
            Self::Answers => "answers are read and judged",
            Self::CanonicalQuery => "queries have one canonical form",
            Self::Verifier => "what is signed verifies, and nothing else does",
        }
    }
}

/// # Errors
/// When the set-up or the build fails, or a target finds something.
pub(crate) fn fuzz(project: &Project, args: &Args) -> Result<()> {
    let targets = if args.target.is_empty() {
        Target::value_variants()
    } else {
        &args.target
    };
    let mut steps = Steps::start();
    let result = run_all(project, args.seconds, targets, &mut steps);
    steps.print_table();
    result
}

fn run_all(project: &Project, seconds: u64, targets: &[Target], steps: &mut Steps) -> Result<()> {
    let tools = steps.step("set-up", "the fuzzer", |_| {
        setup::prepare(project, &Need::FUZZ)
    })?;
    let place = Place::of(project);
    steps.step("seeds", "where the targets start from", |_| {
        let mut cargo = command::new("cargo");
        cargo.args(["run", "--quiet", "--package", "evenkeel-tests"]);
        cargo.args(["--example", "fuzz-seeds", "--"]);
        cargo.arg(place.0.join("seeds"));
        command::run(cargo.current_dir(&project.root))
    })?;
    let programs = steps.step("build", "the targets, with what counts coverage", |_| {
        build(project, &tools, &place)
    })?;
    let mut found = Vec::new();
    for target in targets {
        let result = steps.step(target.name(), target.about(), |_| {
            run(project, &programs, &place, *target, seconds)
        });
        // One finding does not keep the other targets from running.
        if let Err(error) = result {
            eprintln!("{error:#}");
            found.push(target.name());
        }
    }
    if found.is_empty() {
        Ok(())
    } else {
        bail!("something was found by: {}", found.join(", "))
    }
}

/// Everything that fuzzing makes, below cargo's own folder.
struct Place(PathBuf);

impl Place {
    fn of(project: &Project) -> Self {
        Self(project.target.join("fuzz"))
    }

    /// A folder of one target, made when it is not there.
    fn folder(&self, kind: &str, target: Target) -> Result<PathBuf> {
        let folder = self.0.join(kind).join(target.name());
        fs::create_dir_all(&folder)
            .with_context(|| format!("`{}` cannot be made", folder.display()))?;
        Ok(folder)
    }
}

/// Builds all targets; the folder of their programs.
fn build(project: &Project, tools: &Toolbox, place: &Place) -> Result<PathBuf> {
    let mut cargo = tools.command("cargo")?;
    cargo
        .args(["fuzz", "build", "--fuzz-dir", "tests/fuzz", "--target-dir"])
        .arg(&place.0)
        // No crate here has unsafe code: without a sanitizer it runs twice as often, on stable Rust.
        .args(["--sanitizer", "none"])
        .current_dir(&project.root);
    let log = place.0.join("log/build.log");
    progress::run(&mut cargo, "fuzz targets", &log, BUILD_LIMIT)?;
    let rustc = command::output(tools.command("rustc")?.arg("-vV"))?;
    let host = rustc
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("`rustc -vV` does not name its host")?;
    Ok(place.0.join(host).join("release"))
}

fn run(
    project: &Project,
    programs: &Path,
    place: &Place,
    target: Target,
    seconds: u64,
) -> Result<()> {
    let name = target.name();
    let corpus = place.folder("corpus", target)?;
    let findings = place.folder("findings", target)?;
    let mut program = Command::new(programs.join(name));
    program
        .arg(&corpus)
        .arg(place.folder("seeds", target)?)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={SLOW}"))
        .arg(format!("-rss_limit_mb={MEMORY}"))
        .arg(format!("-max_len={LARGEST}"))
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .arg(format!(
            "-dict={}",
            project
                .root
                .join(format!("tests/fuzz/dictionaries/{name}.dict"))
                .display()
        ))
        .arg("-print_final_stats=1")
        .env("RUST_BACKTRACE", "0");
    let log = place.0.join(format!("log/{name}.log"));
    let limit = Duration::from_secs(seconds) + Duration::from_mins(10);
    let result = progress::attempt(&mut program, name, &log, limit);
    let said = fs::read_to_string(&log).unwrap_or_default();
    if let Some(file) = stats::finding(&said) {
        for line in stats::panic(&said) {
            eprintln!("    {line}");
        }
        bail!("{}", advice(target, project.relative(Path::new(file))));
    }
    result.with_context(|| format!("what it printed is in `{}`", log.display()))?;
    let stats = Stats::read(&said)
        .with_context(|| format!("`{}` says nothing of what was run", log.display()))?;
    println!(
        "{name}: {} inputs in {}, {} places of the code reached; {} inputs kept in {}",
        stats.runs,
        Took(Duration::from_secs(stats.seconds)),
        stats.coverage,
        stats.corpus,
        project.relative(&corpus).display()
    );
    Ok(())
}

/// What to do with a finding.
fn advice(target: Target, file: &Path) -> String {
    let name = target.name();
    let keep = format!("tests/fuzz/regressions/{name}/what_it_shows");
    format!(
        "{name}: this input breaks something: {file}\n\
         Keep it: cp {file} {keep}\n\
         See it:  cargo test --package evenkeel-tests --test properties replay",
        file = file.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_one_of_the_crate_with_seeds_and_words() {
        let project = Project::locate().unwrap();
        let fuzz = project.root.join("tests/fuzz");
        let manifest: toml::Table = fs::read_to_string(fuzz.join("Cargo.toml"))
            .unwrap()
            .parse()
            .unwrap();
        let mut built: Vec<&str> = manifest["bin"]
            .as_array()
            .unwrap()
            .iter()
            .map(|program| program["name"].as_str().unwrap())
            .collect();
        let mut known: Vec<&str> = Target::value_variants()
            .iter()
            .map(|target| target.name())
            .collect();
        built.sort_unstable();
        known.sort_unstable();
        assert_eq!(built, known);
        for target in Target::value_variants() {
            let name = target.name();
            assert_eq!(target.to_possible_value().unwrap().get_name(), name);
            assert!(fuzz.join("seeds").join(name).is_dir());
            assert!(fuzz.join(format!("dictionaries/{name}.dict")).is_file());
        }
    }

    #[test]
    fn says_how_to_keep_what_was_found() {
        let text = advice(
            Target::Drafts,
            Path::new("target/fuzz/findings/drafts/crash-1"),
        );
        assert!(text.contains(
            "cp target/fuzz/findings/drafts/crash-1 tests/fuzz/regressions/drafts/what_it_shows"
        ));
    }
}
