//! Loaders for the recorded wire data that the tests share.
