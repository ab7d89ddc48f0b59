//! `tunnelog mcp` on the wire: messages of the protocol, one a line, written and read by hand.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{command, finish, read, run};

/// The server, and a client that waits for each answer.
struct Session {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    asked: u64,
}

impl Session {
    /// Starts the server and introduces the client.
    fn start(command: &mut Command) -> (Self, Value) {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut session = Self { child, input, output, asked: 0 };
        let client = json!({ "name": "test", "version": "1" });
        let params = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client });
        let answer = session.ask("initialize", params);
        session.tell("notifications/initialized", json!({}));
        (session, answer["result"].clone())
    }

    /// A server with these arguments, in the root of the repository.
    fn of(arguments: &str) -> Self {
        Self::start(command().arg("mcp").args(arguments.split_whitespace())).0
    }

    fn write(&mut self, message: impl std::fmt::Display) {
        writeln!(self.input, "{message}").unwrap();
    }

    fn tell(&mut self, method: &str, params: Value) {
        let mut message = json!({ "jsonrpc": "2.0", "method": method });
        message["params"] = params;
        self.write(message);
    }

    fn send(&mut self, method: &str, params: Value) -> u64 {
        self.asked += 1;
        let mut message = json!({ "jsonrpc": "2.0", "id": self.asked, "method": method });
        message["params"] = params;
        self.write(message);
        self.asked
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.output.next().unwrap().unwrap()).unwrap()
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        let answer = self.next();
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &json!(id)), "{answer}");
        answer
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Called {
        let mut params = json!({ "name": tool });
        params["arguments"] = arguments;
        Called::new(&self.ask("tools/call", params))
    }

    /// Says nothing more, and gives the exit code.
    fn end(mut self) -> Option<i32> {
        drop(self.input);
        self.child.wait().unwrap().code()
    }
}

/// What a call came to.
#[derive(Debug)]
struct Called {
    is_error: bool,
    texts: Vec<String>,
    document: Option<Value>,
}

impl Called {
    fn new(answer: &Value) -> Self {
        let result = &answer["result"];
        let content = result["content"].as_array().unwrap_or_else(|| panic!("{answer}"));
        Self {
            is_error: result["isError"].as_bool().unwrap(),
            texts: content.iter().map(|block| block["text"].as_str().unwrap().to_owned()).collect(),
            document: result.get("structuredContent").cloned(),
        }
    }

    /// The text of a call that failed, without a document.
    fn error(self) -> String {
        assert!(self.is_error && self.document.is_none(), "{self:?}");
        self.texts.join("\n")
    }
}

#[test]
fn the_server_introduces_itself_and_lists_its_tools() {
    let (mut session, introduction) = Session::start(command().args(["mcp", "facts/s2s-chain"]));
    assert_eq!(introduction["protocolVersion"], "2025-06-18");
    let server = json!({ "name": "tunnelog", "title": "tunnelog", "version": env!("CARGO_PKG_VERSION") });
    assert_eq!(introduction["serverInfo"], server);
    assert_eq!(introduction["capabilities"], json!({ "tools": {}, "resources": {} }));
    assert!(introduction["instructions"].as_str().unwrap().contains("`needs-route`"), "{introduction}");
    let listed = session.ask("tools/list", json!({}));
    let tools = listed["result"]["tools"].as_array().unwrap();
    // Sorted, as properties are.
    let expected = [
        ("reach", "by class client force gateway model path status summary to with"),
        ("routes", "by class client force gateway model path to with"),
        ("names", "by class client force gateway model path with"),
        ("explain", "all class client force gateway model path proof to with zone"),
        ("whatif", "by changes class client force gateway model path with"),
        ("fix", "break class client force gateway model never path to with zone"),
        ("check", "force path with"),
        ("rules", "rule"),
    ];
    let has = |tool: &Value| {
        let properties = tool["inputSchema"]["properties"].as_object().unwrap();
        let names: Vec<&str> = properties.keys().map(String::as_str).collect();
        (tool["name"].as_str().unwrap().to_owned(), names.join(" "))
    };
    let found: Vec<(String, String)> = tools.iter().map(has).collect();
    assert_eq!(found, expected.map(|(name, arguments)| (name.to_owned(), arguments.to_owned())));
    // The page has a row for each tool, with the same arguments in the order of use.
    let page = read("docs/mcp.md");
    for (name, arguments) in &found {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` | "))).unwrap();
        let mut takes: Vec<&str> = row.split('|').nth(3).unwrap().split('`').skip(1).step_by(2).collect();
        takes.sort_unstable();
        assert_eq!(takes.join(" "), *arguments);
    }
    for tool in tools {
        let hints = json!({
            "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false,
        });
        assert_eq!(tool["annotations"], hints);
        assert!(tool["description"].as_str().unwrap().len() < 300, "{tool}");
        // A document that is too large is left out, which no schema of an output could allow.
        assert_eq!(tool.get("outputSchema"), None);
    }
    assert_eq!(session.end(), Some(0));
}

#[test]
fn schemas_of_arguments_say_what_a_call_may_give() {
    let mut session = Session::of("");
    let listed = session.ask("tools/list", json!({}));
    let validator =
        |tool: usize| jsonschema::draft202012::new(&listed["result"]["tools"][tool]["inputSchema"]).unwrap();
    let reach = validator(0);
    let whole = json!({ "path": "x", "to": ["Site1"], "status": ["blackhole"], "summary": true, "model": "observed" });
    assert!(reach.is_valid(&whole));
    for wrong in [
        json!({ "to": ["Site1"] }),
        json!({ "path": "x", "output": "y" }),
        json!({ "path": "x", "status": ["lost"] }),
        json!({ "path": "x", "summary": "yes" }),
    ] {
        assert!(!reach.is_valid(&wrong), "{wrong}");
    }
    let whatif = validator(4);
    assert!(whatif.is_valid(&json!({ "path": "x", "changes": ["- bgp(A, B)"] })));
    assert!(!whatif.is_valid(&json!({ "path": "x" })));
    assert!(validator(7).is_valid(&json!({})), "rules need no path");
}

/// Assistants, people and scripts get the same answers.
#[test]
fn tools_answer_what_verbs_answer() {
    let names = "facts/names-zone-not-linked";
    let zone = "privatelink.blob.core.windows.net";
    let chain = "facts/s2s-chain";
    let change = "+ bgp(VNet1, VNet2)";
    let cases: [(&str, Value, &[&str]); 11] = [
        (
            "reach",
            json!({ "to": ["VNet2"], "class": ["windows"] }),
            &["reach", chain, "--to=VNet2", "--class=windows"],
        ),
        ("reach-summary", json!({ "summary": true }), &["reach", chain, "--summary"]),
        (
            "reach",
            json!({ "with": [change], "model": "observed" }),
            &["reach", chain, "--with", change, "--model=observed"],
        ),
        ("routes", json!({ "gateway": ["VNet1"] }), &["routes", chain, "--gateway=VNet1"]),
        ("names", json!({ "path": names }), &["names", names]),
        (
            "explain",
            json!({ "gateway": "VNet1", "to": ["VNet2"], "proof": true }),
            &["explain", chain, "--gateway=VNet1", "--to=VNet2", "--proof"],
        ),
        (
            "explain-zone",
            json!({ "path": names, "gateway": "Hub", "zone": zone }),
            &["explain", names, "--gateway=Hub", "--zone", zone],
        ),
        ("whatif", json!({ "changes": [change] }), &["whatif", chain, change]),
        (
            "fix",
            json!({ "gateway": "VNet1", "to": ["VNet2"], "class": ["non-windows"], "never": ["bgp"] }),
            &["fix", chain, "--gateway=VNet1", "--to=VNet2", "--class=non-windows", "--never=bgp"],
        ),
        ("check", json!({}), &["check", chain]),
        ("rules", json!({ "rule": "bgp-relay" }), &["rules", "bgp-relay"]),
    ];
    let mut session = Session::of(chain);
    for (schema, arguments, words) in cases {
        let called = session.call(words[0], arguments);
        let format = if ["explain", "rules"].contains(&words[0]) { "text" } else { "table" };
        let people = finish(command().args(words).args(["--format", format]));
        let said: Vec<&str> = [people.stdout.trim_end(), people.stderr.trim_end()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        assert!(!said[0].is_empty() && !called.is_error, "{called:?}");
        assert_eq!(called.texts, said, "{words:?}");
        let scripts = finish(command().args(words).args(["--format", "json"]));
        let document = called.document.unwrap();
        assert_eq!(document, serde_json::from_str::<Value>(&scripts.stdout).unwrap(), "{words:?}");
        valid(schema, &document);
    }
}

/// By the article and `facts/s2s-chain/README.md`: without BGP the gateway of `VNet2` has no route to the clients.
#[test]
fn changes_are_made_for_the_answer_alone() {
    let mut session = Session::of("facts/s2s-chain");
    let mut status = |with: &[&str]| {
        let given = json!({ "to": ["VNet2"], "class": ["non-windows"], "with": with });
        let document = session.call("reach", given).document.unwrap();
        assert_eq!(document["rows"].as_array().unwrap().len(), 1, "{document}");
        document["rows"][0]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&[]), "blackhole");
    assert_eq!(status(&["+ bgp(VNet1, VNet2)"]), "reachable");
    assert_eq!(status(&[]), "blackhole");
}

#[test]
fn what_is_wrong_is_an_error_of_the_tool() {
    let mut session = Session::of("");
    let error = session.call("reach", json!({})).error();
    let expected = "error: `reach` has to know what to read: name a folder or an export as `path`";
    assert_eq!(error, expected);
    let error = session.call("reach", json!({ "path": "facts/nowhere" })).error();
    assert!(error.starts_with("error[unreadable-file]: `facts/nowhere` cannot be read"), "{error}");
    let error = session.call("reach", json!({ "path": "facts/branch-office", "to": ["Sit1"] })).error();
    assert!(
        error.contains("no network is called `Sit1`") && error.contains("did you mean `Site1`?"),
        "{error}"
    );
    let given = json!({ "path": "facts/s2s-chain", "class": ["windows-openvpn"] });
    assert!(session.call("routes", given).error().contains("`--model observed` has that class"));
    let given = json!({ "path": "facts/s2s-chain", "changes": [] });
    assert!(session.call("whatif", given).error().contains("<CHANGE>"));
    let given = json!({ "path": "facts/s2s-chain", "changes": ["+ bgp(VNet1, VNet9)"] });
    assert!(session.call("whatif", given).error().contains("VNet9"));
    assert!(session.call("reach", json!({ "path": "a\0b" })).error().contains("nul byte"));
    let broken = folder(&[("vnets.csv", "name,address_space\nHub,10.1.0.0/33\n")]);
    let called = session.call("check", json!({ "path": broken.path() }));
    // Nothing can be answered from it, but what is wrong is a document too.
    assert!(called.is_error && called.texts[0].starts_with("error[bad-prefix]"), "{called:?}");
    valid("check", &called.document.unwrap());
    // The session goes on.
    assert!(!session.call("check", json!({ "path": "facts/s2s-chain" })).is_error);
    assert_eq!(session.end(), Some(0));
}

#[test]
fn the_protocol_has_its_own_errors_and_nothing_ends_the_session() {
    let mut session = Session::of("");
    let code = |answer: &Value| answer["error"]["code"].as_i64();
    assert_eq!(code(&session.ask("tools/call", json!({ "name": "import" }))), Some(-32602));
    assert_eq!(code(&session.ask("prompts/get", json!({ "name": "x" }))), Some(-32601));
    for line in ["garbage", "", "[]", "{\"jsonrpc\":\"2.0\"", "\u{feff}{}"] {
        session.write(line);
    }
    // What is JSON and no message is answered without an id; the rest is passed over.
    let id = session.send("ping", json!({}));
    loop {
        let answer = session.next();
        if answer["id"] == id {
            assert_eq!(answer["result"], json!({}));
            break;
        }
        assert_eq!(code(&answer), Some(-32600), "{answer}");
    }
    assert_eq!(session.end(), Some(0));
}

#[test]
fn a_long_answer_is_cut_and_names_the_command() {
    let mut session = Session::of("");
    let called = session.call("rules", json!({}));
    let all = run("rules");
    let [text, note] = &called.texts[..] else { panic!("{called:?}") };
    let lines: Vec<&str> = text.lines().collect();
    let whole: Vec<&str> = all.stdout.lines().collect();
    assert_eq!((lines.len(), &lines[..200]), (201, &whole[..200]));
    let left_out = whole.len() - 200;
    assert_eq!(
        lines[200],
        format!("… {left_out} more lines are left out; all of it: `tunnelog rules --format=text`")
    );
    assert_eq!(
        *note,
        "The JSON document is left out, as it is larger than 64 KiB: `tunnelog rules --format=json`"
    );
    assert_eq!((called.is_error, called.document), (false, None));
}

/// What is in a folder, with its contents.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.display().to_string(), fs::read(&path).unwrap())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn no_argument_becomes_an_option_and_no_file_is_written() {
    let hostile = "$(touch made) `touch made`; 'touch made'";
    let vnets = format!(
        "name,address_space\nHub,10.1.0.0/16\n\"{hostile}\",10.2.0.0/16\n--output=made,10.3.0.0/16\n"
    );
    let mut peerings = "vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n".to_owned();
    for spoke in [&format!("\"{hostile}\""), "--output=made"] {
        writeln!(peerings, "Hub,{spoke},true,false\n{spoke},Hub,false,true").unwrap();
    }
    let place = folder(&[]);
    let inventory = place.path().join("-o two words");
    fs::create_dir(&inventory).unwrap();
    for (name, text) in [
        ("vnets.csv", vnets.as_str()),
        ("gateways.csv", "vnet,client_pool\nHub,192.168.0.0/24\n"),
        ("peerings.csv", peerings.as_str()),
    ] {
        fs::write(inventory.join(name), text).unwrap();
    }
    fs::write(place.path().join("changes"), "+ vnet(X)\n").unwrap();
    let listing = || {
        let names = fs::read_dir(place.path()).unwrap().map(|entry| entry.unwrap().file_name());
        (names.count(), contents(&inventory))
    };
    let before = listing();
    let mut session = Session::start(command().current_dir(place.path()).args(["mcp", "./-o two words"])).0;
    for path in ["-o two words", "./-o two words"] {
        let called = session.call("reach", json!({ "path": path, "to": [hostile], "class": ["windows"] }));
        let document = called.document.unwrap();
        assert_eq!(document["rows"][0]["network"], hostile, "{document}");
        let called =
            session.call("reach", json!({ "path": path, "to": ["--output=made"], "class": ["windows"] }));
        let document = called.document.unwrap();
        assert_eq!(document["rows"][0]["network"], "--output=made", "{document}");
    }
    for smuggled in ["--output=made", "-omade", "-o made", "--with-file=changes", "--help", "-"] {
        for given in [
            json!({ "to": [smuggled, "-omade"] }),
            json!({ "gateway": [smuggled] }),
            json!({ "status": [smuggled] }),
            json!({ "with": [smuggled] }),
            json!({ "path": smuggled }),
        ] {
            let called = session.call("reach", given.clone());
            let wanted = given.get("to").is_some() && smuggled == "--output=made";
            assert!(called.is_error || wanted, "{given}: {called:?}");
            assert!(!called.texts[0].contains("Usage: tunnelog reach [OPTIONS]"), "{called:?}");
        }
        assert!(session.call("whatif", json!({ "changes": [smuggled] })).is_error, "{smuggled}");
        assert!(session.call("rules", json!({ "rule": smuggled })).is_error, "{smuggled}");
        assert!(session.call("check", json!({ "output": smuggled })).is_error, "{smuggled}");
    }
    assert_eq!(listing(), before);
}

#[test]
fn pages_can_be_read() {
    let mut session = Session::of("");
    let listed = session.ask("resources/list", json!({}));
    let resources = listed["result"]["resources"].as_array().unwrap();
    assert!(resources.len() > 10, "{listed}");
    for resource in resources {
        let answer = session.ask("resources/read", json!({ "uri": resource["uri"] }));
        let uri = resource["uri"].as_str().unwrap();
        let text = read(uri.strip_prefix("tunnelog://").unwrap());
        let expected = json!([{ "uri": uri, "mimeType": resource["mimeType"], "text": text }]);
        assert_eq!(answer["result"]["contents"], expected);
        assert_eq!(resource["size"], text.len());
    }
    let missing = session.ask("resources/read", json!({ "uri": "tunnelog://docs/../Cargo.toml" }));
    assert_eq!(missing["error"]["message"], "there is no `tunnelog://docs/../Cargo.toml`");
}

#[test]
fn settings_of_the_server_hold_for_its_tools() {
    let mut session = Session::of("facts/s2s-chain --quiet");
    assert_eq!(session.call("routes", json!({})).texts.len(), 1, "warnings are not counted");
    let mut session =
        Session::start(command().args(["mcp", "facts/s2s-chain"]).env("TUNNELOG_MODEL", "observed")).0;
    assert_eq!(session.call("routes", json!({})).document.unwrap()["profile"], "observed");
    let given = json!({ "model": "article" });
    assert_eq!(session.call("routes", given).document.unwrap()["profile"], "article");
    let standard_input = run("mcp -");
    assert_eq!((standard_input.code, standard_input.stdout.as_str()), (Some(2), ""));
    let silence = finish(command().arg("mcp").stdin(Stdio::null()));
    assert_eq!((silence.code, silence.stdout.as_str(), silence.stderr.as_str()), (Some(0), "", ""));
}

/// An inventory that never comes to its end: a pipe that nobody writes to.
#[cfg(unix)]
fn endless() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("vnets.csv");
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    folder
}

#[cfg(unix)]
#[test]
fn a_call_that_takes_too_long_is_ended() {
    let endless = endless();
    let mut session = Session::of("--time-limit 1");
    let error = session.call("reach", json!({ "path": endless.path() })).error();
    assert!(error.starts_with("error: no answer within 1 s\n\nhelp: "), "{error}");
    let command = format!("`tunnelog reach --format=table -- {}`", endless.path().display());
    assert!(error.contains(&command), "{error}");
    assert_eq!(session.end(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_call_is_not_held_up_by_another_and_can_be_called_off() {
    let endless = endless();
    let mut session = Session::of("facts/s2s-chain --time-limit 3600");
    let children = format!("/proc/{0}/task/{0}/children", session.child.id());
    let wait_for = |some: bool| {
        while fs::read_to_string(&children).unwrap().is_empty() == some {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    };
    let slow =
        session.send("tools/call", json!({ "name": "reach", "arguments": { "path": endless.path() } }));
    wait_for(true);
    assert!(!session.call("check", json!({})).is_error);
    session.tell("notifications/cancelled", json!({ "requestId": slow, "reason": "enough" }));
    wait_for(false);
    assert_eq!(session.ask("ping", json!({}))["result"], json!({}), "no answer to what was called off");
    assert_eq!(session.end(), Some(0));
}
