//! The commands that give clients what an explanation finds missing.

use tunnelog::answer::Status;
use tunnelog::class::{Class, Profile};
use tunnelog::explain::Explanation;
use tunnelog::names::NameId;

use super::Args;

impl Args {
    /// What to run, one command for each thing that is missing.
    pub(super) fn cures(&self, explanation: &Explanation) -> Vec<String> {
        let evidence = explanation.shown();
        let mut cures = Vec::new();
        let mut is_closed = false;
        for route in &evidence.routes {
            match evidence.status(route) {
                Status::Reachable => {}
                Status::NeedsRoute => cures.push(self.client_config(route.client.is_some(), route.class)),
                Status::Blackhole | Status::Unreachable => is_closed = true,
            }
        }
        if let (true, Some(to)) = (is_closed && evidence.network != NameId::INTERNET, &self.to) {
            let classes = self.class.iter().map(|class| format!(" --class {}", class.word()));
            let classes = classes.collect::<String>();
            cures.push(self.command("fix", &format!("--from {} --to {to}{classes}", self.from)));
        }
        cures
    }

    fn client_config(&self, is_client: bool, class: Class) -> String {
        let whom = if is_client {
            format!("--client {}", self.from)
        } else {
            format!("--gateway {} --class {}", self.from, class.word())
        };
        let kind = match class {
            Class::Windows | Class::WindowsNative => "powershell",
            Class::WindowsOpenVpn => "azurevpnconfig",
            Class::NonWindowsIkev2 => "strongswan",
            Class::NonWindows | Class::NonWindowsOpenVpn => "openvpn",
        };
        self.command("client-config", &format!("{whom} --kind {kind}"))
    }

    fn command(&self, verb: &str, options: &str) -> String {
        let model = match self.profile.get() {
            Profile::Article => "",
            Profile::Observed => " --model observed",
        };
        let with = if self.changes.is_empty() { "" } else { "  (with the same `--with`)" };
        format!("tunnelog {verb} {} {options}{model}{with}", self.inventory.path.display())
    }
}
