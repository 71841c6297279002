//! Accounts on a sandbox.

use std::process::Command;

use tempfile::TempDir;

use crate::process::{Server, evenkeel};

/// A sandbox and a configuration with accounts on it.
pub(crate) struct Stand {
    pub(crate) folder: TempDir,
    keys: Vec<(String, String)>,
    pub(crate) sandbox: Server,
}

impl Stand {
    pub(crate) fn start() -> Self {
        let accounts = [
            ("edge", "ens", "cn-hangzhou"),
            ("core", "huawei-ecs", "cn-north-4"),
        ];
        Self::with(&accounts, &[])
    }

    /// With accounts of an id, a cloud and a region, and with more to say to the sandbox.
    pub(crate) fn with(accounts: &[(&str, &str, &str)], more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = evenkeel(folder.path());
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--events", "30"]);
        command.args(more);
        let mut sandbox = Server::start(&mut command, "EVENKEEL_SANDBOX_ENDPOINT=");
        let mut keys = Vec::new();
        while let Some((name, value)) = sandbox.line().split_once('=') {
            keys.push((name.to_owned(), value.to_owned()));
        }
        let endpoint = &sandbox.base;
        let entry = |(id, provider, region): &(&str, &str, &str)| {
            format!(
                "[[accounts]]\nid = \"{id}\"\nprovider = \"{provider}\"\nregion = \"{region}\"\nendpoint = \"{endpoint}\"\n"
            )
        };
        let entries: Vec<String> = accounts.iter().map(entry).collect();
        std::fs::write(folder.path().join("evenkeel.toml"), entries.concat()).unwrap();
        Self {
            folder,
            keys,
            sandbox,
        }
    }

    /// `evenkeel accounts WORD`, with the keys in its environment.
    pub(crate) fn accounts(&self, word: &str) -> Command {
        self.command(&["accounts", word])
    }

    /// A command, with the keys in its environment.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = evenkeel(self.folder.path());
        command.args(words).envs(self.keys.iter().cloned());
        command
    }
}
