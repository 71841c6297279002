//! The validator for JavaScript.
