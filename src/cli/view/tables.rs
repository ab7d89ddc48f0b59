//! Answers as files of other programs: workbooks for people, columns for data lakes.

mod cells;
mod columnar;
mod cover;
mod grid;
mod sheet;
mod style;
mod workbook;

pub(crate) use cells::{Cells, columns};
pub(crate) use columnar::Columnar;
pub(crate) use cover::Cover;
pub(crate) use workbook::Workbook;
