//! What Azure and other tools print that is none of the exports that are read, by its fields.

use super::json::Object;

/// One kind of answer.
pub(super) struct Answer {
    /// Fields that it has, all of them.
    pub(super) has: &'static [&'static str],
    /// What it is, for people.
    pub(super) what: &'static str,
    /// What to do instead.
    pub(super) help: &'static str,
}

const WHOLE_NETWORK: &str = "export the networks themselves: `tunnelog export-query` prints the query";

const EFFECTIVE_ROUTES: &str =
    "effective routes of a network interface, which tell what one machine in Azure routes";

/// Narrower kinds before wider ones.
const ANSWERS: &[Answer] = &[
    Answer {
        has: &["changeSummary", "steps"],
        what: "a preview of Pulumi, and no state",
        help: "print the state with `pulumi stack export`",
    },
    Answer { has: &["sasUrl"], what: "the address of a list of connected clients", help: WHOLE_NETWORK },
    Answer {
        has: &["apiVersion", "kind", "spec"],
        what: "objects of Kubernetes, which say what is wanted and not what Azure has",
        help: WHOLE_NETWORK,
    },
    Answer {
        has: &["nextHopType", "addressPrefixes", "source", "state"],
        what: EFFECTIVE_ROUTES,
        help: WHOLE_NETWORK,
    },
    Answer { has: &["nextHopType", "addressPrefix"], what: EFFECTIVE_ROUTES, help: WHOLE_NETWORK },
    Answer {
        has: &["nextHopType", "addressPrefixes"],
        what: "effective routes of a virtual hub, and hubs of Virtual WAN are outside the model",
        help: WHOLE_NETWORK,
    },
    Answer {
        has: &["nextHopType", "nextHopIpAddress"],
        what: "a next hop that Network Watcher found for one packet",
        help: WHOLE_NETWORK,
    },
    Answer {
        has: &["routesReceived", "neighbor"],
        what: "states of BGP sessions, without what they advertise",
        help: "what sites advertise is in `az network vnet-gateway list-learned-routes`",
    },
    Answer {
        has: &["vpnConnectionId", "vpnUserName"],
        what: "the clients that are connected to a gateway",
        help: WHOLE_NETWORK,
    },
    Answer {
        has: &["vpnClientConnectionsCount"],
        what: "how many clients are connected to a P2S gateway of Virtual WAN, which is outside the model",
        help: WHOLE_NETWORK,
    },
    Answer {
        has: &["profileUrl"],
        what: "the address of a package with VPN client profiles",
        help: WHOLE_NETWORK,
    },
    Answer {
        has: &["effectiveSecurityRules"],
        what: "effective security rules of a network interface",
        help: WHOLE_NETWORK,
    },
];

/// The kind of answer that has such fields or columns.
pub(super) fn of(has: impl Fn(&str) -> bool) -> Option<&'static Answer> {
    ANSWERS.iter().find(|answer| answer.has.iter().all(|field| has(field)))
}

/// What Azure says where it refuses to answer: the code of its error.
pub(super) fn error(object: &Object<'_>) -> Option<String> {
    let error = object.object("error").filter(|_| object.kind().is_none())?;
    error.text("code").filter(|_| error.has("message"))
}

/// The same, as the command line prints it: `ERROR: (AuthorizationFailed) The client …`.
pub(super) fn printed_error(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let message = line.strip_prefix("ERROR:").map(str::trim_start);
    let code =
        message.unwrap_or(line).strip_prefix('(').and_then(|it| it.split_once(')')).map(|(code, _)| code);
    let code =
        code.filter(|code| code.len() > 3 && code.bytes().all(|letter| letter.is_ascii_alphanumeric()));
    match (message, code) {
        (_, Some(code)) => Some(code.to_owned()),
        (Some(message), None) => Some(message.chars().take(80).collect()),
        (None, None) => None,
    }
}
