//! The server of `serve`: who is answered, and that answers are those of the verbs.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{command, finish, read, run};

/// A server that runs until the test is over.
pub(crate) struct Served {
    child: Child,
    port: u16,
    key: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The lines of the head in small letters.
    head: Vec<String>,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        let value = self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.unwrap_or_else(|| panic!("no {name}: {:?}", self.head))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

impl Served {
    pub(crate) fn start(path: &str) -> Self {
        let mut command = command();
        command.args(["serve", path]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut link = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut link).unwrap();
        let rest = link.trim_end().strip_prefix("http://127.0.0.1:").unwrap_or_else(|| panic!("{link}"));
        let (port, rest) = rest.split_once('/').unwrap();
        Self { child, port: port.parse().unwrap(), key: rest.strip_suffix('/').unwrap().to_owned() }
    }

    /// Sends a request just as it is.
    fn send(&self, text: &str) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        let reply = String::from_utf8(reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        let head: Vec<String> = head.lines().map(str::to_lowercase).collect();
        let status = head[0].split(' ').nth(1).unwrap().parse().unwrap();
        Reply { status, head, body: body.to_owned() }
    }

    fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}\r\n", self.port)
    }

    /// Asks for what is below the key, with these lines in the head besides.
    fn request(&self, method: &str, path: &str, lines: &str, body: &str) -> Reply {
        let length =
            if method == "POST" { format!("Content-Length: {}\r\n", body.len()) } else { String::new() };
        let key = &self.key;
        self.send(&format!(
            "{method} /{key}/{path} HTTP/1.1\r\n{lines}Connection: close\r\n{length}\r\n{body}"
        ))
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.request("GET", path, &self.host(), "")
    }

    pub(crate) fn ask(&self, topic: &str, body: &Value) -> Reply {
        let lines = format!("{}Content-Type: application/json\r\n", self.host());
        self.request("POST", &format!("api/{topic}"), &lines, &body.to_string())
    }

    /// The answer once it is another than `before`, for which files are looked at each second.
    fn version_after(&self, before: &Value) -> Value {
        for _ in 0..600 {
            let version = self.get("version").json();
            if version != *before {
                return version;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the files were not read again");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_page_has_its_own_scripts_and_may_ask_its_server_alone() {
    let served = Served::start("facts/s2s-chain");
    assert_eq!(served.key.len(), 40);
    let page = served.get("");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(policy.ends_with(
        "connect-src 'self'; img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ));
    for reply in [
        &page,
        &served.get("version"),
        &served.get("nowhere"),
        &served.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"),
    ] {
        for (name, value) in [
            ("cache-control", "no-store"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(reply.header(name), value);
        }
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
    }
    // The data, the relations and two scripts.
    assert_eq!(page.body.matches("</script>").count(), 4);
    assert!(page.body.contains("\"name\":\"gateway_transit\""));
    let (_, data) = page.body.split_once("id=\"data\">").unwrap();
    let document: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
    valid("report", &document);
    assert_eq!(document["states"][0]["label"], "now");
}

#[test]
fn nobody_is_answered_without_the_key_by_another_name_or_from_another_page() {
    let served = Served::start("facts/s2s-chain");
    let (host, port) = (served.host(), served.port);
    let of = |path: &str, lines: &str| {
        served.send(&format!("GET {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n")).status
    };
    let own = format!("/{}/version", served.key);
    assert_eq!(of(&own, &host), 200);
    assert_eq!(of(&own, &format!("Host: localhost:{port}\r\n")), 200);
    // No key has a nought.
    let wrong = format!("/{}0/version", &served.key[..39]);
    for path in ["/", "/version", "/favicon.ico", &wrong[..], "/x/version"] {
        assert_eq!(of(path, &host), 403, "{path}");
    }
    for name in ["attacker.example", &format!("attacker.example:{port}"), "127.0.0.1", "localhost:1"] {
        assert_eq!(of(&own, &format!("Host: {name}\r\n")), 403, "{name}");
    }
    assert_eq!(of(&own, &format!("{host}Origin: http://127.0.0.1:{port}\r\n")), 200);
    for origin in
        ["http://attacker.example", "null", "http://127.0.0.1", &format!("https://127.0.0.1:{port}")]
    {
        assert_eq!(of(&own, &format!("{host}Origin: {origin}\r\n")), 403, "{origin}");
    }
}

#[test]
fn documents_are_those_of_the_verbs() {
    let served = Served::start("facts/s2s-chain");
    let changes = ["+ bgp(VNet1, VNet2)", "+ bgp(VNet2, VNet3)"];
    let of_verb = |arguments: &[&str]| finish(command().args(arguments).args(["--format", "json"])).stdout;
    let same = |topic: &str, body: &Value, arguments: &[&str]| {
        let reply = served.ask(topic, body);
        assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"), "{reply:?}");
        assert_eq!(reply.body, of_verb(arguments), "{topic}");
        valid(topic, &reply.json());
    };
    let path = "facts/s2s-chain";
    let with = ["--with", changes[0], "--with", changes[1]];
    let all = |verb: &'static str, more: &[&'static str]| -> Vec<&'static str> {
        [&[verb, path][..], more].concat()
    };
    same("whatif", &json!({ "changes": changes }), &all("whatif", &changes));
    same(
        "whatif",
        &json!({ "changes": changes, "gateway": "VNet1", "class": "windows" }),
        &all("whatif", &[changes[0], changes[1], "--gateway", "VNet1", "--class", "windows"]),
    );
    same("report", &json!({}), &all("report", &[]));
    same("report", &json!({ "changes": changes }), &all("report", &with));
    let asked = ["--from", "VNet1", "--to", "VNet3"];
    same("explain", &json!({ "gateway": "VNet1", "to": "VNet3" }), &all("explain", &asked));
    same(
        "explain",
        &json!({ "changes": changes, "gateway": "VNet1", "to": "VNet3" }),
        &all("explain", &[&asked[..], &with].concat()),
    );
    same(
        "fix",
        &json!({ "gateway": "VNet1", "to": "VNet3", "class": "windows" }),
        &all("fix", &[&asked[..], &["--class", "windows"]].concat()),
    );
    // The server keeps no change.
    same("whatif", &json!({ "changes": [changes[0]] }), &all("whatif", &[changes[0]]));
}

/// Two pairs of networks that have nothing to do with each other.
pub(crate) const PAIRS: &[(&str, &str)] = &[
    ("vnets.csv", "name,address_space\nA,10.1.0.0/16\nB,10.2.0.0/16\nC,10.3.0.0/16\nD,10.4.0.0/16\n"),
    (
        "gateways.csv",
        "vnet,client_pool,asn\nA,192.168.1.0/24,65001\nB,,65002\nC,192.168.3.0/24,65003\nD,,65004\n",
    ),
    ("s2s.csv", "from,to,bgp\nA,B,true\nC,D,true\n"),
];

#[test]
fn facts_of_a_network_are_what_changes_take_away() {
    let folder = folder(PAIRS);
    let served = Served::start(folder.path().to_str().unwrap());
    let facts = |body: &Value| -> Vec<String> {
        let document = served.ask("facts", body).json();
        let facts = document["facts"].as_array().unwrap().iter();
        facts.map(|fact| fact["text"].as_str().unwrap().to_owned()).collect()
    };
    let expected =
        ["address(B, 10.2.0.0/16)", "asn(B, 65002)", "bgp(A, B)", "gateway(B)", "s2s(A, B)", "vnet(B)"];
    assert_eq!(facts(&json!({ "to": "b" })), expected);
    assert!(!facts(&json!({ "to": "B", "changes": ["- bgp(A, B)"] })).contains(&"bgp(A, B)".to_owned()));
    for fact in ["asn(B, 65002)", "bgp(A, B)", "s2s(A, B)"] {
        let reply = served.ask("whatif", &json!({ "changes": [format!("- {fact}")] }));
        assert_eq!(reply.status, 200, "{fact}: {reply:?}");
    }
}

#[test]
fn what_cannot_be_asked_is_refused_with_the_reason() {
    let served = Served::start("facts/s2s-chain");
    let refused = |topic: &str, body: Value, status: u16, said: &str| {
        let reply = served.ask(topic, &body);
        assert_eq!(reply.status, status, "{reply:?}");
        assert!(reply.body.contains(said), "{}", reply.body);
    };
    refused("whatif", json!({ "changes": "+ bgp(VNet1, VNet2)" }), 400, "no such request");
    refused("whatif", json!({ "change": [] }), 400, "unknown field `change`");
    refused("explain", json!({ "to": "VNet2" }), 400, "the request has no `gateway`");
    refused("fix", json!({ "gateway": "VNet1" }), 400, "the request has no `to`");
    refused("explain", json!({ "gateway": "VNet9", "to": "VNet2" }), 422, "VNet9");
    refused("explain", json!({ "gateway": "VNet1", "to": "VNet9" }), 422, "VNet9");
    refused("facts", json!({ "to": "VNet9" }), 422, "VNet9");
    refused(
        "whatif",
        json!({ "changes": [], "class": "windows-native" }),
        422,
        "has no class `windows-native`",
    );
    refused("whatif", json!({ "changes": ["+ bgb(VNet1, VNet2)"] }), 422, "\"severity\":\"error\"");
    refused("report", json!({ "changes": ["+ bgp(VNet1, VNet9)"] }), 422, "VNet9");
    refused("patch", json!({ "changes": ["+ bgp(VNet1, VNet9)"] }), 422, "VNet9");
    refused("reason", json!({ "changes": [], "to": "VNet2" }), 400, "the request has no `gateway`");
    let json = format!("{}Content-Type: application/json\r\n", served.host());
    assert_eq!(served.request("GET", "api/whatif", &json, "").status, 405);
    assert_eq!(served.request("POST", "version", &json, "{}").status, 405);
    assert_eq!(served.request("POST", "api/nothing", &json, "{}").status, 404);
    assert_eq!(served.request("POST", "api/whatif", &served.host(), "{}").status, 415);
    let form = format!("{}Content-Type: text/plain\r\n", served.host());
    assert_eq!(served.request("POST", "api/whatif", &form, "{}").status, 415);
    assert_eq!(served.request("POST", "api/whatif", &json, &" ".repeat(1 << 21)).status, 413);
    assert_eq!(served.request("POST", "api/whatif", &json, "{").status, 400);
}

#[test]
fn the_description_has_every_path_and_answers_hold_to_it() {
    let described: Value = serde_json::from_str(&read("docs/schema/serve.openapi.json")).unwrap();
    let served = Served::start("facts/s2s-chain");
    let paths = described["paths"].as_object().unwrap();
    let all: Vec<&str> = paths.keys().map(String::as_str).collect();
    assert_eq!(
        all,
        [
            "/",
            "/api/commands",
            "/api/explain",
            "/api/facts",
            "/api/fix",
            "/api/patch",
            "/api/reason",
            "/api/report",
            "/api/whatif",
            "/version"
        ]
    );
    let body = json!({ "changes": ["+ bgp(VNet1, VNet2)"], "force": false, "gateway": "VNet1", "class": "windows", "to": "VNet2" });
    let properties = described["components"]["schemas"]["asked"]["properties"].as_object().unwrap();
    assert!(properties.keys().eq(body.as_object().unwrap().keys()), "{properties:?}");
    let held = |name: &str, document: &Value| {
        let mut schema = described["components"]["schemas"][name].clone();
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
        assert!(jsonschema::draft202012::new(&schema).unwrap().is_valid(document), "{name}: {document}");
    };
    for (path, operation) in paths {
        let reply = match path.strip_prefix("/api/") {
            Some(topic) => served.ask(topic, &body),
            None => served.get(&path[1..]),
        };
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        let method = if path.starts_with("/api/") { "post" } else { "get" };
        let content = operation[method]["responses"]["200"]["content"].as_object().unwrap();
        let (kind, content) = content.iter().next().unwrap();
        assert!(reply.header("content-type").starts_with(kind.as_str()));
        let schema = content.get("schema").map(|schema| schema["$ref"].as_str().unwrap());
        let name = schema.map(|name| name.rsplit_once('/').map_or(name, |(_, last)| last));
        match name.map(|name| name.strip_suffix(".json").ok_or(name)) {
            Some(Ok(of_verb)) => valid(of_verb, &reply.json()),
            Some(Err(own)) => held(own, &reply.json()),
            None => assert_eq!(path, "/"),
        }
    }
    held("refusal", &served.ask("whatif", &json!({ "changes": ["+ bgp(VNet1)"] })).json());
    held("refusal", &served.get("nowhere").json());
}

#[test]
fn a_broken_inventory_is_told_and_comes_back() {
    let folder = folder(&[("vnets.csv", "name,address_space\nHub,10.1.0.0/99\n")]);
    let file = folder.path().join("vnets.csv");
    let served = Served::start(folder.path().to_str().unwrap());
    let first = served.get("version").json();
    let page = served.get("");
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("The inventory has errors") && page.body.contains("bad-prefix"),
        "{}",
        page.body
    );
    assert!(page.body.contains("location.reload()") && page.body.matches("<script").count() == 1);
    let refused = served.ask("whatif", &json!({ "changes": [] }));
    assert_eq!(refused.status, 503);
    assert_eq!(refused.json()["diagnostics"][0]["code"], "bad-prefix");
    fs::write(&file, "name,address_space\nHub,10.1.0.0/16\n").unwrap();
    let second = served.version_after(&first);
    assert!(served.get("").body.contains("\"name\":\"Hub\""));
    assert_eq!(served.ask("whatif", &json!({ "changes": [] })).status, 200);
    // Names in findings are no markup.
    fs::write(&file, "name,address_space\n<img src=x>,10.1.0.0/98\n").unwrap();
    served.version_after(&second);
    let page = served.get("").body;
    assert!(page.contains("&lt;img src=x&gt;") && !page.contains("<img"), "{page}");
}

#[test]
fn nothing_is_written_and_names_stay_data() {
    let hostile = "</script><script>alert(1)</script>";
    let vnets = format!("name,address_space\n{hostile},10.1.0.0/16\n");
    let gateways = format!("vnet,client_pool\n{hostile},192.168.0.0/24\n");
    let folder = folder(&[("vnets.csv", &vnets), ("gateways.csv", &gateways)]);
    let listed = |path: &Path| -> Vec<_> {
        let mut all: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        all.sort();
        all
    };
    let before = listed(folder.path());
    let served = Served::start(folder.path().to_str().unwrap());
    let page = served.get("").body;
    assert_eq!(page.matches("</script>").count(), 4);
    assert!(!page.contains("alert(1)</script>"));
    let change = format!("+ custom_route(\"{hostile}\", 10.9.0.0/16)");
    let reply = served.ask("whatif", &json!({ "changes": [change] }));
    assert_eq!((reply.status, reply.header("x-content-type-options")), (200, "nosniff"));
    assert_eq!(listed(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_at_once_and_in_silence() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let mut served = Served::start("facts/s2s-chain");
        // A connection that is kept open does not hold it up.
        let _open = TcpStream::connect(("127.0.0.1", served.port)).unwrap();
        let id = Pid::from_raw(i32::try_from(served.child.id()).unwrap());
        kill(id, signal).unwrap();
        assert_eq!(served.child.wait().unwrap().code(), Some(code));
        let mut said = String::new();
        served.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(said, "");
    }
}

#[test]
fn what_cannot_be_served_is_told_at_once() {
    let nowhere = run("serve no-such-folder");
    assert_eq!((nowhere.code, nowhere.stdout.as_str()), (Some(2), ""));
    assert!(nowhere.stderr.contains("`no-such-folder` cannot be read"), "{}", nowhere.stderr);
    let unknown = run("serve facts/s2s-chain --gateway VNet9");
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert!(unknown.stderr.contains("VNet9"), "{}", unknown.stderr);
    let standard = run("serve -");
    assert!(standard.code == Some(2) && standard.stderr.contains("standard input"), "{}", standard.stderr);
    let served = Served::start("facts/s2s-chain");
    let taken = run(&format!("serve facts/s2s-chain --port {}", served.port));
    assert_eq!(taken.code, Some(2));
    assert!(taken.stderr.contains(&format!("cannot listen on port {}", served.port)), "{}", taken.stderr);
}
