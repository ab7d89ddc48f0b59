//! Networks as a diagram, one format a file; what all formats show is in `content.rs`.

pub(crate) mod content;
pub(crate) mod dot;
pub(crate) mod drawio;
mod layout;
pub(crate) mod mermaid;
pub(crate) mod svg;
#[cfg(test)]
mod tests;
