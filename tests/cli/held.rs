//! What clients hold for addresses that no network holds, and what is left once changes are made.

use crate::support::folders::folder;
use crate::support::program::{Run, command, finish, run};

fn on(inventory: &tempfile::TempDir, verb: &str, options: &[&str]) -> Run {
    finish(command().arg(verb).arg(inventory.path()).args(options))
}

const VNETS: (&str, &str) = ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\n");

#[test]
fn an_address_that_only_a_custom_route_covers_is_told_with_the_route() {
    let inventory = folder(&[
        VNETS,
        ("gateways.csv", "vnet,client_pool,custom_routes\nVNet1,192.168.0.0/24,20.60.0.0/16 10.60.0.0/16\n"),
    ]);
    let sentence = "10.60.10.4: clients of VNet1 (non-windows and windows) hold the route 10.60.0.0/16 (custom route), \
                    so packets go into the tunnel, and no network connected to VNet1 answers";
    let flowing = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let explained = on(&inventory, "explain", &["--from", "VNet1", "--to", "10.60.10.4"]);
    assert!(flowing(&explained.stdout).contains(sentence), "{}", explained.stdout);
    // A public address is one of the Internet, and the gateway leads nobody there.
    let explained = on(&inventory, "explain", &["--from", "VNet1", "--to", "20.60.10.4"]);
    let why = "VNet1's gateway has no route to 20.60.0.0/16, and a gateway by itself sends no client there";
    assert!(flowing(&explained.stdout).contains(why), "{}", explained.stdout);
    // For `reach` it is an address of the Internet, and so is the next, for which nobody holds a route.
    let rows = on(&inventory, "reach", &["--to", "20.60.10.4", "--format", "csv"]);
    let expected = "gateway,class,network,destination,status,reason\n\
                    VNet1,non-windows,Internet,20.60.0.0/16,blackhole,no-way-back;no-way-there\n\
                    VNet1,windows,Internet,20.60.0.0/16,blackhole,no-way-back;no-way-there\n";
    assert_eq!(rows.stdout, expected);
    let other = on(&inventory, "reach", &["--to", "20.61.10.4", "--format", "csv", "--class", "windows"]);
    let expected = "gateway,class,network,destination,status,reason\n\
                    VNet1,windows,Internet,0.0.0.0/0,unreachable,no-client-route;no-way-back;no-way-there\n";
    assert_eq!(other.stdout, expected);
    let pool = on(&inventory, "explain", &["--from", "VNet1", "--to", "192.168.0.7"]);
    assert!(
        flowing(&pool.stdout).contains("192.168.0.7: in the address pool 192.168.0.0/24 of VNet1"),
        "{}",
        pool.stdout
    );
}

#[test]
fn an_address_of_a_client_is_none_of_a_sites_summary() {
    let asked = run("reach facts/lab-forced-tunnelling --to 172.16.0.9 --format csv --quiet");
    assert_eq!(asked.stdout, "gateway,class,network,destination,status,reason\n");
    let beside =
        run("reach facts/lab-forced-tunnelling --to 172.17.0.9 --class windows --format csv --quiet");
    assert!(
        beside.stdout.ends_with("VNet1,windows,Internet,128.0.0.0/1,reachable,custom-route\n"),
        "{}",
        beside.stdout
    );
    let warned = run("check facts/lab-forced-tunnelling --deny warnings");
    assert_eq!((warned.code, warned.stdout.matches("warning[").count()), (Some(0), 0), "{}", warned.stdout);
}

#[test]
fn summaries_on_a_local_network_gateway_are_told_whole_and_without_a_warning() {
    let halves = ["0.0.0.0/1", "10.252.2.26/32", "128.0.0.0/1"];
    let blocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
    let cases = [
        ("two-halves", "magic-wan", halves, "unreachable,no-client-route;no-way-back"),
        ("two-halves-handed-out", "magic-wan", halves, "blackhole,no-way-back"),
        ("private-blocks", "corp", blocks, "unreachable,no-client-route;no-way-back"),
    ];
    for (name, site, prefixes, verdict) in cases {
        let path = format!("tests/fixtures/summaries/{name}");
        let rows = run(&format!("reach {path} --class windows --to {site} --format csv --quiet")).stdout;
        let row = |prefix: &str| format!("hub,windows,{site},{prefix},{verdict}\n");
        let expected: Vec<String> = prefixes.iter().map(|prefix| row(prefix)).collect();
        assert_eq!(
            rows,
            format!("gateway,class,network,destination,status,reason\n{}", expected.concat()),
            "{name}"
        );
        let found = run(&format!("check {path} --format csv")).stdout;
        assert_eq!(found.lines().count(), 1, "{name}: {found}");
    }
}

#[test]
fn changes_leave_what_the_inventory_would_have_afterwards() {
    let gateways = ("gateways.csv", "vnet,client_pool,custom_routes\nVNet1,192.168.0.0/24,10.101.0.0/16\n");
    let sites = ("sites.csv", "name,address_space\nSite1,10.101.0.0/16\n");
    let before = folder(&[
        VNETS,
        gateways,
        sites,
        (
            "s2s.csv",
            "from,to,bgp,from_static,to_static\nVNet1,Site1,false,10.101.0.0/16,10.1.0.0/16;192.168.0.0/24\n",
        ),
    ]);
    let after = folder(&[VNETS, gateways, sites, ("s2s.csv", "from,to,bgp\n")]);
    let changed = on(&before, "reach", &["--with", "- s2s(Site1, VNet1)", "--format", "csv", "--quiet"]);
    assert_eq!(changed.stdout, on(&after, "reach", &["--format", "csv", "--quiet"]).stdout);
    assert_eq!(changed.code, Some(0), "{}", changed.stderr);
    let peerings = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n";
    let vnets = ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\nVNet2,10.2.0.0/16\n");
    let both = format!("{peerings}VNet1,VNet2,true,false\nVNet2,VNet1,false,true\n");
    let before = folder(&[vnets, gateways, ("peerings.csv", &both)]);
    let after = folder(&[vnets, gateways, ("peerings.csv", peerings)]);
    let options = [
        "--with",
        "- peered(VNet1, VNet2)",
        "--with",
        "- peered(VNet2, VNet1)",
        "--format",
        "csv",
        "--quiet",
    ];
    let changed = on(&before, "reach", &options);
    assert_eq!(changed.stdout, on(&after, "reach", &["--format", "csv", "--quiet"]).stdout);
    // What is taken away and brought back is as it was.
    let options = [
        "--with",
        "- peered(VNet1, VNet2)",
        "--with",
        "+ peered(VNet1, VNet2)",
        "--format",
        "csv",
        "--quiet",
    ];
    assert_eq!(
        on(&before, "reach", &options).stdout,
        on(&before, "reach", &["--format", "csv", "--quiet"]).stdout
    );
}

#[test]
fn a_misspelt_state_is_no_state() {
    let inventory = folder(&[
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\nVNet2,10.2.0.0/16\n"),
        (
            "peerings.csv",
            "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways,state\nVNet1,VNet2,true,false,Conected\n\
             VNet2,VNet1,false,true,initiated\n",
        ),
        ("gateways.csv", "vnet\nVNet1\nVNet2\n"),
        (
            "s2s.csv",
            "from,to,bgp,status\nVNet1,VNet2,false,Not Connected\nVNet1,VNet2,false,Notconected\nVNet1,VNet2,false,asleep\n",
        ),
    ]);
    let told = on(&inventory, "reach", &[]);
    assert_eq!(told.code, Some(2));
    let text = told.stdout + &told.stderr;
    assert_eq!(text.matches("error[bad-value]").count(), 3, "{text}");
    for part in [
        "`Conected` is not a state of a peering",
        "did you mean `Connected`?",
        "`Notconected` is not a status of a connection",
        "did you mean `NotConnected`?",
        "`asleep` is not a status of a connection",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
