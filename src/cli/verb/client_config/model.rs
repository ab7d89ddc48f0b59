//! Which model the routes follow, and what the other one says of these clients.

use std::collections::BTreeSet;
use std::convert::Infallible;

use tunnelog::answer::{Analysis, ReachRow, Request, Status, Wanted};
use tunnelog::class::{Class, Profile, protocols_or_default};
use tunnelog::inventory::{Inventory, Protocol};
use tunnelog::names::NameId;
use tunnelog::prefix::Prefix;

use super::{Args, ConfigKind};
use crate::cli::shell::screen;
use crate::cli::shell::subject::Subject;
use crate::cli::view::words;

/// The model of the routes, and how the other one differs for the protocol of the clients.
pub(super) fn sentence(arguments: &Args, analysis: &Analysis<'_>, subject: &Subject) -> String {
    let inventory = analysis.inventory();
    let mut sentence = words::model(subject.class.profile());
    if subject.class.profile() != arguments.subject.profile.get() {
        sentence.push_str(words::BY_PROTOCOL);
    }
    let Some(other) = counterpart(arguments, inventory, subject) else { return sentence };
    let lacking = [lacking(&subject.answer.reach), lacking(&rows_of(other, analysis, subject))];
    let more = |one: &BTreeSet<_>, two: &BTreeSet<(_, Prefix)>| -> Vec<String> {
        let only = one.difference(two).map(|row| inventory.names.text(row.0).to_owned());
        only.collect::<BTreeSet<String>>().into_iter().collect()
    };
    let (own, others) = (more(&lacking[0], &lacking[1]), more(&lacking[1], &lacking[0]));
    let (who, over) = words::clients(other);
    let (class, model) = (other.word(), other.profile().word());
    if !own.is_empty() {
        let networks = words::shortened(&own);
        sentence = format!(
            "{sentence} By field reports {who} clients{over} get routes to {networks} from the gateway \
             (model {model}, class {class})."
        );
    }
    if !others.is_empty() {
        let networks = words::shortened(&others);
        sentence = format!(
            "{sentence} By Microsoft's article {who} clients lack routes to {networks} \
             (model {model}, class {class})."
        );
    }
    screen::one_line(&sentence)
}

/// That the clients take no such file, and which one they take; none where they may.
pub(super) fn misfit(kind: ConfigKind, subject: &Subject, inventory: &Inventory) -> Option<String> {
    let class = subject.class;
    let is_fit = match (kind, class.profile()) {
        (ConfigKind::PowerShell, _) => class.is_windows() && class != Class::WindowsOpenVpn,
        (ConfigKind::StrongSwan, Profile::Article) => !class.is_windows(),
        _ => {
            class.profile() == Profile::Article
                || kind.protocol().is_none_or(|protocol| Class::over(protocol).contains(&class))
        }
    };
    if is_fit {
        return None;
    }
    let (whose, fit) = (subject.words(inventory), ConfigKind::of(class).word());
    Some(format!("`--kind {}` is not for {whose}: `--kind {fit}` is", kind.word()))
}

/// The class of the other model that these clients belong to; none where the models tell the same of them.
fn counterpart(arguments: &Args, inventory: &Inventory, subject: &Subject) -> Option<Class> {
    let is_windows = subject.class.is_windows();
    if subject.class.profile() == Profile::Observed {
        return Some(if is_windows { Class::Windows } else { Class::NonWindows });
    }
    let gateway = inventory.gateways.iter().find(|gateway| gateway.vnet == subject.gateway)?;
    let allowed = protocols_or_default(&gateway.protocols);
    // Over the other protocols both models say the same.
    let protocol = arguments.kind.protocol().unwrap_or(Protocol::OpenVpn);
    let is_told = protocol == Protocol::OpenVpn && allowed.contains(&protocol);
    let mut classes = Class::over(Protocol::OpenVpn).iter().copied();
    classes.find(|class| is_told && class.is_windows() == is_windows)
}

/// The destinations of the class, without those that the client's user has a route for.
fn rows_of(class: Class, analysis: &Analysis<'_>, subject: &Subject) -> Vec<ReachRow> {
    let request = Request {
        profile: class.profile(),
        gateways: Some(vec![subject.gateway]),
        classes: Some(vec![class]),
        wanted: Wanted::Reach,
        ..Request::default()
    };
    let clients = analysis.inventory().clients.as_deref().unwrap_or_default();
    let client = subject.client.and_then(|index| clients.get(index as usize));
    let by_hand = client.map(|client| &client.manual_routes[..]).unwrap_or_default();
    let mut rows = Vec::new();
    let Ok(()) = analysis.answer(&request, |_, answer| {
        let is_left = |row: &&ReachRow| !by_hand.iter().any(|route| route.covers(row.destination));
        rows.extend(answer.reach.iter().filter(is_left).copied());
        Ok::<(), Infallible>(())
    });
    rows
}

fn lacking(rows: &[ReachRow]) -> BTreeSet<(NameId, Prefix)> {
    let lacking = rows.iter().filter(|row| row.status == Status::NeedsRoute);
    lacking.map(|row| (row.network, row.destination)).collect()
}
