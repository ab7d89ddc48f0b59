//! tunnelog for Python: the module `tunnelog._tunnelog`.
//!
//! The package beside this crate, in `python/`, gives it names, defaults and documentation. What stands here takes plain
//! lists and texts, works without the interpreter's lock, and gives Arrow tables or documents.

mod answers;
mod changes;
mod columns;
mod differences;
mod documents;
mod failure;
mod inventory;
mod scope;
mod state;
mod table;

use pyo3::prelude::*;

#[pymodule]
mod _tunnelog {
    #[pymodule_export]
    use crate::inventory::{Inventory, load};
    #[pymodule_export]
    use crate::table::Table;
}
