//! Why names of a private zone resolve for clients, or why not.

use std::io::Write;

use tunnelog::answer::Analysis;
use tunnelog::explain::Origin;
use tunnelog::explain::names::NameQuestion;

use super::{Args, ExplainFormat, nobody};
use crate::cli::shell::call::Call;
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::names;
use crate::cli::shell::open::Opened;
use crate::cli::view::explanation::lines;
use crate::cli::view::explanation::text::Page;
use crate::cli::view::json::zone::Document;
use crate::cli::view::writing::Writing;

/// The name and version of the JSON document.
const SCHEMA: &str = "tunnelog/explain-zone/1";

/// Explains names of the zone that is called `wanted`.
pub(super) fn explain(
    arguments: &Args,
    wanted: &str,
    from: Origin,
    opened: &Opened,
    call: &Call,
) -> Result<Exit, Failure> {
    let inventory = &opened.inventory;
    let zone = names::zone(inventory, wanted)?;
    let classes = (!arguments.class.is_empty()).then(|| arguments.class.clone());
    let question =
        NameQuestion { profile: arguments.profile.get(), classes, ..NameQuestion::new(from, zone) };
    let analysis = Analysis::with_facts(inventory, &opened.facts);
    let Some(explanations) = analysis.explain_names(&question) else {
        return Err(nobody(arguments.start_name()));
    };
    if explanations.is_empty() {
        return Err(Failure::new(format!(
            "`{wanted}` is no zone that clients of `{}` may ask for",
            arguments.start_name()
        ))
        .help("it is linked to VNets of other connected components alone"));
    }
    let mut output = call.output(arguments.output.as_deref())?;
    let root = arguments.inventory.path.display().to_string();
    let page = Page::new(&analysis, &opened.report.sources, &root);
    match output.format(Some(arguments.format), ExplainFormat::Text, ExplainFormat::Text) {
        format @ (ExplainFormat::Text | ExplainFormat::Markdown) => {
            let each = page.of_zone(&explanations, &arguments.cure_of_zone(wanted));
            let mut writing = Writing::new(format.medium(output.screen));
            lines::write(&each, &mut writing);
            writing.model(arguments.profile.get());
            output.write_all(writing.take().as_bytes())?;
        }
        ExplainFormat::Json => {
            let head = opened.findings.head(SCHEMA, arguments.profile.get());
            let sources = &opened.report.sources;
            output.json(&Document::new(head, &explanations, inventory, sources, &root))?;
        }
        ExplainFormat::Dot | ExplainFormat::Mermaid => {
            return Err(Failure::new("names have no graph").help("ask with `--format text` or `json`"));
        }
    }
    output.finish()?;
    Ok(arguments.denied.exit(opened.findings.worst))
}
