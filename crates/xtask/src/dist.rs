//! `cargo xtask dist`: what people install, in `target/dist`: a tarball, a package of Debian, what they are made of,
//! and their sums.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{
    command, console, npm,
    project::{Project, files},
    run,
    setup::{self, Need, Toolbox},
    step::Steps,
};

/// How the program is built; see the root `Cargo.toml`.
const PROFILE: &str = "shipped";
const VERSION: &str = env!("CARGO_PKG_VERSION");
const LICENCES: &str = "THIRD-PARTY.txt";
/// What lies beside the program, as here.
const COPY: &str =
    "cp --recursive docs README.md CHANGELOG.md SECURITY.md LICENSE-APACHE LICENSE-MIT";

pub(crate) fn dist(project: &Project) -> Result<()> {
    Steps::run(|steps| {
        let tools = steps.step("set-up", "tools for what people install", |_| {
            setup::prepare(project, &Need::dist())
        })?;
        steps.step("console", "the page, by Trunk in release", |_| {
            console::build(project, &tools)
        })?;
        let about = "the program, with the page in it";
        let program = steps.step("evenkeel", about, |_| {
            let flags = npm::without_places(project)?;
            run::build_with(project, PROFILE, |cargo| {
                cargo
                    .arg("--locked")
                    .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
            })
        })?;
        steps.step("packages", "what people install", |_| {
            let shipped = Shipped::new(project, &tools)?;
            shipped.licences(&program)?;
            shipped.tarball(&program)?;
            shipped.deb()?;
            shipped.sbom("evenkeel-cli", &shipped.target, &[])?;
            let split = ["--features", "split"];
            shipped.sbom("evenkeel-console", "wasm32-unknown-unknown", &split)?;
            shipped.sums()
        })
    })
}

/// Where everything goes, and of when it is.
struct Shipped<'a> {
    project: &'a Project,
    tools: &'a Toolbox,
    folder: PathBuf,
    /// What the system is called that it is for.
    target: String,
    /// The seconds since 1970 that every file says: those of the commit, so that a commit makes the same again.
    epoch: String,
}

impl<'a> Shipped<'a> {
    fn new(project: &'a Project, tools: &'a Toolbox) -> Result<Self> {
        let folder = project.target.join("dist");
        setup::remove(&folder)?;
        setup::make(&folder)?;
        let here = |line| command::output(command::line(line).current_dir(&project.root));
        let epoch = env::var("SOURCE_DATE_EPOCH").or_else(|_| here("git log -1 --format=%ct"));
        Ok(Self {
            project,
            tools,
            folder,
            target: here("rustc --print host-tuple")?,
            epoch: epoch.context("`SOURCE_DATE_EPOCH` has to say of when it is")?,
        })
    }

    /// What makes the same of the same files, whenever it is run.
    fn command(&self, line: &str) -> Result<Command> {
        let mut command = self.tools.command(line)?;
        command
            .env("SOURCE_DATE_EPOCH", &self.epoch)
            .current_dir(&self.project.root);
        Ok(command)
    }

    /// What others want to stand beside what is made of theirs, in a file beside the program.
    fn licences(&self, program: &Path) -> Result<()> {
        let line =
            "cargo about generate --locked --offline --workspace --fail about.hbs --output-file";
        let mut about = self.command(line)?;
        command::run(about.arg(program.with_file_name(LICENCES)))
    }

    fn tarball(&self, program: &Path) -> Result<()> {
        let name = format!("evenkeel-{VERSION}-{}", self.target);
        let parent = tempfile::tempdir_in(&self.folder)?;
        let folder = parent.path().join(&name);
        setup::make(&folder)?;
        let mut copy = self.command(COPY)?;
        command::run(copy.args([program, &program.with_file_name(LICENCES), &folder]))?;
        let mut tar = self.command("tar --sort=name --owner=0 --group=0 --numeric-owner")?;
        tar.args(["--mode=u=rwX,go=rX", "--use-compress-program=gzip -9n"])
            .arg(format!("--mtime=@{}", self.epoch))
            .arg("--create")
            .arg("--file")
            .arg(self.folder.join(format!("{name}.tar.gz")))
            .arg(&name)
            .current_dir(&parent);
        command::run(&mut tar)
    }

    /// As `package.metadata.deb` of the program's crate describes it.
    fn deb(&self) -> Result<()> {
        let line = "cargo deb --package evenkeel-cli --no-build --no-strip --locked --profile";
        let mut deb = self.command(line)?;
        command::run(deb.args([PROFILE, "--output"]).arg(&self.folder))
    }

    /// What a crate is made of, in `CycloneDX`'s words.
    fn sbom(&self, package: &str, target: &str, options: &[&str]) -> Result<()> {
        let root = &self.project.root;
        let line = "cargo cyclonedx --quiet --format json --spec-version 1.5 --no-build-deps";
        let mut tool = self.command(line)?;
        tool.args(["--override-filename", "evenkeel.cdx", "--target", target])
            .args(options)
            .arg("--manifest-path")
            .arg(format!("crates/{package}/Cargo.toml"));
        command::run(&mut tool)?;
        // The tool writes one for each crate of the workspace, beside its manifest.
        let name = "evenkeel.cdx.json";
        let text = fs::read_to_string(root.join(format!("crates/{package}/{name}")));
        for file in files(root, &format!("crates/*/{name}"))? {
            fs::remove_file(file)?;
        }
        fs::remove_file(root.join("tests").join(name))?;
        // The crates' names begin with where this clone is.
        let text = text?.replace(&*root.to_string_lossy(), "");
        let file = self.folder.join(format!("{package}-{VERSION}.cdx.json"));
        fs::write(&file, text).with_context(|| format!("`{}` cannot be written", file.display()))
    }

    fn sums(&self) -> Result<()> {
        let mut sum = self.command("sh -c")?;
        let line = "sha256sum -- evenkeel* > SHA256SUMS && cat SHA256SUMS";
        command::run(sum.arg(line).current_dir(&self.folder))
    }
}
