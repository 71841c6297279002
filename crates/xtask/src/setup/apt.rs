//! Debian's packages.

use std::{fs, path::Path, time::Duration};

use anyhow::{Result, bail};

use crate::{command, progress, project::Project};

const LIMIT: Duration = Duration::from_mins(20);

/// Whether this is a Debian, or close to one.
pub(super) fn is_there() -> bool {
    Path::new("/etc/debian_version").exists() && command::find(&["apt-get"]).is_some()
}

/// Whether packages can be installed without asking anyone.
pub(super) fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

/// The command that installs `packages`, as one would type it.
pub(super) fn advice(packages: &[&str]) -> String {
    let sudo = if is_root() { "" } else { "sudo " };
    format!(
        "{sudo}apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    )
}

/// Whether a package is installed.
pub(super) fn has(package: &str) -> bool {
    command::output(command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

/// Installs the packages that are missing.
///
/// # Errors
/// When this user may not, with the command to run; or when apt-get fails.
pub(super) fn install(project: &Project, packages: &[&str]) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|package| !has(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_root() {
        bail!(
            "only root may install packages; run this and try again:\n  {}",
            advice(&missing)
        );
    }
    apt_get(project, &["update"])?;
    let install = ["install", "-y", "--no-install-recommends"];
    apt_get(project, &[&install[..], &missing].concat())
}

fn apt_get(project: &Project, args: &[&str]) -> Result<()> {
    let mut command = command::new("apt-get");
    command
        .args(["-q"])
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive");
    let label = format!("apt-get {}", args.first().unwrap_or(&""));
    progress::run(
        &mut command,
        &label,
        &project.cache.join("log/apt-get.log"),
        LIMIT,
    )
}
