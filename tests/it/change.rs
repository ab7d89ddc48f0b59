//! What each change does to an inventory, and which changes are refused.

use tunnelog::change::apply;
use tunnelog::compare::{Comparison, Pair};
use tunnelog::diagnostic::{Code, Report, Severity};
use tunnelog::inventory::write::write_folder;
use tunnelog::inventory::{Inventory, read_folder};
use tunnelog::language::parse::parse_changes;

use crate::support::folders::folder;

/// Two hubs without a tunnel, a spoke that uses the first and one that only peers with it, a VNet of the
/// Basic SKU, one with the ASN of the first hub, and a site that a tunnel without BGP joins to the first hub.
fn inventory() -> Inventory {
    let folder = folder(&[
        (
            "vnets.csv",
            "name,address_space\nEast,10.1.0.0/16\nWest,10.2.0.0/16\nSpoke,10.3.0.0/16\nLone,10.4.0.0/16\n\
             Old,10.5.0.0/16\nTwin,10.6.0.0/16\n",
        ),
        (
            "gateways.csv",
            "vnet,client_pool,bgp,asn,sku\nEast,192.168.1.0/24,true,65001,VpnGw1\nWest,,false,65002,VpnGw1\n\
             Old,,true,65005,Basic\nTwin,,true,65001,VpnGw1\n",
        ),
        ("sites.csv", "name,address_space\nSite,10.101.0.0/16\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nEast,Spoke,true,false\nSpoke,East,false,true\n\
             East,Lone,true,false\nLone,East,false,false\nWest,Spoke,true,false\nSpoke,West,false,false\n",
        ),
        (
            "s2s.csv",
            "from,to,bgp,from_static,status\nEast,Site,false,,\nEast,Old,false,,\nEast,Twin,true,,\nWest,Old,false,10.5.0.0/16,NotConnected\n",
        ),
        ("clients.csv", "name,gateway,os\nann,East,linux\n"),
    ]);
    let mut report = Report::default();
    let inventory = read_folder(folder.path(), &mut report);
    assert_eq!(report.diagnostics, []);
    inventory.unwrap()
}

struct Outcome {
    facts: Vec<String>,
    findings: Vec<(Code, String)>,
    is_made: bool,
}

/// Makes the changes and gives the facts that differ.
fn make(lines: &[&str], force: bool) -> Outcome {
    let before = inventory();
    let mut report = Report::default();
    let changes = parse_changes("changes", &lines.join("\n"), &mut report);
    assert_eq!(report.diagnostics, [], "{lines:?}");
    let after = apply(&before, &changes, force, &mut report);
    let facts = after.as_ref().map(|after| {
        let pair = Pair::new(before.clone(), after.clone());
        let comparison = Comparison::between(&pair);
        let sign = |added| if added { '+' } else { '-' };
        comparison.facts().iter().map(|fact| format!("{} {fact}", sign(fact.added))).collect()
    });
    let findings = report.diagnostics.iter().map(|finding| (finding.code, finding.message.clone())).collect();
    Outcome { facts: facts.unwrap_or_default(), findings, is_made: after.is_some() }
}

/// The facts that differ after changes that are not refused.
fn facts(lines: &[&str]) -> Vec<String> {
    let made = make(lines, false);
    assert!(made.is_made, "{lines:?}: {:?}", made.findings);
    made.facts
}

/// Asserts that a change is refused for that reason, and gives what it does when forced.
fn refused(line: &str, reason: &str) -> Vec<String> {
    let made = make(&[line], false);
    assert!(!made.is_made, "{line}");
    let errors: Vec<_> =
        made.findings.iter().filter(|(code, _)| code.severity() == Severity::Error).collect();
    assert!(
        errors.iter().any(|(code, message)| *code == Code::ChangeImpossible && message.contains(reason)),
        "{line}: {errors:?}"
    );
    let forced = make(&[line], true);
    assert!(forced.is_made, "{line}: {:?}", forced.findings);
    assert!(forced.findings.iter().any(|(code, _)| *code == Code::ChangeForced), "{line}");
    forced.facts
}

#[test]
fn a_tunnel_comes_without_bgp_and_routes_the_far_address_space() {
    let expected = [
        "+ s2s(East, West)",
        "+ static_route(East, West, 10.2.0.0/16)",
        "+ static_route(West, East, 10.1.0.0/16)",
    ];
    assert_eq!(facts(&["+ s2s(West, East)"]), expected);
    assert_eq!(facts(&["+ s2s(West, East)", "- s2s(East, West)"]), [""; 0]);
}

#[test]
fn a_tunnel_that_is_down_comes_up_as_it_is_set_up() {
    let expected = [
        "+ s2s(Old, West)",
        "+ static_route(Old, West, 10.2.0.0/16)",
        "+ static_route(West, Old, 10.5.0.0/16)",
    ];
    assert_eq!(facts(&["+ s2s(West, Old)"]), expected);
    assert_eq!(facts(&["+ s2s(West, Old)", "- s2s(West, Old)"]), [""; 0]);
}

#[test]
fn a_tunnel_needs_a_gateway_on_both_ends() {
    assert_eq!(refused("+ s2s(East, Lone)", "`Lone` has no gateway"), [""; 0]);
    let made = make(&["+ s2s(East, Nowhere)"], true);
    assert!(!made.is_made);
    assert_eq!(made.findings[0].0, Code::UnknownName);
}

#[test]
fn bgp_is_turned_on_at_a_gateway_that_has_it_off() {
    let expected = ["+ bgp(East, West)", "+ s2s(East, West)"];
    assert_eq!(facts(&["+ s2s(East, West)", "+ bgp(East, West)"]), expected);
    let made = make(&["+ s2s(East, West)", "+ bgp(East, West)"], false);
    let turned_on = "BGP is turned on at the gateway of `West`";
    assert!(made.findings.iter().any(|(_, message)| message == turned_on), "{:?}", made.findings);
}

#[test]
fn bgp_is_refused_where_it_cannot_run() {
    assert_eq!(refused("+ bgp(East, West)", "no connection between `East` and `West` is up"), [""; 0]);
    // A tunnel with BGP enabled that cannot run has no default static routes.
    let gone = ["- static_route(East, Old, 10.5.0.0/16)", "- static_route(Old, East, 10.1.0.0/16)"];
    assert_eq!(refused("+ bgp(East, Old)", "`Old` is of the Basic SKU"), gone);
    assert_eq!(refused("+ bgp(East, Twin)", "both have the ASN 65001"), [""; 0]);
    assert_eq!(
        facts(&["+ asn(Twin, 65006)"]),
        ["- asn(Twin, 65001)", "+ asn(Twin, 65006)", "+ bgp(East, Twin)"]
    );
}

#[test]
fn bgp_taken_away_leaves_the_default_static_routes() {
    let expected = [
        "+ asn(Twin, 65006)",
        "- asn(Twin, 65001)",
        "+ static_route(East, Twin, 10.6.0.0/16)",
        "+ static_route(Twin, East, 10.1.0.0/16)",
    ];
    let mut made = facts(&["+ asn(Twin, 65006)", "- bgp(Twin, East)"]);
    let mut expected = expected.map(str::to_owned).to_vec();
    made.sort();
    expected.sort();
    assert_eq!(made, expected);
}

#[test]
fn a_list_of_static_prefixes_takes_the_place_of_the_default() {
    // What was routed by default stays, now listed.
    assert_eq!(
        facts(&["+ static_route(East, Site, 10.200.0.0/16)"]),
        ["+ static_route(East, Site, 10.200.0.0/16)"]
    );
    let both = ["+ static_route(East, Site, 10.200.0.0/16)", "- static_route(East, Site, 10.101.0.0/16)"];
    assert_eq!(
        facts(&both),
        ["- static_route(East, Site, 10.101.0.0/16)", "+ static_route(East, Site, 10.200.0.0/16)"]
    );
    // An empty list stands for the far address space, so the last route cannot go.
    assert_eq!(
        refused("- static_route(East, Site, 10.101.0.0/16)", "is all that `East` routes to `Site`"),
        [""; 0]
    );
    let two = ["+ address(Site, 10.102.0.0/16)", "- static_route(East, Site, 10.101.0.0/16)"];
    let expected = [
        "+ address(Site, 10.102.0.0/16)",
        "- static_route(East, Site, 10.101.0.0/16)",
        "+ static_route(East, Site, 10.102.0.0/16)",
    ];
    assert_eq!(facts(&two), expected);
}

#[test]
fn a_peering_has_two_sides() {
    assert_eq!(facts(&["+ peered(West, Lone)"]), ["+ peered(West, Lone)"]);
    // The flags of the side stay, so taking its access away leaves the transit as it is.
    assert_eq!(facts(&["- peered(East, Spoke)"]), ["- peered(East, Spoke)"]);
    assert_eq!(facts(&["- peered(East, Spoke)", "+ peered(East, Spoke)"]), [""; 0]);
}

#[test]
fn a_side_of_a_peering_carries_a_part() {
    let whole_in_parts = ["+ partly_peered(East, Spoke)", "+ peered_prefix(East, Spoke, 10.3.0.0/16)"];
    assert_eq!(facts(&["+ partly_peered(East, Spoke)"]), whole_in_parts);
    assert_eq!(facts(&["+ partly_peered(East, Spoke)", "- partly_peered(East, Spoke)"]), [""; 0]);
    // What is taken out of a whole leaves the rest, in as few prefixes as there can be.
    let rest = [
        "+ partly_peered(East, Spoke)",
        "+ peered_prefix(East, Spoke, 10.3.0.0/17)",
        "+ peered_prefix(East, Spoke, 10.3.192.0/18)",
    ];
    assert_eq!(facts(&["- peered_prefix(East, Spoke, 10.3.128.0/18)"]), rest);
    assert_eq!(
        facts(&["+ partly_peered(East, Spoke)", "- peered_prefix(East, Spoke, 10.3.0.0/16)"]),
        ["+ partly_peered(East, Spoke)"]
    );
    // A prefix that comes later waits for a sync.
    let later = ["+ partly_peered(East, Spoke)", "+ address(Spoke, 10.9.0.0/16)"];
    assert!(!facts(&later).iter().any(|fact| fact.contains("peered_prefix(East, Spoke, 10.9")));
    let synced = [later[0], later[1], "+ peered_prefix(East, Spoke, 10.9.0.0/16)"];
    assert!(facts(&synced).contains(&"+ peered_prefix(East, Spoke, 10.9.0.0/16)".to_owned()));
    let message = (Code::ChangeOfNothing, "the fact holds already".to_owned());
    assert!(make(&["+ peered_prefix(East, Spoke, 10.3.1.0/24)"], false).findings.contains(&message));
    refused("+ partly_peered(East, West)", "`East` is not peered with `West`");
    let nowhere = make(&[whole_in_parts[0], "+ peered_prefix(East, Spoke, 10.9.0.0/16)"], false);
    assert!(!nowhere.is_made);
    assert_eq!(
        nowhere.findings.last().map(|found| found.1.as_str()),
        Some("`10.9.0.0/16` lies in no prefix of `Spoke`, so no peering carries it")
    );
}

#[test]
fn a_spoke_uses_one_gateway_and_has_none() {
    assert_eq!(facts(&["+ gateway_transit(East, Lone)"]), ["+ gateway_transit(East, Lone)"]);
    assert_eq!(facts(&["- gateway_transit(East, Spoke)"]), ["- gateway_transit(East, Spoke)"]);
    let second = ["+ gateway_transit(West, Spoke)"];
    assert_eq!(refused(second[0], "`Spoke` uses the gateway of `East`"), second);
    refused("+ gateway_transit(Lone, East)", "`Lone` has no gateway to use");
    refused("+ gateway_transit(West, East)", "`East` has its own gateway");
    assert_eq!(
        refused("+ gateway(Spoke)", "`Spoke` uses the gateway of `East`"),
        ["+ asn(Spoke, 65515)", "+ gateway(Spoke)"]
    );
}

#[test]
fn a_gateway_in_use_stays() {
    let made = make(&["- gateway(East)"], false);
    assert!(!made.is_made);
    assert_eq!(
        made.findings[0].1,
        "the gateway of `East` has connections, Point-to-Site clients and spokes that use it"
    );
    refused("- vnet(East)", "`East` has a gateway, peerings and connections");
    refused("- site(Site)", "`Site` has connections");
}

#[test]
fn what_is_down_holds_up_nothing() {
    // The tunnel to West was down before; the one to Twin has BGP, and comes back with it.
    let old = facts(&["- s2s(East, Old)", "- gateway(Old)"]);
    assert!(old.contains(&"- gateway(Old)".to_owned()), "{old:?}");
    let gone = ["- s2s(East, Twin)", "- gateway(Twin)"];
    assert_eq!(facts(&gone), ["- asn(Twin, 65001)", "- gateway(Twin)", "- s2s(East, Twin)"]);
    let back = ["+ gateway(Twin)", "+ asn(Twin, 65001)", "+ s2s(East, Twin)"];
    assert_eq!(facts(&[gone, [back[0], back[1]]].concat()), ["- s2s(East, Twin)"]);
    assert_eq!(facts(&[&gone[..], &back].concat()), [""; 0]);
}

#[test]
fn a_side_that_was_taken_away_holds_up_nothing() {
    let own = facts(&["- peered(Spoke, East)", "+ gateway(Spoke)"]);
    assert!(own.contains(&"+ gateway(Spoke)".to_owned()), "{own:?}");
    let other = facts(&["- peered(Spoke, East)", "+ gateway_transit(West, Spoke)"]);
    assert!(other.contains(&"+ gateway_transit(West, Spoke)".to_owned()), "{other:?}");
    let sides =
        ["- peered(West, Spoke)", "- peered(Spoke, West)", "- peered(East, Spoke)", "- peered(Spoke, East)"];
    let gone = facts(&[&sides[..], &["- vnet(Spoke)"]].concat());
    assert!(gone.contains(&"- vnet(Spoke)".to_owned()), "{gone:?}");
}

#[test]
fn what_was_taken_down_can_be_written_and_read() {
    let mut report = Report::default();
    let changes = parse_changes("changes", "- s2s(East, Twin)", &mut report);
    let after = apply(&inventory(), &changes, false, &mut report).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_folder(&after, folder.path()).unwrap();
    let mut report = Report::default();
    let read = read_folder(folder.path(), &mut report);
    assert_eq!(report.diagnostics, []);
    assert_eq!(read.unwrap().connections[2].down.as_deref(), Some("NotConnected"));
}

#[test]
fn a_client_is_added_with_its_gateway_and_system() {
    let expected = ["+ client(bob, East)", "+ os(bob, ios)"];
    assert_eq!(facts(&["+ client(bob, East)", "+ os(bob, ios)"]), expected);
    assert_eq!(facts(&["+ os(bob, ios)", "+ client(bob, East)"]), expected);
    refused("+ client(bob, East)", "which operating system");
    let mut report = Report::default();
    let unlisted = tunnelog::inventory::Inventory { clients: None, ..inventory() };
    let changes = parse_changes("changes", "+ client(bob, East)\n+ os(bob, ios)", &mut report);
    let after = apply(&unlisted, &changes, false, &mut report).unwrap();
    let names = after.clients.iter().flatten().map(|client| &*client.name);
    assert_eq!((names.collect::<Vec<_>>(), report.diagnostics), (vec!["bob"], Vec::new()));
    refused("- os(ann, linux)", "has to have an operating system");
    assert_eq!(facts(&["+ os(ANN, windows)"]), ["- os(ann, linux)", "+ os(ann, windows)"]);
}

#[test]
fn changing_nothing_is_said() {
    for line in [
        "+ vnet(east)",
        "- peered(East, West)",
        "+ s2s(Site, East)",
        "- transit_site(Site)",
        "+ os(ann, linux)",
    ] {
        let made = make(&[line], false);
        assert_eq!((made.is_made, made.facts.len()), (true, 0), "{line}");
        assert_eq!(
            made.findings.iter().map(|(code, _)| *code).collect::<Vec<_>>(),
            [Code::ChangeOfNothing],
            "{line}"
        );
    }
}

#[test]
fn a_name_stands_for_one_network() {
    let made = make(&["+ site(East)"], false);
    assert!(!made.is_made && made.findings[0].1.contains("`East` is a VNet already"));
    // Not even by force: nothing is done.
    assert_eq!(make(&["+ site(East)"], true).facts, [""; 0]);
}

#[test]
fn azure_hands_out_no_default_route() {
    assert_eq!(
        refused("+ custom_route(East, 0.0.0.0/0)", "Azure refuses"),
        ["+ custom_route(East, 0.0.0.0/0)"]
    );
    assert_eq!(facts(&["+ custom_route(East, 0.0.0.0/1)"]), ["+ custom_route(East, 0.0.0.0/1)"]);
}

#[test]
fn what_is_no_fact_is_refused_where_it_is_written() {
    for (line, code, message) in [
        (
            "+ reachable(East, West)",
            Code::BadChange,
            "`reachable` is not a relation that an inventory states",
        ),
        ("- delivered(East, West, 10.2.0.0/16)", Code::BadChange, "`delivered` is not a relation"),
        ("+ bgp(East)", Code::BadChange, "`bgp` has 1 values here"),
        ("- s2s(East, ?other)", Code::BadChange, "every value has to be given"),
        ("- s2s(_, West)", Code::BadChange, "every value has to be given"),
        ("+ vnet(\"\")", Code::BadChange, "a name is empty"),
        ("+ address(East, 10.9.1.0/16)", Code::BadPrefix, "`10.9.1.0/16` is not a canonical prefix"),
        ("+ asn(East, many)", Code::BadNumber, "`many` is not an autonomous system number"),
        ("+ asn(East, 4294967296)", Code::BadNumber, "`4294967296` is not an autonomous system number"),
        ("+ os(ann, beos)", Code::BadValue, "`beos` is not an operating system"),
        ("+ manual_route(nobody, 10.2.0.0/16)", Code::UnknownName, "no client is called `nobody`"),
    ] {
        // Force makes what Azure would refuse, never what cannot be read.
        for force in [false, true] {
            let mut report = Report::default();
            let changes = parse_changes("changes", line, &mut report);
            let is_made = apply(&inventory(), &changes, force, &mut report).is_some();
            assert!(!is_made || report.has_errors(), "{line}");
            let found: Vec<_> = report.diagnostics.iter().map(|found| (found.code, &found.message)).collect();
            let is_it = |(found, text): &(Code, &String)| *found == code && text.contains(message);
            assert!(found.iter().any(is_it), "{line}: {found:?}");
        }
    }
}

#[test]
fn a_client_moves_and_goes() {
    let made = make(&["+ client(ann, West)"], false);
    assert_eq!(made.facts, ["- client(ann, East)", "+ client(ann, West)"]);
    assert!(
        made.findings[0].1.contains("no longer connects to the gateway of `East`"),
        "{:?}",
        made.findings
    );
    let routes = ["+ manual_route(ann, 10.2.0.0/16)", "- client(ann, East)"];
    assert_eq!(facts(&routes), ["- client(ann, East)", "- os(ann, linux)"]);
    refused("+ os(bob, ios)", "nothing says which gateway it connects to");
    for line in
        ["- client(bob, East)", "- os(bob, ios)", "- client(ann, West)", "- manual_route(ann, 10.2.0.0/16)"]
    {
        let made = make(&[line], false);
        let codes: Vec<_> = made.findings.iter().map(|(code, _)| *code).collect();
        assert_eq!((made.facts.len(), codes), (0, vec![Code::ChangeOfNothing]), "{line}");
    }
}

#[test]
fn a_site_comes_and_its_number_is_set_and_taken_back() {
    let sorted = |lines: &[&str]| {
        let mut facts = facts(lines);
        facts.sort();
        facts
    };
    let branch = ["+ site(Branch)", "+ address(Branch, 10.102.0.0/16)"];
    assert_eq!(sorted(&branch), ["+ address(Branch, 10.102.0.0/16)", "+ site(Branch)"]);
    assert_eq!(sorted(&["+ asn(Site, 65100)"]), ["+ asn(Site, 65100)"]);
    let made = make(&["+ asn(Site, 65100)", "+ asn(Site, 65101)", "- asn(Site, 65101)"], false);
    assert_eq!(made.facts, [""; 0]);
    let notes: Vec<&str> = made.findings.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(
        notes,
        ["the ASN of `Site` was 65100 and is 65101", "the ASN of `Site` is taken to be unlike all others"]
    );
    let made = make(&["+ asn(Old, 65515)", "- asn(Old, 65515)"], false);
    assert!(!made.is_made);
    assert!(made.findings.iter().any(|(_, message)| message.starts_with("65515 is what a gateway has")));
}

#[test]
fn summaries_come_one_by_one_and_go_with_the_last() {
    let line = "summarized_prefix(East, 10.0.0.0/14)";
    let (added, removed) = (format!("+ {line}"), format!("- {line}"));
    let made = make(&[&added], false);
    assert_eq!(made.facts, [&*added]);
    let said = "`East`'s gateway advertises summaries in place of its own prefixes";
    assert_eq!(made.findings, [(Code::ChangeCarriesMore, said.to_owned())]);
    let made = make(&[&added, &removed], false);
    assert_eq!(made.facts, [""; 0]);
    let again = "`East`'s gateway advertises the prefixes of its VNet and spokes again";
    assert_eq!(made.findings[1], (Code::ChangeCarriesMore, again.to_owned()));
    assert_eq!(make(&[&removed], false).findings[0].0, Code::ChangeOfNothing);
}

#[test]
fn what_a_change_took_down_is_down_once_it_is_written_and_read() {
    let mut report = Report::default();
    let changes = parse_changes("changes", "- s2s(East, Site)", &mut report);
    let after = apply(&inventory(), &changes, false, &mut report).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_folder(&after, folder.path()).unwrap();
    let mut report = Report::default();
    let read = read_folder(folder.path(), &mut report);
    assert_eq!(report.diagnostics, []);
    let pair = Pair::new(after, read.unwrap());
    assert!(Comparison::between(&pair).facts().is_empty());
}
