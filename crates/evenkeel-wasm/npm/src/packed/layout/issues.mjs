// Made from the Rust side's constants by `BLESS=1 cargo test -p evenkeel-wasm layout`; what they mean stands in
// the README of `src/packed`.
export const REFUSED_AT = 0;
export const COUNT_AT = 1;
export const ISSUES_AT = 2;
export const REFUSED = 1;
export const LENGTH_AT = 3;
export const WORD = 1;
export const TEXT = 2;
export const NUMBER = 3;
export const SMALL = 4;
export const LIST = 5;
export const INSTANT = 6;
export const ODD = 1;
export const ERROR = 2;
export const PATTERN = 4;
export const MEMBERS_AT = 3;
export const NUMBER_AT = 1;
