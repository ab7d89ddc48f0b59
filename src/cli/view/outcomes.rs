//! What `ask` answers, one form a file.

pub(crate) mod coverage;
pub(crate) mod junit;
pub(crate) mod table;
pub(crate) mod text;
