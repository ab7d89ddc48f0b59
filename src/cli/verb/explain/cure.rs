//! The commands that give clients what an explanation finds missing.

use tunnelog::answer::Status;
use tunnelog::class::{Class, Profile};
use tunnelog::explain::Explanation;
use tunnelog::facts::ids::Target;

use super::Args;
use crate::cli::verb::client_config::ConfigKind;
use crate::cli::view::words::quoted;

impl Args {
    /// What to run, one command for each thing that is missing.
    pub(super) fn cures(&self, explanation: &Explanation) -> Vec<String> {
        let evidence = explanation.shown();
        let mut cures = Vec::new();
        // `client-config` and `fix` are about networks.
        let is_network = evidence.target.is_network();
        let mut is_closed = false;
        for route in &evidence.routes {
            match evidence.status(route) {
                Status::Reachable => {}
                Status::NeedsRoute if !is_network => {}
                Status::NeedsRoute => cures.push(self.client_config(route.client.is_some(), route.class)),
                Status::Blackhole | Status::Unreachable => is_closed = true,
            }
        }
        let is_measured = is_network && evidence.target != Target::INTERNET && !evidence.target.is_endpoint();
        if is_closed && is_measured {
            let classes = self.class.iter().map(|class| format!(" --class {}", class.word()));
            let classes = classes.collect::<String>();
            let to = self.to.iter().map(|to| format!(" --to {}", quoted(&to.to_string())));
            let to = to.collect::<Vec<_>>().concat();
            cures.push(self.command("fix", &format!("--from {}{to}{classes}", quoted(self.start_name()))));
        }
        cures
    }

    /// What looks for changes that let names of the zone resolve.
    pub(super) fn cure_of_zone(&self, zone: &str) -> String {
        let whom = quoted(self.start_name());
        self.command("fix", &format!("--from {whom} --zone {}", quoted(zone)))
    }

    fn client_config(&self, is_client: bool, class: Class) -> String {
        let whom = if is_client {
            format!("--client {}", quoted(self.start_name()))
        } else {
            format!("--gateway {} --class {}", quoted(self.start_name()), class.word())
        };
        self.command("client-config", &format!("{whom} --kind {}", ConfigKind::of(class).word()))
    }

    fn command(&self, verb: &str, options: &str) -> String {
        let model = match self.profile.get() {
            Profile::Article => "",
            Profile::Observed => " --model observed",
        };
        let with = if self.changes.is_empty() { "" } else { "  (with the same `--with`)" };
        format!(
            "tunnelog {verb} {} {options}{model}{with}",
            quoted(&self.inventory.path.display().to_string())
        )
    }
}
