//! The query language: facts, changes, questions and expectations, as text and as data.
//!
//! A statement is checked in two steps. What can be told from the text alone (relations, columns,
//! words, variables) is found when it is parsed; whether its names are known is found when it is
//! evaluated, because a change may have come before it.
//!
//! ```
//! use tunnelog::answer::Analysis;
//! use tunnelog::class::Profile;
//! use tunnelog::diagnostic::Report;
//! use tunnelog::import::load::load;
//! use tunnelog::query::evaluate::Evaluator;
//! use tunnelog::language::parse::parse;
//! use tunnelog::query::run::{Found, run};
//!
//! let inventory = load("facts/s2s-chain").unwrap().inventory;
//! let mut report = Report::default();
//! let file = parse("question", "? s2s(VNet1, ?far)", &mut report);
//! let mut answers = Vec::new();
//! let analysis = Analysis::new(&inventory);
//! run(&mut Evaluator::new(&analysis), &file, Profile::Article, None, &mut report, |outcome| {
//!     if let Found::Answer(rows) = outcome.result {
//!         answers = rows.rows;
//!     }
//!     Ok::<(), std::convert::Infallible>(())
//! })
//! .unwrap();
//! assert_eq!(answers, [["VNet2"]]);
//! ```

mod bindings;
pub mod coverage;
pub mod evaluate;
pub mod expect;
mod load;
mod nested;
mod plan;
pub mod run;
mod table;
pub mod unknown;
mod values;
