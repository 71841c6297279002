//! The steps of `test`, in their order: what is quick and fails often comes first.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::{
    chaos, command, console,
    postgres::{Cluster, Durability},
    project::Project,
    setup::{Need, Toolbox},
    tally::{Runner, Tally},
};

const WASM: &str = "wasm32-unknown-unknown";
/// The crates that run in browsers and in Node.
const WASM_PACKAGES: [&str; 8] = [
    "--package",
    "evenkeel-check",
    "--features",
    "evenkeel-check/js",
    "--package",
    "evenkeel-console",
    "--package",
    "evenkeel-wasm",
];

/// Those that have tests for the browser; the first is for any JavaScript, the second a page.
const WASM_CRATES: [&str; 2] = ["evenkeel-wasm", "evenkeel-console"];
/// How long all tests of a crate may take in one browser; its runner would give them 20 seconds,
/// which is little for a busy machine.
const TEST_SECONDS: &str = "600";

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    Fmt,
    Clippy,
    ClippyWasm,
    Native,
    Doc,
    Chaos,
    JsonSuite,
    WasmNode,
    WasmChromium,
    WasmFirefox,
    Console,
    Binary,
    Conformance,
    Npm,
    E2e,
}

impl Step {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 15] = [
        Self::Fmt,
        Self::Clippy,
        Self::ClippyWasm,
        Self::Native,
        Self::Doc,
        Self::Chaos,
        Self::JsonSuite,
        Self::WasmNode,
        Self::WasmChromium,
        Self::WasmFirefox,
        Self::Console,
        Self::Binary,
        Self::Conformance,
        Self::Npm,
        Self::E2e,
    ];

    /// As in `--only`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::ClippyWasm => "clippy-wasm",
            Self::Native => "native",
            Self::Doc => "doc",
            Self::Chaos => "chaos",
            Self::JsonSuite => "json-suite",
            Self::WasmNode => "wasm-node",
            Self::WasmChromium => "wasm-chromium",
            Self::WasmFirefox => "wasm-firefox",
            Self::Console => "console",
            Self::Binary => "binary",
            Self::Conformance => "conformance",
            Self::Npm => "npm",
            Self::E2e => "e2e",
        }
    }

    /// What it does.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Fmt => "the format of all Rust sources",
            Self::Clippy => "lints, built for this machine",
            Self::ClippyWasm => "lints, built for the browser",
            Self::Native => "tests on this machine",
            Self::Doc => "the examples of the documentation",
            Self::Chaos => "the journal when proxies are killed and clouds misbehave, shortened",
            Self::JsonSuite => "the JSON parsing test suite, through the core's reader",
            Self::WasmNode => "tests of the WASM crates in Node",
            Self::WasmChromium => "tests of the WASM crates in headless Chromium",
            Self::WasmFirefox => "tests of the JavaScript module in headless Firefox",
            Self::Console => "the page, by Trunk in release",
            Self::Binary => "the `evenkeel` program",
            Self::Conformance => "the clouds' own SDKs on the sandbox and the proxy",
            Self::Npm => "the npm package, in runtimes, bundlers and Chromium",
            Self::E2e => "the page, the proxy and the sandbox together, in Chromium",
        }
    }

    fn needs(self) -> &'static [Need] {
        match self {
            Self::Fmt | Self::Clippy | Self::Doc | Self::Binary => &[],
            Self::Native | Self::Chaos => &[Need::Postgres],
            Self::JsonSuite => &[Need::Node, Need::JsonSuite],
            Self::ClippyWasm => &[Need::WasmTarget],
            Self::WasmNode => &[
                Need::Node,
                Need::WasmTarget,
                Need::WasmBindgen,
                Need::WasmPack,
            ],
            Self::WasmChromium => &[
                Need::Browser,
                Need::WasmTarget,
                Need::WasmBindgen,
                Need::WasmPack,
            ],
            Self::WasmFirefox => &[
                Need::Firefox,
                Need::Geckodriver,
                Need::WasmTarget,
                Need::WasmBindgen,
                Need::WasmPack,
            ],
            Self::Console => &[
                Need::Node,
                Need::WasmTarget,
                Need::WasmOpt,
                Need::WasmBindgen,
                Need::Trunk,
            ],
            Self::Conformance => &[Need::Node, Need::PythonSdks, Need::NodeSdks],
            Self::Npm => &[
                Need::Node,
                Need::WasmTarget,
                Need::Browser,
                Need::WasmOpt,
                Need::WasmBindgen,
                Need::Packaging,
                Need::Peers,
            ],
            Self::E2e => &[
                Need::Node,
                Need::Browser,
                Need::WasmTarget,
                Need::WasmOpt,
                Need::WasmBindgen,
                Need::Trunk,
            ],
        }
    }
}

/// What several steps need, each thing once.
pub(crate) fn needs(steps: &[Step]) -> Vec<Need> {
    let mut needs: Vec<Need> = steps
        .iter()
        .flat_map(|step| step.needs())
        .copied()
        .collect();
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
    /// # Errors
    /// When the step fails.
    pub(crate) fn run(&self, step: Step, tally: &mut Option<Tally>) -> Result<()> {
        let deny = ["--", "-D", "warnings"];
        match step {
            Step::Fmt => self.cargo(&["fmt", "--all", "--", "--check"]),
            Step::Clippy => {
                self.cargo(&[&["clippy", "--workspace", "--all-targets"], &deny[..]].concat())
            }
            Step::ClippyWasm => {
                let mut cargo = self.tools.wasm_command("cargo")?;
                cargo
                    .args(["clippy", "--all-targets", "--target", WASM])
                    .args(WASM_PACKAGES)
                    .args(deny);
                self.plain(&mut cargo)
            }
            Step::Native => {
                let mut cargo = command::new("cargo");
                cargo.args(["test", "--workspace", "--no-fail-fast"]);
                cargo.args(["--exclude", chaos::PACKAGE]);
                cargo.args(["--lib", "--bins", "--tests", "--examples"]);
                let postgres = Cluster::start(self.tools, Durability::None)?;
                postgres.tell(&mut cargo);
                self.counted(&mut cargo, Runner::Libtest, tally)
            }
            Step::Doc => {
                let mut cargo = command::new("cargo");
                cargo.args(["test", "--workspace", "--no-fail-fast", "--doc"]);
                cargo.args(["--exclude", chaos::PACKAGE]);
                self.counted(&mut cargo, Runner::Libtest, tally)
            }
            Step::Chaos => self.chaos(tally),
            Step::JsonSuite => self.json_suite(tally),
            Step::WasmNode => self.wasm_pack(&WASM_CRATES, &["--node"], &[], tally),
            Step::WasmChromium => {
                let driver = self
                    .tools
                    .driver()
                    .context("Chromium's driver is not set up")?;
                let driver = driver.to_string_lossy();
                let options = ["--headless", "--chrome", "--chromedriver", &driver];
                self.wasm_pack(&WASM_CRATES, &options, &[], tally)
            }
            Step::WasmFirefox => {
                let firefox = self.tools.firefox().context("Firefox is not set up")?;
                // The driver alone would take what PATH has, whatever `EVENKEEL_FIREFOX` names.
                let binary = format!("--binary '{}'", firefox.display());
                let variables = [("GECKODRIVER_ARGS", binary.as_str())];
                let options = ["--headless", "--firefox"];
                self.wasm_pack(&WASM_CRATES[..1], &options, &variables, tally)
            }
            Step::Console => console::build(self.project, self.tools),
            Step::Binary => self.cargo(&["build", "--package", "evenkeel-cli"]),
            Step::Conformance => self.conformance(tally),
            Step::Npm => self.npm(tally),
            Step::E2e => self.end_to_end(tally),
        }
    }

    pub(super) fn cargo(&self, args: &[&str]) -> Result<()> {
        self.plain(command::new("cargo").args(args))
    }

    fn plain(&self, command: &mut Command) -> Result<()> {
        println!("$ {}", command::shown(command));
        command::run(command.current_dir(&self.project.root))
    }

    pub(super) fn counted(
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
        command::run_watched(command, |line| tally.read(runner, line))
    }

    /// Runs the tests that the crates have for the browser.
    fn wasm_pack(
        &self,
        crates: &[&str],
        options: &[&str],
        variables: &[(&str, &str)],
        tally: &mut Option<Tally>,
    ) -> Result<()> {
        for name in crates {
            let folder = self.project.root.join("crates").join(name);
            if !folder.join("tests").is_dir() {
                continue;
            }
            let mut command = self.tools.wasm_command("wasm-pack")?;
            command.args(["test", "--mode", "no-install"]).args(options);
            command
                .arg(self.project.relative(&folder))
                .env("WASM_BINDGEN_TEST_TIMEOUT", TEST_SECONDS)
                .envs(variables.iter().copied())
                .current_dir(&self.project.root);
            self.counted(&mut command, Runner::Libtest, tally)?;
        }
        match tally {
            Some(tally) if tally.passed > 0 => Ok(()),
            _ => bail!("no test was run"),
        }
    }

    fn end_to_end(&self, tally: &mut Option<Tally>) -> Result<()> {
        let folder = self.project.root.join("tests/e2e");
        let chromium = self.tools.chromium().context("Chromium is not set up")?;
        console::build(self.project, self.tools)?;
        self.cargo(&["build", "--quiet", "--package", "evenkeel-cli"])?;

        let mut install = self.tools.command("npm")?;
        install
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&folder);
        // The browser is the system's: nothing is fetched from elsewhere.
        command::run(install.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        let mut playwright = self.tools.command("npx")?;
        playwright
            .args(["--no-install", "playwright", "test"])
            .env("EVENKEEL_BIN", self.project.target.join("debug/evenkeel"))
            .env("EVENKEEL_CONSOLE", &self.project.dist)
            .env("EVENKEEL_CHROMIUM", chromium)
            .current_dir(folder);
        self.counted(&mut playwright, Runner::Playwright, tally)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_step_as_the_command_line_does() {
        for step in Step::ALL {
            assert_eq!(step.to_possible_value().unwrap().get_name(), step.name());
        }
    }

    #[test]
    fn needs_each_thing_once_and_for_native_steps_a_database_at_most() {
        assert_eq!(needs(&[Step::Fmt, Step::Clippy, Step::Doc]), []);
        assert_eq!(needs(&[Step::Native]), Need::STORE);
        assert_eq!(needs(&Step::ALL), Need::ALL);
    }
}
