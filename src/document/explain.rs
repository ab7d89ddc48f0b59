//! The shape of `explain --format json`: every step of every proof, and certificates with all that they rest on.

use crate::answer::Analysis;
use crate::explain::{APPLIANCE_PERMITS, Asymmetry, Explanation, Lost, Missing, Passage, Told, Words};
use crate::inventory::Inventory;
use crate::language::print::quoted;
use crate::names::NameId;
use crate::proof::{Astray, Evidence, Fact, HeldRoute, Premise, Proof, Shown, Tables};
use crate::schema::Cell;
use crate::source::{Sources, Span};
use serde::Serialize;

use super::finding::Place;
use super::head::Head;
use super::walk::{Shaper, WalkShape, kind};

/// The whole document.
#[derive(Clone, Debug, Serialize)]
pub struct Document<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    explanations: Vec<Item<'a>>,
}

/// Destinations of which the same is to be said.
#[derive(Clone, Debug, Serialize)]
struct Item<'a> {
    gateway: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    network: &'a str,
    /// `pool` where the network is the gateway in whose address pool the destinations are.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'static str>,
    destinations: Vec<String>,
    routes: Vec<Route>,
    there: Way<'a>,
    back: Way<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    asymmetric: Vec<AsymmetryShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assumes: Vec<&'static str>,
    tables: Vec<Table<'a>>,
}

/// Whether the clients of a class hold a route, and what that comes to.
#[derive(Clone, Debug, Serialize)]
struct Route {
    class: &'static str,
    status: &'static str,
    holds: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_hand: Option<String>,
    proofs: Vec<ProofShape>,
    missing: Vec<MissingShape>,
}

/// The way there or back.
#[derive(Clone, Debug, Serialize)]
struct Way<'a> {
    holds: bool,
    proofs: Vec<ProofShape>,
    lost: Vec<LostShape<'a>>,
    certificate: Vec<Certificate<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passages: Vec<PassageShape>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    walks: Vec<WalkShape<'a>>,
}

/// A way through VNets whose route tables are looked at.
#[derive(Clone, Debug, Serialize)]
struct PassageShape {
    names: Vec<String>,
    steps: Vec<ToldShape>,
}

/// What a packet does at one place of the way.
#[derive(Clone, Debug, Serialize)]
struct ToldShape {
    rule: &'static str,
    sentence: String,
    facts: Vec<FactShape>,
}

/// An appliance that sees one direction only.
#[derive(Clone, Debug, Serialize)]
struct AsymmetryShape {
    appliance: String,
    sees: &'static str,
    there: PassageShape,
    back: PassageShape,
}

/// A fact with the rows that state it.
#[derive(Clone, Debug, Serialize)]
struct FactShape {
    fact: String,
    sentence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_default: Option<&'static str>,
    places: Vec<Place>,
}

/// The applications of rules, each after those that it rests on.
#[derive(Clone, Debug, Serialize)]
struct ProofShape {
    steps: Vec<StepShape>,
}

#[derive(Clone, Debug, Serialize)]
struct StepShape {
    rule: &'static str,
    sentence: String,
    conclusion: String,
    premises: Vec<PremiseShape>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum PremiseShape {
    Step { step: usize },
    Fact(FactShape),
    Not { not: String, sentence: String },
}

#[derive(Clone, Debug, Serialize)]
struct MissingShape {
    text: String,
    places: Vec<Place>,
}

/// How far packets get.
#[derive(Clone, Debug, Serialize)]
struct LostShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<&'a str>,
    to: String,
    hops: Vec<HopShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passage: Option<PassageShape>,
    missing: Vec<MissingShape>,
}

#[derive(Clone, Debug, Serialize)]
struct HopShape<'a> {
    router: &'a str,
    next: &'a str,
    entry: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    runner_up: Option<String>,
}

/// States that a packet does not leave, and in none of which it arrives.
#[derive(Clone, Debug, Serialize)]
struct Certificate<'a> {
    from: &'a str,
    target: &'static str,
    of: &'a str,
    destination: String,
    states: Vec<StateShape<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct StateShape<'a> {
    router: &'a str,
    starts: bool,
}

/// All that routers learned which covers a destination.
#[derive(Clone, Debug, Serialize)]
struct Table<'a> {
    destination: String,
    learned: Vec<Learned<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct Learned<'a> {
    router: &'a str,
    neighbour: &'a str,
    prefix: String,
    origin: String,
}

/// What names and places are looked up in.
struct Context<'a> {
    inventory: &'a Inventory,
    sources: &'a Sources,
    words: Words<'a>,
}

impl<'a> Document<'a> {
    /// The document that says `explanations`. The inventory was read from `sources`.
    #[must_use]
    pub fn new(
        head: Head<'a>,
        explanations: &[Explanation],
        analysis: &Analysis<'a>,
        sources: &'a Sources,
    ) -> Self {
        let inventory = analysis.inventory();
        let context = Context { inventory, sources, words: Words::new(analysis) };
        Self { head, explanations: explanations.iter().map(|each| context.item(each)).collect() }
    }
}

impl<'a> Context<'a> {
    fn name(&self, name: NameId) -> &'a str {
        self.inventory.names.text(name)
    }

    fn places(&self, spans: &[Span]) -> Vec<Place> {
        spans.iter().map(|span| Place::of(self.sources, *span)).collect()
    }

    fn item(&self, explanation: &Explanation) -> Item<'a> {
        let evidence = explanation.shown();
        let client = evidence.routes.first().and_then(|route| route.client);
        let clients = self.inventory.clients.as_deref().unwrap_or_default();
        let client = client.and_then(|index| clients.get(index as usize)).map(|client| &*client.name);
        let routes = evidence.routes.iter().zip(&explanation.route_missing);
        let there_lost = explanation.there_missing.as_slice();
        let (told, walks) = (explanation.steered.as_ref(), evidence.steered());
        let shaper = Shaper(self.inventory);
        let answers = walks.into_iter().flat_map(|steered| &steered.back).flat_map(|answers| &answers.walks);
        let passage = |passage: &Passage| self.passage(passage);
        let asymmetry = |one: &Asymmetry| self.asymmetry(one);
        let is_assumed = evidence.is_accessible() && told.is_some_and(|told| !told.appliances.is_empty());
        Item {
            gateway: self.name(evidence.gateway),
            client,
            network: self.name(evidence.target.name()),
            target: (!evidence.target.is_network()).then_some("pool"),
            destinations: explanation.destinations.iter().map(ToString::to_string).collect(),
            routes: routes.map(|(route, missing)| self.route(explanation, route, missing)).collect(),
            there: Way {
                holds: evidence.there_holds(),
                proofs: self.proofs(explanation, evidence.there_proofs()),
                lost: self.lost(there_lost),
                certificate: self.certificates(evidence.there_certificates()),
                passages: told.and_then(|told| told.there.as_ref()).map(passage).into_iter().collect(),
                walks: walks.map(|steered| shaper.walk(&steered.there)).into_iter().collect(),
            },
            back: Way {
                holds: evidence.back_holds(),
                proofs: self.proofs(explanation, evidence.back_proofs()),
                lost: self.lost(&explanation.back_missing),
                certificate: self.certificates(evidence.back_certificates()),
                passages: told.into_iter().flat_map(|told| &told.back).map(passage).collect(),
                walks: answers.map(|walk| shaper.walk(walk)).collect(),
            },
            asymmetric: told.into_iter().flat_map(|told| &told.asymmetric).map(asymmetry).collect(),
            assumes: is_assumed.then_some(APPLIANCE_PERMITS).into_iter().collect(),
            tables: self.tables(evidence),
        }
    }

    fn route(&self, explanation: &Explanation, route: &HeldRoute, missing: &[Missing]) -> Route {
        Route {
            class: route.class.word(),
            status: explanation.shown().status(route).word(),
            holds: route.holds(),
            by_hand: route.by_hand.map(|prefix| prefix.to_string()),
            proofs: self.proofs(explanation, route.given.proofs()),
            missing: self.missing(missing),
        }
    }

    fn proofs(&self, explanation: &Explanation, proofs: &[Proof]) -> Vec<ProofShape> {
        let step = |proof: &Proof| {
            let shape = |step: &crate::proof::Application| StepShape {
                rule: step.rule.id(),
                sentence: self.words.application(proof, step, explanation),
                conclusion: Shown(&self.inventory.names, step.conclusion).to_string(),
                premises: step.premises.iter().map(|premise| self.premise(premise)).collect(),
            };
            ProofShape { steps: proof.steps.iter().map(shape).collect() }
        };
        proofs.iter().map(step).collect()
    }

    fn premise(&self, premise: &Premise) -> PremiseShape {
        let names = &self.inventory.names;
        match premise {
            Premise::Step(step) => PremiseShape::Step { step: *step },
            Premise::Fact(fact) => PremiseShape::Fact(self.fact(*fact)),
            Premise::Not(negation) => PremiseShape::Not {
                not: Shown(names, *negation).to_string(),
                sentence: self.words.negation(*negation),
            },
        }
    }

    fn fact(&self, fact: Fact) -> FactShape {
        let stated = self.words.stated(fact);
        FactShape {
            fact: self.row(fact),
            sentence: self.words.fact(fact),
            by_default: stated.by_default,
            places: self.places(&stated.spans),
        }
    }

    /// The fact as questions write it. [`Shown`] knows the names of networks alone.
    fn row(&self, fact: Fact) -> String {
        if !fact.cells().any(|cell| matches!(cell, Cell::Label(_))) {
            return Shown(&self.inventory.names, fact).to_string();
        }
        let cell = |cell: Cell| match cell {
            Cell::Label(_) | Cell::Network(_) => quoted(&cell.text(self.inventory)).into_owned(),
            cell => cell.text(self.inventory),
        };
        let cells: Vec<String> = fact.cells().map(cell).collect();
        format!("{}({})", fact.name(), cells.join(", "))
    }

    fn passage(&self, passage: &Passage) -> PassageShape {
        let step = |step: &Told| ToldShape {
            rule: step.clause.id(),
            sentence: step.text.clone(),
            facts: step.facts.iter().map(|fact| self.fact(*fact)).collect(),
        };
        PassageShape { names: passage.names.clone(), steps: passage.steps.iter().map(step).collect() }
    }

    fn asymmetry(&self, one: &Asymmetry) -> AsymmetryShape {
        AsymmetryShape {
            appliance: one.appliance.clone(),
            sees: one.passed.word(),
            there: self.passage(&one.there),
            back: self.passage(&one.back),
        }
    }

    fn missing(&self, missing: &[Missing]) -> Vec<MissingShape> {
        let shape = |one: &Missing| MissingShape { text: one.text.clone(), places: self.places(&one.places) };
        missing.iter().map(shape).collect()
    }

    fn lost(&self, lost: &[Lost]) -> Vec<LostShape<'a>> {
        let hop = |hop: &crate::explain::Hop| HopShape {
            router: self.name(hop.router),
            next: self.name(hop.next),
            entry: hop.entry.to_string(),
            runner_up: hop.runner_up.map(|prefix| prefix.to_string()),
        };
        let shape = |lost: &Lost| LostShape {
            start: lost.start.map(|start| self.name(start)),
            to: lost.to.clone(),
            hops: lost.hops.iter().map(hop).collect(),
            passage: lost.passage.as_ref().map(|passage| self.passage(passage)),
            missing: self.missing(&lost.missing),
        };
        lost.iter().map(shape).collect()
    }

    fn certificates(&self, each: &[Astray]) -> Vec<Certificate<'a>> {
        let shape = |astray: &Astray| Certificate {
            from: self.name(astray.from),
            target: kind(astray.target),
            of: self.name(astray.target.name()),
            destination: astray.destination.to_string(),
            states: astray
                .states
                .iter()
                .map(|state| StateShape { router: self.name(state.router), starts: state.starts })
                .collect(),
        };
        each.iter().map(shape).collect()
    }

    fn tables(&self, evidence: &Evidence) -> Vec<Table<'a>> {
        let shape = |tables: &Tables| Table {
            destination: tables.destination.to_string(),
            learned: tables
                .learned
                .iter()
                .map(|route| Learned {
                    router: self.name(route.router),
                    neighbour: self.name(route.neighbour),
                    prefix: route.prefix.to_string(),
                    origin: route.number.display(&self.inventory.names).to_string(),
                })
                .collect(),
        };
        evidence.tables.iter().map(shape).collect()
    }
}
