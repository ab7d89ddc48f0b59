//! The rows of an inventory that a page rests on.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use tunnelog::source::{Sources, Span};

use crate::cli::view::json::report::RowShape;

/// Rows of more letters are cut: a resource of an export goes on for pages.
const LONGEST: usize = 400;

/// The most rows that a page takes.
const MOST: usize = 3_000;

/// The rows that were named so far, by the order in which they stand in the files.
pub(crate) struct Rows<'a> {
    sources: &'a Sources,
    root: String,
    named: RefCell<BTreeMap<(String, usize), Span>>,
}

impl<'a> Rows<'a> {
    /// No row yet of the inventory at `root`, whose files are named by what follows that.
    pub(crate) fn new(sources: &'a Sources, root: &str) -> Self {
        let root = format!("{}/", root.trim_end_matches(['/', '\\']));
        Self { sources, root, named: RefCell::default() }
    }

    /// How the page names the row at `span`.
    pub(crate) fn at(&self, span: Span) -> String {
        let path = &self.sources.get(span.file).path;
        let file = path.strip_prefix(&self.root).unwrap_or(path);
        let line = self.sources.position(span).line;
        self.named.borrow_mut().entry((file.to_owned(), line)).or_insert(span);
        format!("{file}:{line}")
    }

    /// Those of the rows that were named whose names are `wanted`.
    pub(crate) fn only(self, wanted: &BTreeSet<&str>) -> Vec<RowShape> {
        let sources = self.sources;
        let named = self.named.into_inner().into_iter();
        let named = named.map(|((file, line), span)| (format!("{file}:{line}"), span));
        let wanted = named.filter(|(at, _)| wanted.contains(at.as_str()));
        wanted.map(|(at, span)| RowShape { at, text: text(sources, span) }).collect()
    }

    /// The rows that were named, and how many more there are than a page takes.
    pub(crate) fn shapes(self) -> (Vec<RowShape>, usize) {
        let named = self.named.into_inner();
        let left_out = named.len().saturating_sub(MOST);
        let shape = |((file, line), span): ((String, usize), Span)| RowShape {
            at: format!("{file}:{line}"),
            text: text(self.sources, span),
        };
        (named.into_iter().take(MOST).map(shape).collect(), left_out)
    }
}

/// The lines that a row or resource stands on, or as much of them as is worth showing.
fn text(sources: &Sources, span: Span) -> String {
    let source = sources.get(span.file);
    let text = source.text();
    let range = span.range();
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end.max(start)..].find('\n').map_or(text.len(), |at| range.end.max(start) + at);
    let lines = text[start..end].trim_end();
    match lines.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", source.shown(&lines[..at])),
        None => source.shown(lines).into_owned(),
    }
}
