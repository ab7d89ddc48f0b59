//! The query language: facts, changes, questions and expectations, as text and as data.
//!
//! A statement is checked in two steps. What can be told from the text alone (relations, columns,
//! words, variables) is found when it is parsed; whether its names are known is found when it is
//! evaluated, because a change may have come before it.

mod check;
mod grammar;
pub mod parse;
pub mod print;
pub mod relations;
pub mod syntax;
