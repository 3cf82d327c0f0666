//! Fuzzes the target `calls`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| provost_fuzz::run("calls", bytes));
