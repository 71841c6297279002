//! Builds again when the console has changed, where the console becomes part of the binary.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Only release builds embed it. A folder that is not there counts as changed: then a release
    // build compiles this crate again each time, and takes the console up as soon as it is built.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../../dist");
    }
}
