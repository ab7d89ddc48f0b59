//! What `explain` and `rules` say, written by hand from the specification.
use std::fs;

use serde_json::Value;
use tunnelog::answer::{Analysis, Evaluation};
use tunnelog::class::Profile;
use tunnelog::explain::rulebook::example;
use tunnelog::rule::Rule;

use crate::support::folders::folder;
use crate::support::program::{Run, command, finish, read};
use crate::support::topologies::{topologies, topology};

fn run(arguments: &[&str]) -> Run {
    finish(command().args(arguments).arg("--quiet"))
}

/// The answer of `explain` about a shipped topology, whose arguments are cut at blanks.
fn explain(topology: &str, arguments: &str) -> String {
    let path = format!("facts/{topology}");
    let words: Vec<&str> =
        ["explain", &path, "--proof"].into_iter().chain(arguments.split_whitespace()).collect();
    let output = run(&words);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    output.stdout
}

/// The same on one line, so that it does not matter where lines are broken.
fn flat(topology: &str, arguments: &str) -> String {
    explain(topology, arguments).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The section below a heading.
fn section<'a>(flat: &'a str, heading: &str) -> &'a str {
    let (_, rest) = flat.split_once(heading).unwrap_or_else(|| panic!("no {heading}: {flat}"));
    let ends = ["Forward path", "Return path"].iter().filter_map(|next| rest.find(next));
    rest[..ends.min().unwrap_or(rest.len())].trim()
}

#[test]
fn a_chain_without_bgp_names_the_missing_way_back() {
    let expected = "\
Clients of VNet1 to VNet2, 10.2.0.0/16

  ! blackhole: non-Windows clients have a route, and there is no return path
  · unreachable: Windows clients have no route, and there is no return path

The route on the client
  ✓ non-Windows clients have a route
    [static-gateway-route] clients of VNet1 get 10.2.0.0/16, a static prefix of a connection (by
      default: no static prefixes are listed at s2s.csv:2, gateways.csv:3)
  ✗ Windows clients have no route
    - the static prefix 10.2.0.0/16 of VNet1's connection to VNet2 is not pushed to them (s2s.csv:2)

Forward path
  ✓ VNet1 → VNet2
    [delivered-next] packets for 10.2.0.0/16 go from VNet1 to VNet2, where they arrive
      [forwards] VNet1 sends packets for 10.2.0.0/16 to VNet2, longest-prefix match: 10.2.0.0/16
        [static-entry] VNet1's end of the connection to VNet2 routes 10.2.0.0/16 into it (by
          default: no static prefixes are listed at s2s.csv:2)
    [arrives] VNet2 delivers packets for 10.2.0.0/16 itself, longest-prefix match: 10.2.0.0/16
      [own-vnet] VNet2's gateway delivers to its own VNet, 10.2.0.0/16 (gateways.csv:3, vnets.csv:3)

Return path
  ✗ traffic to the address pool 192.168.0.0/24 is dropped at VNet2
    - VNet2's end of the connection to VNet1 has no route to the address pool 192.168.0.0/24: no
      BGP, and its static prefixes are 10.1.0.0/16, by default as no static prefixes are listed
      (s2s.csv:2)
";
    assert_eq!(explain("s2s-chain", "--from VNet1 --to VNet2"), expected);
}

#[test]
fn a_chain_with_bgp_is_proven_through_its_middle() {
    let flat = flat("s2s-chain-bgp", "--from VNet1 --to 10.3.7.4 --class non-windows");
    assert!(flat.starts_with("Clients of VNet1 to VNet3, 10.3.0.0/16 ✓ reachable: non-Windows"), "{flat}");
    let there = section(&flat, "Forward path");
    assert!(there.starts_with("✓ VNet1 → VNet2 → VNet3 [delivered-on]"), "{there}");
    for step in [
        "[forwards] VNet1 sends packets for 10.3.0.0/16 to VNet2, longest-prefix match: 10.3.0.0/16",
        "[bgp-relay] VNet2 advertises 10.3.0.0/16, which it learned from VNet3, to VNet1 over BGP (s2s.csv:2)",
        "[bgp-attached] VNet3 advertises its own prefix 10.3.0.0/16 to VNet2 over BGP (s2s.csv:3)",
        "[own-vnet] VNet3's gateway delivers to its own VNet, 10.3.0.0/16 (gateways.csv:4, vnets.csv:4)",
        "[gateway-relays] VNet2's gateway forwards between its connections (gateways.csv:3)",
    ] {
        assert!(there.contains(step), "{step}\n{there}");
    }
    let back = section(&flat, "Return path");
    assert!(back.starts_with("✓ VNet3 → VNet2 → VNet1 [way-back] answers of VNet3"), "{back}");
    assert!(back.contains(
        "[client-pool] VNet1's gateway delivers to its Point-to-Site clients, 192.168.0.0/24 (gateways.csv:2)"
    ));
    // What the hops share is told once.
    assert_eq!(
        there.matches("[own-vnet] VNet3's gateway delivers to its own VNet, 10.3.0.0/16 (see above)").count(),
        1
    );
}

#[test]
fn a_spoke_is_proven_by_both_sides_of_its_peering() {
    let flat = flat("peered-vnets", "--from VNet1 --to VNet2");
    assert!(flat.contains("✓ reachable: Windows clients have a route"), "{flat}");
    let spoke = "[transit-spoke] VNet1's gateway delivers to VNet2, 10.2.0.0/16, a peered VNet that uses it as \
                 remote gateway (peerings.csv:2, peerings.csv:3, gateways.csv:2, vnets.csv:3)";
    assert!(section(&flat, "The route on the client").contains(spoke), "{flat}");
    assert!(section(&flat, "Forward path").contains(spoke), "{flat}");
    let back = section(&flat, "Return path");
    assert!(
        back.contains("answers of VNet2 get back to the clients of VNet1 by VNet1's gateway, which it uses"),
        "{back}"
    );
}

#[test]
fn windows_clients_keep_the_routes_of_their_last_download() {
    let flat = flat("peered-vnets", "--from VNet1 --to VNet2 --class windows");
    assert!(
        section(&flat, "The route on the client")
            .contains("one that lacks this route has to download it again")
    );
    let flat = self::flat("peered-vnets", "--from VNet1 --to VNet2 --class non-windows");
    assert!(!flat.contains("download"), "{flat}");
    let flat = self::flat("custom-route", "--from VNet1 --to Site1 --class windows");
    let route = section(&flat, "The route on the client");
    assert!(route.contains(
        "[custom-route] clients of VNet1 get 10.101.0.0/16, a custom route of the gateway (gateways.csv:2)"
    ));
    assert!(route.contains("one that lacks this route has to download it again"), "{route}");
}

#[test]
fn a_missing_transit_flag_is_named() {
    let flat = flat("lab-peer-without-flag", "--from VNet1 --to VNet4");
    let fault = "VNet4 does not use VNet1's gateway: VNet1's side does not allow gateway transit, VNet4's side does \
                 not use remote gateways (peerings.csv:4, peerings.csv:5)";
    assert_eq!(
        section(&flat, "Forward path"),
        format!("✗ traffic to 10.4.0.0/16 is dropped at VNet1 - {fault}")
    );
    assert_eq!(section(&flat, "Return path"), format!("✗ VNet4 has no gateway to send replies to - {fault}"));
    let flat = self::flat("spoke-without-transit", "--from VNet1 --to VNet3");
    assert!(
        flat.contains("VNet3 does not use VNet1's gateway: VNet3's side does not use remote gateways"),
        "{flat}"
    );
}

#[test]
fn a_vnet_two_peerings_away_would_have_to_be_peered_with_the_hub() {
    let flat = flat("peered-vnets", "--from VNet1 --to VNet3");
    let there = section(&flat, "Forward path");
    assert!(there.ends_with(
        "- VNet2 is only peered with VNet1, and peering is not transitive: VNet3 would have to be peered with VNet1 \
         itself (peerings.csv:2, peerings.csv:3)"
    ), "{there}");
}

#[test]
fn a_spoke_with_a_gateway_of_its_own_needs_a_tunnel() {
    let flat = flat("spoke-with-own-gateway", "--from VNet1 --to VNet2");
    let there = section(&flat, "Forward path");
    assert!(
        there.contains(
            "VNet1 and VNet2 both hold a gateway, so neither can use the other's: they need a connection with BGP"
        ),
        "{there}"
    );
}

#[test]
fn a_peering_that_is_not_connected_is_named() {
    let of = |network: &str| flat("one-sided-peering", &format!("--from VNet1 --to {network}"));
    assert!(
        of("VNet4").contains("VNet4's side is not connected but Initiated (peerings.csv:4, peerings.csv:5)")
    );
    assert!(of("VNet2").contains("VNet2's side is missing (peerings.csv:2)"));
    assert!(of("VNet5").contains("VNet5's side does not allow access (peerings.csv:6, peerings.csv:7)"));
}

#[test]
fn what_a_peering_leaves_out_is_named() {
    let of = |topology: &str, to: &str| flat(topology, &format!("--from Hub --to {to}"));
    assert!(of("subnet-peering", "10.1.1.4").contains(
        "Hub's side of the peering with Spoke carries single subnets, and what is left of 10.1.0.0/22 is in none of them \
         (peerings.csv:2, peerings.csv:3)"
    ));
    assert!(of("peering-out-of-sync", "10.9.0.4").contains(
        "Hub's side of the peering with Spoke carries 10.9.0.0/16 only once it is synced (peerings.csv:2, peerings.csv:3)"
    ));
    assert!(
        of("peering-out-of-sync", "10.3.0.4")
            .contains("Hub's side of the peering with Quiet carries IPv6 alone")
    );
    // What is carried is proved by the row that lists it.
    let proof = of("subnet-peering", "10.1.2.4");
    let step = "[transit-prefix] Hub's gateway delivers to Spoke, 10.1.2.0/24, a peered VNet that uses it as remote gateway";
    assert!(proof.contains(step), "{proof}");
}

#[test]
fn a_branch_office_without_bgp_lacks_a_route_and_the_way_back() {
    let flat = flat("branch-office", "--from VNet1 --to Site1");
    assert_eq!(
        section(&flat, "The route on the client"),
        "✗ non-Windows and Windows clients have no route - the static prefix 10.101.0.0/16 of VNet1's connection to Site1, a \
         site, is not pushed to them (s2s.csv:2)"
    );
    assert!(section(&flat, "Forward path").starts_with("✓ VNet1 → Site1 "), "{flat}");
    assert_eq!(
        section(&flat, "Return path"),
        "✗ traffic to the address pool 192.168.0.0/24 is dropped at Site1 - Site1's end of the \
         connection to VNet1 has no route to the address pool 192.168.0.0/24: no BGP, and its static prefixes are 10.1.0.0/16, \
         by default as no static prefixes are listed (s2s.csv:2)"
    );
}

#[test]
fn windows_clients_lack_a_route_to_a_branch_office_with_bgp() {
    let flat = flat("branch-office-bgp", "--from VNet1 --to Site1 --class windows");
    assert!(
        flat.contains("+ needs-route: Windows clients have no route; there is a forward and a return path"),
        "{flat}"
    );
    assert_eq!(
        section(&flat, "The route on the client"),
        "✗ Windows clients have no route - VNet1 learned 10.101.0.0/16 from Site1 by BGP, which is not pushed to them \
         (s2s.csv:2) - what would give it: a route to 10.101.0.0/16 added by hand on the client, or a custom route of \
         VNet1's gateway, after which the profile has to be downloaded again"
    );
}

#[test]
fn equal_asns_keep_bgp_down() {
    let flat = flat("equal-asns", "--from VNet1 --to VNet2");
    let why = "BGP never comes up, as both ends have ASN 65515, and Azure is not known to run BGP inside one AS, and it lists no static prefixes (s2s.csv:2,";
    assert!(section(&flat, "Forward path").contains(why), "{flat}");
    assert!(section(&flat, "Return path").contains(why), "{flat}");
}

#[test]
fn what_summaries_stand_for_is_not_learned() {
    let lost = flat("summarized-gateway", "--from Hub --to West");
    let why = "West's gateway advertises 172.20.0.0/16 and 192.168.16.0/20 in place of 10.20.0.0/16";
    assert!(section(&lost, "Forward path").contains(why), "{lost}");
    let summary = flat("summarized-gateway", "--from West --to Spoke1");
    assert!(
        summary.contains("[bgp-summary] Hub advertises 10.0.0.0/14, a summary, to West over BGP"),
        "{summary}"
    );
}

#[test]
fn clients_without_an_address_of_the_family_are_not_answered() {
    let lost = flat("families-back", "--from VNet2 --to fd00:1::/48 --class non-windows");
    let why = "clients of VNet2 have no IPv6 address: its address pool has no prefix of that family";
    assert!(section(&lost, "Return path").contains(why), "{lost}");
    let both = flat("families-back", "--from VNet1 --to fd00:2::/48 --class non-windows");
    assert!(both.contains("every part of the IPv6 address pool is delivered to VNet1"), "{both}");
}

#[test]
fn a_longer_entry_that_leads_astray_is_named_with_the_one_it_beats() {
    let flat = flat("supernet-route", "--from VNet1 --to VNet5");
    let there = section(&flat, "Forward path");
    assert!(there.starts_with(
        "✗ traffic to 10.5.0.0/16 from VNet1 is dropped at VNet3 VNet1 sends it to VNet3, longest-prefix match: 10.5.0.0/16, before 10.0.0.0/8 - VNet3's end of the connection to VNet1 has no route to 10.5.0.0/16: no BGP"
    ), "{there}");
    assert!(section(&flat, "Return path").starts_with("✓ VNet5 → VNet2 → VNet1 "), "{flat}");
}

#[test]
fn a_site_between_two_tunnels_forwards_nothing() {
    let flat = flat("static-through-site", "--from VNet1 --to VNet3");
    let fault = "- Site2 does not forward between its connections: it is a site that is not marked as transit (sites.csv:3)";
    assert!(section(&flat, "Forward path").contains(fault), "{flat}");
    assert!(section(&flat, "Return path").contains(fault), "{flat}");
}

#[test]
fn parts_of_a_network_that_disagree_are_explained_one_by_one() {
    let text = explain("half-covered", "--from VNet1 --to VNet2");
    let titles: Vec<&str> = text.lines().filter(|line| line.starts_with("Clients of")).collect();
    assert_eq!(
        titles,
        ["Clients of VNet1 to VNet2, 10.2.0.0/17", "Clients of VNet1 to VNet2, 10.2.128.0/17"]
    );
    let text = explain("half-covered", "--from VNet1 --to 10.2.200.1");
    assert!(text.starts_with("Clients of VNet1 to VNet2, 10.2.128.0/17\n"), "{text}");
    assert_eq!(text.matches("Clients of").count(), 1);
}

#[test]
fn every_way_that_shares_no_hop_is_shown_where_all_are_asked_for() {
    let best = flat("ring", "--from VNet1 --to VNet3");
    assert_eq!(section(&best, "Forward path").matches('✓').count(), 1);
    let all = flat("ring", "--from VNet1 --to VNet3 --all");
    let there = section(&all, "Forward path");
    assert!(there.starts_with("✓ VNet1 → VNet2 → VNet3 "), "{there}");
    assert!(there.contains("✓ VNet1 → VNet4 → VNet3 "), "{there}");
    assert_eq!(there.matches('✓').count(), 2);
    // Both neighbours announce it, and neither announcement rests on the other.
    let route = section(&all, "The route on the client");
    assert_eq!(route.matches("[bgp-route]").count(), 2);
    assert!(route.contains("or [bgp-route]"), "{route}");
}

/// What is said without `--proof`, words apart.
fn brief(topology: &str, arguments: &str) -> String {
    let path = format!("facts/{topology}");
    let words: Vec<&str> = ["explain", &path].into_iter().chain(arguments.split_whitespace()).collect();
    run(&words).stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is proposed can be pasted, and does what it says.
#[test]
fn a_proposed_command_holds_names_and_paths_with_blanks() {
    let folder = folder(&[
        ("vnets.csv", "name,address_space\nhub west,10.1.0.0/16\nfar,10.2.0.0/16\nout,10.3.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nhub west,192.168.0.0/24,65001\nfar,,65002\n"),
        ("s2s.csv", "from,to,bgp\nhub west,far,true\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nhub west,out,false,false\n",
        ),
        ("clients.csv", "name,gateway,os,protocol\nann o'hara,hub west,windows,OpenVPN\n"),
    ]);
    let place = folder.path().join("my net");
    std::fs::create_dir(&place).unwrap();
    for name in ["vnets", "gateways", "s2s", "peerings", "clients"] {
        let name = format!("{name}.csv");
        std::fs::rename(folder.path().join(&name), place.join(&name)).unwrap();
    }
    let path = place.display().to_string();
    let said = |arguments: &[&str]| {
        let text = run(&[&["explain", path.as_str()], arguments].concat()).stdout;
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let fix = said(&["--gateway", "hub west", "--to", "out", "--class", "windows"]);
    let expected = format!("→ tunnelog fix '{path}' --from 'hub west' --to out --class windows");
    assert!(fix.contains(&expected), "{fix}");
    let config = said(&["--from", "hub west", "--to", "far", "--class", "windows"]);
    let expected =
        format!("→ tunnelog client-config '{path}' --gateway 'hub west' --class windows --kind powershell");
    assert!(config.contains(&expected), "{config}");
    let ann = said(&["--client", "ann o'hara", "--to", "out"]);
    assert!(ann.contains(r"--from 'ann o'\''hara'") && ann.contains("Model: observed."), "{ann}");
}

#[test]
fn the_answer_is_short_and_names_the_command_that_mends_it() {
    let end = "Model: article. `--proof` shows each step, and the rows it rests on.";
    let said = brief("branch-office-bgp", "--from VNet1 --to Site1 --class windows");
    let expected = "Clients of VNet1 to Site1, 10.101.0.0/16 \
        + needs-route: Windows clients have no route; there is a forward and a return path \
        ✗ client route missing: VNet1 learned 10.101.0.0/16 from Site1 by BGP, which is not pushed to them (s2s.csv:2) \
        ✓ Forward path: VNet1 → Site1 ✓ Return path: Site1 → VNet1 \
        → tunnelog client-config facts/branch-office-bgp --gateway VNet1 --class windows --kind powershell";
    assert_eq!(said, format!("{expected} {end}"));
    let said = brief("branch-office-bgp", "--from VNet1 --to Site1 --class non-windows");
    let expected = "Clients of VNet1 to Site1, 10.101.0.0/16 \
        ✓ reachable: non-Windows clients have a route, and there is a forward and a return path \
        ✓ Forward path: VNet1 → Site1 ✓ Return path: Site1 → VNet1";
    assert_eq!(said, format!("{expected} {end}"));
    let said = brief("firewall-summary-on-gateway-subnet", "--from Hub --to Spoke --class windows");
    assert!(said.contains("✗ Firewall sees the return path, and not the whole forward path"), "{said}");
    assert!(
        said.contains(
            "→ tunnelog fix facts/firewall-summary-on-gateway-subnet --from Hub --to Spoke --class windows"
        ),
        "{said}"
    );
    // No measure leads to the Internet, and what is changed first is changed in the next command, too.
    let said = brief("forced-tunnelling-site", "--from VNet1 --to Internet");
    assert!(!said.contains("tunnelog fix"), "{said}");
    let arguments = ["explain", "facts/s2s-chain", "--from", "VNet1", "--to", "VNet2"];
    let changed = run(&[&arguments[..], &["--with", "+ bgp(VNet2, VNet3)"]].concat()).stdout;
    assert!(
        changed.contains("→ tunnelog fix facts/s2s-chain --from VNet1 --to VNet2  (with the same `--with`)"),
        "{changed}"
    );
    let hub = brief("hub-and-firewall", "--from Hub --to Spoke --class windows");
    assert!(hub.contains("✓ packets pass Firewall, assumed to permit this connection"), "{hub}");
}

#[test]
fn what_is_changed_first_is_explained() {
    let output = run(&[
        "explain",
        "facts/s2s-chain",
        "--from",
        "VNet1",
        "--to",
        "VNet2",
        "--class",
        "non-windows",
        "--with",
        "+ static_route(VNet2, VNet1, 192.168.0.0/24)",
        "--proof",
    ]);
    let text = output.stdout;
    assert!(text.contains("✓ reachable"), "{text}");
    assert!(text.contains("✓ VNet2 → VNet1"), "{text}");
}

#[test]
fn what_is_out_of_reach_of_the_question_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("vnets.csv", "name,address_space\nHub,10.1.0.0/16\nFar,10.9.0.0/16\n");
    write("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n");
    write("clients.csv", "name,gateway,os,manual_routes\nlaptop,Hub,windows,10.1.0.0/16\n");
    let path = folder.path().to_str().unwrap();
    let ask = |from: &str, to: &str, more: &[&str]| {
        run(&[&["explain", path, "--from", from, "--to", to], more].concat())
    };
    let output = ask("Hub", "Far", &[]);
    let expected = "Far is not connected to Hub by any chain of peerings and connections\n";
    assert_eq!((output.code, output.stdout.as_str()), (Some(0), expected));
    assert_eq!(ask("Hub", "Far", &["--fail-on", "unreachable"]).code, Some(1));
    let output = ask("Hub", "10.9.0.1", &[]);
    assert_eq!(output.stdout, "no network connected to Hub contains 10.9.0.1\n");
    let output = ask("LAPTOP", "Hub", &["--proof"]);
    let answer = output.stdout;
    assert!(answer.starts_with("laptop, a client of Hub, to Hub, 10.1.0.0/16\n"), "{answer}");
    assert!(answer.contains("laptop's user added 10.1.0.0/16 by hand (clients.csv:2)"), "{answer}");
    let output = ask("labtop", "Hub", &[]);
    let expected = "error: `labtop` is neither a VNet with a Point-to-Site gateway nor a client\n\n\
                    help: did you mean `laptop`?\n";
    assert_eq!((output.code, output.stderr.as_str()), (Some(2), expected));
    assert_eq!(ask("Hub", "Hbu", &[]).code, Some(2));
}

/// Over BGP gateways advertise their address pools, and Windows clients get nothing that is learned. Without BGP each end routes
/// the other's address space, and not its pool.
#[test]
fn clients_of_another_gateway_are_destinations() {
    let folder = folder(&[
        ("vnets.csv", "name,address_space\nEast,10.1.0.0/16\nWest,10.2.0.0/16\nFar,10.9.0.0/16\n"),
        (
            "gateways.csv",
            "vnet,client_pool,asn\nEast,192.168.1.0/24,65001\nWest,192.168.2.0/24,65002\nFar,192.168.9.0/24,65009\n",
        ),
        ("s2s.csv", "from,to,bgp\nEast,West,true\n"),
    ]);
    let path = folder.path().to_str().unwrap();
    let ask = |to: &str, more: &[&str]| {
        let output = run(&[&["explain", path, "--gateway", "East", "--to", to], more].concat());
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        output.stdout
    };
    let flat = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = "Clients of East to clients of West, 192.168.2.0/24 \
        + needs-route: Windows clients have no route; there is a forward and a return path \
        ✗ client route missing: East learned 192.168.2.0/24 from West by BGP, which is not pushed to them (s2s.csv:2) \
        ✓ Forward path: East → West ✓ Return path: West → East \
        Model: article. `--proof` shows each step, and the rows it rests on.";
    assert_eq!(flat(ask("192.168.2.9", &["--class", "windows"])), expected);
    let others = ask("192.168.2.9", &["--class", "non-windows"]);
    assert!(others.contains("✓ reachable: non-Windows clients have a route"), "{others}");
    let closed = flat(ask("192.168.2.0/24", &["--with", "- bgp(East, West)"]));
    assert!(closed.contains("· unreachable: Windows clients have no route"), "{closed}");
    assert!(closed.contains("✗ Forward path: traffic to 192.168.2.0/24 is dropped at East"), "{closed}");
    assert!(
        closed.contains("✗ Return path: traffic to the address pool 192.168.1.0/24 is dropped at West"),
        "{closed}"
    );
    assert!(!closed.contains("tunnelog fix"), "it is about networks: {closed}");
    let own = ask("192.168.1.9", &[]);
    assert!(
        own.contains("in the address pool 192.168.1.0/24 of East, whose clients have these addresses"),
        "{own}"
    );
    let apart = ask("192.168.9.9", &[]);
    assert!(apart.starts_with("no network connected to East contains 192.168.9.9\n"), "{apart}");
    let document: Value = serde_json::from_str(&ask("192.168.2.9", &["--format", "json"])).unwrap();
    let explanation = &document["explanations"][0];
    assert_eq!((&explanation["network"], &explanation["target"]), (&"West".into(), &"pool".into()));
    assert!(jsonschema::draft202012::new(&schema()).unwrap().is_valid(&document));
}

#[test]
fn a_status_can_count_as_a_no() {
    let of = |status: &str| {
        run(&["explain", "facts/s2s-chain", "--from", "VNet1", "--to", "VNet2", "--fail-on", status]).code
    };
    assert_eq!((of("blackhole"), of("reachable"), of("unreachable")), (Some(1), Some(0), Some(1)));
}

fn schema() -> Value {
    serde_json::from_str(&read("docs/schema/explain.json")).unwrap()
}

#[test]
fn documents_hold_to_their_schema() {
    let schema = schema();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for name in topologies() {
        let inventory = topology(&name);
        let gateway = Analysis::new(&inventory).gateways()[0];
        let from = inventory.names.text(gateway).to_owned();
        let text =
            explain(&name, &format!("--from {from} --to 0.0.0.0/0 --format json --model observed --all"));
        let document: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        assert!(!document["explanations"].as_array().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_document_holds_what_a_certificate_rests_on() {
    let text = explain("s2s-chain-branch", "--from VNet1 --to Site1 --class windows --format json");
    let document: Value = serde_json::from_str(&text).unwrap();
    let item = &document["explanations"][0];
    assert_eq!(item["routes"][0]["status"], "unreachable");
    let certificate = &item["there"]["certificate"][0];
    assert_eq!(certificate["of"], "Site1");
    let states = certificate["states"].as_array().unwrap();
    let routers: Vec<&str> = states.iter().map(|state| state["router"].as_str().unwrap()).collect();
    assert_eq!(routers, ["VNet1", "VNet2"]);
    let hop = &item["there"]["lost"][0]["hops"][0];
    assert_eq!(
        (&hop["router"], &hop["next"], &hop["entry"]),
        (&"VNet1".into(), &"VNet2".into(), &"10.101.0.0/16".into())
    );
    let schema = schema();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    assert!(validator.is_valid(&document));
    for (from, to) in
        [("\"unreachable\"", "\"lost\""), ("\"learned\"", "\"taught\""), ("\"delivered(", "\"(")]
    {
        let text = explain("s2s-chain-bgp", "--from VNet1 --to VNet3 --format json")
            .replace("\"needs-route\"", "\"unreachable\"");
        let broken: Value = serde_json::from_str(&text.replace(from, to)).unwrap();
        assert!(!validator.is_valid(&broken), "{to}");
    }
}

#[test]
fn graphs_name_what_is_proven_and_what_is_missing() {
    let dot = explain("s2s-chain", "--from VNet1 --to VNet2 --format dot");
    assert!(dot.starts_with("digraph {\n") && dot.ends_with("}\n"), "{dot}");
    assert!(dot.contains("VNet1 to VNet2, 10.2.0.0/16\\lnon-Windows clients: blackhole"), "{dot}");
    assert!(dot.contains("there is no return path"), "{dot}");
    let mermaid = explain("s2s-chain", "--from VNet1 --to VNet2 --format mermaid");
    assert!(mermaid.starts_with("flowchart TD\n  n0[\"VNet1 to VNet2, 10.2.0.0/16<br/>"), "{mermaid}");
    assert!(mermaid.contains("[static-entry]<br/>VNet1's end of the connection to VNet2"), "{mermaid}");
    // Names of files and their lines hold letters that Mermaid would act on.
    assert!(mermaid.contains("facts/s2s-chain/s2s.csv#58;2"), "{mermaid}");
}

#[test]
fn rules_are_listed_and_explained_with_an_example_that_runs() {
    let list = run(&["rules"]).stdout;
    let ids: Vec<&str> = list.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).collect();
    // The rules for routers, then those for components with subnets and for names, each as its file has it.
    let files = ["src/rules.rs", "src/rules/tables.rs", "src/rules/ways.rs", "src/rules/names.rs"].map(read);
    let heads = files.iter().flat_map(|file| file.lines().filter_map(|line| line.strip_prefix("    // [")));
    assert_eq!(ids, heads.filter_map(|line| Some(line.split_once(']')?.0)).collect::<Vec<_>>());
    assert!(ids.len() > Rule::ALL.len() + 50, "{}", ids.len());
    let source = &files[0];
    for rule in Rule::ALL {
        let output = run(&["rules", rule.id()]);
        let told = output.stdout;
        // The clause below the rule's id, without its witness.
        let (_, below) = source.split_once(&format!("// [{}] ", rule.id())).unwrap();
        let head = below.lines().map(str::trim).find(|line| line.ends_with("<-")).unwrap();
        let (relation, _) = head.split_once('(').unwrap();
        assert!(told.contains(&format!("\n    {relation}(")), "{head}\n{told}");
        assert!(told.contains(") <-\n") && !told.contains("W::"), "{told}");
        let command = told.lines().last().unwrap().trim();
        let words: Vec<&str> = command.strip_prefix("tunnelog ").unwrap().split(' ').collect();
        let answer = run(&words);
        assert_eq!(answer.code, Some(0), "{command}");
        if words[0] == "explain" && !matches!(rule, Rule::NetworkPart | Rule::PoolPart) {
            let answer = answer.stdout;
            assert!(answer.contains(&format!("[{}]", rule.id())), "{command}\n{answer}");
        }
        let inventory = topology(example(*rule).topology);
        assert!(
            Analysis::new(&inventory)
                .rules_fired(Profile::ALL, &[Evaluation::Whole, Evaluation::Single])
                .contains(rule),
            "{}",
            rule.id()
        );
    }
}

#[test]
fn rules_are_a_document_too() {
    let document = |arguments: &[&str]| -> Value {
        let run = run(&[&["rules", "--format", "json"], arguments].concat());
        let document = serde_json::from_str(&run.stdout).unwrap();
        let schema: Value = serde_json::from_str(&read("docs/schema/rules.json")).unwrap();
        assert!(jsonschema::draft202012::new(&schema).unwrap().is_valid(&document), "{document}");
        document
    };
    let ids = |document: &Value| -> Vec<String> {
        let rules = document["rules"].as_array().unwrap().iter();
        rules.map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
    };
    let list = run(&["rules"]).stdout;
    let listed = list.lines().filter(|line| !line.is_empty() && !line.starts_with(' '));
    assert_eq!(ids(&document(&[])), listed.collect::<Vec<_>>());
    let one = document(&["Own-VNet"]);
    let rule = &one["rules"][0];
    assert_eq!(ids(&one), ["own-vnet"]);
    assert!(rule["clause"].as_str().unwrap().starts_with("Attached("), "{rule}");
    let command = rule["example"].as_str().unwrap().strip_prefix("tunnelog ").unwrap();
    assert_eq!(run(&command.split(' ').collect::<Vec<_>>()).code, Some(0));
    // Two files have a rule of that name.
    assert_eq!(ids(&document(&["forwards"])), ["forwards", "forwards"]);
    let folder = folder(&[]);
    let path = folder.path().join("rules.txt");
    let written = run(&["rules", "own-vnet", "-o", path.to_str().unwrap()]);
    assert_eq!((written.code, written.stdout.as_str()), (Some(0), ""));
    assert_eq!(fs::read_to_string(path).unwrap(), run(&["rules", "own-vnet"]).stdout);
}

#[test]
fn rules_for_subnets_are_explained_too() {
    let told = run(&["rules", "to-appliance"]).stdout;
    assert!(told.starts_with("to-appliance\n  Of equal prefixes the user route decides"), "{told}");
    assert!(told.contains("\n    Step(Node::Subnet(context), Node::Machine(machine), part) <-\n"), "{told}");
    // What both have is told of both.
    let both = run(&["rules", "forwards"]).stdout;
    assert_eq!(both.lines().filter(|line| *line == "forwards").count(), 2, "{both}");
    assert!(both.contains("tunnelog explain ") && both.contains("where subnets are listed"), "{both}");
}

#[test]
fn an_unknown_rule_is_wrong_use() {
    let output = run(&["rules", "bgp-reley"]);
    let expected = "error: no rule is called `bgp-reley`\n\nhelp: did you mean `bgp-relay`?\n";
    assert_eq!((output.code, output.stderr.as_str()), (Some(2), expected));
    let output = run(&["rules", "x"]);
    let expected = "error: no rule is called `x`\n\nhelp: `tunnelog rules` lists all\n";
    assert_eq!((output.code, output.stderr.as_str()), (Some(2), expected));
}

#[test]
fn steps_go_from_every_session_of_a_router_to_every_one() {
    for (name, steps) in [("s2s-chain", 0), ("s2s-chain-bgp", 1 + 2 * 2 + 1), ("ring", 4 * 2 * 2)] {
        let inventory = topology(name);
        let gateway = inventory.names.get("VNet1").unwrap();
        assert_eq!(Analysis::new(&inventory).relaying_steps(gateway), steps, "{name}");
    }
}
