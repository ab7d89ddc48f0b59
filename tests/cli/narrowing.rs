//! Options that leave out rows, and clients instead of classes.

use tempfile::TempDir;

use crate::support::folders::folder;
use crate::support::program::{answer, command, finish, run, two_hubs};

const REACH: &str = "gateway,class,network,destination,status,reason\n";
const ROUTES: &str = "gateway,class,prefix,reason\n";

#[test]
fn to_a_network_whatever_its_case() {
    let expected = format!(
        "{REACH}\
         VNet1,non-windows,VNet2,10.2.0.0/16,blackhole,no-way-back\n\
         VNet1,windows,VNet2,10.2.0.0/16,unreachable,no-client-route;no-way-back\n"
    );
    assert_eq!(answer("reach facts/s2s-chain --to vnet2"), expected);
}

#[test]
fn to_an_address_by_longest_prefix() {
    let expected = format!(
        "{REACH}\
         VNet1,non-windows,VNet2,10.2.128.0/17,unreachable,no-client-route;no-way-there\n\
         VNet1,windows,VNet2,10.2.128.0/17,unreachable,no-client-route;no-way-there\n"
    );
    assert_eq!(answer("reach facts/half-covered --to 10.2.200.1"), expected);
    assert_eq!(answer("reach facts/half-covered --to 172.16.0.1"), REACH);
    let expected = format!("{ROUTES}VNet1,non-windows,10.2.0.0/16,static\n");
    assert_eq!(answer("routes facts/s2s-chain --to 10.2.0.7"), expected);
}

#[test]
fn an_address_is_a_destination_of_every_network_with_the_prefix_that_holds_it() {
    // Both networks have 10.4.0.0/14. All parts of A's agree and are one row; those of B's do not.
    let inventory = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\nA,10.4.0.0/14\nB,10.4.0.0/14\n"),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\nA,\nB,\n"),
        (
            "s2s.csv",
            "from,to,bgp,from_static,to_static\n\
             Hub,A,false,10.4.0.0/14;10.7.0.0/16,192.168.0.0/24\n\
             Hub,B,false,10.7.0.0/16,10.0.0.0/16\n",
        ),
    ]);
    let reach = |options: &[&str]| {
        let options = [&["--class", "non-windows", "--quiet"], options].concat();
        finish(command().arg("reach").arg(inventory.path()).args(options))
    };
    let expected = format!(
        "{REACH}\
         Hub,non-windows,A,10.4.0.0/14,reachable,static\n\
         Hub,non-windows,B,10.7.0.0/16,blackhole,no-way-back\n"
    );
    assert_eq!(reach(&["--to", "10.7.0.4"]).stdout, expected);
    assert_eq!(reach(&["--to", "10.7.0.0/24"]).stdout, expected);
    let failing = reach(&["--to", "10.7.0.4", "--fail-on", "reachable"]);
    assert_eq!((failing.code, failing.stdout), (Some(1), expected));
}

#[test]
fn an_address_in_no_listed_subnet_is_no_destination() {
    let why =
        "10.1.9.5: in the prefix 10.1.0.0/16 of Spoke, and in none of the subnets that are listed of it";
    let reach = run("reach facts/hub-and-firewall --to 10.1.9.5 --fail-on unreachable");
    assert_eq!((reach.code, reach.stdout.as_str()), (Some(1), REACH));
    assert!(reach.stderr.contains(why), "{}", reach.stderr);
    let explain = run("explain facts/hub-and-firewall --from Hub --to 10.1.9.5 --fail-on unreachable");
    assert_eq!(explain.code, Some(1), "{}", explain.stderr);
    let flowing = explain.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let nowhere = format!("no network connected to Hub contains 10.1.9.5 {why}");
    assert!(flowing.starts_with(&nowhere), "{flowing}");
    let fix = run("fix facts/hub-and-firewall --from Hub --to 10.1.9.5");
    assert_eq!((fix.code, fix.stdout.as_str()), (Some(2), ""));
    let refused = "error: `10.1.9.5` lies in none of the subnets that are listed of `Spoke`";
    assert!(fix.stderr.starts_with(refused), "{}", fix.stderr);
    // The same of a prefix, and of one that has some of a subnet.
    assert_eq!(answer("reach facts/hub-and-firewall --to 10.1.8.0/23"), REACH);
    let within = answer("reach facts/hub-and-firewall --to 10.1.0.0/23 --class windows");
    assert_eq!(within, format!("{REACH}Hub,windows,Spoke,10.1.0.0/16,reachable,transit-spoke\n"));
}

#[test]
fn to_a_prefix_by_overlap() {
    let expected = format!(
        "{ROUTES}\
         VNet1,non-windows,192.168.0.0/24,client-pool\n\
         VNet1,windows,192.168.0.0/24,client-pool\n"
    );
    assert_eq!(answer("routes facts/s2s-chain --to 192.168.0.0/16"), expected);
    assert_eq!(answer("routes facts/s2s-chain --to 192.168.0.128/25"), expected);
}

#[test]
fn routes_to_a_network_are_those_that_overlap_it() {
    let expected = format!("{ROUTES}VNet1,non-windows,10.101.0.0/16,bgp\n");
    assert_eq!(answer("routes facts/s2s-chain-branch-bgp --to Site1"), expected);
}

#[test]
fn gateways_and_classes() {
    let expected = format!(
        "{ROUTES}\
         VNet2,windows,10.2.0.0/16,own-vnet\n\
         VNet2,windows,10.3.0.0/16,transit-spoke\n\
         VNet2,windows,192.168.1.0/24,client-pool\n"
    );
    assert_eq!(answer("routes facts/two-gateways --gateway vnet2 --class windows"), expected);
    let all = answer("routes facts/two-gateways");
    assert_eq!(answer("routes facts/two-gateways --gateway VNet2 --gateway VNet1"), all);
    assert_eq!(answer("routes facts/two-gateways --class windows --class non-windows"), all);
}

#[test]
fn clients_are_listed_by_their_names_with_the_routes_of_their_users() {
    let folder = two_hubs();
    let mut command = command();
    let run = finish(command.arg("reach").arg(folder.path()).args(["--by", "client"]));
    let expected = "\
client,gateway,class,network,destination,status,reason
adam,West,windows,East,10.1.0.0/16,needs-route,no-client-route
adam,West,windows,West,10.2.0.0/16,reachable,own-vnet
zoe,East,windows,East,10.1.0.0/16,reachable,own-vnet
zoe,East,windows,West,10.2.0.0/16,reachable,manual
";
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), expected), "{}", run.stderr);
}

/// Whom a file of clients names is no matter to those who ask about classes, and a client that is known to use a protocol is
/// answered for it.
#[test]
fn clients_hide_no_class_and_are_answered_for_their_protocols() {
    let folder = two_hubs();
    let reach = |arguments: &[&str]| {
        let run = finish(command().arg("reach").arg(folder.path()).args(arguments).arg("--quiet"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout
    };
    let listed = reach(&[]);
    let clients = std::fs::read_to_string(folder.path().join("clients.csv")).unwrap();
    std::fs::remove_file(folder.path().join("clients.csv")).unwrap();
    assert_eq!(listed, reach(&[]));
    assert!(listed.contains("\nEast,non-windows,West,10.2.0.0/16,reachable,bgp\n"), "{listed}");
    let clients = clients.replace("os,", "os,protocol,").replace("windows,", "windows,OpenVPN,")
        + "eve,West,linux,IKEv2,\n";
    std::fs::write(folder.path().join("clients.csv"), clients).unwrap();
    let expected = "\
client,gateway,class,network,destination,status,reason
adam,West,windows-openvpn,East,10.1.0.0/16,reachable,bgp
adam,West,windows-openvpn,West,10.2.0.0/16,reachable,own-vnet
eve,West,non-windows-ikev2,East,10.1.0.0/16,reachable,bgp
eve,West,non-windows-ikev2,West,10.2.0.0/16,reachable,own-vnet
zoe,East,windows-openvpn,East,10.1.0.0/16,reachable,own-vnet
zoe,East,windows-openvpn,West,10.2.0.0/16,reachable,bgp;manual
";
    assert_eq!(reach(&["--by", "client"]), expected);
    assert_eq!(reach(&["--by", "client", "--model", "observed"]), expected);
    // A class of the other model can be asked for, as rows have it.
    let eve = reach(&["--by", "client", "--class", "non-windows-ikev2"]);
    assert_eq!(eve.lines().count(), 3, "{eve}");
    let table = reach(&["--by", "client", "--format", "table"]);
    let model =
        "Model: article. Clients whose protocol is listed are answered for it, as in `--model observed`.";
    assert!(table.contains(model), "{table}");
}

#[test]
fn clients_are_named_wherever_answers_are_about_clients() {
    let folder = two_hubs();
    let path = folder.path().display().to_string();
    let on = |verb: &str, arguments: &str| run(&format!("{verb} {path} {arguments} --quiet"));
    let zoe = "client,gateway,class,network,destination,status,reason
zoe,East,windows,East,10.1.0.0/16,reachable,own-vnet
zoe,East,windows,West,10.2.0.0/16,reachable,manual
";
    assert_eq!(on("reach", "--client ZOE").stdout, zoe);
    let both = on("reach", "--client zoe --client adam").stdout;
    assert_eq!(both, on("reach", "--by client").stdout);
    let slip = on("reach", "--client zo");
    assert_eq!((slip.code, slip.stdout.as_str()), (Some(2), ""));
    assert!(slip.stderr.contains("no client is called `zo`") && slip.stderr.contains("did you mean `zoe`?"));
    let lost = on("whatif", "--client zoe --format csv --with=x").code;
    assert_eq!(lost, Some(2), "a change has to be named");
    // A gateway and a client are named alike where the answer is about one of both.
    for (verb, rest) in [("explain", "--to West"), ("graph", ""), ("fix", "--to West --format table")] {
        for (short, long) in [("East", "--gateway East"), ("zoe", "--client zoe")] {
            let class = if short == "East" { "--class windows" } else { "" };
            let [short, long] = [format!("--from {short}"), long.to_owned()]
                .map(|whom| on(verb, &format!("{whom} {class} {rest}")));
            assert_eq!((short.code, &short.stdout), (long.code, &long.stdout), "{verb}");
            assert!(!short.stdout.is_empty(), "{verb}: {}", short.stderr);
        }
        assert_eq!(on(verb, &format!("--gateway zoe {rest}")).code, Some(2), "{verb}");
        assert_eq!(on(verb, &format!("--client East {rest}")).code, Some(2), "{verb}");
        assert_eq!(on(verb, &format!("--from zoe --client zoe {rest}")).code, Some(2), "{verb}");
    }
    for verb in ["client-config --kind bash", "explain --to East"] {
        let run = on(verb, "");
        assert!(
            run.stderr.contains("--gateway <NAME>") && run.stderr.contains("--client <NAME>"),
            "{}",
            run.stderr
        );
    }
    // A class may be given again, as long as one is left.
    let config = |classes: &str| on("client-config", &format!("--gateway East --kind bash {classes}"));
    assert_eq!(config("--class windows --class windows").stdout, config("--class windows").stdout);
    assert!(config("--class windows,non-windows").stderr.contains("by their class"));
}

#[test]
fn several_destinations_are_asked_for_at_once() {
    let reach = |to: &str| run(&format!("reach facts/s2s-chain {to} --quiet --fail-on unreachable"));
    let expected = "\
gateway,class,network,destination,status,reason
VNet1,non-windows,VNet1,10.1.0.0/16,reachable,own-vnet
VNet1,non-windows,VNet2,10.2.0.0/16,blackhole,no-way-back
VNet1,windows,VNet1,10.1.0.0/16,reachable,own-vnet
VNet1,windows,VNet2,10.2.0.0/16,unreachable,no-client-route;no-way-back
";
    assert_eq!(reach("--to VNet2 --to 10.1.0.4 --to 10.2.0.0/16").stdout, expected);
    // What no network holds is reached by nobody, whatever is asked for besides.
    assert_eq!(reach("--to VNet1").code, Some(0));
    let slip = reach("--to VNet1 --to 10.9.9.9");
    assert_eq!((slip.code, slip.stdout.lines().count()), (Some(1), 3), "{}", slip.stdout);
    let table = answer("routes facts/s2s-chain --to VNet1 --to 10.9.9.9 --format table");
    assert!(!table.contains("No route to VNet1"), "{table}");
    for clients in ["Non-Windows", "Windows"] {
        assert!(table.contains(&format!("No route to 10.9.9.9: {clients} clients of VNet1.")), "{table}");
    }
    let one = |to: &str| answer(&format!("explain facts/s2s-chain --from VNet1 --to {to} --proof"));
    let both = answer("explain facts/s2s-chain --from VNet1 --to VNet2 --to VNet3 --proof");
    assert!(
        both.starts_with(one("VNet2").trim_end()) && both.trim_end().ends_with(one("VNet3").trim_end()),
        "{both}"
    );
}

#[test]
fn without_clients_by_client_says_what_is_missing() {
    let run = finish(command().args(["reach", "facts/isolated-vnet", "--by", "client"]));
    let expected = "error: `facts/isolated-vnet` lists no clients\n\n\
                    help: add a file `clients.csv`, or leave out `--by client`\n";
    assert_eq!(run.stderr, expected);
}

#[test]
fn several_inventories_are_told_apart_and_sorted() {
    let expected = "\
inventory,gateway,class,network,destination,status,reason
facts/branch-office,VNet1,windows,Site1,10.101.0.0/16,unreachable,no-client-route;no-way-back
facts/branch-office-bgp,VNet1,windows,Site1,10.101.0.0/16,needs-route,no-client-route
";
    let narrowed = "--to Site1 --class windows";
    // A network that only one of the inventories has is not an error in the others.
    let paths = "facts/isolated-vnet facts/branch-office-bgp facts/branch-office";
    assert_eq!(answer(&format!("reach {paths} {narrowed}")), expected);
    assert_eq!(answer(&format!("reach {paths} facts/branch-office {narrowed}")), expected);
}

#[test]
fn whole_paths_are_looked_at_where_asked_for() {
    // The routes to Far, and those from there to the clients, pass West and East, which share an ASN.
    let reach = "reach tests/fixtures/diagnostics/repeated-asn --to Far --class non-windows";
    assert_eq!(answer(reach), format!("{REACH}Hub,non-windows,Far,10.5.0.0/16,reachable,bgp\n"));
    let lost = "unreachable,no-client-route;no-way-back;no-way-there";
    let whole = answer(&format!("{reach} --as-paths whole"));
    assert_eq!(whole, format!("{REACH}Hub,non-windows,Far,10.5.0.0/16,{lost}\n"));
    let routes = "routes tests/fixtures/diagnostics/repeated-asn --class non-windows --to Far";
    assert_eq!(answer(routes), format!("{ROUTES}Hub,non-windows,10.5.0.0/16,bgp\n"));
    assert_eq!(answer(&format!("{routes} --as-paths whole")), ROUTES);
}

#[test]
fn too_many_shared_numbers_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    // A chain in which nine numbers stand twice.
    let numbers = 0..18;
    let vnet = |number: usize| format!("V{number},10.{number}.0.0/16\n");
    let gateway = |number: usize| {
        let pool = if number == 0 { "192.168.0.0/24" } else { "" };
        format!("V{number},{pool},{}\n", 65001 + number % 9)
    };
    let tunnel = |number: usize| format!("V{},V{number},true\n", number - 1);
    let vnets = "name,address_space\n".to_owned() + &numbers.clone().map(vnet).collect::<String>();
    let gateways = "vnet,client_pool,asn\n".to_owned() + &numbers.clone().map(gateway).collect::<String>();
    let tunnels = "from,to,bgp\n".to_owned() + &numbers.skip(1).map(tunnel).collect::<String>();
    write("vnets.csv", &vnets);
    write("gateways.csv", &gateways);
    write("s2s.csv", &tunnels);
    let run = finish(command().args(["reach", "--quiet", "--as-paths", "whole"]).arg(folder.path()));
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("9 ASNs are shared by routers around `V0`"), "{}", run.stderr);
    let run = finish(command().arg("check").arg(folder.path()));
    assert!(run.stdout.contains("\nrepeated-asn,warning,"), "{}", run.stdout);
}

/// A hub whose gateway has a name of its own, and a spoke of it.
fn named_gateway() -> TempDir {
    let id =
        "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworkGateways/vgw-core";
    let sides =
        "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\nHub,Spoke,yes,no\nSpoke,Hub,no,yes\n";
    folder(&[
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\nSpoke,10.2.0.0/16\n"),
        ("gateways.csv", &format!("vnet,client_pool,id\nHub,192.168.1.0/24,{id}\n")),
        ("peerings.csv", sides),
    ])
}

/// What verbs are asked of the clients of a gateway, which stands for `{}`; the folder stands for `DIR`.
const OF_A_GATEWAY: [&str; 11] = [
    "routes DIR --gateway {} --format csv",
    "reach DIR --gateway {} --format csv",
    "whatif DIR --gateway {} +custom_route(Hub,10.9.0.0/16) --format csv",
    "diff DIR facts/one-sided-peering --gateway {} --format csv",
    "sweep DIR --remove peered --gateway {} --format csv",
    "report DIR --gateway {}",
    "client-config DIR --gateway {} --class non-windows --kind azurevpnconfig",
    "explain DIR --from {} --to Spoke --format json",
    "fix DIR --from {} --to Spoke --break --format csv",
    "graph DIR --from {} --class windows",
    "verify DIR --gateway {} --class non-windows DIR/routes.txt --format csv",
];

#[test]
fn a_gateway_is_found_by_its_own_name_everywhere() {
    let inventory = named_gateway();
    let routes = "default via 192.0.2.1 dev eth0\n10.1.0.0/16 via 192.168.1.1 dev tun0\n";
    std::fs::write(inventory.path().join("routes.txt"), routes).unwrap();
    let asked = |line: &str, gateway: &str| {
        let words = line.replace("{}", gateway).replace("DIR", inventory.path().to_str().unwrap());
        finish(command().args(words.split_whitespace()))
    };
    for line in OF_A_GATEWAY {
        let [vnet, own, with_group] = ["Hub", "VGW-core", "net/vgw-core"].map(|name| asked(line, name));
        assert!(vnet.code.is_some_and(|code| code < 2), "{line}: {vnet:?}");
        for other in [own, with_group] {
            assert_eq!(other.code, vnet.code, "{line}: {}", other.stderr);
            // A page names the gateway as it was asked for.
            assert!(line.starts_with("report") || other.stdout == vnet.stdout, "{line}: {}", other.stdout);
        }
        for (slip, meant) in [("vgw-croe", "vgw-core"), ("Hubs", "Hub")] {
            let run = asked(line, slip);
            assert_eq!(run.code, Some(2), "{line}: {run:?}");
            assert!(run.stderr.contains(&format!("did you mean `{meant}`?")), "{line}: {}", run.stderr);
        }
    }
}

#[test]
fn a_gateway_is_found_by_its_own_name_in_questions_and_changes() {
    let inventory = named_gateway();
    let ask = |gateway: &str, verb: &str| {
        let text = match verb {
            "ask" => format!("? access({gateway}, windows, ?network, ?status)"),
            _ => format!("--with=+ custom_route({gateway}, 10.9.0.0/16)"),
        };
        finish(command().args([verb]).arg(inventory.path()).args([&text, "--format", "csv"]))
    };
    for verb in ["ask", "reach"] {
        let (vnet, own) = (ask("Hub", verb), ask("vgw-core", verb));
        assert_eq!((own.code, &own.stdout), (Some(0), &vnet.stdout), "{verb}: {}", own.stderr);
        assert!(own.stdout.lines().count() > 1, "{verb}: {}", own.stdout);
        let slip = ask("vgw-croe", verb);
        assert!(slip.stderr.contains("did you mean `vgw-core`?"), "{verb}: {}", slip.stderr);
    }
}
