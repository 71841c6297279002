//! Places where the tests of crashes stop, delay or kill the process. Without the feature
//! `failpoints` there is nothing.

macro_rules! fail_point {
    ($name:literal) => {
        #[cfg(feature = "failpoints")]
        fail::fail_point!($name);
    };
}
