//! Every relation, once: its name, its columns, and what a row of it says.
//!
//! `for_each_relation!` hands the table to a macro, which makes of it what it needs: the fields of
//! [`Facts`](crate::facts::Facts), the variants of [`Fact`] and [`Relation`], what feeds the rules, what `tunnelog facts`
//! writes. A macro takes the sections that it is about and leaves the rest. A new relation is a row of the table, and then
//! whatever no longer compiles.

mod column;
mod entry;
mod fact;
mod relation;
mod table;

pub use column::{Asn, Cell, Column, Kind};
pub use entry::{ENTRIES, Entry};
pub use fact::Fact;
pub(crate) use fact::Terms;
pub use relation::Relation;
pub(crate) use table::{for_each_relation, row};
