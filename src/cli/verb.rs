//! The verbs, one a file.

pub(crate) mod answers;
pub(crate) mod ask;
pub(crate) mod check;
pub(crate) mod client_config;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod export_query;
pub(crate) mod facts;
pub(crate) mod fix;
pub(crate) mod generate;
pub(crate) mod graph;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod reach;
pub(crate) mod report;
pub(crate) mod routes;
pub(crate) mod rules;
pub(crate) mod sweep;
pub(crate) mod verify;
pub(crate) mod whatif;
