//! Explanations as text and as diagrams; the lines of the text also stand in the page of `report`.

pub(crate) mod brief;
pub(crate) mod diagram;
pub(crate) mod lines;
pub(crate) mod text;
pub(crate) mod zone;
