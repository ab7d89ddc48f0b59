//! What stands around every verb: what a call is given, where its answer goes, and how it ends.

pub(crate) mod call;
pub(crate) mod changes;
pub(crate) mod exit;
pub(crate) mod folder;
pub(crate) mod foot;
pub(crate) mod held;
pub(crate) mod inputs;
pub(crate) mod names;
pub(crate) mod narrowing;
pub(crate) mod open;
pub(crate) mod output;
pub(crate) mod screen;
pub(crate) mod settings;
pub(crate) mod signals;
pub(crate) mod subject;
pub(crate) mod work;
