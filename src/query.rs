//! The query language: facts, changes, questions and expectations, as text and as data.
//!
//! A statement is checked in two steps. What can be told from the text alone (relations, columns,
//! words, variables) is found when it is parsed; whether its names are known is found when it is
//! evaluated, because a change may have come before it.

mod bindings;
mod check;
pub mod coverage;
pub mod evaluate;
pub mod expect;
mod grammar;
mod load;
mod nested;
pub mod parse;
mod plan;
pub mod print;
pub mod relations;
pub mod run;
pub mod syntax;
mod table;
pub mod unknown;
mod values;
