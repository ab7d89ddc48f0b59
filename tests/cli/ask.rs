//! `ask`: what is answered in which format, and how the program ends.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use super::formats::valid;
use crate::support::folders::folder;
use crate::support::program::{Run, command, finish, two_hubs};

/// Asks about a shipped topology.
fn ask(topology: &str, arguments: &[&str]) -> Run {
    finish(command().arg("ask").arg(format!("facts/{topology}")).args(arguments).arg("--quiet"))
}

const ACCESS: &str = "? access(VNet1, windows, ?network, ?status)";

#[test]
fn one_question_has_a_column_for_each_variable() {
    let run = ask("s2s-chain-bgp", &[ACCESS]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.stdout, "network,status\nVNet1,reachable\nVNet2,needs-route\nVNet3,needs-route\n");
    let markdown = ask("s2s-chain-bgp", &[ACCESS, "--format", "markdown"]).stdout;
    assert!(
        markdown.starts_with("| network | status |\n| --- | --- |\n| VNet1 | reachable |\n"),
        "{markdown}"
    );
    // What begins with no sign is a question.
    assert_eq!(ask("s2s-chain-bgp", &["gateway(VNet2)"]).stdout, "answer\nyes\n");
    assert_eq!(ask("s2s-chain-bgp", &["site(_)"]).stdout, "answer\nno\n");
    assert_eq!(ask("s2s-chain-bgp", &["site(?site)"]).stdout, "site\n");
}

#[test]
fn several_statements_have_their_places_as_columns() {
    let run = ask("s2s-chain", &[ACCESS, "? site(_)", "expect gateway(VNet3)", "expect no gateway(VNet3)"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    let expected = "\
file,line,scenario,statement,result,found
command line,1,,\"? access(VNet1, windows, ?network, ?status)\",yes,\"?network = VNet1, ?status = reachable\"
command line,1,,\"? access(VNet1, windows, ?network, ?status)\",yes,\"?network = VNet2, ?status = unreachable\"
command line,1,,\"? access(VNet1, windows, ?network, ?status)\",yes,\"?network = VNet3, ?status = unreachable\"
command line,2,,? site(_),no,
command line,3,,expect gateway(VNet3),pass,
command line,4,,expect no gateway(VNet3),fail,gateway(VNet3)
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn documents_hold_to_the_schema() {
    let statements = [ACCESS, "gateway(VNet1)", "expect site(_)", "expect gateway(VNet1)"];
    let json = |format| ask("s2s-chain", &[&statements[..], &["--format", format]].concat());
    let run = json("json");
    assert_eq!(run.code, Some(1));
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    valid("ask", &document);
    let outcomes = document["outcomes"].as_array().unwrap();
    assert_eq!(outcomes[0]["columns"], json!(["network", "status"]));
    assert_eq!(outcomes[0]["rows"][1], json!({"network": "VNet2", "status": "unreachable"}));
    assert_eq!((&outcomes[1]["holds"], &outcomes[1]["rows"]), (&json!(true), &json!([])));
    assert_eq!((&outcomes[2]["passed"], &outcomes[2]["missing"]), (&json!(false), &json!(["site(_)"])));
    assert_eq!((&outcomes[3]["passed"], &outcomes[3]["line"]), (&json!(true), &json!(4)));
    let lines: Vec<Value> =
        json("ndjson").stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&lines, outcomes);
    let nothing = ask("s2s-chain", &["# nothing", "--format", "json"]);
    valid("ask", &serde_json::from_str(&nothing.stdout).unwrap());
}

#[test]
fn queries_come_from_files_and_the_standard_input() {
    let files = folder(&[
        (
            "one.query",
            "expect gateway(VNet1)\r\nscenario without\r\n- gateway(VNet3)\r\nexpect no gateway(VNet3)\r\n",
        ),
        ("two.query", "\u{feff}? site(?site)\n"),
    ]);
    let path = |name: &str| files.path().join(name).display().to_string();
    let mut program = command();
    program.args([
        "ask",
        "facts/branch-office",
        "expect vnet(VNet1)",
        "--query",
        &path("two.query"),
        "--query",
        "-",
    ]);
    let mut child =
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"scenario here\nexpect gateway(VNet1)").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let expected = format!(
        "file,line,scenario,statement,result,found\ncommand line,1,,expect vnet(VNet1),pass,\n\
         {},1,,? site(?site),yes,?site = Site1\nstandard input,2,here,expect gateway(VNet1),pass,\n",
        path("two.query")
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    let run = ask("s2s-chain", &["--query", &path("one.query")]);
    // The tunnel to VNet3 has to go before its gateway.
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("error[change-impossible]"), "{}", run.stderr);
}

#[test]
fn mistakes_are_invalid_use() {
    let run = ask("s2s-chain", &["? bgpp(a, b)", "expect vnet()", "nonsense"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    for code in ["error[unknown-relation]", "error[wrong-arity]", "error[query-syntax]", "3 errors"] {
        assert!(run.stderr.contains(code), "{code}: {}", run.stderr);
    }
    let run = ask("s2s-chain", &["--query", "no/such.query"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(
        run.stderr.contains("`no/such.query` cannot be read: no such file or directory"),
        "{}",
        run.stderr
    );
    assert_eq!(ask("s2s-chain", &[]).code, Some(2));
}

#[test]
fn an_unknown_name_is_a_warning_that_can_be_denied() {
    let asked =
        |more: &[&str]| finish(command().args(["ask", "facts/isolated-vnet", "vnet(VNet2)"]).args(more));
    let run = asked(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "answer\nno\n"));
    assert!(run.stderr.contains("warning[no-such-name]: no network is called `VNet2`"), "{}", run.stderr);
    assert_eq!(asked(&["--deny", "warnings"]).code, Some(1));
}

/// An element of an XML document.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("{} has no `{name}`", self.name)).1
    }

    fn named(&self, name: &str) -> usize {
        self.children.iter().filter(|child| child.name == name).count()
    }
}

fn unescaped(text: &str) -> String {
    assert!(!text.contains('<'), "{text}");
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';').expect("an entity ends");
        plain.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            other => panic!("&{other};"),
        });
        plain.push_str(rest);
    }
    plain
}

/// Reads a document, and fails where it is not well-formed.
fn xml(text: &str) -> Element {
    let body = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a declaration");
    let mut open = vec![Element::default()];
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('<') {
        open.last_mut().unwrap().text.push_str(&unescaped(before));
        // No attribute holds `>`, which the writer escapes.
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let closed = open.pop().unwrap();
            assert_eq!(closed.name, name);
            open.last_mut().unwrap().children.push(closed);
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut element = Element { name: name.to_owned(), ..Element::default() };
        while let Some((key, value)) = attributes.trim_start().split_once("=\"") {
            let (value, more) = value.split_once('"').expect("a value ends");
            element.attributes.push((key.to_owned(), unescaped(value)));
            attributes = more;
        }
        assert_eq!(attributes.trim(), "");
        if is_empty {
            open.last_mut().unwrap().children.push(element);
        } else {
            open.push(element);
        }
    }
    assert_eq!((open.len(), rest.trim()), (1, ""));
    let mut document = open.pop().unwrap();
    assert_eq!(document.children.len(), 1);
    document.children.pop().unwrap()
}

#[test]
fn junit_reports_hold_to_the_published_structure() {
    let statements = [
        "expect gateway(VNet1)",
        "expect site(\"<&> \\\"x\\\"\")",
        "? vnet(?v)",
        "scenario a & b",
        "expect no gateway(?v), ?v != VNet1",
        "scenario only a question",
        "? gateway(VNet1)",
        "--format",
        "junit",
    ];
    let run = ask("s2s-chain", &statements);
    assert_eq!(run.code, Some(1));
    let report = xml(&run.stdout);
    assert_eq!(report.name, "testsuites");
    let counts =
        |element: &Element| ["tests", "failures", "errors"].map(|name| element.attribute(name).to_owned());
    assert_eq!(counts(&report), ["3", "2", "0"]);
    let suites: Vec<_> =
        report.children.iter().map(|suite| (&*suite.name, suite.attribute("name"), counts(suite))).collect();
    let numbers = |all: [&str; 3]| all.map(str::to_owned);
    assert_eq!(
        suites,
        [
            ("testsuite", "command line", numbers(["2", "1", "0"])),
            ("testsuite", "command line: a & b", numbers(["1", "1", "0"])),
        ]
    );
    for case in report.children.iter().flat_map(|suite| &suite.children) {
        assert_eq!((&*case.name, case.attribute("classname")), ("testcase", "command line"));
        assert!(case.attribute("name").starts_with("line "));
        assert!(case.named("failure") == case.children.len() && case.children.len() <= 1);
    }
    let failed = &report.children[0].children[1];
    assert_eq!(failed.attribute("name"), "line 2: expect site(\"<&> \\\"x\\\"\")");
    let failure = &failed.children[0];
    assert_eq!(failure.attribute("type"), "expectation");
    assert!(failure.text.starts_with("missing: site(\"<&> \\\"x\\\"\")"), "{}", failure.text);
    let other = &report.children[1].children[0].children[0];
    assert_eq!(other.text, "found: gateway(VNet2)\nfound: gateway(VNet3)");
    // Equal runs give equal reports.
    assert_eq!(ask("s2s-chain", &statements).stdout, run.stdout);
}

#[test]
fn values_of_every_kind_are_compared_and_bound() {
    let folder = two_hubs();
    let cases = [
        ("client(zoe, ?gateway), os(zoe, windows)", "gateway\nEast\n"),
        ("manual_route(?client, 10.2.0.0/16)", "client\nzoe\n"),
        ("client(?client, _), ?client != zoe", "client\nadam\n"),
        ("os(?client, ?system), ?system = windows", "client,system\nadam,windows\nzoe,windows\n"),
        ("asn(?router, ?number), ?number != 65001", "router,number\nWest,65002\n"),
        ("asn(?router, 65001)", "router\nEast\n"),
        ("os(zoe, linux)", "answer\nno\n"),
        ("client(nobody, ?gateway)", "gateway\n"),
        ("advertised(East, windows, ?prefix, own-vnet)", "prefix\n10.1.0.0/16\n"),
        (
            "access(East, windows, ?network, ?status), ?status = needs-route",
            "network,status\nWest,needs-route\n",
        ),
    ];
    for (question, answer) in cases {
        let run = finish(command().arg("ask").arg(folder.path()).args([question, "--quiet"]));
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), answer), "{question}\n{}", run.stderr);
    }
    let unknown = finish(command().arg("ask").arg(folder.path()).arg("client(zoee, ?gateway)"));
    assert!(unknown.stderr.contains("`zoe`"), "what is near is named: {}", unknown.stderr);
}

#[test]
fn shares_of_scenarios_join_to_the_whole() {
    let file = |count: usize| {
        let scenario = |number| {
            format!(
                "scenario {number}\n+ bgp(VNet1, VNet2)\n? learned(VNet1, VNet2, ?prefix)\nexpect site(_)\n"
            )
        };
        (0..count).map(scenario).collect::<String>()
    };
    let files = folder(&[
        ("one.query", &format!("? access(VNet1, windows, ?network, ?status)\n{}", file(2))),
        ("two.query", &file(3)),
    ]);
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let (one, two) = (path("one.query"), path("two.query"));
    for format in ["csv", "markdown", "ndjson"] {
        let run = |more: &[&str]| {
            ask("s2s-chain", &[&["--query", &one, "--query", &two, "--format", format], more].concat())
        };
        let whole = run(&[]);
        assert_eq!(whole.code, Some(1), "no topology has the site");
        for count in [1, 2, 4, 9] {
            let shares = (1..=count).map(|number| run(&["--shard", &format!("{number}/{count}")]).stdout);
            assert_eq!(shares.collect::<String>(), whole.stdout, "{format}, {count} shares");
        }
    }
    for refused in [&["--format", "json"][..], &["--coverage"]] {
        let run = ask("s2s-chain", &[&["--query", &one, "--shard", "1/2"], refused].concat());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{refused:?}");
    }
}

#[test]
fn relations_are_listed_and_called_as_people_call_them() {
    let run = finish(command().args(["ask", "--list"]));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    for relation in tunnelog::language::relations::Relation::ALL {
        assert!(run.stdout.contains(&format!("\n  {}\n", relation.signature())), "{relation:?}");
    }
    let flowing = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flowing.contains("Status: blackhole, needs-route, reachable, unreachable."), "{}", run.stdout);
    let help = |statement: &str| ask("s2s-chain", &[statement]).stderr;
    assert!(
        help("? route(VNet1, ?x)").contains("did you mean `advertised(Gateway, Class, Prefix, Reason)`?")
    );
    assert!(help("+ route(VNet1, VNet2)").contains("did you mean `custom_route(Gateway, Prefix)`?"));
    assert!(help("+ transit(VNet1, VNet2)").contains("did you mean `gateway_transit(Hub, Spoke)`?"));
    assert!(help("? nonsense(VNet1)").contains("`tunnelog ask --list` has their columns"));
}
