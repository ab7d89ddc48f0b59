//! What clients may read besides: pages on how answers are meant, and the schemas of documents.

use rmcp::model::{Resource, ResourceContents};

/// A page of this version of the program.
struct Page {
    path: &'static str,
    title: &'static str,
    text: &'static str,
}

/// Lists pages by their paths below `docs/`.
macro_rules! pages {
    ($($path:literal: $title:literal,)*) => {
        const PAGES: &[Page] = &[
            $(Page { path: $path, title: $title, text: include_str!(concat!("../../../../docs/", $path)) },)*
        ];
    };
}

pages! {
    "semantics.md": "The rules in plain words",
    "whatif.md": "Changes: how they are written, and what they do",
    "schema/reach.json": "Schema of the documents of `reach`",
    "schema/reach-summary.json": "Schema of the documents of `reach` with `summary`",
    "schema/routes.json": "Schema of the documents of `routes`",
    "schema/names.json": "Schema of the documents of `names`",
    "schema/explain.json": "Schema of the documents of `explain`",
    "schema/explain-zone.json": "Schema of the documents of `explain` with `zone`",
    "schema/whatif.json": "Schema of the documents of `whatif`",
    "schema/fix.json": "Schema of the documents of `fix`",
    "schema/check.json": "Schema of the documents of `check`",
    "schema/rules.json": "Schema of the documents of `rules`",
}

impl Page {
    fn uri(&self) -> String {
        format!("tunnelog://docs/{}", self.path)
    }

    fn kind(&self) -> &'static str {
        if self.path.starts_with("schema/") { "application/schema+json" } else { "text/markdown" }
    }
}

/// All of them, as clients list them.
pub(crate) fn list() -> Vec<Resource> {
    let listed = |page: &Page| {
        let resource = Resource::new(page.uri(), page.path).with_title(page.title);
        resource.with_mime_type(page.kind()).with_size(page.text.len() as u64)
    };
    PAGES.iter().map(listed).collect()
}

/// The text at `uri`.
pub(crate) fn read(uri: &str) -> Option<ResourceContents> {
    let page = PAGES.iter().find(|page| page.uri() == uri)?;
    Some(ResourceContents::text(page.text, uri).with_mime_type(page.kind()))
}
