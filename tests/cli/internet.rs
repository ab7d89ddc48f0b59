//! The Internet as a destination: asked for by name and by address, in changes, and where it is not known.

use crate::support::folders::folder;
use crate::support::program::{answer, command, finish, run};

const HEAD: &str = "gateway,class,network,destination,status,reason\n";

#[test]
fn it_is_asked_for_by_name_and_by_address() {
    // No client of the hub holds a public route, so that nothing is said of the Internet unasked.
    assert!(!answer("reach facts/hub-and-firewall --format csv").contains("Internet"));
    let dropped = "unreachable,no-client-route;no-way-back;no-way-there\n";
    let expected =
        format!("{HEAD}Hub,windows,Internet,0.0.0.0/0,{dropped}Hub,windows,Internet,::/0,{dropped}");
    assert_eq!(answer("reach facts/hub-and-firewall --to internet --class windows"), expected);
    let expected = format!("{HEAD}Hub,windows,Internet,::/0,{dropped}");
    assert_eq!(answer("reach facts/hub-and-firewall --to 2001:db8::1 --class windows"), expected);
    // A private address that no network holds is none of the Internet, whoever holds routes there.
    assert_eq!(answer("reach facts/forced-tunnelling-firewall --to 10.99.0.1"), HEAD);
    let expected = format!("{HEAD}Hub,windows,Internet,0.0.0.0/0,reachable,custom-route\n");
    assert_eq!(answer("reach facts/forced-tunnelling-firewall --to 1.1.1.1 --class windows"), expected);
    assert_eq!(
        answer("reach facts/forced-tunnelling-firewall --to 10.1.1.4 --class windows"),
        format!("{HEAD}Hub,windows,Spoke,10.1.0.0/16,reachable,transit-spoke\n")
    );
}

#[test]
fn a_network_of_that_name_comes_first() {
    let asked = answer("reach facts/lab-forced-tunnelling --to Internet --class windows");
    let expected = format!(
        "{HEAD}VNet1,windows,Internet,0.0.0.0/1,reachable,custom-route\n\
         VNet1,windows,Internet,128.0.0.0/1,reachable,custom-route\n"
    );
    assert_eq!(asked, expected);
}

#[test]
fn a_change_that_cuts_it_off_is_told() {
    let change = "- user_route(from-clients, 0.0.0.0/1, appliance(10.0.1.4))";
    let of_windows = ["--format", "csv", "--class", "windows"];
    let told =
        finish(command().args(["whatif", "facts/forced-tunnelling-firewall", change]).args(of_windows));
    let rows: Vec<&str> = told.stdout.lines().filter(|line| line.contains(",Internet,")).collect();
    assert_eq!(rows.len(), 1, "{}{}", told.stdout, told.stderr);
    assert!(rows[0].contains("0.0.0.0/1,reachable,blackhole"), "{rows:?}");
}

#[test]
fn what_does_not_know_it_says_so() {
    for verb in [
        "explain facts/forced-tunnelling-site --from VNet1 --to Internet",
        "fix facts/forced-tunnelling-site --from VNet1 --to Internet",
    ] {
        let run = run(verb);
        assert_eq!(run.code, Some(2), "{}", run.stdout);
        assert!(run.stderr.contains("is not worked out yet"), "{}", run.stderr);
    }
}

#[test]
fn longer_public_prefixes_have_rows_of_their_own() {
    let inventory = folder(&[
        ("vnets.csv", "name,address_space\nVNet1,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,custom_routes,asn\nVNet1,192.168.0.0/24,20.60.0.0/16,65001\n"),
        ("sites.csv", "name,address_space,asn\nBranch,0.0.0.0/0 20.0.0.0/24,65101\n"),
        ("s2s.csv", "from,to,bgp\nVNet1,Branch,true\n"),
    ]);
    let run =
        finish(command().arg("reach").arg(inventory.path()).args(["--format", "csv", "--class", "windows"]));
    // The site announces a default route, so that all of the Internet is there and back; clients hold a route for a piece.
    let expected = format!(
        "{HEAD}VNet1,windows,Branch,20.0.0.0/24,needs-route,no-client-route\n\
         VNet1,windows,Internet,0.0.0.0/0,needs-route,no-client-route\n\
         VNet1,windows,Internet,20.60.0.0/16,reachable,custom-route\n\
         VNet1,windows,VNet1,10.1.0.0/16,reachable,own-vnet\n"
    );
    assert_eq!(run.stdout, expected, "{}", run.stderr);
}
