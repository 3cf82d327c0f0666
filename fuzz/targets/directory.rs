//! Fuzzes the target `directory`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| provost_fuzz::run("directory", bytes));
