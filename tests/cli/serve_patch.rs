//! What the page of `serve` is told of changes: as much as differs, and all of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::formats::valid;
use super::serve::{PAIRS, Served};
use crate::support::folders::folder;

/// Rows by what they are about: a network and a prefix, or a prefix alone.
type Rows = BTreeMap<(String, String), String>;

/// What a page says of one state, with names in the place of numbers; what has no order is sorted by its text.
#[derive(Debug, Default, PartialEq)]
struct Said {
    holdings: BTreeMap<String, String>,
    links: Vec<String>,
    appliances: Vec<String>,
    /// Of each gateway and class the destinations and the routes by their prefixes, and what there is for names.
    clients: BTreeMap<(String, String), [Rows; 3]>,
}

/// A document, whose numbers of networks are places in its own list.
struct Numbered<'a>(&'a Value);

impl Numbered<'_> {
    fn name(&self, number: &Value) -> String {
        self.0["networks"][usize::try_from(number.as_u64().unwrap()).unwrap()]["name"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The text of `value` with names in these of its fields.
    fn text(&self, value: &Value, fields: &[&str]) -> String {
        let mut value = value.clone();
        for field in fields {
            value[*field] = self.name(&value[*field]).into();
        }
        value.to_string()
    }

    fn texts(&self, values: &Value, fields: &[&str]) -> Vec<String> {
        values.as_array().into_iter().flatten().map(|value| self.text(value, fields)).collect()
    }

    fn whose(&self, clients: &Value) -> (String, String) {
        (self.name(&clients["gateway"]), clients["class"].as_str().unwrap().to_owned())
    }

    fn destination(&self, row: &Value) -> (String, String) {
        (self.name(&row[0]), row[1].as_str().unwrap().to_owned())
    }

    fn rows(&self, list: &Value) -> impl Iterator<Item = ((String, String), String)> {
        let row = |row: &Value| (self.destination(row), json!([row[2], row[3], row[4]]).to_string());
        list.as_array().unwrap().iter().map(row)
    }

    /// What the document says of a state.
    fn said(&self, state: &Value) -> Said {
        let mut said = Said::default();
        for holding in state["holdings"].as_array().unwrap() {
            said.holdings.insert(self.name(&holding["network"]), self.text(holding, &["network"]));
        }
        said.links = self.texts(&state["links"], &["from", "to"]);
        said.appliances = self.texts(&state["appliances"], &["network"]);
        for clients in state["clients"].as_array().unwrap() {
            let of_clients = said.clients.entry(self.whose(clients)).or_default();
            of_clients[0].extend(self.rows(&clients["reach"]));
            of_clients[1].extend(routes(&clients["routes"]));
            of_clients[2].extend(line(clients));
        }
        said.sorted()
    }

    /// What the document, which is a patch, makes of what was said.
    fn patched(&self, mut said: Said) -> Said {
        let each = |list: &Value| list.as_array().unwrap().clone();
        for network in each(&self.0["holdings"]["gone"]) {
            said.holdings.remove(&self.name(&network)).unwrap();
        }
        for holding in each(&self.0["holdings"]["come"]) {
            said.holdings.insert(self.name(&holding["network"]), self.text(&holding, &["network"]));
        }
        for (list, name, fields) in [
            (&mut said.links, "links", &["from", "to"][..]),
            (&mut said.appliances, "appliances", &["network"]),
        ] {
            for gone in self.texts(&self.0[name]["gone"], fields) {
                let place = list.iter().position(|one| *one == gone).unwrap();
                list.remove(place);
            }
            list.extend(self.texts(&self.0[name]["come"], fields));
        }
        for clients in each(&self.0["clients"]) {
            let of_clients = said.clients.entry(self.whose(&clients)).or_default();
            for gone in each(&clients["gone"]) {
                of_clients[0].remove(&self.destination(&gone)).unwrap();
            }
            of_clients[0].extend(self.rows(&clients["come"]));
            for lost in each(&clients["lost"]) {
                of_clients[1].remove(&(lost.as_str().unwrap().to_owned(), String::new())).unwrap();
            }
            of_clients[1].extend(routes(&clients["held"]));
            of_clients[2].clear();
            of_clients[2].extend(line(&clients));
        }
        said.clients.retain(|_, [reach, routes, _]| !reach.is_empty() || !routes.is_empty());
        said.sorted()
    }

    /// What the document says of the difference.
    fn differences(&self) -> (Value, Vec<String>) {
        let clients = self.0["comparison"]["clients"].as_array().unwrap().iter().map(|clients| {
            let mut clients = clients.clone();
            for row in clients["reach"].as_array_mut().unwrap() {
                row[0] = self.name(&row[0]).into();
            }
            self.text(&clients, &["gateway"])
        });
        (self.0["comparison"]["facts"].clone(), clients.collect())
    }
}

fn routes(list: &Value) -> impl Iterator<Item = ((String, String), String)> {
    let route =
        |route: &Value| ((route[0].as_str().unwrap().to_owned(), String::new()), route[1].to_string());
    list.as_array().unwrap().iter().map(route)
}

fn line(clients: &Value) -> Option<((String, String), String)> {
    Some(((String::new(), String::new()), clients.get("names")?.to_string()))
}

impl Said {
    fn sorted(mut self) -> Self {
        self.links.sort();
        // One that no row lists is told of by what is said of a way through it.
        self.appliances.retain(|one| one.contains("\"at\":"));
        self.appliances.sort();
        self
    }
}

#[test]
fn a_patch_makes_of_the_page_what_a_report_says_after_the_changes() {
    let pairs = folder(PAIRS);
    let joined = ["+ s2s(B, C)", "+ bgp(B, C)"];
    let grown = [
        "+ vnet(E)",
        "+ address(E, 10.5.0.0/16)",
        "+ peered(B, E)",
        "+ peered(E, B)",
        "+ gateway_transit(B, E)",
        "+ client_pool(D, 192.168.4.0/24)",
    ];
    for (path, lists) in [
        (
            pairs.path().to_str().unwrap(),
            &[
                &["- bgp(A, B)"][..],
                &joined,
                &grown,
                &["- s2s(A, B)", "- client_pool(A, 192.168.1.0/24)", "- gateway(A)"],
                &[
                    "- s2s(C, D)",
                    "- gateway(D)",
                    "- vnet(D)",
                    "- address(B, 10.2.0.0/16)",
                    "+ address(B, 10.2.0.0/17)",
                ],
                &[],
            ][..],
        ),
        (
            "facts/hub-and-firewall",
            &[
                &["- user_route(to-spokes, 10.1.0.0/16, 10.0.1.4)"][..],
                &["- appliance(Firewall, Hub, 10.0.1.4)"],
            ],
        ),
        ("facts/s2s-chain-bgp", &[&["+ custom_route(VNet1, 10.9.0.0/16)"]]),
    ] {
        let served = Served::start(path);
        let whole = served.ask("report", &json!({})).json();
        let before = || Numbered(&whole).said(&whole["states"][0]);
        for changes in lists {
            let asked = json!({ "changes": changes });
            let patch = served.ask("patch", &asked);
            assert_eq!(patch.status, 200, "{changes:?}: {patch:?}");
            let patch = patch.json();
            valid("patch", &patch);
            let after = served.ask("report", &asked).json();
            let last = after["states"].as_array().unwrap().last().unwrap();
            let wanted = Numbered(&after).said(last);
            assert_eq!(Numbered(&patch).patched(before()), wanted, "{path}: {changes:?}");
            if !changes.is_empty() {
                assert_eq!(
                    Numbered(&patch).differences(),
                    Numbered(&after).differences(),
                    "{path}: {changes:?}"
                );
                assert_eq!(patch["command"], last["command"]);
            }
        }
    }
}

#[test]
fn a_patch_has_what_differs_and_nothing_else() {
    let folder = folder(PAIRS);
    let served = Served::start(folder.path().to_str().unwrap());
    let asked = json!({ "changes": ["- bgp(A, B)"], "gateway": "A", "to": "B" });
    let patch = served.ask("patch", &asked).json();
    assert_eq!(patch["version"], served.get("version").json()["version"]);
    let names = |document: &Value| -> Vec<String> {
        let networks = document["networks"].as_array().unwrap().iter();
        networks.map(|network| network["name"].as_str().unwrap().to_owned()).collect()
    };
    // The Internet stands on every page that changes are tried on.
    assert_eq!(names(&patch), ["A", "B", "Internet"]);
    assert_eq!(patch["holdings"], json!({ "gone": [], "come": [] }));
    assert_eq!(patch["links"]["gone"][0]["kind"], "tunnel-bgp");
    assert_eq!(patch["links"]["come"][0]["kind"], "tunnel-static");
    // The reason is that of the whole, whether it comes with the patch or by itself.
    let whole = served.ask("report", &json!({ "changes": ["- bgp(A, B)"] })).json();
    let explained = &patch["explanations"][0];
    assert!(whole["states"][1]["explanations"].as_array().unwrap().contains(explained), "{explained}");
    let reason = served.ask("reason", &asked).json();
    valid("patch", &reason);
    assert_eq!((&reason["explanations"][0], &reason["changes"]), (explained, &Value::Null));
    // What changes do not touch has its reason from the files.
    let other = |changes: &[&str]| {
        served.ask("reason", &json!({ "changes": changes, "gateway": "C", "to": "D" })).json()
    };
    assert_eq!(names(&other(&["- bgp(A, B)"])), ["C", "D", "Internet"]);
    assert_eq!(other(&["- bgp(A, B)"]), other(&[]));
    let elsewhere = json!({ "changes": ["- bgp(A, B)"], "gateway": "C", "to": "D" });
    assert_eq!(served.ask("patch", &elsewhere).json()["explanations"], json!([]));
    // Two components that a change joins are one.
    let joined = served.ask("patch", &json!({ "changes": ["+ s2s(B, C)"] })).json();
    assert_eq!(names(&joined), ["A", "B", "C", "D", "Internet"]);
    let parts: Vec<&Value> = joined["networks"].as_array().unwrap().iter().map(|one| &one["part"]).collect();
    assert_eq!(parts, [&json!(0), &json!(0), &json!(0), &json!(0), &Value::Null]);
}
