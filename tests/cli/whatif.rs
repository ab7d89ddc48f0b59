//! `whatif`, `diff`, `sweep` and `--with` as scripts meet them.

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{answer, command, finish, read, run};

const CHAIN: [&str; 2] = ["+ bgp(VNet1, VNet2)", "+ bgp(VNet2, VNet3)"];

fn whatif(arguments: &[&str]) -> crate::support::program::Run {
    finish(command().args(["whatif", "--quiet"]).args(arguments))
}

/// What BGP on the whole chain brings about, by hand from the article's third and fourth topology.
const CHAIN_GAINS: &str = "\
,,,fact-added,,,,,,,\"bgp(VNet1, VNet2)\"
,,,fact-added,,,,,,,\"bgp(VNet2, VNet3)\"
,,,fact-removed,,,,,,,\"static_route(VNet1, VNet2, 10.2.0.0/16)\"
,,,fact-removed,,,,,,,\"static_route(VNet2, VNet1, 10.1.0.0/16)\"
,,,fact-removed,,,,,,,\"static_route(VNet2, VNet3, 10.3.0.0/16)\"
,,,fact-removed,,,,,,,\"static_route(VNet3, VNet2, 10.2.0.0/16)\"
,VNet1,non-windows,route-gained,,10.3.0.0/16,,,,bgp,
,VNet1,non-windows,status,VNet2,10.2.0.0/16,blackhole,reachable,,bgp,
,VNet1,non-windows,status,VNet3,10.3.0.0/16,unreachable,reachable,,bgp,
,VNet1,windows,status,VNet2,10.2.0.0/16,unreachable,needs-route,,no-client-route,
,VNet1,windows,status,VNet3,10.3.0.0/16,unreachable,needs-route,,no-client-route,
";

const HEADER: &str = "scenario,gateway,class,kind,network,prefix,before,after,until_download,reason,fact\n";

#[test]
fn whatif_tells_facts_routes_and_statuses() {
    let run = whatif(&["facts/s2s-chain", CHAIN[0], CHAIN[1]]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.stdout, format!("{HEADER}{CHAIN_GAINS}"));
    assert_eq!(whatif(&["facts/s2s-chain", CHAIN[0], "--exit-code"]).code, Some(1));
    assert_eq!(whatif(&["facts/s2s-chain", "- peered(VNet1, VNet2)", "--exit-code"]).code, Some(0));
}

#[test]
fn options_may_stand_behind_changes() {
    let run = whatif(&[
        "facts/peered-vnets",
        "- gateway_transit(VNet1, VNet2)",
        "--class",
        "windows",
        "--format",
        "table",
    ]);
    let expected = "  - gateway_transit(VNet1, VNet2)

  warning new: `VNet1` allows gateway transit, but `VNet2` does not use its gateway
    [transit-not-used]

Windows clients of VNet1

  route  - 10.2.0.0/16  spoke of the gateway

  VNet2  10.2.0.0/16  reachable → unreachable  no route on the client, no return path, no forward path

  Windows clients of VNet1 have to download the profile again; until then, to them, VNet2 is
    blackhole.

  Model: article.
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn with_answers_for_the_changed_inventory() {
    let reach =
        |options: &[&str]| finish(command().args(["reach", "--quiet", "facts/s2s-chain"]).args(options));
    let expected = read("facts/s2s-chain-bgp/expected/reach.csv");
    assert_eq!(reach(&["--with", CHAIN[0], "--with", CHAIN[1]]).stdout, expected);
    let file = folder(&[("bgp.changes", "# both connections\n+ bgp(VNet1, VNet2)\n\n+ bgp(VNet2, VNet3)\n")]);
    let path = file.path().join("bgp.changes");
    assert_eq!(reach(&["--with-file", path.to_str().unwrap()]).stdout, expected);
    let refused = reach(&["--with", "+ bgp(VNet1, VNet3)"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("error[change-impossible]"), "{}", refused.stderr);
    assert_eq!(reach(&["--with", "+ bgp(VNet1, VNet3)", "--force"]).code, Some(0));
}

#[test]
fn diff_is_empty_for_the_same_and_like_whatif_for_others() {
    let same = run("diff facts/s2s-chain facts/s2s-chain --exit-code --quiet");
    let header = HEADER.replacen("scenario,", "", 1);
    assert_eq!((same.code, same.stdout), (Some(0), header.clone()));
    let other = run("diff facts/s2s-chain facts/s2s-chain-bgp --exit-code --quiet");
    let rows: String = CHAIN_GAINS.split_inclusive('\n').map(|line| &line[1..]).collect();
    assert_eq!((other.code, other.stdout), (Some(1), format!("{header}{rows}")));
    assert_eq!(
        run("diff facts/s2s-chain facts/s2s-chain --format table --quiet").stdout,
        "Nothing differs.\n\n  Model: article.\n"
    );
}

/// Scenarios, of which the third cannot be made.
const PLANS: &str = "\
scenario both
  + bgp(VNet1, VNet2)
  + bgp(VNet2, VNet3)
  ? access(VNet1, _, ?network, reachable)
scenario cut
  - s2s(VNet1, VNet2)
scenario \"from nowhere\"
  + bgp(VNet1, VNet3)
scenario nothing
  - peered(VNet1, VNet2)
scenario shorter
  - s2s(VNet2, VNet3)
";

#[test]
fn a_batch_is_each_scenario_by_itself_and_shares_join() {
    let folder = folder(&[("plans.query", PLANS)]);
    let path = folder.path().join("plans.query");
    let path = path.to_str().unwrap();
    let all = whatif(&["facts/s2s-chain", "--query", path]);
    assert_eq!(all.code, Some(2));
    assert!(all.stderr.contains("error[change-impossible]"), "{}", all.stderr);
    let named = |name: &str, changes: &[&str]| -> String {
        let by_itself = whatif(&[&["facts/s2s-chain"], changes].concat()).stdout;
        by_itself.split_inclusive('\n').skip(1).flat_map(|line| [name, line]).collect()
    };
    let one_by_one = [
        HEADER.to_owned(),
        named("both", &CHAIN),
        named("cut", &["- s2s(VNet1, VNet2)"]),
        named("shorter", &["- s2s(VNet2, VNet3)"]),
    ];
    assert_eq!(all.stdout, one_by_one.concat());
    for count in [1, 2, 3, 5, 7] {
        let shares = (1..=count).map(|number| {
            whatif(&["facts/s2s-chain", "--query", path, "--shard", &format!("{number}/{count}")]).stdout
        });
        assert_eq!(shares.collect::<String>(), all.stdout, "{count} shares");
    }
    assert_eq!(
        whatif(&["facts/s2s-chain", "--query", path, "--shard", "1/2", "--format", "json"]).code,
        Some(2)
    );
}

#[test]
fn documents_of_differences_hold_to_their_schemas() {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let run = whatif(&["facts/peered-vnets", "- gateway_transit(VNet1, VNet2)", "--format", "json"]);
    let document = json(&run.stdout);
    valid("whatif", &document);
    assert!(document["rows"].as_array().unwrap().iter().any(|row| row["until_download"] == "blackhole"));
    valid("diff", &json(&answer("diff facts/s2s-chain facts/s2s-chain-bgp --format json")));
    valid("sweep", &json(&answer("sweep facts/ring --remove s2s,gateway --pairs --format json")));
}

#[test]
fn a_sweep_names_the_worst_first() {
    // Both classes count: without VNet1's gateway nobody reaches three networks.
    let expected = "\
change,lost,gained,downloads,networks,refused
- gateway(VNet1),6,0,0,VNet1;VNet2;VNet3,
\"- s2s(VNet1, VNet2)\",4,0,0,VNet2;VNet3,
- gateway(VNet2),4,0,0,VNet2;VNet3,
\"- s2s(VNet2, VNet3)\",2,0,0,VNet3,
- gateway(VNet3),2,0,0,VNet3,
";
    assert_eq!(answer("sweep facts/s2s-chain-bgp --remove s2s,gateway"), expected);
    let told = answer("sweep facts/s2s-chain-bgp --remove s2s --format table");
    let single = "\n  Single points of failure: s2s(VNet1, VNet2) and s2s(VNet2, VNet3).\n";
    assert!(told.contains(single), "{told}");
}

#[test]
fn what_only_two_failures_take_away_is_a_pair() {
    // A ring of four with clients at VNet1: any tunnel may fail, and any two cut something off.
    let expected = "\
change,lost,gained,downloads,networks,refused
\"- s2s(VNet1, VNet2); - s2s(VNet1, VNet4)\",6,0,0,VNet2;VNet3;VNet4,
\"- s2s(VNet1, VNet2); - s2s(VNet3, VNet4)\",4,0,0,VNet2;VNet3,
\"- s2s(VNet1, VNet4); - s2s(VNet2, VNet3)\",4,0,0,VNet3;VNet4,
\"- s2s(VNet1, VNet2); - s2s(VNet2, VNet3)\",2,0,0,VNet2,
\"- s2s(VNet1, VNet4); - s2s(VNet3, VNet4)\",2,0,0,VNet4,
\"- s2s(VNet2, VNet3); - s2s(VNet3, VNet4)\",2,0,0,VNet3,
\"- s2s(VNet1, VNet2)\",0,0,0,,
\"- s2s(VNet1, VNet4)\",0,0,0,,
\"- s2s(VNet2, VNet3)\",0,0,0,,
\"- s2s(VNet3, VNet4)\",0,0,0,,
";
    assert_eq!(answer("sweep facts/ring --remove s2s --pairs"), expected);
}

#[test]
fn a_sweep_takes_away_what_resolves_names() {
    let blob = "privatelink.blob.core.windows.net";
    let expected = format!(
        "change,lost,gained,downloads,networks,refused\n\
         \"- dns_server(Hub, 10.0.1.4)\",2,0,1,{blob},\n\
         \"- zone_link({blob}, Hub)\",2,0,0,{blob},\n\
         \"- zone_link(privatelink.database.windows.net, Spoke)\",0,0,0,,\n"
    );
    assert_eq!(answer("sweep facts/names-resolver-in-hub --remove dns_server,zone_link"), expected);
    // A server is gone for all VNets that hand it out, and one of two is missed by nobody.
    let inventory = folder(&[
        ("vnets.csv", "name,address_space\nEast,10.0.0.0/16\nWest,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nEast,192.168.0.0/24,65001\nWest,192.168.1.0/24,65002\n"),
        ("s2s.csv", "from,to,bgp\nEast,West,true\n"),
        ("dns.csv", "vnet,servers\nEast,10.0.1.4\nWest,10.0.1.4;10.1.1.4\n"),
        ("resolvers.csv", "name,vnet,address\nIn-East,East,10.0.1.4\nIn-West,West,10.1.1.4\n"),
        (
            "zones.csv",
            "zone,vnet\nprivatelink.blob.core.windows.net,East\nprivatelink.blob.core.windows.net,West\n",
        ),
    ]);
    let swept = answer(&format!("sweep {} --remove dns_server", inventory.path().display()));
    let expected = format!(
        "change,lost,gained,downloads,networks,refused\n\
         \"- dns_server(East, 10.0.1.4); - dns_server(West, 10.0.1.4)\",2,0,2,{blob},\n\
         \"- dns_server(West, 10.1.1.4)\",1,0,1,{blob},\n"
    );
    assert_eq!(swept, expected);
}

#[test]
fn a_sweep_takes_away_what_steers_packets() {
    // Whatever is taken away, the firewall sees one direction only, or answers are dropped.
    let lost = ",2,0,0,Spoke,\n";
    let there = "user_route(to-spokes, 10.1.0.0/16, appliance(10.0.1.4))";
    let back = "user_route(from-spokes, 0.0.0.0/0, appliance(10.0.1.4))";
    let expected = format!(
        "change,lost,gained,downloads,networks,refused\n\
         \"- {back}\"{lost}\
         \"- {there}\"{lost}\
         \"- uses_table(Hub, GatewaySubnet, to-spokes)\"{lost}\
         \"- uses_table(Spoke, App, from-spokes)\"{lost}\
         \"- uses_table(Spoke, Data, from-spokes)\"{lost}\
         \"- appliance(Firewall, Hub, 10.0.1.4); - {there}; + user_route(to-spokes, 10.1.0.0/16, none); \
         - {back}; + user_route(from-spokes, 0.0.0.0/0, none)\"{lost}"
    );
    assert_eq!(answer("sweep facts/hub-and-firewall --remove user_route,uses_table,appliance"), expected);
    // Of two appliances behind one route the other goes on.
    let inventory = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nSpoke,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Spoke,true,false\nSpoke,Hub,false,true\n",
        ),
        (
            "subnets.csv",
            "vnet,name,address_space,route_table\nHub,GatewaySubnet,10.0.0.0/27,there\nSpoke,App,10.1.1.0/24,back\n",
        ),
        ("route_tables.csv", "name,gateway_routes\nthere,true\nback,false\n"),
        (
            "routes.csv",
            "route_table,prefix,next_hop,next_hop_address\nthere,10.1.0.0/16,VirtualAppliance,10.0.1.4 10.0.1.5\n\
             back,0.0.0.0/0,VirtualAppliance,10.0.1.4 10.0.1.5\n",
        ),
        ("appliances.csv", "name,vnet,address,stateful\nOne,Hub,10.0.1.4,false\nTwo,Hub,10.0.1.5,false\n"),
    ]);
    let sweep = |more: &[&str]| {
        let words = ["--remove", "appliance"];
        finish(command().arg("sweep").arg(inventory.path()).args(words).args(more)).stdout
    };
    let one = "- appliance(One, Hub, 10.0.1.4); - user_route(there, 10.1.0.0/16, appliance(10.0.1.4)); \
               - user_route(back, 0.0.0.0/0, appliance(10.0.1.4))";
    assert!(
        sweep(&["--format", "csv"]).contains(&format!("\"{one}\",0,0,0,,\n")),
        "{}",
        sweep(&["--format", "csv"])
    );
    // Both together are more than each alone.
    let pairs = sweep(&["--pairs", "--format", "csv"]);
    assert!(
        pairs.lines().nth(1).is_some_and(|line| line.contains("Two, Hub") && line.ends_with(",2,0,0,Spoke,")),
        "{pairs}"
    );
    let told = answer("sweep facts/hub-and-firewall --remove appliance --format table");
    assert!(told.contains("Single points of failure: appliance(Firewall, Hub, 10.0.1.4)."), "{told}");
}

#[test]
fn differences_name_what_steers_packets() {
    let rows = |other: &str| {
        let told = answer(&format!("diff facts/hub-and-firewall facts/{other} --format csv"));
        let facts = told.lines().filter(|line| line.starts_with(",,fact")).map(str::to_owned);
        facts.collect::<Vec<String>>()
    };
    let expected = [",,fact-removed,,,,,,,\"uses_table(Spoke, App, from-spokes)\""];
    assert_eq!(rows("firewall-table-not-associated"), expected);
    let expected = [
        ",,fact-added,,,,,,,\"user_route(to-spokes, 10.0.0.0/8, appliance(10.0.1.4))\"",
        ",,fact-removed,,,,,,,\"user_route(to-spokes, 10.1.0.0/16, appliance(10.0.1.4))\"",
    ];
    assert_eq!(rows("firewall-summary-on-gateway-subnet"), expected);
}

#[test]
fn a_sweep_adds_what_is_possible_and_says_why_the_rest_is_not() {
    let expected = "\
change,lost,gained,downloads,networks,refused
\"+ gateway_transit(VNet1, VNet3)\",0,2,1,VNet3,
\"+ gateway_transit(VNet1, VNet4)\",0,2,1,VNet4,
";
    assert_eq!(answer("sweep facts/spoke-without-transit --add gateway_transit"), expected);
    let refused = answer("sweep facts/equal-asns --add bgp");
    assert!(refused.lines().count() > 1 && refused.contains("both have the ASN 65515"), "{refused}");
}

#[test]
fn shares_of_a_sweep_join_to_the_whole() {
    let sweep =
        |more: &str| answer(&format!("sweep facts/ring --remove s2s,gateway --pairs --format csv {more}"));
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    let whole = sweep("");
    assert!(whole.lines().count() > 9, "{whole}");
    let one = sweep("--shard 1/1");
    assert!(one != whole && sorted(&one) == sorted(&whole), "the order is that of the changes: {one}");
    for count in [2, 3, 7, 50] {
        let shares = (1..=count).map(|number| sweep(&format!("--shard {number}/{count}")));
        assert_eq!(shares.collect::<String>(), one, "{count} shares");
    }
    let document =
        finish(command().args("sweep facts/ring --remove s2s --shard 1/2 --format json".split(' ')));
    assert_eq!((document.code, document.stdout.as_str()), (Some(2), ""));
}

#[test]
fn a_table_that_a_subnet_of_another_part_uses_stays_in_use() {
    let inventory = folder(&[
        ("vnets.csv", "name,address_space\nEast,10.1.0.0/16\nWest,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nEast,192.168.1.0/24\nWest,192.168.2.0/24\n"),
        (
            "subnets.csv",
            "vnet,name,address_space,route_table\nEast,App,10.1.1.0/24,Shared\nWest,App,10.2.1.0/24,Shared\n",
        ),
        ("route_tables.csv", "name\nShared\n"),
        ("routes.csv", "route_table,prefix,next_hop\nShared,10.9.0.0/16,None\n"),
    ]);
    let asked = |change: &str| finish(command().arg("whatif").arg(inventory.path()).arg(change));
    let one = asked("- uses_table(East, App, Shared)");
    assert!(!one.stdout.contains("unused-route-table"), "{}{}", one.stdout, one.stderr);
}

#[test]
fn what_a_table_of_two_parts_states_is_told_once_for_both() {
    let files = |uses: &str| {
        folder(&[
            ("vnets.csv", "name,address_space\nA,10.0.0.0/16\nB,10.1.0.0/16\n"),
            ("gateways.csv", "vnet,client_pool\nA,192.168.0.0/24\n"),
            (
                "subnets.csv",
                &format!("vnet,name,address_space,route_table\nA,s,10.0.0.0/24,{uses}\nB,s,10.1.0.0/24,T\n"),
            ),
            ("route_tables.csv", "name,gateway_routes\nT,true\n"),
            ("routes.csv", "route_table,prefix,next_hop\nT,10.9.0.0/16,None\n"),
        ])
    };
    let (old, new) = (files("T"), files(""));
    let diff = |sides: [&tempfile::TempDir; 2]| {
        let run = finish(
            command().args(["diff", "--quiet", "--format", "csv"]).args(sides.map(tempfile::TempDir::path)),
        );
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout
    };
    let header = HEADER.trim_start_matches("scenario,");
    let fact = |word: &str| format!("{header},,fact-{word},,,,,,,\"uses_table(A, s, T)\"\n");
    assert_eq!(diff([&old, &new]), fact("removed"));
    assert_eq!(diff([&new, &old]), fact("added"));
    let path = old.path().to_str().unwrap();
    let expected = format!("{HEADER},,,fact-removed,,,,,,,\"uses_table(A, s, T)\"\n");
    assert_eq!(whatif(&[path, "- uses_table(A, s, T)", "--format", "csv"]).stdout, expected);
}

#[test]
fn what_a_table_that_no_subnet_uses_states_is_told() {
    let files = |hop: &str| {
        folder(&[
            ("vnets.csv", "name,address_space\nA,10.0.0.0/16\n"),
            ("gateways.csv", "vnet,client_pool\nA,192.168.0.0/24\n"),
            ("subnets.csv", "vnet,name,address_space\nA,s,10.0.0.0/24\n"),
            ("route_tables.csv", "name,gateway_routes\nT,true\n"),
            (
                "routes.csv",
                &format!("route_table,prefix,next_hop\nT,10.8.0.0/16,None\nT,10.9.0.0/16,{hop}\n"),
            ),
        ])
    };
    let (old, new) = (files("None"), files("Internet"));
    let run = finish(
        command().args(["diff", "--quiet", "--format", "csv", "--exit-code"]).args([old.path(), new.path()]),
    );
    let facts = ",fact-added,,,,,,,\"user_route(T, 10.9.0.0/16, internet)\"\n";
    let gone = ",fact-removed,,,,,,,\"user_route(T, 10.9.0.0/16, none)\"\n";
    let header = HEADER.trim_start_matches("scenario,");
    assert_eq!((run.code, run.stdout), (Some(1), format!("{header},{facts},{gone}")));
    let path = old.path().to_str().unwrap();
    let run = whatif(&[path, "- user_route(T, 10.9.0.0/16, none)", "--format", "csv"]);
    assert_eq!(run.stdout, format!("{HEADER},,{gone}"));
    let run = whatif(&[path, "- gateway_routes(T)", "--format", "csv"]);
    assert_eq!(run.stdout, format!("{HEADER},,,fact-removed,,,,,,,gateway_routes(T)\n"));
    let asked =
        finish(command().args(["ask", path, "? user_route(?table, ?prefix, ?hop)", "--format", "csv"]));
    assert!(asked.stdout.contains("T,10.9.0.0/16,none\n"), "{}", asked.stdout);
}

/// The commands that make changes, a line each.
fn commands(path: &str, changes: &[&str]) -> Vec<String> {
    let run = finish(command().args(["whatif", path, "--commands", "--quiet"]).args(changes));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn commands_of_changes_are_those_of_plans() {
    for (path, to) in [
        ("facts/s2s-chain", "VNet3"),
        ("facts/spoke-without-transit", "VNet3"),
        ("facts/hub-and-firewall", "Spoke"),
    ] {
        let from = if path.ends_with("firewall") { "Hub" } else { "VNet1" };
        let found =
            finish(command().args(["fix", path, "--from", from, "--to", to, "--format", "json", "--quiet"]));
        let found: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
        for plan in found["plans"].as_array().unwrap() {
            let texts = |field: &str| -> Vec<&str> {
                plan[field].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
            };
            // A plan says nothing of changes that the commands of others make.
            let mut own = commands(path, &texts("changes"));
            own.retain(|line| !line.ends_with(" alone: those of other changes make it, or Azure has it so"));
            assert_eq!(own, texts("commands"), "{path}");
        }
    }
}

#[test]
fn no_change_is_left_out_of_commands() {
    let lines = commands(
        "facts/s2s-chain",
        &[
            "+ vnet(New)",
            "+ address(New, 10.9.0.0/16)",
            "+ bgp(VNet1, VNet2)",
            "+ client(laptop, VNet1)",
            "+ os(laptop, windows)",
        ],
    );
    let told: Vec<&String> = lines.iter().filter(|line| line.starts_with("# no command for `")).collect();
    assert_eq!(
        told,
        [
            "# no command for `+ vnet(New)`: a VNet is created with a region and a group, of which changes say nothing",
            "# no command for `+ address(New, 10.9.0.0/16)`: an address space is set as a whole, and every peering of the VNet is synced after it",
            "# no command for `+ client(laptop, VNet1)`: Azure has no list of clients",
            "# no command for `+ os(laptop, windows)`: Azure has no list of clients",
        ]
    );
    let place = |begin: &str| lines.iter().position(|line| line.starts_with(begin)).unwrap();
    assert!(place("# no command for `+ address") < place("az network vpn-connection update"));
    assert!(place("az network vpn-connection update") < place("# no command for `+ client"));
    // What cannot be made has no commands.
    let refused = finish(command().args(["whatif", "facts/s2s-chain", "--commands", "+ bgp(VNet1, VNet9)"]));
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("VNet9"), "{}", refused.stderr);
}
