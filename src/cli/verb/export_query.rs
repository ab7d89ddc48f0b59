//! `tunnelog export-query`: what to ask Azure Resource Graph for.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::cli::arguments::{Color, ExportQueryArguments, ExportWhat};
use crate::cli::shell::exit::{Exit, Failure};
use crate::cli::shell::output::Output;

/// Rows are whole: to expand lists in a query cuts long ones off in silence, and single columns say less.
const COLUMNS: &str = "| project id, name, type, properties\n| order by id asc\n";

pub(crate) fn run(arguments: &ExportQueryArguments, color: Color) -> Result<Exit, Failure> {
    let what = if arguments.what.is_empty() { &ExportWhat::ALL[..] } else { &arguments.what };
    let mut output = Output::open(arguments.output.as_deref(), color)?;
    let text = if arguments.script { script(what) } else { format!("{}{}", heading(arguments), query(what)) };
    output.write_all(text.as_bytes())?;
    output.finish()?;
    Ok(Exit::Clean)
}

/// The query for resources of these kinds.
fn query(what: &[ExportWhat]) -> String {
    let types: Vec<String> = what.iter().map(|what| format!("    '{}'", what.resource_type())).collect();
    format!("resources\n| where type in~ (\n{})\n{COLUMNS}", types.join(",\n"))
}

/// How to run the query, as comments of it.
fn heading(arguments: &ExportQueryArguments) -> String {
    let words = arguments.what.iter().fold(String::new(), |words, what| words + " " + what.word());
    let mut text =
        String::from("// What tunnelog reads, for Azure Resource Graph. It may be run as it stands:\n//\n");
    let call = format!("az graph query --first 1000 -q \"$(tunnelog export-query{words})\" -o json");
    // Writing to a string does not fail.
    let _ = writeln!(text, "//   {call} > export/page-1.json");
    text.push_str("//\n// Where the answer has a `skip_token`, there is a further page:\n//\n");
    let _ = writeln!(text, "//   {call} --skip-token TOKEN > export/page-2.json");
    text.push_str(
        "//\n// `tunnelog export-query --script` writes a script that fetches all pages. In the portal, run this in\n\
         // Resource Graph Explorer and download the result as CSV.\n",
    );
    text
}

/// A script that fetches every page.
fn script(what: &[ExportWhat]) -> String {
    format!(
        r#"#!/bin/sh
# Exports what tunnelog reads, page by page: sh export.sh [FOLDER]
set -eu
folder=${{1:-export}}
mkdir -p "$folder"
query="
{}"
page=1
token=
while :; do
    file=$folder/page-$page.json
    az graph query --first 1000 -q "$query" ${{token:+--skip-token "$token"}} -o json > "$file"
    token=$(sed -n 's/^ *"skip_token": *"\([^"]*\)".*/\1/p' "$file")
    [ -n "$token" ] || break
    page=$((page + 1))
done
echo "wrote $page file(s) into $folder; next: tunnelog check $folder" >&2
"#,
        query(what)
    )
}
