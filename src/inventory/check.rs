//! Warnings.
use super::Inventory;
use crate::diagnostic::Report;
/// Checks.
pub fn check(_inventory: &Inventory, _report: &mut Report) {}
