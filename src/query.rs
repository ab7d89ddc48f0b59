//! The query language: facts, changes, questions and expectations, as text and as data.

pub mod syntax;
