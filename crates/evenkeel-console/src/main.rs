//! The browser console.

fn main() {}
