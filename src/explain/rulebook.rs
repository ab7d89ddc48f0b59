//! The rules as they are written: each with its source, what that says, and its clause.

use crate::class::RouteReason;
use crate::rule::Rule;
use crate::schema::ENTRIES;

/// The rules file, which is the only place where a clause and its source stand.
const RULES: &str = include_str!("../rules.rs");

/// Those of the rules for components with subnets, in the order in which they run.
const STEERING: [&str; 2] = [include_str!("../rules/tables.rs"), include_str!("../rules/ways.rs")];

/// Those for names.
const NAMES: &str = include_str!("../rules/names.rs");

/// A rule as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The id, as it stands in brackets.
    pub id: &'static str,
    /// The rule; none for one for components with subnets or for names.
    pub rule: Option<Rule>,
    /// The section or document that it encodes, or `INFERENCE`.
    pub source: String,
    /// What stands there in other words, or why the rule is an inference.
    pub says: String,
    /// The clause, without the witness that says which clause derived a row.
    pub text: String,
}

/// Every rule, in the order of the file.
#[must_use]
pub fn clauses() -> Vec<Clause> {
    written(RULES).filter_map(of_routers).collect()
}

/// Every rule for components with subnets, in the order of their files.
#[must_use]
pub fn steering() -> Vec<Clause> {
    STEERING.into_iter().flat_map(written).collect()
}

/// Every rule for names, in the order of the file.
#[must_use]
pub fn naming() -> Vec<Clause> {
    written(NAMES).collect()
}

fn of_routers(clause: Clause) -> Option<Clause> {
    let rule = Rule::ALL.iter().copied().find(|rule| rule.id() == clause.id)?;
    let text: Vec<String> = clause.text.lines().map(shown).collect();
    Some(Clause { rule: Some(rule), text: text.join("\n"), ..clause })
}

/// The clauses of a file.
fn written(file: &'static str) -> impl Iterator<Item = Clause> {
    file.split("\n\n").filter(|paragraph| paragraph.contains("<-")).filter_map(paragraph)
}

fn paragraph(paragraph: &'static str) -> Option<Clause> {
    let (comment, text): (Vec<&str>, Vec<&str>) =
        paragraph.lines().map(str::trim_end).partition(|line| line.trim_start().starts_with("// "));
    let comment: Vec<&'static str> =
        comment.iter().map(|line| line.trim_start().trim_start_matches("// ")).collect();
    let (first, rest) = comment.split_first()?;
    let (id, source) = first.strip_prefix('[')?.split_once("] ")?;
    let (source, begins) = match source.split_once("INFERENCE: ") {
        Some((_, says)) => ("INFERENCE", says),
        None => (source, ""),
    };
    let mut says = vec![begins];
    says.extend(rest);
    // Below the macro's own indentation, the clause keeps its shape.
    let text: Vec<&str> = text.iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    Some(Clause {
        id,
        rule: None,
        source: source.to_owned(),
        says: says.join(" ").trim().to_owned(),
        text: text.join("\n").trim_matches(['\n', '}']).to_owned(),
    })
}

/// A line of a clause as a reader wants it: rows without their witness, which stands in the last column of whatever is derived, and
/// words without the types that they belong to.
fn shown(line: &str) -> String {
    let is_derived = |name: &str| {
        let mut entries = ENTRIES.iter().filter(|entry| entry.given == "derived");
        name == "Returned" || entries.any(|entry| entry.variant == name)
    };
    let name = line.trim_start_matches([' ', '!']).split('(').next().unwrap_or_default();
    let witness = if line.ends_with("<-") { line.find(", W::step(") } else { line.rfind(", _)") };
    let mut shown = match witness.filter(|_| is_derived(name)) {
        Some(place) if line.ends_with("<-") => format!("{}) <-", &line[..place]),
        Some(place) => format!("{}{}", &line[..place], &line[place + ", _".len()..]),
        None => line.to_owned(),
    };
    for reason in RouteReason::ALL {
        shown = shown.replace(&format!("RouteReason::{reason:?},"), &format!("{},", reason.word()));
        shown = shown.replace(&format!("RouteReason::{reason:?})"), &format!("{})", reason.word()));
    }
    shown.replace("Target::Network(", "network(").replace("Target::Pool(", "pool(")
}

/// A shipped topology in which a rule derives something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The folder below `facts`.
    pub topology: &'static str,
    /// The question that shows it.
    pub arguments: &'static str,
}

/// Where the rule fires: for one that proofs use, in the proofs that answer the question.
#[must_use]
pub fn example(rule: Rule) -> Example {
    let of = |topology, arguments| Example { topology, arguments };
    match rule {
        Rule::OwnVnet
        | Rule::ClientPool
        | Rule::NetworkPart
        | Rule::PoolPart
        | Rule::Arrives
        | Rule::DeliveredHere
        | Rule::Returns
        | Rule::WayBack
        | Rule::OwnVnetRoute => of("isolated-vnet", "--from VNet1 --to VNet1"),
        Rule::TransitSpoke | Rule::TransitSpokeRoute => of("peered-vnets", "--from VNet1 --to VNet2"),
        Rule::TransitPrefix => of("subnet-peering", "--from Hub --to Spoke"),
        Rule::EndpointInVnet => of("endpoints-of-peers", "--from Hub --to here --model observed"),
        Rule::EndpointInPeer => of("endpoints-of-peers", "--from Hub --to there --model observed"),
        Rule::EndpointInPart => of("endpoints-of-peers", "--from Hub --to carried --model observed"),
        Rule::SiteSpace
        | Rule::BgpAttached
        | Rule::BgpEntry
        | Rule::BgpRoute
        | Rule::DeliveredNext
        | Rule::Forwards => of("branch-office-bgp", "--from VNet1 --to Site1"),
        Rule::BgpRelay | Rule::GatewayRelays | Rule::DeliveredOn => {
            of("s2s-chain-bgp", "--from VNet1 --to VNet3")
        }
        Rule::TransitSiteRelays => of("relaying-site", "--from VNet1 --to VNet2"),
        Rule::BgpStatic => of("bgp-then-static", "--from VNet1 --to VNet3"),
        Rule::StaticEntry | Rule::StaticGatewayRoute => of("s2s-chain", "--from VNet1 --to VNet2"),
        Rule::StaticSiteRoute => of("lab-static-return", "--from VNet1 --to Site1 --model observed"),
        Rule::CustomRoute => of("custom-route", "--from VNet1 --to Site1 --class windows"),
        Rule::ClientPoolRoute => of("lab-forced-tunnelling", ""),
        Rule::Accessible => of("isolated-vnet", ""),
        Rule::OwnPrefix => of("ring", ""),
        Rule::OwnSitePrefix => of("site-summary", ""),
        Rule::OwnSummarized | Rule::SpokeSummarized => of("summarized-gateway", ""),
        Rule::BgpSummary => of("summarized-gateway", "--from West --to Spoke1"),
        Rule::AttachedInTable | Rule::NextHopInTable | Rule::LongerPrefix => of("supernet-route", ""),
        Rule::Strays => of("s2s-chain", ""),
        Rule::ReturnedBefore => of("s2s-chain-bgp", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_found_with_its_source() {
        let clauses = clauses();
        let rules: Vec<Rule> = clauses.iter().filter_map(|clause| clause.rule).collect();
        assert_eq!(rules, Rule::ALL);
        for clause in &clauses {
            let id = clause.id;
            assert!(!clause.source.is_empty() && clause.says.len() > 20, "{id}: {clause:?}");
            assert!(clause.text.contains("<-") && clause.text.ends_with(';'), "{id}: {}", clause.text);
            assert!(!clause.text.contains("//"), "{id}: {}", clause.text);
            // What is left of Rust is `let`, and what is asked of a target or of an AS path.
            assert!(!clause.text.contains("::"), "{id}: {}", clause.text);
        }
    }

    #[test]
    fn every_rule_for_subnets_is_found_with_its_source() {
        let steering = steering();
        let heads = STEERING.iter().map(|file| file.matches("    // [").count());
        assert_eq!(steering.len(), heads.sum::<usize>());
        for written in &steering {
            assert!(!written.source.is_empty() && !written.says.is_empty(), "{written:?}");
            assert!(written.text.contains("<-") && written.text.ends_with(';'), "{written:?}");
            assert!(!written.text.contains("//"), "{written:?}");
        }
    }

    #[test]
    fn a_clause_is_taken_apart() {
        let of = |rule: Rule| clauses().into_iter().find(|clause| clause.rule == Some(rule)).unwrap();
        let spoke = of(Rule::SiteSpace);
        assert_eq!(spoke.source, "§ One VNet and a branch office (BGP)");
        assert_eq!(spoke.says, "The branch office answers for its own address space.");
        let text = "Attached(site, network(site), prefix) <-\n    Site(site),\n    Address(site, prefix);";
        assert_eq!(spoke.text, text);
        let route = of(Rule::BgpRoute).text;
        assert!(route.starts_with("Advertised(gateway, class, prefix, bgp) <-"), "{route}");
        assert!(route.contains("\n    Learned(gateway, neighbour, prefix, _),"), "{route}");
        assert!(
            of(Rule::Strays)
                .text
                .contains("HasAsn(router, _),\n    !Delivered(router, pool(gateway), part);")
        );
        let inferred = of(Rule::PoolPart);
        assert_eq!(inferred.source, "INFERENCE");
        assert_eq!(inferred.says, "a route back may cover half of the clients.");
    }
}
