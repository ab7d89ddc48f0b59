//! The shape of every output that programs read: columns of a table and keys of a JSON document.
//!
//! What the library has a shape for is taken from there; the rest is of the program alone. `docs/schema/` holds a JSON Schema
//! of each document. A column or key changes only with the number at the end of the schema's name.

pub(crate) mod ask;
mod client;
pub(crate) mod coverage;
pub(crate) mod report;
pub(crate) mod rules;
mod verify;

pub(crate) use client::{Lacking, OfClient, OfConfig};
pub(crate) use tunnelog::document::{
    Cell, Changed, Context, Count, Destination, Finding, Head, InScenario, NameOf, Origin, Route, Row, Swept,
    Warnings, WhatifHead,
};
pub(crate) use tunnelog::document::{explain, fix, zone};
pub(crate) use verify::{Deviates, OfTable};
