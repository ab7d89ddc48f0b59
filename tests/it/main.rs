//! The library as those meet it who use it: what it reads, answers, explains and changes.
//!
//! Every expectation is written by hand, none by the library.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod change;
mod change_routing;
mod diagnostics_doc;
mod documents;
mod examples;
mod explain_checker;
mod fix;
mod generate;
mod import;
mod layers;
mod packed;
mod queries;
mod query;
mod query_joins;
mod query_routing;
mod read;
mod read_forgiving;
mod read_long;
mod read_mangled;
mod read_naming;
mod recordings;
mod refusals;
mod rules_file;
mod steering_rules;
mod table_warnings;
mod topologies;
mod verify;
mod verify_kinds;
mod verify_names;
mod verify_subnets;
mod warnings;
mod whatif;
mod words;

#[path = "../support"]
mod support {
    pub(crate) mod folders;
    pub(crate) mod loaded;
    pub(crate) mod topologies;
}
