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
    // Over IKEv2 the models agree.
    let pushed = "Model: article. By field reports Windows clients over OpenVPN get routes to Site1, VNet2 and VNet3 \
                  from the gateway (model observed, class windows-openvpn).";
    let (vnets, site) = (
        "For VNet2 and VNet3: they answer, and the gateway gives no route.",
        "For Site1: it answers, and the gateway gives no route.",
    );
    let xml = format!(
        "<!-- {heading} -->\n<!-- {pushed} -->\n\
         <!-- Apply: put `<includeroutes>` into `<clientconfig>` of `azurevpnconfig.xml` and import the profile again. -->\n\
         <!-- Undo: import the profile without it. -->\n\
         <azvpnprofile>\n  <clientconfig>\n    <includeroutes>\n      <!-- {vnets} -->\n      <route>\n        \
         <destination>10.2.0.0</destination>\n        <mask>15</mask>\n      </route>\n      <!-- {site} -->\n      <route>\n        \
         <destination>10.101.0.0</destination>\n        <mask>16</mask>\n      </route>\n    \
         </includeroutes>\n  </clientconfig>\n</azvpnprofile>\n"
    );
    assert_eq!(of_chain("azurevpnconfig"), xml);
    let openvpn = format!(
        "# {heading}\n# {}\n# Apply: add these lines to the `.ovpn` profile and connect again.\n\
         # Undo: take them out and connect again.\n\
         # NetworkManager sends everything into the tunnel of a profile that it imported, until\n\
         #   nmcli connection modify NAME ipv4.never-default yes ipv6.never-default yes\n\
         # {vnets}\nroute 10.2.0.0 255.254.0.0\n# {site}\nroute 10.101.0.0 255.255.0.0\n",
        pushed.replace(" from the", "\n#   from the")
    );
    assert_eq!(of_chain("openvpn"), openvpn);
    let powershell = format!(
        "# {heading}\n# Model: article.\n# Apply: run it in PowerShell, as the user of the connection, and connect again.\n\
         # Undo: `(Get-Content FILE) -replace '^Add-','Remove-' | Invoke-Expression`, and connect again.\n\
         # {vnets}\nAdd-VpnConnectionRoute -ConnectionName 'VNet1' -DestinationPrefix '10.2.0.0/15'\n\
         # {site}\nAdd-VpnConnectionRoute -ConnectionName 'VNet1' -DestinationPrefix '10.101.0.0/16'\n"
    );
    assert_eq!(of_chain("powershell"), powershell);
    let strongswan = format!(
        "# {heading}\n# Model: article.\n# Apply: save it in `/etc/swanctl/conf.d` and run `swanctl --load-conns`.\n\
         # Undo: delete the file and run `swanctl --load-conns` again, which closes what it opened.\n\
         connections {{\n  home {{\n    children {{\n      missing-routes {{\n        local_ts = dynamic\n        \
         # 10.2.0.0/15: {vnets}\n        # 10.101.0.0/16: {site}\n        \
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
    assert_eq!(
        lines("ZOE", "openvpn"),
        ["# No route is missing for zoe, a windows client of East.", "# Model: article."]
    );
    assert_eq!(
        lines("adam", "openvpn")[7..],
        ["# For East: it answers, and the gateway gives no route.", "route 10.1.0.0 255.255.0.0"]
    );
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
surplus,10.102.0.0/16,local-route,,,15,\"Take the route out of `<includeroutes>`, unless somebody knows what it is for.\"
";
    assert_eq!((changed.code, changed.stdout.as_str()), (Some(1), expected));
}

/// The programs of a system that knows these routes and tells in a file which it was asked to add and to take away.
#[cfg(unix)]
struct System {
    folder: tempfile::TempDir,
    name: &'static str,
}

#[cfg(unix)]
impl System {
    fn new(name: &'static str) -> Self {
        use std::os::unix::fs::PermissionsExt;

        // Each changes `known`, a route a line, and fails as the real one does.
        let change = "touch \"$STATE/known\"\n\
             change() {\n  printf '%s\\n' \"$*\" >>\"$STATE/told\"\n\
             case $1 in\n\
             add) if grep -qxF -e \"$2\" \"$STATE/known\"; then echo 'File exists'; exit 2; fi; printf '%s\\n' \"$2\" >>\"$STATE/known\" ;;\n\
             *) grep -qxF -e \"$2\" \"$STATE/known\" || exit 2; grep -vxF -e \"$2\" \"$STATE/known\" >\"$STATE/new\"; mv \"$STATE/new\" \"$STATE/known\" ;;\n\
             esac\n}\n";
        let ip = format!(
            "#!/bin/sh\n{change}case \"$1 $2 $3\" in\n\
             'link show dev') [ \"$4\" != gone ] ;;\n\
             *' route get') exit 2 ;;\n\
             *' route show') grep -xF -e \"$1 $5 $7\" \"$STATE/known\" ;;\n\
             *' route add') change add \"$1 $4 $6\" ;;\n\
             *' route del') change del \"$1 $4 $6\" ;;\nesac\n"
        );
        let route = format!(
            "#!/bin/sh\n{change}case $2 in\n\
             get) grep -xF -e \"$3 $5 utun4\" \"$STATE/known\" >/dev/null && printf 'destination: %s\\n  interface: utun4\\n      flags: <UP,DONE>\\n' \"${{5%/*}}\" ;;\n\
             add) change add \"$3 $5 $7\" ;;\n\
             delete) change del \"$3 $5 $7\" ;;\nesac\n"
        );
        let folder = folder(&[
            ("uname", "#!/bin/sh\necho \"$SYSTEM\"\n"),
            ("ifconfig", "#!/bin/sh\n[ \"$1\" != gone ]\n"),
            ("ip", &ip),
            ("route", &route),
        ]);
        for name in ["uname", "ifconfig", "ip", "route"] {
            fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder, name }
    }

    /// Runs the script; its exit code, what it changed in the system, and the last line that it says.
    fn run(&self, script: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
        let at = |name: &str| self.folder.path().join(name);
        fs::write(at("told"), "").unwrap();
        fs::write(at("routes.sh"), script).unwrap();
        let path = format!("{}:/usr/bin:/bin", self.folder.path().display());
        let mut shell = std::process::Command::new("/bin/sh");
        shell.env_clear().env("PATH", path).env("SYSTEM", self.name).env("STATE", self.folder.path());
        let output = shell.arg(at("routes.sh")).args(arguments).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        let said = String::from_utf8(output.stderr).unwrap();
        let said = said.lines().last().unwrap_or_default().to_owned();
        (output.status.code(), fs::read_to_string(at("told")).unwrap(), said)
    }
}

#[cfg(unix)]
#[test]
fn the_script_calls_what_the_system_has() {
    let interface = "tun 0'; echo $(id) `id`";
    let script =
        finish(command().args(CHAIN.split(' ')).args(["bash", "--quiet", "--interface", interface])).stdout;
    let linux = System::new("Linux");
    let (code, told, said) = linux.run(&script, &[]);
    assert_eq!(told, format!("add -4 10.2.0.0/15 {interface}\nadd -4 10.101.0.0/16 {interface}\n"));
    assert_eq!((code, &*said), (Some(0), "add: 2 changed, 0 as they should be, 0 failed"));
    // Where they are, they stay.
    let (code, _, said) = linux.run(&script, &[]);
    assert_eq!((code, &*said), (Some(0), "add: 0 changed, 2 as they should be, 0 failed"));
    let (code, told, said) = linux.run(&script, &["--undo"]);
    assert_eq!(told, format!("del -4 10.2.0.0/15 {interface}\ndel -4 10.101.0.0/16 {interface}\n"));
    assert_eq!((code, &*said), (Some(0), "undo: 2 changed, 0 as they should be, 0 failed"));
    let (code, _, said) = linux.run(&script, &["--undo", "tun3"]);
    assert_eq!((code, &*said), (Some(0), "undo: 0 changed, 2 as they should be, 0 failed"));
    // An interface that is gone took its routes along.
    assert_eq!(linux.run(&script, &["gone"]).0, Some(1));
    assert_eq!(linux.run(&script, &["--undo", "gone"]).0, Some(0));
    let mac = System::new("Darwin");
    let (code, told, said) = mac.run(&script, &["utun4"]);
    assert_eq!(told, "add -inet 10.2.0.0/15 utun4\nadd -inet 10.101.0.0/16 utun4\n");
    assert_eq!((code, &*said), (Some(0), "add: 2 changed, 0 as they should be, 0 failed"));
    let (code, told, said) = mac.run(&script, &["utun4"]);
    assert_eq!((code, &*told, &*said), (Some(0), "", "add: 0 changed, 2 as they should be, 0 failed"));
    let (code, told, said) = mac.run(&script, &["--undo", "utun4"]);
    assert_eq!(told, "del -inet 10.2.0.0/15 utun4\ndel -inet 10.101.0.0/16 utun4\n");
    assert_eq!((code, &*said), (Some(0), "undo: 2 changed, 0 as they should be, 0 failed"));
}

/// A route that is there, but leads elsewhere, is told, and the others are added all the same.
#[cfg(unix)]
#[test]
fn the_script_goes_on_where_a_route_cannot_be_had() {
    let script = of_chain("bash");
    let linux = System::new("Linux");
    let broken = fs::read_to_string(linux.folder.path().join("ip")).unwrap();
    let broken = broken.replace("*' route add') ", "'-4 route add') [ \"$4\" = 10.2.0.0/15 ] && exit 2; ");
    fs::write(linux.folder.path().join("ip"), broken).unwrap();
    let (code, told, said) = linux.run(&script, &[]);
    assert_eq!(told, "add -4 10.101.0.0/16 tun0\n");
    assert_eq!((code, &*said), (Some(1), "add: 1 changed, 0 as they should be, 1 failed"));
}

/// A hub with so many sites of one prefix each that its Windows clients lack a route to.
fn many(count: usize) -> tempfile::TempDir {
    let prefixes: Vec<String> =
        (0..count).map(|it| format!("10.{}.{}.0/24", it / 128, it % 128 * 2)).collect();
    folder(&[
        ("vnets.csv", "name,address_space\nHub,172.30.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn,protocols\nHub,192.168.0.0/24,65010,OpenVPN\n"),
        ("sites.csv", &format!("name,address_space,asn\nSite,{},65101\n", prefixes.join(";"))),
        ("s2s.csv", "from,to,bgp\nHub,Site,true\n"),
    ])
}

#[test]
fn more_than_a_client_takes_is_split_or_warned_of() {
    let folder = many(600);
    let of = |kind: &str, more: &[&str]| {
        let whom = ["--gateway", "Hub", "--class", "windows", "--kind", kind];
        finish(command().arg("client-config").arg(folder.path()).args(whom).args(more))
    };
    let swan = of("strongswan", &[]);
    let counts: Vec<usize> = swan
        .stdout
        .lines()
        .filter(|line| line.contains("remote_ts"))
        .map(|it| it.split(',').count())
        .collect();
    assert_eq!(counts, [255, 255, 90]);
    assert!(swan.stdout.contains("      missing-routes-3 {\n"), "{}", swan.stdout);
    let shell = of("powershell", &["--deny", "warnings"]);
    // Of its own VNet and of its pool the clients hold routes already.
    let what = "602 routes in all; the native client of Windows takes 255 routes over IKEv2, and 25 before Windows 10 2004";
    assert!(shell.stderr.contains(&format!("windows clients of Hub get {what}")), "{}", shell.stderr);
    assert!(
        shell.stdout.contains("# Warning: 602 routes in all; the native client of Windows takes 255"),
        "{}",
        shell.stdout
    );
    assert_eq!(shell.code, Some(1));
    for kind in ["openvpn", "azurevpnconfig", "bash", "json"] {
        let run = of(kind, &["--deny", "warnings"]);
        assert!(run.code == Some(0) && !run.stdout.contains("Warning"), "{kind}: {}", run.stderr);
    }
}

#[test]
fn every_limit_is_in_the_document_with_its_source() {
    let document = fs::read_to_string("docs/client-config.md").unwrap();
    for limit in tunnelog::class::limits::LIMITS {
        let most = match limit.most {
            1_000 => "1,000".to_owned(),
            most => most.to_string(),
        };
        let row = format!("\n| {} | {most} {} | {} |\n", limit.taker, limit.of, limit.source);
        assert!(document.contains(&row), "{row}");
    }
}

/// What is listed of a client counts for more than the model.
#[test]
fn a_client_is_answered_for_its_protocol() {
    let folder = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\nFar,10.2.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool,asn\nHub,192.168.0.0/24,65001\nFar,,65002\n"),
        ("s2s.csv", "from,to,bgp\nHub,Far,true\n"),
        (
            "clients.csv",
            "name,gateway,os,protocol,manual_routes\nann,Hub,windows,OpenVPN,\nbob,Hub,windows,,\ncleo,Hub,windows,IKEv2,\n\
             dora,Hub,windows,OpenVPN,10.2.0.0/16\n",
        ),
    ]);
    let of = |client: &str| {
        let arguments = ["client-config", "--kind", "bash", "--client", client];
        let text = finish(command().args(arguments).arg(folder.path())).stdout;
        let said = text.lines().skip(1).take_while(|line| !line.starts_with("# Apply"));
        let said: Vec<&str> = said.map(|line| line.trim_start_matches('#').trim()).collect();
        (said.join(" "), text.contains("10.2.0.0"))
    };
    let listed = "Model: observed. The client's protocol is listed, and it is answered for that.";
    let (ann, ann_lacks) = of("ann");
    let article = format!(
        "{listed} By Microsoft's article Windows clients lack routes to Far (model article, class windows)."
    );
    assert!(ann.ends_with(&article) && !ann_lacks, "{ann}");
    let (bob, bob_lacks) = of("bob");
    let reports = "Model: article. By field reports Windows clients over OpenVPN get routes to Far from the gateway \
                   (model observed, class windows-openvpn).";
    assert!(bob.ends_with(reports) && bob_lacks, "{bob}");
    let (cleo, cleo_lacks) = of("cleo");
    assert!(cleo.ends_with(listed) && !cleo.contains("By ") && cleo_lacks, "{cleo}");
    // Where her user has added the route, she lacks it by neither model.
    let (dora, dora_lacks) = of("dora");
    assert!(dora.ends_with(listed) && !dora.contains("By ") && !dora_lacks, "{dora}");
}

/// The Azure VPN Client for Linux is gone.
#[test]
fn no_profile_of_the_azure_vpn_client_is_written_for_linux() {
    let folder = folder(&[
        ("vnets.csv", "name,address_space\nHub,10.1.0.0/16\n"),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
        ("clients.csv", "name,gateway,os\nann,Hub,linux\nbob,Hub,macos\n"),
    ]);
    let of = |client: &str, kind: &str| {
        let arguments = ["client-config", "--client", client, "--kind", kind];
        finish(command().args(arguments).arg(folder.path()))
    };
    let refused = of("ann", "azurevpnconfig");
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("retired on 2026-08-31"), "{}", refused.stderr);
    for (client, kind) in [("ann", "openvpn"), ("ann", "strongswan"), ("bob", "azurevpnconfig")] {
        assert_eq!(of(client, kind).code, Some(0), "{client} {kind}");
    }
}
