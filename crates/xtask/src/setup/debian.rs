//! What comes with the system: of Debian's packages where there are any, elsewhere it is said what to do.

use std::path::Path;

use anyhow::{Result, anyhow, bail};

use super::{Component, Found};
use crate::command;

/// Something that `look` finds; `elsewhere` is what to install where this is no Debian, `otherwise` how to do without.
pub(super) fn debian(
    name: &str,
    packages: &'static [&'static str],
    look: fn() -> Result<Option<Found>>,
    elsewhere: &'static str,
    otherwise: &'static str,
) -> Component {
    Component {
        name: name.to_owned(),
        source: format!("Debian's packages: {}", packages.join(", ")),
        seconds: 30,
        look: Box::new(move |_| look()),
        install: Box::new(move |_| {
            install(packages, elsewhere).map_err(|error| anyhow!("{error:#}{otherwise}"))
        }),
    }
}

/// Whether packages can be installed without asking anyone.
pub(super) fn is_root() -> bool {
    command::output(&mut command::line("id -u")).is_ok_and(|id| id == "0")
}

/// Installs packages, but for those that are there. Where this user may not, the error has the command to run.
pub(super) fn install(packages: &[&str], elsewhere: &str) -> Result<()> {
    if !Path::new("/etc/debian_version").exists() || command::find(&["apt-get"]).is_none() {
        bail!("{elsewhere}, and try again");
    }
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    if !is_root() {
        let install = install.join(" ");
        bail!("only root may install packages; run this and try again:\n  sudo apt-get {install}");
    }
    for args in [&["update"][..], &install] {
        let mut apt = command::line("apt-get -q");
        apt.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        command::install(&mut apt)?;
    }
    Ok(())
}
