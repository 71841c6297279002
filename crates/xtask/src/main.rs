//! Set-up, run and test of the workspace.

fn main() {}
