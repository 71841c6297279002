// Made from the Rust side's constants by `BLESS=1 cargo test -p evenkeel-wasm layout`; what they mean stands in
// the README of `src/packed`.
export const RAW = 0;
export const ID = 2;
export const RESOURCE = 4;
export const TYPE = 6;
export const STATE = 7;
export const LEVEL = 8;
export const SOURCE = 9;
export const DESCRIPTION = 10;
export const PUBLISHED = 12;
export const NOT_BEFORE = 14;
export const NOT_AFTER = 16;
export const DEADLINE = 18;
export const STARTED = 20;
export const FINISHED = 22;
export const RESTRICTION = 24;
export const WORDS = 25;
