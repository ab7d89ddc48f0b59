//! What changes to subnets, route tables and appliances do, and which are refused.

use tunnelog::answer::{Analysis, Request};
use tunnelog::change::apply;
use tunnelog::compare::{Comparison, Pair};
use tunnelog::diagnostic::{Code, Report};
use tunnelog::inventory::Inventory;
use tunnelog::language::parse::parse_changes;

use crate::support::topologies::topology;

struct Made {
    before: Inventory,
    after: Option<Inventory>,
    findings: Vec<(Code, String)>,
}

/// Makes changes to the hub with a firewall.
fn make(lines: &[&str]) -> Made {
    let before = topology("hub-and-firewall");
    let mut report = Report::default();
    let changes = parse_changes("changes", &lines.join("\n"), &mut report);
    assert_eq!(report.diagnostics, [], "{lines:?}");
    let after = apply(&before, &changes, false, &mut report);
    let findings = report.diagnostics.into_iter().map(|found| (found.code, found.message)).collect();
    Made { before, after, findings }
}

/// The facts that differ after changes that are not refused, and the reasons for the spoke then.
fn outcome(lines: &[&str]) -> (Vec<String>, Vec<String>) {
    let Made { before, after, findings } = make(lines);
    let after = after.unwrap_or_else(|| panic!("{findings:?}"));
    let reach = Analysis::new(&after)
        .reach(&Request::default())
        .filter(|row| row.network == "Spoke" && row.class.word() == "windows")
        .map(|row| format!("{} {} {}", row.prefix, row.status.word(), row.reasons))
        .collect();
    let pair = Pair::new(before, after);
    let comparison = Comparison::between(&pair);
    let sign = |added| if added { '+' } else { '-' };
    let facts = comparison.facts().iter().map(|fact| format!("{} {fact}", sign(fact.added))).collect();
    (facts, reach)
}

/// Why changes cannot be made.
fn refusal(lines: &[&str]) -> Vec<(Code, String)> {
    let made = make(lines);
    assert!(made.after.is_none());
    made.findings
}

const FINE: &str = "10.1.0.0/16 reachable transit-spoke";
const ONE_WAY: &str = "10.1.0.0/16 blackhole asymmetric";

#[test]
fn a_table_is_taken_from_a_subnet_and_given_back() {
    let taken = "- uses_table(Hub, GatewaySubnet, to-spokes)";
    let (facts, reach) = outcome(&[taken]);
    assert_eq!(facts, [taken]);
    assert_eq!(reach, [ONE_WAY]);
    let (facts, reach) = outcome(&[taken, "+ uses_table(hub, gatewaysubnet, TO-SPOKES)"]);
    assert_eq!((facts.len(), reach), (0, vec![FINE.to_owned()]));
    let Made { findings, .. } = make(&["+ uses_table(Spoke, App, to-spokes)"]);
    let note =
        (Code::ChangeCarriesMore, "the subnet `App` no longer uses the route table `from-spokes`".into());
    assert_eq!(findings, [note]);
}

#[test]
fn gateway_routes_are_let_in_and_kept_out() {
    let (facts, reach) = outcome(&["+ gateway_routes(from-spokes)"]);
    assert_eq!((facts, reach), (vec!["+ gateway_routes(from-spokes)".to_owned()], vec![ONE_WAY.to_owned()]));
    // With a route for the pool beside it, answers still go through the firewall.
    let pool = "+ user_route(from-spokes, 192.168.0.0/24, appliance(10.0.1.4))";
    let (facts, reach) = outcome(&["+ gateway_routes(from-spokes)", pool]);
    assert_eq!(facts, ["+ gateway_routes(from-spokes)", pool]);
    assert_eq!(reach, [FINE]);
}

#[test]
fn a_user_route_comes_goes_and_leads_elsewhere() {
    let taken = "- user_route(to-spokes, 10.1.0.0/16, appliance(10.0.1.4))";
    assert_eq!(outcome(&[taken]), (vec![taken.to_owned()], vec![ONE_WAY.to_owned()]));
    let (facts, reach) = outcome(&["+ user_route(from-spokes, 0.0.0.0/0, none)"]);
    let expected = [
        "+ user_route(from-spokes, 0.0.0.0/0, none)",
        "- user_route(from-spokes, 0.0.0.0/0, appliance(10.0.1.4))",
    ];
    let mut sorted = facts;
    sorted.sort();
    assert_eq!(sorted, expected);
    assert_eq!(reach, ["10.1.0.0/16 blackhole no-way-back"]);
    // A second address is another next hop beside the first, at which nothing is listed: answers may miss the firewall.
    let second = "+ user_route(from-spokes, 0.0.0.0/0, 10.0.1.5)";
    let (facts, reach) = outcome(&[second]);
    assert_eq!(facts, ["+ user_route(from-spokes, 0.0.0.0/0, appliance(10.0.1.5))"]);
    assert_eq!(reach, [ONE_WAY]);
    // The firewall's own second address is the firewall.
    let (_, reach) = outcome(&["+ appliance(Firewall, Hub, 10.0.1.5)", second]);
    assert_eq!(reach, [FINE]);
}

#[test]
fn an_appliance_without_state_takes_one_direction_alone() {
    let lines = ["- uses_table(Hub, GatewaySubnet, to-spokes)", "- stateful(Firewall)"];
    let (facts, reach) = outcome(&lines);
    assert_eq!((facts.len(), reach), (2, vec![FINE.to_owned()]));
}

#[test]
fn subnets_come_and_go() {
    let (facts, reach) = outcome(&["+ subnet(Spoke, New, 10.1.3.0/24)"]);
    assert_eq!(facts, ["+ subnet(Spoke, New, 10.1.3.0/24)"]);
    // It has no table, so it answers past the firewall.
    let reachable = |subnet: u8| format!("10.1.{subnet}.0/24 reachable transit-spoke");
    assert_eq!(reach, [reachable(1), reachable(2), "10.1.3.0/24 blackhole asymmetric".into()]);
    let gone = ["- subnet(Spoke, App, 10.1.1.0/24)", "- subnet(Spoke, Data, 10.1.2.0/24)"];
    let (facts, reach) = outcome(&gone);
    assert_eq!(facts.len(), 4, "{facts:?}");
    // Nothing is known of the spoke's subnets, so it answers through its hub, past the firewall.
    assert_eq!(reach, [ONE_WAY]);
}

#[test]
fn what_cannot_be_is_refused() {
    let outside = refusal(&["+ subnet(Spoke, New, 10.2.0.0/24)"]);
    assert_eq!(
        outside,
        [(Code::ChangeImpossible, "`10.2.0.0/24` lies in no prefix of the VNet `Spoke`".into())]
    );
    let overlap = refusal(&["+ subnet(Spoke, New, 10.1.1.128/25)"]);
    assert_eq!(
        overlap,
        [(
            Code::ChangeImpossible,
            "`10.1.1.128/25` overlaps `10.1.1.0/24` of another subnet of the VNet".into()
        )]
    );
    let unknown = |line: &str, message: &str| {
        assert_eq!(refusal(&[line]), [(Code::UnknownName, message.to_owned())], "{line}");
    };
    unknown("+ uses_table(Spoke, App, nothing)", "no route table is called `nothing`");
    unknown("+ uses_table(Spoke, Web, to-spokes)", "`Spoke` has no subnet `Web`");
    unknown("- gateway_routes(nothing)", "no route table is called `nothing`");
    unknown("+ stateful(Wall)", "no appliance is called `Wall`");
    let elsewhere = refusal(&["+ appliance(Firewall, Spoke, 10.1.1.4)"]);
    assert_eq!(elsewhere, [(Code::ChangeImpossible, "the appliance `Firewall` stands in `Hub`".into())]);
    let made = make(&["+ stateful(Firewall)"]);
    assert_eq!(made.findings[0].0, Code::ChangeOfNothing);
}
