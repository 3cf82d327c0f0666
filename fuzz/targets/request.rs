//! Fuzzes the target `request`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| provost_fuzz::run("request", bytes));
