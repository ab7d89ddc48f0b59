//! The shape of every output that programs read: columns of a table and keys of a JSON document.
//!
//! `docs/schema/` holds a JSON Schema of each document. A column or key changes only with the
//! number at the end of the schema's name.

mod answer;
pub(crate) mod ask;
mod client;
pub(crate) mod coverage;
mod difference;
pub(crate) mod explain;
mod finding;
pub(crate) mod fix;
mod head;
pub(crate) mod report;
mod row;
pub(crate) mod rules;
mod verify;
mod walk;
mod warnings;

pub(crate) use answer::{Context, Count, Destination, NameOf, Route};
pub(crate) use client::{Lacking, OfClient, OfConfig};
pub(crate) use difference::{Changed, InScenario, Swept};
pub(crate) use finding::Finding;
pub(crate) use head::Head;
pub(crate) use row::{Cell, Origin, Row};
pub(crate) use verify::{Deviates, OfTable};
pub(crate) use warnings::{Warnings, WhatifHead};
