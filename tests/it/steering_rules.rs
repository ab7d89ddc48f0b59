//! The rules for components with subnets, and those for names, keep the promises of the first file of rules: ids, sources, and relations that mirror facts.

use std::collections::{BTreeMap, BTreeSet};

use tunnelog::schema::ENTRIES;

const FILES: [&str; 3] = [
    include_str!("../../src/rules/tables.rs"),
    include_str!("../../src/rules/ways.rs"),
    include_str!("../../src/rules/names.rs"),
];

/// The sections of Microsoft's article that a source may name.
const SECTIONS: [&str; 7] = [
    "One isolated VNet",
    "Multiple peered VNets",
    "Multiple VNets connected using an S2S VPN",
    "Multiple VNets connected using an S2S VPN (BGP)",
    "One VNet and a branch office",
    "Multiple VNets connected using S2S and a branch office",
    "Multiple VNets connected using S2S and a branch office (BGP)",
];

const SOURCES: [&str; 13] = [
    "Azure Firewall hub-and-spoke, Secure hybrid network",
    "Azure Firewall hub-and-spoke",
    "Azure Firewall multi-hub-and-spoke",
    "Configure subnet peering",
    "Virtual network traffic routing, ",
    "azure-docs 42991, 93146",
    "azure-docs 93146",
    "azure-docs 109560",
    "Manage network policies for private endpoints",
    "What is IP address 168.63.129.16",
    "DNS Private Resolver, inbound endpoints",
    "Private endpoint DNS, virtual network workloads without a custom DNS server",
    "Private endpoint DNS, on-premises workloads using a DNS forwarder",
];

/// The parts of the page on the routing of VNets that a source may name.
const OF_ROUTING: [&str; 5] = [
    "Default",
    "Virtual network peering",
    "User-defined",
    "How Azure selects a route",
    "Virtual network gateway",
];

/// The paragraphs with an arrow, each as its id, its source and what it says, and its text.
fn clauses(file: &'static str) -> Vec<(&'static str, &'static str, String)> {
    let body = file.split_once("- Derived relations").expect("relations are declared").1;
    let paragraphs = body.split("\n\n").map(str::trim).filter(|paragraph| paragraph.contains("<-"));
    paragraphs
        .map(|paragraph| {
            let first = paragraph.lines().next().unwrap_or_default();
            let id = first.strip_prefix("// [").and_then(|rest| rest.split_once("] "));
            let (id, source) = id.unwrap_or_else(|| panic!("no id above {paragraph}"));
            let said = paragraph.lines().skip(1).map(str::trim).filter(|line| line.starts_with("// "));
            (id, source, said.collect())
        })
        .collect()
}

#[test]
fn each_clause_has_one_arrow_and_an_id_of_its_own() {
    let mut ids = BTreeSet::new();
    for file in FILES {
        let clauses = clauses(file);
        assert_eq!(file.matches("<-").count(), clauses.len(), "a clause stands outside the paragraphs");
        assert!(clauses.len() > 20);
        for (id, ..) in clauses {
            assert!(ids.insert(id), "{id} stands twice");
        }
    }
}

#[test]
fn each_clause_names_its_source_and_says_what_stands_there() {
    for (id, source, said) in FILES.into_iter().flat_map(clauses) {
        let is_known =
            match (source.strip_prefix("§ "), source.strip_prefix("Virtual network traffic routing, ")) {
                (Some(section), _) => SECTIONS.contains(&section),
                (_, Some(part)) => OF_ROUTING.contains(&part),
                _ if source.starts_with("INFERENCE: ") => true,
                _ => SOURCES.contains(&source),
            };
        assert!(is_known, "{id} has no known source: {source}");
        let is_inferred = source.starts_with("INFERENCE: ");
        assert!(
            if is_inferred { source.len() >= "INFERENCE: likewise.".len() } else { said.len() > 20 },
            "{id} does not say why"
        );
    }
}

/// What is declared in a file: the types of each relation, and whether it is given.
fn relations(file: &str) -> BTreeMap<&str, (Vec<&str>, bool)> {
    let mut relations = BTreeMap::new();
    let mut is_input = false;
    for line in file.lines().map(str::trim) {
        is_input = line == "@input" || is_input && !line.starts_with("@output");
        let declared = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("struct "));
        let fields = declared.and_then(|rest| rest.strip_suffix(");")?.split_once('('));
        let Some((name, fields)) = fields else { continue };
        let fields = fields.split(", ").map(|field| field.trim_start_matches("pub ")).collect();
        relations.insert(name, (fields, is_input));
        is_input = false;
    }
    relations
}

#[test]
fn relations_are_declared_as_the_schema_and_the_other_file_have_them() {
    let [tables, ways, names] = FILES.map(relations);
    let mut mirrored = 0;
    for (name, (fields, is_input)) in
        tables.iter().chain(&ways).chain(&names).filter(|(_, (_, is_input))| *is_input)
    {
        let stated = ENTRIES.iter().find(|entry| entry.variant == *name && entry.given != "derived");
        if let Some(entry) = stated {
            assert_eq!(fields.len(), entry.fields, "{name}, {is_input}");
            mirrored += 1;
        }
    }
    assert!(mirrored >= 20, "{mirrored} relations are of the schema");
    let mut shared = 0;
    for (name, (fields, _)) in &tables {
        if let Some((others, _)) = ways.get(name) {
            assert_eq!(fields, others, "{name}");
            shared += 1;
        }
    }
    assert!(shared >= 8, "{shared} relations are in both files");
}
