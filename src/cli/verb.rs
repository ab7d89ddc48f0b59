//! The verbs, one a file: its arguments, and what it does.

mod answers;
mod ask;
mod check;
mod client_config;
mod completions;
mod config;
mod diff;
mod explain;
mod export_query;
mod facts;
mod fix;
mod generate;
mod graph;
mod import;
mod init;
mod man;
mod mcp;
mod names;
mod reach;
mod report;
mod routes;
mod rules;
mod serve;
mod sweep;
mod verify;
mod whatif;

use clap::Subcommand;

use crate::cli::shell::call::Verb;

/// Lists the verbs in the order in which help does.
macro_rules! verbs {
    ($($name:ident($arguments:ty),)*) => {
        /// What is asked.
        #[derive(Debug, Subcommand)]
        pub(crate) enum AnyVerb {
            $($name($arguments),)*
        }

        impl AnyVerb {
            /// The verb with its arguments.
            pub(crate) fn verb(&self) -> &dyn Verb {
                match self {
                    $(Self::$name(arguments) => arguments,)*
                }
            }
        }
    };
}

verbs! {
    Routes(routes::Args),
    Reach(reach::Args),
    Names(names::Args),
    Explain(explain::Args),
    Ask(ask::Args),
    Check(check::Args),
    Init(init::Args),
    ExportQuery(export_query::Args),
    Import(import::Args),
    Whatif(whatif::Args),
    Diff(diff::Args),
    Sweep(sweep::Args),
    Fix(fix::Args),
    Report(report::Args),
    Serve(serve::Args),
    ClientConfig(client_config::Args),
    Verify(verify::Args),
    Graph(graph::Args),
    Facts(facts::Args),
    Rules(rules::Args),
    Generate(generate::Args),
    Config(config::Args),
    Mcp(mcp::Args),
    Completions(completions::Args),
    Man(man::Args),
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    /// The most lines that what a verb does may take before its steps want names.
    const LONGEST: usize = 40;

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }

    #[test]
    fn what_a_verb_does_is_told_in_few_lines() {
        let mut found = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/verb"), &mut found);
        let mut count = 0;
        for path in found {
            let text = fs::read_to_string(&path).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            for (start, line) in lines.iter().enumerate() {
                let trimmed = line.trim_start();
                if !["fn run(", "fn run<", "pub(crate) fn run(", "pub(crate) fn run<"]
                    .iter()
                    .any(|begins| trimmed.starts_with(begins))
                {
                    continue;
                }
                let end = format!("{}}}", " ".repeat(line.len() - trimmed.len()));
                let length = lines[start..].iter().position(|line| **line == end).unwrap() + 1;
                assert!(length <= LONGEST, "{}:{}: {length} lines", path.display(), start + 1);
                count += 1;
            }
        }
        assert!(count >= 21, "{count}");
    }
}
