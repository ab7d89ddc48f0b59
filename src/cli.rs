//! The only part of the program that prints.

#[cfg_attr(not(test), expect(dead_code, reason = "rendering comes before the verbs that call it"))]
mod diagnostics;
