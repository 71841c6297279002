//! How what goes in and comes out is described: the words for it, without what is described by them.

pub(crate) mod answer;
pub(crate) mod params;
