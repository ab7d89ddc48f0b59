//! DNS servers and suffixes of clients: what `client-config` writes, and what `verify` misses.

use std::fs;

use serde_json::{Value, json};

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{Run, command, finish};

/// A hub with a resolver that two zones are linked to, a zone that is linked to nothing, and a server that nobody reaches.
const HUB: &[(&str, &str)] = &[
    ("vnets.csv", "name,address_space\nHub,10.0.0.0/16\n"),
    ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
    ("dns.csv", "vnet,servers\nHub,10.0.0.4;10.9.0.4\n"),
    ("resolvers.csv", "name,vnet,address\ninbound,Hub,10.0.0.4\n"),
    (
        "zones.csv",
        "zone,vnet\nprivatelink.blob.core.windows.net,Hub\ncontoso.internal,Hub\nother.internal,\n",
    ),
];

fn hub() -> tempfile::TempDir {
    folder(HUB)
}

fn run(verb: &str, inventory: &tempfile::TempDir, more: &str) -> Run {
    let mut program = command();
    program.arg(verb).arg(inventory.path()).args(["--gateway", "Hub"]).args(more.split(' '));
    finish(&mut program)
}

fn answer(verb: &str, inventory: &tempfile::TempDir, more: &str) -> String {
    let run = run(verb, inventory, more);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    run.stdout
}

#[test]
fn what_is_written_is_what_is_missed() {
    let inventory = hub();
    let work = folder(&[]);
    for (kind, class, name) in
        [("azurevpnconfig", "windows", "azurevpnconfig.xml"), ("openvpn", "non-windows", "hub.ovpn")]
    {
        let file = work.path().join(name);
        let text = answer("client-config", &inventory, &format!("--class {class} --kind {kind}"));
        assert!(
            text.contains("10.0.0.4") && text.contains("Left out are the DNS servers 10.9.0.4"),
            "{text}"
        );
        assert!(!text.contains("privatelink") && !text.contains("other.internal"), "{text}");
        fs::write(&file, text).unwrap();
        let more = format!("--class {class} --format table {}", file.display());
        let said = answer("verify", &inventory, &more);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("2 routes, 1 DNS server and 2 suffixes, and nothing else is there."), "{said}");
    }
}

#[test]
fn a_document_has_servers_and_suffixes() {
    let inventory = hub();
    let document: Value =
        serde_json::from_str(&answer("client-config", &inventory, "--class windows --kind json")).unwrap();
    valid("client-config", &document);
    assert_eq!(document["servers"], json!(["10.0.0.4"]));
    assert_eq!(document["suffixes"], json!(["blob.core.windows.net", "contoso.internal"]));
    let plain = folder(&HUB[..2]);
    let document = answer("client-config", &plain, "--class windows --kind json");
    assert!(!document.contains("servers") && !document.contains("suffixes"), "{document}");
}

#[test]
fn rows_name_servers_and_suffixes() {
    let inventory = hub();
    let work = folder(&[(
        "status.txt",
        "Global\n  resolv.conf mode: stub\n\nLink 3 (tun0)\nCurrent Scopes: DNS\nProtocols: -DefaultRoute\nDNS Servers: 10.0.0.4 10.0.0.9\n\
         DNS Domain: ~contoso.internal\n",
    )]);
    let file = work.path().join("status.txt");
    let more = format!("--class non-windows {}", file.display());
    let found = run("verify", &inventory, &more);
    let expected = "kind,prefix,cause,reason,neighbour,line,help\n\
        missing-suffix,blob.core.windows.net,needs-suffix,,,,Add the suffix; `tunnelog client-config` writes it.\n\
        surplus-server,10.0.0.9,not-handed-out,,,7,\"Take it out, unless somebody knows what it is for.\"\n";
    assert_eq!((found.code, found.stdout.as_str()), (Some(1), expected), "{}", found.stderr);
    let found = run("verify", &inventory, &format!("{more} --format json"));
    let document: Value = serde_json::from_str(&found.stdout).unwrap();
    valid("verify", &document);
    assert_eq!(document["kind"], "resolvectl");
    let named: Vec<&Value> = document["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.get("server").or_else(|| row.get("suffix")).unwrap())
        .collect();
    assert_eq!(named, ["blob.core.windows.net", "10.0.0.9"]);
    // By an older inventory the surplus server was handed out.
    let mut files = HUB.to_vec();
    files[2].1 = "vnet,servers\nHub,10.0.0.9\n";
    let old = folder(&files);
    let found = run("verify", &inventory, &format!("{more} --old {}", old.path().display()));
    assert!(found.stdout.contains("\nstale-server,10.0.0.9,not-handed-out,,,7,"), "{}", found.stdout);
}

#[test]
fn an_inventory_without_names_has_nothing_to_hold_them_against() {
    let plain = folder(&HUB[..2]);
    let more = "--class non-windows tests/fixtures/routes/resolvectl.txt";
    let found = run("verify", &plain, more);
    assert_eq!((found.code, found.stdout.as_str()), (Some(2), ""));
    assert!(found.stderr.contains("says nothing of DNS servers"), "{}", found.stderr);
    let profile =
        run("verify", &plain, "--class windows tests/fixtures/routes/VpnSettings.xml --format json");
    assert!(!profile.stdout.contains("server\""), "{}", profile.stdout);
}
