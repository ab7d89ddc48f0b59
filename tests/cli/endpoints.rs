//! Private endpoints as people and scripts ask for them.

use super::formats::valid;
use crate::support::program::{answer, command, finish, run};

const PEERS: &str = "facts/endpoints-of-peers";
const FIREWALL: &str = "facts/endpoint-behind-firewall";
const REACH: &str = "gateway,class,network,destination,status,reason\n";

/// What `verb` says to native Windows clients in model `observed`.
fn observed(verb: &str, path: &str, more: &str) -> String {
    answer(&format!("{verb} {path} --model observed --class windows-native {more}"))
}

/// A text on one line, with single blanks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_endpoint_is_asked_for_by_name_and_by_address() {
    let there = format!("{REACH}Hub,windows-native,there,10.1.2.4/32,reachable,custom-route\n");
    for to in ["there", "THERE", "10.1.2.4"] {
        assert_eq!(observed("reach", PEERS, &format!("--to {to} --format csv")), there, "{to}");
    }
    // One that is answered as its VNet is has the row of its VNet.
    let here = format!("{REACH}Hub,windows-native,Hub,10.0.0.0/16,reachable,own-vnet\n");
    for to in ["here", "10.0.2.4"] {
        assert_eq!(observed("reach", PEERS, &format!("--to {to} --format csv")), here, "{to}");
    }
    // The article knows none, and says what it says of the VNet there.
    let article = answer(&format!("reach {PEERS} --to there --class windows --format csv"));
    assert_eq!(article, format!("{REACH}Hub,windows,Spoke,10.1.0.0/16,blackhole,no-way-back;no-way-there\n"));
    let unknown = run(&format!("reach {PEERS} --to elsewhere"));
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("no network is called `elsewhere`"), "{}", unknown.stderr);
}

#[test]
fn a_row_in_json_has_the_name_and_appliances_on_the_way() {
    let text = observed("reach", FIREWALL, "--to inspected --format json");
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    valid("reach", &document);
    let row = &document["rows"][0];
    assert_eq!((&row["network"], &row["destination"]), (&"inspected".into(), &"10.1.3.4/32".into()));
    assert_eq!(row["appliances"], serde_json::json!({ "there": ["Firewall"], "back": [] }));
}

#[test]
fn an_explanation_says_why_an_endpoint_is_reached_or_not() {
    let of = |path: &str, to: &str| flat(&observed("explain", path, &format!("--from Hub --to {to}")));
    let there = of(PEERS, "there --proof");
    assert!(
        there.contains(
            "[endpoint-in-peer] Hub's gateway delivers to there, 10.1.2.4/32, a private endpoint whose VNet is peered with it from \
             both sides (gateways.csv:2, private_endpoints.csv:3, peerings.csv:2, peerings.csv:3)"
        ),
        "{there}"
    );
    let left_out = of(PEERS, "left-out");
    assert!(
        left_out.contains("Hub's side of the peering with Part does not carry 10.2.2.4/32"),
        "{left_out}"
    );
    let half = of(PEERS, "one-sided");
    assert!(half.contains("Hub and Half are not peered from both sides"), "{half}");
    let far = of(PEERS, "beyond");
    assert!(far.contains("Far would have to be peered with a VNet that holds a gateway"), "{far}");
    let inspected = of(FIREWALL, "10.1.3.4");
    assert!(inspected.starts_with("Clients of Hub to inspected, 10.1.3.4/32 ! blackhole"), "{inspected}");
    assert!(inspected.contains("Forward path: Hub → Firewall → inspected"), "{inspected}");
    // Nothing of this is said by the article.
    let article = flat(&answer(&format!("explain {PEERS} --from Hub --to there --class windows")));
    assert!(article.starts_with("Clients of Hub to Spoke, 10.1.0.0/16 ! blackhole"), "{article}");
}

#[test]
fn questions_tell_of_every_endpoint() {
    let ask = |question: &str| {
        let run = finish(command().args(["ask", PEERS, "--model", "observed", "--format", "csv", question]));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout
    };
    let all = ask("? private_endpoint(?e, ?v, ?a), access(Hub, windows-native, ?e, ?status)");
    let expected = "e,v,a,status\n\
         beyond,Far,10.4.2.4,unreachable\n\
         carried,Part,10.2.1.4,needs-route\n\
         here,Hub,10.0.2.4,reachable\n\
         left-out,Part,10.2.2.4,unreachable\n\
         one-sided,Half,10.3.2.4,unreachable\n\
         there,Spoke,10.1.2.4,reachable\n";
    assert_eq!(all, expected);
    ask("expect access(Hub, windows-native, here, reachable)");
    let article = finish(command().args(["ask", PEERS, "? access(Hub, windows, there, ?status)"]));
    assert!(article.stderr.contains("only model `observed` can tell of it"), "{}", article.stderr);
}

#[test]
fn changes_tell_of_endpoints_that_are_answered_otherwise_afterwards() {
    let rows = |path: &str, changes: &[&str]| {
        let options = ["--model", "observed", "--class", "windows-native", "--format", "csv"];
        let run = finish(command().args(["whatif", path]).args(changes).args(options));
        let status = run.stdout.lines().filter(|line| line.contains(",status,"));
        status
            .map(|line| line.trim_start_matches(",Hub,windows-native,status,").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rows(PEERS, &["+ peered(Half, Hub)"]),
        ["one-sided,10.3.2.4/32,unreachable,needs-route,,no-client-route,"]
    );
    // Without the endpoint, its address is one of the VNet's.
    assert_eq!(
        rows(PEERS, &["- private_endpoint(there, Spoke, 10.1.2.4)"]),
        ["there,10.1.2.4/32,reachable,blackhole,,no-way-back;no-way-there,"]
    );
    // Where the VNet is reached, an endpoint is nothing new.
    assert_eq!(rows(PEERS, &["+ private_endpoint(new, Hub, 10.0.9.9)"]), [""; 0]);
    assert_eq!(
        rows(PEERS, &["+ private_endpoint(new, Spoke, 10.1.9.9)"]),
        ["new,10.1.9.9/32,blackhole,reachable,,custom-route,"]
    );
    assert_eq!(
        rows(FIREWALL, &["- endpoint_policies(Spoke, Policed)"]),
        ["inspected,10.1.3.4/32,blackhole,reachable,,transit-spoke,"]
    );
    assert_eq!(
        rows(FIREWALL, &["+ endpoint_policies(Spoke, Endpoints)"]),
        ["direct,10.1.2.4/32,reachable,blackhole,,asymmetric,"]
    );
}

#[test]
fn policies_are_changed_where_there_is_such_a_subnet() {
    let refused = finish(command().args(["whatif", FIREWALL, "+ endpoint_policies(Spoke, Polices)"]));
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("`Spoke` has no subnet `Polices`"), "{}", refused.stderr);
    assert!(refused.stderr.contains("did you mean `Policed`?"), "{}", refused.stderr);
    let nothing = finish(command().args(["whatif", FIREWALL, "+ endpoint_policies(Spoke, Policed)"]));
    assert!(nothing.stderr.contains("the fact holds already"), "{}", nothing.stderr);
}

#[test]
fn fix_has_no_measures_for_an_endpoint() {
    let refused = run(&format!("fix {PEERS} --from Hub --to beyond --model observed"));
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("`beyond` is a private endpoint"), "{}", refused.stderr);
    // By the article its address is one of its VNet.
    let planned = answer(&format!("fix {PEERS} --from Hub --to beyond --class windows --max 1 --format csv"));
    assert!(planned.contains("+ gateway_transit(Hub, Far)"), "{planned}");
}
