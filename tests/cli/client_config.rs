//! `client-config` as scripts meet it, and its outputs as their readers do.

use std::fs;

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{Run, answer, command, finish, run, two_hubs};

/// Windows clients reach two VNets and a site once they have routes to 10.2, 10.3 and 10.101.
const CHAIN: &str = "client-config facts/s2s-chain-branch-bgp --gateway VNet1 --class windows --kind";

fn of_chain(kind: &str) -> String {
    answer(&format!("{CHAIN} {kind}"))
}

#[test]
fn every_kind_is_written_as_its_client_takes_it() {
    let heading = "The routes that are missing for windows clients of VNet1.";
    let xml = format!(
        "<!-- {heading} -->\n<azvpnprofile>\n  <clientconfig>\n    <includeroutes>\n      <route>\n        \
         <destination>10.2.0.0</destination>\n        <mask>15</mask>\n      </route>\n      <route>\n        \
         <destination>10.101.0.0</destination>\n        <mask>16</mask>\n      </route>\n    \
         </includeroutes>\n  </clientconfig>\n</azvpnprofile>\n"
    );
    assert_eq!(of_chain("azurevpnconfig"), xml);
    let openvpn = format!("# {heading}\nroute 10.2.0.0 255.254.0.0\nroute 10.101.0.0 255.255.0.0\n");
    assert_eq!(of_chain("openvpn"), openvpn);
    let powershell = format!(
        "# {heading}\nAdd-VpnConnectionRoute -ConnectionName 'VNet1' -DestinationPrefix '10.2.0.0/15'\n\
         Add-VpnConnectionRoute -ConnectionName 'VNet1' -DestinationPrefix '10.101.0.0/16'\n"
    );
    assert_eq!(of_chain("powershell"), powershell);
    let strongswan = format!(
        "# {heading}\nconnections {{\n  home {{\n    children {{\n      missing-routes {{\n        local_ts = dynamic\n        \
         remote_ts = 10.2.0.0/15,10.101.0.0/16\n        start_action = start\n      }}\n    }}\n  }}\n}}\n"
    );
    assert_eq!(of_chain("strongswan --connection home"), strongswan);
    let json = of_chain("json");
    valid("client-config", &serde_json::from_str(&json).unwrap());
    let rows = "\"routes\":[\n{\"prefix\":\"10.2.0.0/15\",\"networks\":[\"VNet2\",\"VNet3\"]},\n\
                {\"prefix\":\"10.101.0.0/16\",\"networks\":[\"Site1\"]}\n]}\n";
    assert!(json.ends_with(rows), "{json}");
}

#[test]
fn nothing_missing_is_valid_and_says_so() {
    for kind in ["azurevpnconfig", "openvpn", "powershell", "strongswan", "bash"] {
        let text = answer(&format!(
            "client-config facts/isolated-vnet --gateway vnet1 --class windows --kind {kind}"
        ));
        assert!(text.contains("No route is missing for windows clients of VNet1."), "{text}");
        assert!(!text.contains("10."), "{text}");
    }
    let json = answer("client-config facts/isolated-vnet --gateway VNet1 --class windows --kind json");
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    valid("client-config", &document);
    assert_eq!(document["routes"], serde_json::json!([]));
}

#[test]
fn what_a_client_has_added_is_no_longer_missing() {
    let folder = two_hubs();
    let lines = |name: &str, kind: &str| {
        let mut command = command();
        command.arg("client-config").arg(folder.path()).args(["--client", name, "--kind", kind, "--quiet"]);
        finish(&mut command).stdout.lines().map(String::from).collect::<Vec<_>>()
    };
    // zoe added a route to West by hand, and adam, who lacks one to East, added none.
    assert_eq!(lines("ZOE", "openvpn"), ["# No route is missing for zoe, a windows client of East."]);
    assert_eq!(lines("adam", "openvpn")[1..], ["route 10.1.0.0 255.255.0.0"]);
}

#[test]
fn both_families_are_written() {
    let text = answer("client-config facts/dual-stack --gateway VNet1 --class windows --kind openvpn");
    let json = answer("client-config facts/dual-stack --gateway VNet1 --class windows --kind json");
    let six = json.matches("\"prefix\":\"fd").count();
    assert_eq!(text.matches("route-ipv6 fd").count(), six);
    assert!(six > 0, "{json}");
}

#[test]
fn a_name_that_cannot_be_told_is_wrong_use() {
    let refused = |words: &[&str]| {
        let run = finish(command().args(CHAIN.split(' ')).args(words));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{words:?}");
        run.stderr
    };
    assert!(
        refused(&["strongswan", "--connection", "two words", "--quiet"]).contains("`--connection` takes")
    );
    assert!(refused(&["bash", "--interface", "", "--quiet"]).contains("`--interface` takes"));
    for arguments in [
        "client-config facts/two-gateways --kind json",
        "client-config facts/two-gateways --kind json --gateway VNet1",
        "client-config facts/two-gateways --kind json --gateway VNet3 --class windows",
        "client-config facts/two-gateways --kind json --client anna",
        "client-config facts/two-gateways --kind json --client anna --gateway VNet1",
        "client-config facts/two-gateways --kind json --gateway VNet1 --class windows-openvpn",
        "client-config facts/two-gateways --gateway VNet1 --class windows",
    ] {
        assert_eq!(run(arguments).code, Some(2), "{arguments}");
    }
    let slip = run("client-config facts/two-gateways --kind json --gateway VNet11 --class windows --quiet");
    assert!(slip.stderr.contains("did you mean `VNet1`?"), "{}", slip.stderr);
}

#[test]
fn the_profile_that_is_written_passes_for_one_that_lacks_nothing() {
    let folder = folder(&[]);
    let path = folder.path().join("azurevpnconfig.xml");
    let verb = |verb: &str, rest: &[&str]| -> Run {
        let whom = ["facts/s2s-chain-branch-bgp", "--gateway", "VNet1", "--class", "windows", "--quiet"];
        finish(command().arg(verb).args(whom).args(rest).arg(&path))
    };
    assert_eq!(verb("client-config", &["--kind", "azurevpnconfig", "-o"]).code, Some(0));
    assert_eq!(verb("verify", &[]).code, Some(0));
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("10.101.0.0", "10.102.0.0")).unwrap();
    let changed = verb("verify", &[]);
    let expected = "\
kind,prefix,cause,reason,neighbour,line,help
missing,10.101.0.0/16,needs-route,,,,\"Add the route to `<includeroutes>`, as `tunnelog client-config` writes it.\"
surplus,10.102.0.0/16,local-route,,,10,\"Take the route out of `<includeroutes>`, unless somebody knows what it is for.\"
";
    assert_eq!((changed.code, changed.stdout.as_str()), (Some(1), expected));
}

/// Runs the script that is written with programs in the place of `uname`, `ip` and `route` that tell how they are called.
#[cfg(unix)]
#[test]
fn the_script_calls_what_the_system_has() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    let interface = "tun 0'; echo $(id) `id`";
    let folder = folder(&[("uname", "#!/bin/sh\necho \"$SYSTEM\"\n")]);
    for name in ["ip", "route"] {
        let text = format!("#!/bin/sh\nprintf '{name}'\nprintf ' <%s>' \"$@\"\necho\n");
        fs::write(folder.path().join(name), text).unwrap();
    }
    for name in ["uname", "ip", "route"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let script = finish(command().args(CHAIN.split(' ')).args(["bash", "--quiet", "--interface", interface]));
    let script_at = folder.path().join("routes.sh");
    fs::write(&script_at, script.stdout).unwrap();
    let called = |system: &str, arguments: &[&str]| {
        let mut shell = Command::new("/bin/sh");
        shell.env_clear().env("PATH", folder.path()).env("SYSTEM", system).arg(&script_at).args(arguments);
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let linux = format!(
        "ip <-4> <route> <add> <10.2.0.0/15> <dev> <{interface}>\n\
         ip <-4> <route> <add> <10.101.0.0/16> <dev> <{interface}>\n"
    );
    assert_eq!(called("Linux", &[]), linux);
    let mac = "route <-n> <add> <-inet> <-net> <10.2.0.0/15> <-interface> <utun4>\n\
               route <-n> <add> <-inet> <-net> <10.101.0.0/16> <-interface> <utun4>\n";
    assert_eq!(called("Darwin", &["utun4"]), mac);
}
