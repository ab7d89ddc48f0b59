//! Why an answer is what it is, as data: proofs of what holds, certificates of what does not.
//!
//! A proof is a list of rule applications, each of which rests on facts and on earlier ones. A
//! certificate is a set of states that a packet may be in, with which nothing that happens to it
//! leads out of the set. Where route tables steer packets, a [`Walk`] has everything that a packet may do,
//! so it shows what holds and what does not. All of these speak of prefixes and names, never of how they were found, and
//! [`Checker`] verifies them against the facts alone.
//!
//! ```
//! use tunnelog::answer::Analysis;
//! use tunnelog::class::Profile;
//! use tunnelog::explain::{Origin, Question};
//! use tunnelog::import::load::load;
//! use tunnelog::proof::Checker;
//! use tunnelog::select::Target;
//!
//! let inventory = load("facts/ring").unwrap().inventory;
//! let analysis = Analysis::new(&inventory);
//! let gateway = analysis.gateways()[0];
//! let to = Target::Network(gateway, Vec::new());
//! let from = Origin::Gateway(gateway);
//! let question = Question { profile: Profile::Article, from, to: &to, classes: None, all: true };
//! let facts = analysis.facts();
//! let checker = Checker::new(facts, facts.component_of(gateway));
//! for explanation in analysis.explain(&question).unwrap() {
//!     assert!(explanation.evidence.iter().all(|evidence| checker.check(evidence).is_ok()));
//! }
//! ```

mod applications;
mod check;
mod evidence;
mod refusal;
mod steering;
mod subnets;
mod tables;
mod walk;
mod world;

pub use crate::facts::ids::Direction;
pub use crate::schema::Fact;
pub use check::Checker;
pub use evidence::{
    Application, Astray, Branch, Evidence, HeldRoute, LearnedRoute, Negation, Origin, Premise, Proof, Shown,
    State, Tables, Tuple, Ways,
};
pub use refusal::Refusal;
pub use walk::{Answers, Clause, Move, OneWay, Onward, Steered, Stop, Walk};
