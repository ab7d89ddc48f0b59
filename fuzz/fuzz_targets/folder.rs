#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| tunnelog_fuzz::folder(input));
