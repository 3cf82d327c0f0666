//! Fuzzes the target `proxy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| provost_fuzz::run("proxy", bytes));
