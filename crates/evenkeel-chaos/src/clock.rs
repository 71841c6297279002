//! One virtual clock for all processes of a testbed: a file that the judge writes and the proxies read,
//! so that time goes on for a process that is stopped.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::FileExt as _,
    path::Path,
    sync::atomic::{AtomicI64, Ordering},
};

use anyhow::{Context as _, Result};

/// The clock as the judge holds it.
#[derive(Debug)]
pub(crate) struct Clock {
    file: File,
    now: AtomicI64,
    /// How far the proxies' clock is ahead of the clouds', ms.
    ahead: AtomicI64,
}

impl Clock {
    /// Puts a clock into this file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn make(path: &Path, now: i64) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("`{}`", path.display()))?;
        let clock = Self {
            file,
            now: AtomicI64::new(now),
            ahead: AtomicI64::new(0),
        };
        clock.write(now)?;
        Ok(clock)
    }

    /// In ms since the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn set(&self, now: i64) -> Result<()> {
        self.now.store(now, Ordering::SeqCst);
        self.write(now)
    }

    /// Sets the proxies' clock apart from the clouds'.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn step(&self, ahead: i64) -> Result<()> {
        self.ahead.store(ahead, Ordering::SeqCst);
        self.write(self.now())
    }

    /// Twice, so that a reader sees when it has read half of it.
    fn write(&self, now: i64) -> Result<()> {
        let now = now + self.ahead.load(Ordering::SeqCst);
        let text = [now.to_le_bytes(), now.to_le_bytes()].concat();
        Ok(self.file.write_all_at(&text, 0)?)
    }
}

/// The clock as a proxy sees it.
#[derive(Debug)]
pub(crate) struct Face(File);

impl Face {
    /// # Errors
    /// When there is no such file.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .open(path)
            .with_context(|| format!("`{}`", path.display()))?;
        Ok(Self(file))
    }

    /// In ms since the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        loop {
            let (mut one, mut other) = ([0; 8], [0; 8]);
            let whole = self.0.read_exact_at(&mut one, 0).is_ok()
                && self.0.read_exact_at(&mut other, 8).is_ok();
            if whole && one == other {
                return i64::from_le_bytes(one);
            }
        }
    }
}
