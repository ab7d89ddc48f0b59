//! Diagrams: what they show, that names are nothing but text in them, and where they end.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::{Command, Stdio};

use layout::gv::DotParser;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use tempfile::TempDir;

use crate::support::folders::folder;
use crate::support::program::{Run, answer, command, finish, read, run};

/// Names that mean something to one of the formats, with what stands for them in Mermaid.
const HOSTILE: [(&str, &str); 9] = [
    ("<script>alert(1)</script>", "#60;script#62;alert(1)#60;/script#62;"),
    ("]] --> n9[x", "]] --#62; n9[x"),
    ("end", "end"),
    ("%%{init: 1}%%", "#37;#37;#123;init: 1#125;#37;#37;"),
    ("1. first", "1#46; first"),
    ("a&lt;b]]>&#10;", "a#38;lt#59;b]]#62;#38;#35;10#59;"),
    ("back\\slash \\N", "back#92;slash #92;N"),
    ("quoted \"hub\"", "quoted #34;hub#34;"),
    ("line\nbreak\u{1b}\u{202e}\u{ffff}", "line\u{fffd}break\u{fffd}\u{fffd}\u{fffd}"),
];

/// The name as labels show it.
fn shown(name: &str) -> String {
    name.replace(['\n', '\u{1b}', '\u{202e}', '\u{ffff}'], "\u{fffd}")
}

/// A chain of peerings between hostile names.
fn hostile() -> TempDir {
    let cell = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut vnets = String::from("name,address_space\n");
    let mut peerings = String::from("vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n");
    for (number, (name, _)) in HOSTILE.iter().enumerate() {
        writeln!(vnets, "{},10.{number}.0.0/16", cell(name)).unwrap();
    }
    for pair in HOSTILE.windows(2) {
        let (one, other) = (cell(pair[0].0), cell(pair[1].0));
        writeln!(peerings, "{one},{other},false,false\n{other},{one},false,false").unwrap();
    }
    folder(&[("vnets.csv", &vnets), ("peerings.csv", &peerings)])
}

fn graph(folder: &TempDir, options: &[&str]) -> Run {
    finish(command().arg("graph").arg(folder.path()).args(options).arg("--quiet"))
}

fn drawn(folder: &TempDir, options: &[&str]) -> String {
    let run = graph(folder, options);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    run.stdout
}

/// The attributes of an element with their values.
fn attributes(element: &BytesStart<'_>) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let value = |raw: &[u8]| quick_xml::escape::unescape(&text(raw)).unwrap().into_owned();
    let pairs = element.attributes().map(Result::unwrap);
    pairs.map(|pair| (text(pair.key.as_ref()), value(&pair.value))).collect()
}

fn of<'a>(attributes: &'a [(String, String)], key: &str) -> Option<&'a str> {
    attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

/// An element with its attributes.
type Element = (String, Vec<(String, String)>);

/// The elements of a document with their attributes, and the texts between them.
fn parsed(document: &str) -> (Vec<Element>, Vec<String>) {
    let mut reader = Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let (mut elements, mut texts, mut text) = (Vec::new(), Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) | Event::Empty(element) => {
                let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
                elements.push((name, attributes(&element)));
                text.clear();
            }
            Event::Text(part) => text.push_str(&part.decode().unwrap()),
            Event::GeneralRef(reference) => {
                let reference = format!("&{};", reference.decode().unwrap());
                text.push_str(&quick_xml::escape::unescape(&reference).unwrap());
            }
            Event::End(_) => texts.push(std::mem::take(&mut text)),
            Event::Eof => return (elements, texts),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn appliances_and_the_way_out_are_drawn() {
    let expected = "\
flowchart LR
  n0([\"Windows clients<br/>192.168.0.0/24\"])
  n1[[\"Hub<br/>10.0.0.0/16<br/>VPN gateway, AS 65001<br/>✓ reachable\"]]:::reachable
  n2[/\"Firewall<br/>10.0.1.4\"/]
  n3[\"Spoke<br/>10.1.0.0/16<br/>✓ reachable\"]:::reachable
  n4((\"Internet<br/>✓ reachable\")):::reachable
  n0 ---|\"P2S\"| n1
  n1 -->|\"gateway transit\"| n3
  n1 ---|\"appliance\"| n2
  n2 -->|\"way out\"| n4
";
    let drawn = |format: &str| {
        answer(&format!(
            "graph facts/forced-tunnelling-firewall --from Hub --class windows --format {format}"
        ))
    };
    let text = drawn("mermaid");
    assert!(text.starts_with(expected), "{text}");
    assert!(text.contains("circle: the Internet<br/>parallelogram: appliance<br/>"), "{text}");
    assert!(
        text.contains(
            "thin line “appliance”: appliance in the VNet<br/>arrow “way out”: packets leave for the Internet"
        ),
        "{text}"
    );
    let dot = drawn("dot");
    assert!(
        dot.contains("shape=parallelogram")
            && dot
                .contains("[ label = \"way out\" dir=forward, penwidth=1.5, style=solid, color=\"#434d5e\"]"),
        "{dot}"
    );
    for format in ["svg", "drawio"] {
        let (elements, texts) = parsed(&drawn(format));
        let all = format!("{elements:?}{texts:?}");
        for word in ["Firewall", "Internet", "way out"] {
            assert!(all.contains(word), "{format}: {all}");
        }
    }
    // A site with a default route leads out, without any appliance.
    let text = answer("graph facts/forced-tunnelling-site --from VNet1 --class windows");
    assert!(text.contains("((\"Internet<br/>✓ reachable\"))"), "{text}");
    assert!(text.contains("n0 -->|\"way out\"| n3"), "{text}");
    // Where nobody is asked about, there is no Internet.
    assert!(!answer("graph facts/forced-tunnelling-firewall").contains("Internet"));
    let stateless = answer("graph facts/stateless-appliance");
    assert!(stateless.contains("[/\"Router<br/>10.0.1.4<br/>stateless\"/]"), "{stateless}");
}

#[test]
fn many_alike_spokes_are_one_box_that_can_be_opened() {
    let made = hub(300);
    let text = drawn(&made, &["--from", "Hub", "--class", "windows"]);
    let label = "[\"300 VNets alike<br/>Spoke1<br/>Spoke10<br/>Spoke100<br/>and 297 more<br/>✓ reachable\"]";
    assert!(text.contains(label), "{text}");
    assert_eq!(text.matches("gateway transit").count(), 1, "{text}");
    for opened in ["all", "Hub"] {
        let run = graph(&made, &["--expand", opened]);
        assert_eq!(run.code, Some(2), "{opened}");
        assert!(run.stderr.contains("would have 301 networks"), "{}", run.stderr);
    }
    let unknown = graph(&made, &["--expand", "Nowhere"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("Nowhere"), "{}", unknown.stderr);
}

#[test]
fn words_in_pictures_have_no_ground_that_hides_lines() {
    let (elements, _) = parsed(&answer("graph facts/two-gateways --format svg"));
    let whole = elements
        .iter()
        .filter(|(name, attributes)| name == "rect" && of(attributes, "class") == Some("ground"));
    assert_eq!(whole.count(), 1);
    // Every other box is a node, or a sample of one.
    let boxes = elements.iter().filter(|(name, _)| name == "rect").filter_map(|(_, all)| of(all, "class"));
    assert!(
        boxes.into_iter().all(|class| class == "ground" || class.starts_with("node") || class == "inner")
    );
}

#[test]
fn hostile_names_are_text_in_mermaid() {
    let text = drawn(&hostile(), &[]);
    for (number, (name, escaped)) in HOSTILE.iter().enumerate() {
        let label = format!("[\"{escaped}<br/>10.{number}.0.0/16\"]\n");
        assert_eq!(text.matches(&label).count(), 1, "{name}: {text}");
    }
    let lines = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    // Nodes and edges, the legend with its style, and the first line.
    assert_eq!(lines("  n"), HOSTILE.len() * 2 - 1, "{text}");
    assert_eq!(text.lines().count(), HOSTILE.len() * 2 + 2, "{text}");
}

#[test]
fn hostile_names_are_text_in_pictures() {
    let picture = drawn(&hostile(), &["--format", "svg"]);
    let (elements, texts) = parsed(&picture);
    for (name, _) in HOSTILE {
        assert!(texts.contains(&shown(name)), "{name}: {texts:?}");
    }
    let names: BTreeSet<&str> = elements.iter().map(|(name, _)| name.as_str()).collect();
    let known = ["defs", "g", "marker", "path", "rect", "style", "svg", "text", "title"];
    assert_eq!(names.into_iter().collect::<Vec<_>>(), known);
}

#[test]
fn drawings_hold_together_whatever_names_are() {
    let (elements, _) = parsed(&drawn(&hostile(), &["--format", "drawio"]));
    let cells = || elements.iter().filter(|(name, _)| name == "mxCell").map(|(_, attributes)| attributes);
    for (number, (name, _)) in HOSTILE.iter().enumerate() {
        let label = format!("{}\n10.{number}.0.0/16", shown(name));
        assert_eq!(cells().filter(|cell| of(cell, "value") == Some(&label)).count(), 1, "{name}");
    }
    let ids: BTreeSet<&str> = cells().filter_map(|cell| of(cell, "id")).collect();
    assert_eq!(ids.len(), cells().count(), "ids are unique");
    let edges: Vec<_> = cells().filter(|cell| of(cell, "source").is_some()).collect();
    assert_eq!(edges.len(), HOSTILE.len() - 1);
    for end in edges.iter().flat_map(|edge| [of(edge, "source"), of(edge, "target")]) {
        assert!(end.is_some_and(|end| end.starts_with("node-") && ids.contains(end)), "{end:?}");
    }
    // A label that was HTML would show what a name says.
    let styled = cells().filter_map(|cell| of(cell, "style"));
    assert!(styled.clone().count() > HOSTILE.len());
    assert!(styled.into_iter().all(|style| style.contains("html=0;")));
}

#[test]
fn hostile_names_are_text_in_graphviz() {
    let text = drawn(&hostile(), &["--format", "dot"]);
    assert!(text.contains(r#" [ label = "back\\slash \\N\l10.6.0.0/16\l" shape=box"#), "{text}");
    assert!(text.contains(r#" [ label = "quoted \"hub\"\l10.7.0.0/16\l" shape=box"#), "{text}");
    assert!(text.contains(r#" [ label = "a&amp;lt;b]]>&amp;#10;\l10.5.0.0/16\l" shape=box"#), "{text}");
    if let Err(error) = DotParser::new(&text).process() {
        panic!("{error}: {text}");
    }
    // Where there is a Graphviz, it has the last word.
    let dot = Command::new("dot").arg("-Tplain").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    if let Ok(mut dot) = dot {
        std::io::Write::write_all(&mut dot.stdin.take().unwrap(), text.as_bytes()).unwrap();
        let plain = dot.wait_with_output().unwrap();
        assert!(plain.status.success());
        let plain = String::from_utf8(plain.stdout).unwrap();
        assert_eq!(plain.lines().filter(|line| line.starts_with("node ")).count(), HOSTILE.len() + 1);
    }
}

#[test]
fn the_colours_are_what_reach_answers() {
    let text = answer("graph facts/s2s-chain --from VNet1 --class non-windows");
    assert!(text.contains("AS 65001<br/>✓ reachable\"]]:::reachable\n"), "{text}");
    assert!(text.contains("AS 65002<br/>! blackhole\"]]:::blackhole\n"), "{text}");
    assert!(text.contains("AS 65003<br/>· unreachable\"]]:::unreachable\n"), "{text}");
    assert!(text.contains("n0([\"Non-Windows clients<br/>192.168.0.0/24\"])\n"), "{text}");
    // A change comes first.
    let mut changed = command();
    changed.args(["graph", "facts/s2s-chain", "--from", "VNet1", "--class", "non-windows", "--quiet"]);
    let text =
        finish(changed.args(["--with", "+ bgp(VNet1, VNet2)", "--with", "+ bgp(VNet2, VNet3)"])).stdout;
    assert_eq!(text.matches(":::reachable\n").count(), 3, "{text}");
    assert_eq!(text.matches("===|\"BGP\"|").count(), 2, "{text}");
}

#[test]
fn a_client_is_asked_about_by_name() {
    let folder = crate::support::program::two_hubs();
    let text = drawn(&folder, &["--from", "ZOE"]);
    assert!(text.contains("[\"zoe<br/>192.168.1.0/24\"]"), "{text}");
    // Her user added the route that Windows clients of the other hub lack.
    assert_eq!(text.matches(":::reachable\n").count(), 2, "{text}");
    assert_eq!(
        drawn(&folder, &["--from", "West", "--class", "windows"]).matches(":::needsRoute\n").count(),
        1
    );
}

#[test]
fn clients_are_told_apart_by_class() {
    let run = run("graph facts/s2s-chain --from VNet1 --quiet");
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("`--class non-windows` or `--class windows`"), "{}", run.stderr);
}

/// A hub with this many spokes.
fn hub(spokes: usize) -> TempDir {
    let mut vnets = String::from("name,address_space\nHub,10.0.0.0/16\n");
    let mut peerings = String::from("vnet,remote_vnet,allow_gateway_transit,use_remote_gateways\n");
    for spoke in 1..=spokes {
        writeln!(vnets, "Spoke{spoke},10.{}.{}.0/24", 1 + spoke / 256, spoke % 256).unwrap();
        writeln!(peerings, "Hub,Spoke{spoke},true,false\nSpoke{spoke},Hub,false,true").unwrap();
    }
    let gateways = "vnet,client_pool\nHub,192.168.0.0/24\n";
    folder(&[("vnets.csv", &vnets), ("gateways.csv", gateways), ("peerings.csv", &peerings)])
}

#[test]
fn what_is_too_large_names_the_way_out() {
    let folder = hub(250);
    let whole = graph(&folder, &["--expand", "all"]);
    assert_eq!((whole.code, whole.stdout.as_str()), (Some(2), ""));
    let expected = "\
error: the diagram would have 251 networks, and 250 are the most that it can show

help: name a network with `--around`, and how far to go from it with `--hops`
";
    assert_eq!(whole.stderr, expected);
    let near = drawn(&folder, &["--around", "spoke7"]);
    assert!(near.contains("VPN gateway, AS 65515<br/>… and 249 neighbours"), "{near}");
    assert_eq!(near.matches("\"gateway transit\"").count(), 1, "{near}");
    let far = graph(&folder, &["--around", "Spoke7", "--hops", "2", "--expand", "all"]);
    assert!(far.stderr.contains("smaller number with `--hops`"), "{}", far.stderr);
    assert_eq!(graph(&folder, &["--hops", "2"]).code, Some(2));
    assert!(graph(&folder, &["--around", "Spok7"]).stderr.contains("did you mean"));
}

#[test]
fn the_same_inventory_gives_the_same_bytes() {
    let folder = hub(40);
    for format in ["mermaid", "dot", "svg", "drawio"] {
        let options = ["--format", format, "--from", "Hub", "--class", "windows", "--expand", "all"];
        let first = drawn(&folder, &options);
        for _ in 0..3 {
            assert_eq!(drawn(&folder, &options), first);
        }
    }
}

#[test]
fn diagrams_in_documents_are_what_the_program_draws() {
    let mut count = 0;
    for document in ["docs/graph.md"] {
        let text = read(document);
        let mut call = "";
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(arguments) = line.strip_prefix("tunnelog graph ") {
                call = arguments;
            }
            if line == "```mermaid" {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                assert_eq!(
                    answer(&format!("graph {call}")),
                    block.join(
                        "
"
                    ) + "
",
                    "{document}: {call}"
                );
                count += 1;
            }
        }
    }
    assert_eq!(count, 2);
    let picture = answer("graph facts/s2s-chain --from VNet1 --class non-windows --format svg");
    assert_eq!(picture, read("docs/graph/s2s-chain.svg"));
}
