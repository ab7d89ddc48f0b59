//! The only part of the program that prints.

mod diagnostics;
