//! The signing proxy.
