//! What the fuzz targets start from, and what they found once, without a fuzzer.

use evenkeel_tests::check::Target;
use evenkeel_tests::seed::{kept, seeds};

fn replay(target: Target) {
    let seeds = seeds(target).unwrap();
    for seed in &seeds {
        // The name of what fails: a panic alone does not tell it.
        let run = std::panic::catch_unwind(|| target.run(&seed.data));
        assert!(run.is_ok(), "`{}` on `{}`", target.name(), seed.name);
    }
    assert!(
        seeds.len() >= 10,
        "`{}` starts from {} inputs only",
        target.name(),
        seeds.len()
    );
}

#[test]
fn every_seed_of_the_drafts_holds() {
    replay(Target::Drafts);
}

#[test]
fn every_seed_of_the_answers_holds() {
    replay(Target::Answers);
}

#[test]
fn every_seed_of_the_canonical_query_holds() {
    replay(Target::CanonicalQuery);
}

#[test]
fn every_seed_of_the_verifier_holds() {
    replay(Target::Verifier);
}

#[test]
fn each_target_keeps_seeds_of_its_own() {
    for target in Target::ALL {
        assert!(!kept("seeds", target).unwrap().is_empty(), "{target:?}");
    }
}
