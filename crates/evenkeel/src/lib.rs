//! Maintenance events of several clouds: requests, rules and answers, without I/O.
