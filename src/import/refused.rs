//! Files that look like exports and are none, with what to do instead.

use std::borrow::Cow;
use std::path::Path;

use super::answers::{self, Answer};
use super::json::Object;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Why a file is no export.
pub(super) enum Refusal {
    /// A deployment template or its parameters.
    Template,
    /// The text of a plan of Terraform.
    PlanText,
    /// What a plan of Terraform says on the way, as JSON.
    PlanMessages,
    /// The text of what a deployment does.
    PredictionText,
    /// What a deployment stack would do, where no plan was asked for.
    StackPrediction,
    /// What `-o table` prints.
    PrintedTable,
    /// Nothing at all.
    Empty,
    /// Names without resource ids.
    NamesOnly,
    /// Tables of `CloudQuery`'s first provider.
    CloudQuery,
    /// Tables of Steampipe.
    Steampipe,
    /// Nodes of Cartography.
    Cartography,
    /// Sheets of Azure Resource Inventory.
    ResourceInventory,
    /// Resources by their ids, in fields or columns that nothing here knows.
    UnknownShape,
    /// What `-o yaml` prints.
    Yaml,
    /// Resources of types that are not read, as they are listed for people.
    OtherTypes(String),
    /// What `az network vpn-connection create` prints.
    NamelessConnection,
    /// A configuration of Terraform in JSON.
    TerraformConfiguration,
    /// An answer of Azure or of another tool that is no export.
    Answer(&'static Answer),
    /// An error in the place of an answer, by its code.
    Failed(String),
}

impl Refusal {
    /// Whether a JSON object is the root of something that is refused, and by which field that is told.
    pub(super) fn of(object: &Object<'_>) -> Option<(Self, &'static str)> {
        if object.has("$schema") && (object.has("resources") || object.has("parameters")) {
            return Some((Self::Template, "$schema"));
        }
        if object.has("@level") && object.has("@message") {
            return Some((Self::PlanMessages, "@message"));
        }
        let is_expression = |field: &&str| {
            object.get(field).is_some_and(|raw| {
                ["[parameters(", "[variables(", "[concat(", "[format(", "[resourceId("]
                    .iter()
                    .any(|start| raw.get().trim_start_matches('"').starts_with(start))
            })
        };
        ["name", "id"].into_iter().find(is_expression).map(|field| (Self::Template, field))
    }

    /// Whether a text that is not JSON is a plan as people read it.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let holds = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
        if holds(TEXTS_OF_PLANS) || text.lines().any(is_line_of_plan) {
            Some(Self::PlanText)
        } else if holds(TEXTS_OF_PREDICTIONS) {
            Some(Self::PredictionText)
        } else {
            None
        }
    }

    /// What is answered in the place of resources, and by which field that is told.
    pub(super) fn of_answer(object: &Object<'_>) -> Option<(Self, &'static str)> {
        if let Some(error) = answers::error(object) {
            return Some((Self::Failed(error), "error"));
        }
        let kind = object.kind();
        if object.has("connectionType") && object.has("virtualNetworkGateway1") && kind.is_none() {
            return Some((Self::NamelessConnection, "connectionType"));
        }
        if kind.is_some_and(|kind| kind.starts_with("microsoft.network/")) {
            return None;
        }
        let wanted = object.object("resource");
        let of_provider = |(name, _): (&str, _)| ["azurerm_", "azapi_"].iter().any(|it| name.starts_with(it));
        if wanted.is_some_and(|wanted| wanted.cells().any(of_provider)) {
            return Some((Self::TerraformConfiguration, "resource"));
        }
        if object.has("terraform") && object.has("resource") {
            return Some((Self::TerraformConfiguration, "terraform"));
        }
        answers::of(|field| object.has(field)).map(|answer| (Self::Answer(answer), answer.has[0]))
    }

    /// Whose table it is that has these columns or fields, where it is one that says too little.
    pub(super) fn of_columns(has: impl Fn(&str) -> bool) -> Option<Self> {
        let all = |columns: &[&str]| columns.iter().all(|column| has(column));
        if has("properties") {
            None
        } else if has("virtual_network_cq_id") || all(&["cq_id", "subscription_id"]) {
            Some(Self::CloudQuery)
        } else if has("network_peerings") || all(&["akas", "subscription_id"]) {
            Some(Self::Steampipe)
        } else if all(&["firstseen", "lastupdated"]) {
            Some(Self::Cartography)
        } else if has("peering allow virtual networkaccess")
            || has("gateway subnet name")
            || all(&["address space", "subnet name"])
        {
            Some(Self::ResourceInventory)
        } else {
            None
        }
    }

    fn message(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::OtherTypes(types) => {
                return format!("resources of types that are not read: {types}").into();
            }
            Self::Failed(code) => return format!("an error of Azure, `{code}`, and no answer").into(),
            Self::Answer(answer) => answer.what,
            Self::TerraformConfiguration => "a configuration of Terraform, and no state",
            Self::Yaml => "YAML, which is not read",
            Self::NamelessConnection => {
                "what `az network vpn-connection create` prints: a connection without its name and id"
            }
            Self::Template => {
                "a deployment template or its parameters: values are expressions that only a deployment fills in"
            }
            Self::PlanText => "the text of a plan of Terraform, which leaves out what does not change",
            Self::PlanMessages => "messages of `terraform plan -json`, which hold no values",
            Self::PredictionText => "the text of `what-if`, which leaves out what does not change",
            Self::StackPrediction => {
                "what `what-if` of a deployment stack predicts, which is a plan and not what there is"
            }
            Self::PrintedTable => "a printed table: long values are cut and ids are missing",
            Self::CloudQuery => "tables of CloudQuery, which have no local network gateways",
            Self::Steampipe => "tables of Steampipe, which have no local network gateways",
            Self::Cartography => "nodes of Cartography, which have no address spaces, peerings and gateways",
            Self::ResourceInventory => {
                "sheets of Azure Resource Inventory, which have no resource ids, no BGP of connections and no address pools"
            }
            Self::UnknownShape => {
                "resources of a network in fields or columns that are not those of Azure's exports"
            }
            Self::NamesOnly => {
                "neither JSON nor CSV with resource ids, without which nothing tells what belongs together"
            }
            Self::Empty => "the file is empty",
        })
    }

    /// True where what is missing might change every answer, whatever else is there.
    pub(super) fn is_fatal(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// The finding, as an error or, where the rest of the export stands without the file, as a note.
    pub(super) fn diagnostic(&self, code: Code, span: Span, is_plan: bool) -> Diagnostic {
        let code = if self.is_fatal() { Code::NotAnInventory } else { code };
        let message = match code {
            Code::OutsideModel => format!("the file is left out: {}", self.message()),
            _ => self.message().into_owned(),
        };
        Diagnostic::new(code, message).at(span, "").help(match self {
            Self::PlanText | Self::PlanMessages => HOW_TO_PLAN_WITH_TERRAFORM,
            Self::PredictionText => HOW_TO_PREDICT,
            Self::StackPrediction => "`tunnelog diff --plan FILE` says what it does",
            _ if is_plan => HOW_TO_PLAN,
            Self::PrintedTable | Self::Yaml => "run the command again with `-o json`",
            Self::Template => {
                "deploy it, then export with `az graph query` or with `az network … list -o json`"
            }
            Self::TerraformConfiguration => "print a plan or the state with `terraform show -json`",
            Self::NamelessConnection => "put what `az network vpn-connection show` prints in its place",
            Self::Answer(answer) => answer.help,
            Self::Failed(_) => "run the command again with an account that may read the networks",
            _ => HOW_TO_EXPORT,
        })
    }
}

/// How to get an export that is enough.
pub(super) const HOW_TO_EXPORT: &str = "`tunnelog export-query` prints the query that exports a network from Azure; an \
    inventory written by hand is a folder with `vnets.csv`, which `tunnelog init` begins";

/// How to get a plan that can be read.
pub(super) const HOW_TO_PLAN: &str = "make one with `terraform show -json plan.out`, or with `az deployment group what-if \
    --result-format FullResourcePayloads --no-pretty-print`";

const HOW_TO_PLAN_WITH_TERRAFORM: &str =
    "`terraform plan -out=plan.out` keeps the plan, and `terraform show -json plan.out` prints it as JSON";

const HOW_TO_PREDICT: &str = "run `what-if` again with `--result-format FullResourcePayloads --no-pretty-print`; in PowerShell, \
    `Get-AzResourceGroupDeploymentWhatIfResult … | ConvertTo-Json -Depth 100 -EnumsAsStrings`";

/// What stands in every text of a plan of Terraform or `OpenTofu`.
const TEXTS_OF_PLANS: &[&str] = &[
    "Terraform used the selected providers",
    "OpenTofu used the selected providers",
    "Terraform will perform the following actions",
    "OpenTofu will perform the following actions",
    "Your infrastructure matches the configuration",
    "changed outside of Terraform",
    "changed outside of OpenTofu",
];

/// What stands in texts of what a deployment does.
const TEXTS_OF_PREDICTIONS: &[&str] = &[
    "Resource and property changes are indicated with",
    "Resource changes: ",
    "The deployment will update the following scope",
    "may contain false positive predictions",
];

/// True for a line that begins a resource in the text of a plan: `# azurerm_subnet.a will be created`, and
/// `+ resource "azurerm_subnet" "a" {`.
fn is_line_of_plan(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().take(5).collect();
    match words[..] {
        ["#", address, "will" | "must", "be", _] => address.contains('.'),
        ["+" | "-" | "~" | "-/+" | "+/-" | "<=", "resource" | "data", kind, ..] => kind.starts_with('"'),
        _ => false,
    }
}

/// The finding that the file at `path`, which begins as `text`, is an archive.
pub(super) fn archive(path: &Path, text: &str) -> Diagnostic {
    let shown = path.display();
    // Terraform keeps a plan as an archive with an entry of this name.
    let (message, help) = if text.contains("tfplan") {
        (format!("`{shown}` is a plan as Terraform keeps it"), HOW_TO_PLAN_WITH_TERRAFORM)
    } else {
        (
            format!("`{shown}` is an archive or a workbook"),
            "unpack it first; an export in one is read by its path",
        )
    };
    Diagnostic::new(Code::NotAnInventory, message).help(help)
}
