//! Files that look like exports and are none, with what to do instead.

use super::json::Object;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Why a file is no export.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A deployment template or its parameters.
    Template,
    /// State or plan of Terraform.
    Terraform,
    /// What `-o table` prints.
    PrintedTable,
    /// Nothing at all.
    Empty,
    /// Names without resource ids.
    NamesOnly,
    /// Resources by their ids, in fields or columns that nothing here knows.
    UnknownShape,
}

impl Refusal {
    /// Whether a JSON object is the root of something that is refused, and by which field that is told.
    pub(super) fn of(object: &Object<'_>) -> Option<(Self, &'static str)> {
        if object.has("$schema") && (object.has("resources") || object.has("parameters")) {
            return Some((Self::Template, "$schema"));
        }
        let is_expression = |field: &&str| {
            object.text(field).is_some_and(|text| {
                ["[parameters(", "[variables(", "[concat(", "[format(", "[resourceId("]
                    .iter()
                    .any(|start| text.starts_with(start))
            })
        };
        if let Some(field) = ["name", "id"].into_iter().find(is_expression) {
            return Some((Self::Template, field));
        }
        let is_terraform = object.has("terraform_version")
            || (object.has("format_version") && (object.has("values") || object.has("planned_values")));
        is_terraform.then_some((Self::Terraform, "format_version"))
    }

    fn message(self) -> &'static str {
        match self {
            Self::Template => {
                "a deployment template or its parameters: values are expressions that only a deployment fills in"
            }
            Self::Terraform => "Terraform's state or plan, which does not say how peerings and tunnels fare",
            Self::PrintedTable => "a printed table: long values are cut and ids are missing",
            Self::UnknownShape => {
                "resources of a network in fields or columns that are not those of Azure's exports"
            }
            Self::NamesOnly => {
                "neither JSON nor CSV with resource ids, without which nothing tells what belongs together"
            }
            Self::Empty => "the file is empty",
        }
    }

    /// The finding, as an error or, where the rest of the export stands without the file, as a note.
    pub(super) fn diagnostic(self, code: Code, span: Span) -> Diagnostic {
        let message = match code {
            Code::OutsideModel => format!("the file is left out: {}", self.message()),
            _ => self.message().to_owned(),
        };
        Diagnostic::new(code, message).at(span, "").help(match self {
            Self::PrintedTable => "run the command again with `-o json`",
            Self::Template => {
                "deploy it, then export with `az graph query` or with `az network … list -o json`"
            }
            Self::Terraform | Self::NamesOnly | Self::UnknownShape | Self::Empty => HOW_TO_EXPORT,
        })
    }
}

/// How to get an export that is enough.
pub(super) const HOW_TO_EXPORT: &str = "`tunnelog export-query` prints the query that exports a network from Azure; an \
    inventory written by hand is a folder with `vnets.csv`, which `tunnelog init` begins";
