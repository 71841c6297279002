//! Writes what each fuzz target starts from into folders, a file an input: `cargo xtask fuzz` runs it.

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context, Result};
use evenkeel_tests::check::Target;
use evenkeel_tests::seed::seeds;

fn main() -> Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).context("usage: fuzz-seeds FOLDER")?);
    for target in Target::ALL {
        let folder = folder.join(target.name());
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        for (index, seed) in seeds(target)?.iter().enumerate() {
            let file = folder.join(format!("{index:04}"));
            fs::write(&file, &seed.data)
                .with_context(|| format!("`{}` cannot be written", file.display()))?;
        }
    }
    Ok(())
}
