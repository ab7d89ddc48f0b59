//! The statements of the query language: changes, questions and expectations, as text and as data.
//!
//! What can be told from the text alone (relations, columns, words, variables) is found here. Whether names are
//! known is found when a statement is evaluated, because a change may have come before it.

mod check;
mod grammar;
pub mod parse;
pub mod print;
pub mod relations;
pub mod syntax;
