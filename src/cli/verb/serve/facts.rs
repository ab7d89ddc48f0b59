//! The facts about one network, as changes write them.

use std::slice;

use serde::Serialize;
use tunnelog::compare::{Comparison, FactDifference, Pair};
use tunnelog::inventory::Inventory;
use tunnelog::scenarios::Trial;

use crate::cli::shell::names;
use crate::cli::verb::serve::answers::{Answer, Asked, missing};

/// A fact that a change may take away.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct FactShape<'a> {
    relation: &'static str,
    terms: &'a [String],
    /// As changes write it.
    text: String,
}

impl<'a> FactShape<'a> {
    fn of(fact: &'a FactDifference) -> Self {
        Self { relation: fact.relation, terms: &fact.terms, text: fact.to_string() }
    }
}

impl Asked<'_> {
    /// The facts about the network after the changes.
    pub(super) fn facts(&self) -> Result<Vec<u8>, Answer> {
        let network = self.body.to.as_deref().ok_or_else(|| missing("to"))?;
        let (changes, sources) = self.parsed("--with")?;
        let inventory = &self.read.inventory;
        let touched = self.baseline.touched(&changes);
        let known = inventory
            .names
            .get(network)
            .filter(|_| names::known_network(slice::from_ref(inventory), network).is_ok());
        // What changes do not touch is as it was read.
        if let Some(known) = known.filter(|known| !touched.contains(&self.baseline.component(*known))) {
            return self.baseline.asked(known, |analysis| listed(analysis.inventory(), network));
        }
        let then = |trial: &Trial<'_>| {
            let after = trial.after().inventory();
            let is_there = names::known_network(slice::from_ref(after), network).is_ok();
            if !is_there && known.is_none() {
                names::known_network(slice::from_ref(inventory), network)?;
            }
            listed(after, network)
        };
        let (_, diagnostics, given) = self.baseline.tried(&changes, self.body.force, None, then);
        given.unwrap_or_else(|| Err(Answer::impossible(diagnostics, sources)))
    }
}

/// The facts about the network, of an inventory that has its connected component.
fn listed(inventory: &Inventory, network: &str) -> Result<Vec<u8>, Answer> {
    names::known_network(slice::from_ref(inventory), network)?;
    let name = inventory.names.get(network).ok_or_else(|| missing("to"))?;
    let text = inventory.names.text(name);
    let pair = Pair::new(Inventory::default(), inventory.clone());
    let all = Comparison::between(&pair).facts();
    let of_network = |terms: &[String]| terms.iter().any(|term| term == text);
    // What a route table says is about the networks that use it.
    let uses = all.iter().filter(|fact| fact.relation == "uses_table" && of_network(&fact.terms));
    let tables: Vec<&String> = uses.filter_map(|fact| fact.terms.get(2)).collect();
    let of_table = |relation: &str, terms: &[String]| {
        let is_of_tables = ["user_route", "gateway_routes"].contains(&relation);
        is_of_tables && terms.first().is_some_and(|table| tables.contains(&table))
    };
    let own = all.iter().filter(|fact| of_network(&fact.terms) || of_table(fact.relation, &fact.terms));
    let mut facts: Vec<FactShape<'_>> = own.map(FactShape::of).collect();
    facts.sort();
    Ok(serde_json::to_vec(&serde_json::json!({ "network": text, "facts": facts }))?)
}
