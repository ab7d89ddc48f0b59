//! How answers look: rows and documents for programs, and text, tables, diagrams and pages for people.

pub(crate) mod columns;
pub(crate) mod diagnostics;
pub(crate) mod diagram;
pub(crate) mod differences;
pub(crate) mod explanation;
pub(crate) mod findings;
pub(crate) mod json;
pub(crate) mod label;
pub(crate) mod look;
pub(crate) mod markdown;
pub(crate) mod matrix;
pub(crate) mod outcomes;
pub(crate) mod page;
pub(crate) mod paragraph;
pub(crate) mod plans;
pub(crate) mod record;
pub(crate) mod rows;
pub(crate) mod spreadsheet;
pub(crate) mod tables;
pub(crate) mod text;
pub(crate) mod without;
pub(crate) mod words;
pub(crate) mod writing;
pub(crate) mod zones;
