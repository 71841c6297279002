//! The steps of `test`, in their order: what is quick and fails often comes first.

use std::{path::Path, process::Command};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::{
    bench, chaos, command, console,
    npm::{self, Package},
    postgres::{Cluster, Durability},
    project::{Project, files},
    run::{self, DEV},
    setup::{Need, Toolbox},
    tally::{Runner, Tally},
};

/// Lints the crates that run in browsers and in Node.
const CLIPPY_WASM: &str = "cargo clippy --all-targets --target wasm32-unknown-unknown \
    --package evenkeel-check --features evenkeel-check/js,evenkeel-console/split --package evenkeel-console \
    --package evenkeel-wasm -- -D warnings";
/// Errors alone: `deny.toml` warns of what waits for others, too.
const DENY: &str = "cargo deny --locked --log-level error check licenses bans sources";
/// The one that has tests for browsers and Node.
const WASM_CRATE: &str = "crates/evenkeel-wasm";
/// How long all tests of a crate may take in one browser; its runner would give them 20 seconds,
/// which is little for a busy machine.
const TEST_SECONDS: &str = "600";
/// What testing in any engine takes.
const WASM_TESTS: [Need; 3] = [Need::WasmTarget, Need::WasmBindgen, Need::WasmPack];

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// the format of all Rust sources
    Fmt,
    /// licences and sources of what others wrote
    Deny,
    /// lints, built for this machine
    Clippy,
    /// lints, built for the browser
    ClippyWasm,
    /// tests on this machine
    Native,
    /// the examples of the documentation
    Doc,
    /// the journal when proxies are killed and clouds misbehave, shortened
    Chaos,
    /// the JSON parsing test suite, through the core's reader
    JsonSuite,
    /// tests of the WASM crates in Node
    WasmNode,
    /// tests of the WASM crates in headless Chromium
    WasmChromium,
    /// tests of the JavaScript module in headless Firefox
    WasmFirefox,
    /// the page, by Trunk in release
    Console,
    /// the `evenkeel` program
    Binary,
    /// the clouds' own SDKs on the sandbox and the proxy
    Conformance,
    /// the npm package, in runtimes, bundlers and Chromium
    Npm,
    /// the page, the proxy and the sandbox together, in Chromium and Firefox
    E2e,
}

impl Step {
    fn needs(self) -> Vec<Need> {
        let and = |more: &[Need]| [&WASM_TESTS[..], more].concat();
        let browser = [Need::Chromium, Need::Chromedriver];
        let firefox = [Need::Firefox, Need::Geckodriver];
        match self {
            Self::Fmt | Self::Clippy | Self::Doc | Self::Binary => vec![],
            Self::Deny => vec![Need::CargoDeny],
            Self::Native | Self::Chaos => vec![Need::Postgres],
            Self::JsonSuite => vec![Need::Node, Need::JsonSuite],
            Self::ClippyWasm => vec![Need::WasmTarget],
            Self::WasmNode => and(&[Need::Node]),
            Self::WasmChromium => and(&browser),
            Self::WasmFirefox => and(&firefox),
            Self::Console => [&Need::CONSOLE[..], &[Need::Node]].concat(),
            Self::Conformance => vec![Need::Node, Need::PythonSdks, Need::NodeSdks],
            Self::Npm => [&Need::NPM[..], &browser, &[Need::Peers]].concat(),
            Self::E2e => [&Need::CONSOLE[..], &browser, &firefox, &[Need::Node]].concat(),
        }
    }
}

/// What several steps need, each thing once.
pub(crate) fn needs(steps: &[Step]) -> Vec<Need> {
    let mut needs: Vec<Need> = steps.iter().flat_map(|step| step.needs()).collect();
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// The steps with what they work on.
pub(crate) struct Suite<'a> {
    pub(crate) project: &'a Project,
    pub(crate) tools: &'a Toolbox,
}

impl Suite<'_> {
    pub(crate) fn run(&self, step: Step, tally: &mut Option<Tally>) -> Result<()> {
        match step {
            Step::Fmt => self.line("cargo fmt --all -- --check"),
            Step::Deny => self.plain(&mut self.tools.command(DENY)?),
            Step::Clippy => {
                self.line("cargo clippy --workspace --all-targets -- -D warnings")?;
                // The core with each of its clouds alone.
                let line = "cargo clippy --package evenkeel --no-default-features --features";
                let clouds = self.project.clouds()?;
                let mut each = clouds.iter();
                each.try_for_each(|cloud| self.line(&format!("{line} {cloud} -- -D warnings")))
            }
            Step::ClippyWasm => self.plain(&mut self.tools.wasm_command(CLIPPY_WASM)?),
            Step::Native => {
                let mut cargo = command::line("cargo test --workspace --no-fail-fast --exclude");
                cargo.args([chaos::PACKAGE, "--lib", "--bins", "--tests", "--examples"]);
                let postgres = Cluster::start(self.tools, Durability::None)?;
                postgres.tell(&mut cargo);
                self.counted(&mut cargo, Runner::Libtest, tally)
            }
            Step::Doc => {
                let mut cargo = command::line("cargo test --workspace --no-fail-fast --doc");
                cargo.args(["--exclude", chaos::PACKAGE]);
                self.counted(&mut cargo, Runner::Libtest, tally)
            }
            Step::Chaos => self.chaos(tally),
            Step::JsonSuite => {
                // Ignored where the suite is not at hand.
                let line = "cargo test --package evenkeel-tests --test hostile -- --ignored";
                let mut cargo = command::line(line);
                cargo
                    .arg("json_suite")
                    .env("EVENKEEL_JSON_TEST_SUITE", self.tools.at(Need::JsonSuite)?);
                self.counted(&mut cargo, Runner::Libtest, tally)
            }
            Step::WasmNode => self.wasm_pack(&["--node"], None, tally),
            Step::WasmChromium => {
                let driver = self.tools.at(Need::Chromedriver)?.to_string_lossy();
                let options = ["--headless", "--chrome", "--chromedriver", &driver];
                self.wasm_pack(&options, None, tally)
            }
            Step::WasmFirefox => {
                // The driver alone would take what PATH has, whatever `EVENKEEL_FIREFOX` names.
                let firefox = self.tools.at(Need::Firefox)?;
                let binary = format!("--binary '{}'", firefox.display());
                let variable = Some(("GECKODRIVER_ARGS", binary.as_str()));
                self.wasm_pack(&["--headless", "--firefox"], variable, tally)
            }
            Step::Console => console::build(self.project, self.tools),
            Step::Binary => run::build(self.project, DEV).map(drop),
            Step::Conformance => self.conformance(tally),
            Step::Npm => {
                let package = npm::build(self.project, self.tools)?;
                npm::in_project(self.tools.at(Need::Packaging)?, |folder| {
                    self.npm(folder, &package, tally)
                })?;
                bench::verdicts(self.project, self.tools, &package)
            }
            Step::E2e => self.end_to_end(tally),
        }
    }

    fn line(&self, line: &str) -> Result<()> {
        self.plain(&mut command::line(line))
    }

    fn plain(&self, command: &mut Command) -> Result<()> {
        println!("$ {}", command::shown(command));
        command::run(command.current_dir(&self.project.root))
    }

    fn counted(
        &self,
        command: &mut Command,
        runner: Runner,
        tally: &mut Option<Tally>,
    ) -> Result<()> {
        if command.get_current_dir().is_none() {
            command.current_dir(&self.project.root);
        }
        println!("$ {}", command::shown(command));
        let tally = tally.get_or_insert_default();
        command::run_watched(command, |line| tally.read(runner, line))?;
        if tally.passed == 0 {
            bail!("no test was run");
        }
        Ok(())
    }

    /// The proofs about the journal, shortened, and before them whether their judge judges.
    fn chaos(&self, tally: &mut Option<Tally>) -> Result<()> {
        let mut judge = command::line("cargo test --package");
        judge.arg(chaos::PACKAGE);
        self.counted(&mut judge, Runner::Libtest, tally)?;
        let cluster = Cluster::start(self.tools, Durability::None)?;
        let mut proofs = command::line("cargo run --quiet --package");
        proofs.args([chaos::PACKAGE, "--", "run"]);
        cluster.tell(&mut proofs);
        self.counted(&mut proofs, Runner::Libtest, tally)
    }

    /// The tests in the engine that the options choose.
    fn wasm_pack(
        &self,
        options: &[&str],
        variable: Option<(&str, &str)>,
        tally: &mut Option<Tally>,
    ) -> Result<()> {
        let line = "wasm-pack test --mode no-install";
        let mut command = self.tools.wasm_command(line)?;
        command
            .args(options)
            .arg(WASM_CRATE)
            .env("WASM_BINDGEN_TEST_TIMEOUT", TEST_SECONDS)
            .envs(variable);
        self.counted(&mut command, Runner::Libtest, tally)
    }

    /// The npm package, installed into a project as anyone's, and run everywhere.
    fn npm(&self, folder: &Path, package: &Package, tally: &mut Option<Tally>) -> Result<()> {
        let tests = self.project.root.join("tests/packaging");
        npm::install(folder, &tests, self.tools, package)?;
        // The time is for a file of tests, on a busy machine; a page that hangs ends some time.
        let line = "node --test --test-reporter=spec --test-concurrency=2 --test-timeout=600000";
        let mut node = self.tools.command(line)?;
        node.env("EVENKEEL_ROOT", &self.project.root)
            .env("EVENKEEL_PACKAGE", &package.folder)
            .env("EVENKEEL_TARBALL", &package.tarball)
            .env("EVENKEEL_CHROMIUM", self.tools.at(Need::Chromium)?)
            .current_dir(folder);
        self.counted(&mut node, Runner::NodeTest, tally)
    }

    /// The clouds' own SDKs against the sandbox, and their signing code against the proxy.
    fn conformance(&self, tally: &mut Option<Tally>) -> Result<()> {
        let folder = self.project.root.join("tests/conformance");
        let modules = self.tools.at(Need::NodeSdks)?;
        let evenkeel = run::build(self.project, DEV)?;
        // The snippets of the sandbox's page are in both languages; the work tree is for what is committed.
        let line = "python -B -m pytest -p no:cacheprovider python";
        let pytest = self.tools.command(line)?;
        let mut node = self.tools.command("node --test --test-reporter=spec")?;
        node.args(files(&folder.join("node"), "*.test.js")?);
        for (mut command, runner) in [(pytest, Runner::Pytest), (node, Runner::NodeTest)] {
            command
                .env("EVENKEEL_BIN", &evenkeel)
                .env("NODE_PATH", modules)
                .current_dir(&folder);
            self.counted(&mut command, runner, tally)?;
        }
        Ok(())
    }

    fn end_to_end(&self, tally: &mut Option<Tally>) -> Result<()> {
        let folder = self.project.root.join("tests/e2e");
        console::build(self.project, self.tools)?;
        let evenkeel = run::build(self.project, DEV)?;
        let mut install = self.tools.command("npm ci --no-audit --no-fund")?;
        install.current_dir(&folder);
        // The browser is the system's: nothing is fetched from elsewhere.
        command::run(install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        let mut playwright = self.tools.command("npx --no-install playwright test")?;
        playwright
            .env("EVENKEEL_BIN", evenkeel)
            .env("EVENKEEL_CONSOLE", &self.project.dist)
            .env("EVENKEEL_CHROMIUM", self.tools.at(Need::Chromium)?)
            .env("EVENKEEL_FIREFOX", self.tools.at(Need::Firefox)?)
            .current_dir(folder);
        self.counted(&mut playwright, Runner::Playwright, tally)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::words;

    #[test]
    fn every_step_has_a_name_and_says_what_it_does() {
        let step = words(&Step::ClippyWasm);
        assert_eq!(step.0, "clippy-wasm");
        assert_eq!(step.1, "lints, built for the browser");
        for step in Step::value_variants() {
            assert!(!words(step).1.is_empty(), "{step:?}");
        }
    }

    #[test]
    fn needs_each_thing_once_and_for_native_steps_a_database_at_most() {
        assert_eq!(needs(&[Step::Fmt, Step::Clippy, Step::Doc]), []);
        assert_eq!(needs(&[Step::Native]), [Need::Postgres]);
        let all = needs(Step::value_variants());
        assert!(all.is_sorted_by(|one, next| one < next) && !all.contains(&Need::CargoFuzz));
    }

    #[test]
    fn finds_the_tests_and_not_what_they_share() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/node");
        let found = files(&folder, "*.test.js").unwrap();
        assert!(found.contains(&folder.join("ens.test.js")), "{found:?}");
        assert!(!found.contains(&folder.join("clouds.js")), "{found:?}");
        assert!(files(Path::new("/no/such/folder"), "*").is_err());
    }
}
