//! Secrets in whatever the program reads, beside faults of every kind, and none of them in whatever it writes.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::folders::folder;
use crate::support::program::{Run, command, finish};

/// What every planted secret has in it. It is no opaque word, so only its name can tell that it is one.
const PLANT: &str = "planted";

/// A long opaque word, which is told without a name.
const OPAQUE: &str = "kP3xQ+9v/T7bLw2Zs8RnYc4HdUfJ6gMe1oAiBqXtVyE=";

/// The formats of `check` that take turns beside the one for people.
const FORMATS: [&str; 5] = ["json", "csv", "markdown", "sarif", "github"];

const VNETS: &str = "name,address_space\nA,10.1.0.0/16\nB,10.2.0.0/16\n";
const GATEWAYS: &str = "vnet,client_pool\nA,192.168.1.0/24\nB,\n";

fn run(arguments: &[&str], path: &Path, more: &[&str]) -> Run {
    finish(command().args(arguments).arg(path).args(more))
}

/// Fails where a secret shows in what a run wrote.
fn assert_hidden(run: &Run, what: &str) {
    for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        let shown = text.lines().find(|line| line.contains(PLANT) || line.contains(&OPAQUE[..12]));
        assert_eq!(shown, None, "{what}: {stream}");
    }
}

/// Inventories with a fault on each line that has a secret.
fn inventories() -> Vec<(&'static str, TempDir)> {
    let with = |s2s: &str| folder(&[("vnets.csv", VNETS), ("gateways.csv", GATEWAYS), ("s2s.csv", s2s)]);
    let mut made = Vec::new();
    for (name, heading) in [
        ("shared_key", "shared_key"),
        ("Shared Key", "Shared Key"),
        ("PSK", "PSK"),
        ("connectionString", "connectionString"),
        ("sas-token", "sas-token"),
        ("SASUri", "SASUri"),
        ("Password", "Password"),
        ("client secret", "client secret"),
        ("publicCertData", "publicCertData"),
    ] {
        let row =
            format!("from,to,{heading},bgp\nA,B,planted-1,maybe\nA,C,\"planted,2\",true\nA,B,planted-3\n");
        made.push((name, with(&row)));
        let first = format!(
            "{heading};from;to;bgp\nplanted-4;A;B;maybe\nplanted-5;A;B;true;more\n\"planted\"-6;A;B;true\n"
        );
        made.push((name, with(&first)));
    }
    for row in [
        "from,to,shared_key,bgp,status\nA,B,pre,planted-2!x,Connected\n",
        "from,to,bgp,status\nA,B,maybe,Connected,planted-2!x\n",
        "from,to,bgp,remark\nA,B,maybe,the password is planted-2!x\n",
        "from,to,bgp,conn_str\nA,B,maybe,planted-2!x\n",
        "from,to,bgp,remark\nA,B,maybe,https://user:planted-2!x@host/x\n",
        "from,to,bgp,remark\nA,B,maybe,https://host/api?code=planted-2!x\n",
    ] {
        made.push(("a part of a cell", with(row)));
    }
    for cell in [
        "\"{\"\"sharedKey\"\": \"\"planted-7\"\"}\"",
        "\"{\"\"properties\"\": {\"\"Secret\"\":\"\"planted-8\"\", \"\"a\"\": 1}}\"",
        "\"[{\"\"name\"\":\"\"vpn-psk\"\",\"\"value\"\":\"\"planted-9\"\"}]\"",
        "AccountKey=planted-10",
        "https://a.example/?sv=1&sig=planted-11",
        "Authorization: Bearer planted-12",
    ] {
        made.push(("a cell", with(&format!("from,to,remark,bgp\nA,B,{cell},maybe\n"))));
        made.push(("a cell that is read", with(&format!("from,to,from_static,bgp\nA,B,{cell},true\n"))));
        made.push(("a cell for a state", with(&format!("from,to,bgp,status\nA,B,true,{cell}\n"))));
    }
    for column in ["name", "address_space", "external", "id"] {
        let names: Vec<&str> = ["name", "address_space", "external", "id"].into_iter().collect();
        let cells: Vec<&str> = names
            .iter()
            .map(|name| match *name {
                name if name == column => OPAQUE,
                "name" => "A",
                "address_space" => "10.1.0.0/99",
                _ => "",
            })
            .collect();
        let vnets = format!("{}\n{}\n", names.join(","), cells.join(","));
        made.push((column, folder(&[("vnets.csv", &vnets)])));
    }
    made
}

#[test]
fn no_secret_of_an_inventory_shows() {
    for (index, (what, folder)) in inventories().into_iter().enumerate() {
        for format in ["table", FORMATS[index % FORMATS.len()]] {
            let told = run(&["check", "--format", format], folder.path(), &[]);
            assert_eq!(told.code, Some(2), "{what}");
            assert_hidden(&told, what);
        }
        let told = run(&["reach"], folder.path(), &[]);
        assert!(told.code == Some(2) && told.stderr.contains('*'), "{what}: {}", told.stderr);
        assert_hidden(&told, what);
    }
}

/// A connection whose key stands beside a word that is no truth value.
fn connection(key: &str) -> String {
    format!(
        "{{\"id\": \"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/connections/c\", \"name\": \"c\", \
         \"connectionType\": \"IPsec\", {key}, \"enableBgp\": \"maybe\", \"virtualNetworkGateway1\": {{\"id\": \"/x/y\"}}}}"
    )
}

/// Exports and plans with a fault beside a secret.
fn exports() -> Vec<(&'static str, String)> {
    let keys = [
        "\"sharedKey\": \"planted-1\"",
        "\"SharedKey\" : \"planted-2\"",
        "\"shared_key\":\"planted-3\"",
        "\"authorizationKey\": \"pla\\\"planted-4\"",
        "\"radiusServers\": [{\"radiusServerSecret\": \"planted-5\"}]",
        "\"sharedKey\": {\"value\": \"planted-6\"}",
        "\"apiKeys\": [\"planted-7\", \"planted-8\"]",
        "\"note\": \"{\\\"clientSecret\\\": \\\"planted-9\\\"}\"",
        "\"connectionString\": \"Endpoint=x;SharedAccessKey=planted-10\"",
        "\"vpnClientRootCertificates\": [{\"name\": \"r\", \"publicCertData\": \"planted-11\"}]",
        "\"sas\": \"https://a.example/?sig=planted-12\"",
        "\"parameters\": [{\"name\": \"vpnPassword\", \"value\": \"planted-13\"}]",
        "\"parameters\": [{\"value\": \"planted-14\", \"name\": \"access_token\"}]",
        "\"note\": \"-----BEGIN PRIVATE KEY-----\\nplanted-15\\n-----END PRIVATE KEY-----\"",
    ];
    let mut made: Vec<(&str, String)> = Vec::new();
    for key in keys {
        made.push(("export.json", format!("[{}]", connection(key))));
        made.push(("export.json", format!("[{}]", connection(key).replace(", ", ",\n "))));
        // The file ends in the midst of what comes behind the key.
        made.push((
            "export.json",
            connection(key).split("\"enableBgp\"").next().unwrap_or_default().to_owned(),
        ));
        let cell = connection(key).replace('"', "\"\"");
        let csv = format!(
            "id,name,type,properties\n/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/connections/c,c,microsoft.network/connections,\"{cell}\"\n"
        );
        made.push(("export.csv", csv));
        let state = format!(
            "{{\"format_version\":\"1.0\",\"terraform_version\":\"1.9.8\",\"values\":{{\"root_module\":{{\"resources\":[{{\"address\":\"azurerm_virtual_network_gateway_connection.c\",\
             \"mode\":\"managed\",\"type\":\"azurerm_virtual_network_gateway_connection\",\"name\":\"c\",\"values\":{{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/connections/c\",\
             \"name\":\"c\",\"resource_group_name\":\"g\",{key},\"type\":\"IPsec\",\"bgp_enabled\":\"maybe\"}}}}]}}}}}}"
        );
        made.push(("state.json", state));
    }
    let columns = "id,name,sharedKey,enableBgp,connectionType,virtualNetworkGateway1\n";
    let row = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/connections/c,c,planted-16,maybe,IPsec,/x/y\n";
    made.push(("rows.csv", format!("{columns}{row}")));
    made.push(("rows.csv", format!("{columns}{}", row.replace(",c,", ",c,more,"))));
    made
}

#[test]
fn no_secret_of_an_export_shows() {
    for (index, (name, text)) in exports().into_iter().enumerate() {
        let folder = folder(&[(name, &text)]);
        let file = folder.path().join(name);
        for format in ["table", FORMATS[index % FORMATS.len()]] {
            let told = run(&["check", "--format", format], &file, &[]);
            assert_eq!(told.code, Some(2), "{text}");
            assert_hidden(&told, &text);
        }
        if index % 2 == 0 {
            let out = folder.path().join("out");
            let told = run(&["import"], &file, &["-o", out.to_str().unwrap()]);
            assert_hidden(&told, &text);
            assert!(!out.exists(), "{text}");
        } else {
            assert_hidden(&run(&["diff", "--plan"], &file, &[]), &text);
        }
    }
}

/// What `verify` reads, with a fault beside each secret.
fn routes() -> Vec<&'static str> {
    vec![
        "client\ndev tun\nremote x.example 443\n<key>\n-----BEGIN PRIVATE KEY-----\nplanted-1\n-----END PRIVATE KEY-----\n</key>\nroute 10.1.0.1 255.255.0.0\n",
        "client\ndev tun\nremote x 443\nauth-token planted-2\nroute 10.1.0.1 255.255.0.0\n",
        "client\ndev tun\nremote x 443\n<auth-user-pass>\nada\nplanted-3\n</auth-user-pass>\nroute 10.1.0.1 255.255.0.0\n",
        "<tls-auth>\nplanted-4\n</tls-auth> route 10.1.0.1 255.255.0.0\nclient\ndev tun\nremote x 443\nroute 10.1.0.1 255.255.0.0\n",
        "PUSH: Received control message: 'PUSH_REPLY,route 10.1.0.1 255.255.0.0,auth-token planted-5,ping 10'\n",
        "PUSH_REPLY,auth-token planted-6,route 10.1.0.1 255.255.0.0\n",
        "<AzVpnProfile><serversecret>planted-7</serversecret><clientconfig><includeroutes><route><destination>10.1.0.1</destination><mask>16</mask></route></includeroutes></clientconfig></AzVpnProfile>",
        "<VPNProfile><Password>planted-8</Password><Route><Address>10.1.0.1</Address><PrefixSize>16</PrefixSize></Route></VPNProfile>",
        "<VpnProfile><Secret a=\"planted-9\">planted-9</Secret",
        "DestinationPrefix,Password,NextHop\n10.1.0.1/16,planted-10,0.0.0.0\n",
        "[{\"DestinationPrefix\":\"10.1.0.1/16\",\"Token\":\"planted-11\",\"NextHop\":\"0.0.0.0\"}]",
        "[{\"network\":\"10.1.0.1/16\",\"sharedKey\":\"planted-12\",\"origin\":\"EBgp\"}]",
        "[{\"dst\":\"10.1.0.1/16\",\"psk\":\"planted-13\",\"dev\":\"tun0\"}]",
        "[{\"dst\":\"10.1.0.1/16\",\"psk\":\"planted-14",
        "10.1.0.1/16 dev tun0 # password=planted-15\n",
        "%any : PSK \"planted-16\"\n",
        ": PSK planted-17 10.1.0.1/16 dev tun0\n",
        "connections { hub { remote_ts = 10.1.0.1/16 } }\nsecrets { ike-1 { secret = \"planted-18\" } }\n",
        "ADD 10.1.0.1 MASK 255.255.0.0 default METRIC default IF default KEY=planted-19\n",
        "; token planted-20\nkey planted-20\nADD 10.1.0.1 MASK 255.255.0.0 default METRIC default IF default\n",
        "connection.id: hub\nvpn.secrets: IPSec secret = planted-21\nIP4.ROUTE[1]: dst = 10.1.0.1/16, nh = 0.0.0.0, mt = 50, psk = planted-21\n",
    ]
}

#[test]
fn no_secret_of_a_table_of_routes_shows() {
    for text in routes() {
        for (text, kinds) in
            [(text.to_owned(), &[][..]), (text.replace(PLANT, OPAQUE), &["--kind", "ovpn"][..])]
        {
            let folder = folder(&[("routes.txt", &text)]);
            let file = folder.path().join("routes.txt");
            for format in ["table", "json"] {
                let more = ["--gateway", "VNet1", "--class", "non-windows", "--format", format];
                let told =
                    finish(command().args(["verify", "facts/s2s-chain"]).arg(&file).args(more).args(kinds));
                assert_ne!(told.code, Some(0), "{text}");
                assert_hidden(&told, &text);
            }
        }
    }
}

#[test]
fn no_secret_of_a_query_shows() {
    let folder =
        folder(&[("q.dl", "? network(?n, bad bad) # password=planted-1\nexpect \"sharedKey=planted-2\"\n")]);
    let told =
        run(&["ask", "facts/s2s-chain", "--query"], &folder.path().join("q.dl"), &["--format", "junit"]);
    assert_eq!(told.code, Some(2));
    assert_hidden(&told, "a query");
}

#[test]
fn no_secret_shows_on_a_page() {
    // What is doubtful, and the rows that answers rest on, are shown on the page.
    let s2s = "from,to,bgp,status,shared_key\nA,B,false,Down,planted-1\n";
    let folder = folder(&[("vnets.csv", VNETS), ("gateways.csv", GATEWAYS), ("s2s.csv", s2s)]);
    let page = folder.path().join("page.html");
    let told = run(&["report"], folder.path(), &["-o", page.to_str().unwrap()]);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    assert_hidden(&told, "a page");
    let page = fs::read_to_string(page).unwrap();
    assert!(!page.contains(PLANT) && page.contains("*********"));
}
