//! What a set of expectations exercises: the rows of an inventory, and the rules, that their verdicts rest on.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::evaluate::{Evaluator, Rows, TooManyRows};
use super::expect::{filled, opened};
use crate::answer::Status;
use crate::class::{Class, Profile, RouteReason};
use crate::explain::support::{Support, Supporter};
use crate::facts::Asn;
use crate::inventory::Inventory;
use crate::language::relations::Relation;
use crate::language::syntax::{Atom, Expectation, Goal, Query, Term};
use crate::names::NameId;
use crate::prefix::Prefix;
use crate::proof::Fact;
use crate::rule::Rule;
use crate::source::Span;

/// How many shares of the tuples a thread gets, as some take longer than others.
const SHARES: usize = 4;

/// How many expectations rest on each row and each rule.
///
/// `expect` rests on the tuples that match it, and so does `expect only`. `expect no` about `access` rests on the status that is there
/// instead; about another relation it rests on nothing, as what it denies has no proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many expectations there were.
    pub expectations: usize,
    /// By row or resource; what scenarios add is not among them.
    pub rows: FxHashMap<Span, usize>,
    /// By rule.
    pub rules: BTreeMap<Rule, usize>,
}

impl Coverage {
    /// Adds what the expectation, asked of the inventory of `evaluator`, rests on.
    ///
    /// # Errors
    /// Where one of its questions is too large.
    pub(super) fn add(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        expectation: &Expectation,
        profile: Profile,
    ) -> Result<(), TooManyRows> {
        let mut tuples = Vec::new();
        match expectation {
            Expectation::Some(query) => tuples.extend(matching(evaluator, query, profile)?),
            Expectation::None(query) => {
                if let Some(instead) = instead(query) {
                    tuples.extend(matching(evaluator, &instead, profile)?);
                }
            }
            Expectation::Only(patterns) => {
                for pattern in patterns {
                    let query = Query { goals: vec![Goal::Holds(pattern.clone())], span: pattern.span };
                    tuples.extend(matching(evaluator, &query, profile)?);
                }
            }
        }
        let analysis = evaluator.analysis();
        // Neighbours in order are about the same gateway, which a share looks at once.
        let share = tuples.len().div_ceil(SHARES * rayon::current_num_threads()).max(1);
        let supports = tuples.par_chunks(share).map(|tuples| {
            let mut supporter = Supporter::new(analysis, profile);
            let mut support = Support::default();
            for tuple in tuples {
                support.extend(&of_tuple(&mut supporter, analysis.inventory(), tuple));
            }
            support
        });
        let support = supports.reduce(Support::default, |mut one, other| {
            one.extend(&other);
            one
        });
        self.expectations += 1;
        for row in support.rows {
            *self.rows.entry(row).or_default() += 1;
        }
        for rule in support.rules {
            *self.rules.entry(rule).or_default() += 1;
        }
        Ok(())
    }
}

/// The tuples that match the conditions of a question, without variables.
fn matching(
    evaluator: &mut Evaluator<'_>,
    query: &Query,
    profile: Profile,
) -> Result<Vec<Atom>, TooManyRows> {
    let mut asked = query.clone();
    for (number, goal) in asked.goals.iter_mut().enumerate() {
        if let Goal::Holds(atom) = goal {
            let is_open = |column: usize| matches!(atom.terms[column], Term::Anything(_));
            *atom = opened(atom, &number.to_string(), is_open);
        }
    }
    let Rows { columns, rows } = evaluator.ask(&asked, profile)?;
    let mut tuples = Vec::new();
    for goal in &asked.goals {
        let Goal::Holds(atom) = goal else { continue };
        tuples.extend(rows.iter().map(|row| filled(atom, &columns, row)));
    }
    tuples.sort_by_cached_key(ToString::to_string);
    tuples.dedup_by_key(|atom| atom.to_string());
    Ok(tuples)
}

/// The question with the status of networks left open; none where it asks for no status.
fn instead(query: &Query) -> Option<Query> {
    let is_access =
        |goal: &&Goal| matches!(goal, Goal::Holds(atom) if relation(atom) == Some(Relation::Access));
    let goals: Vec<Goal> = query
        .goals
        .iter()
        .filter(is_access)
        .map(|goal| match goal {
            Goal::Holds(atom) => Goal::Holds(opened(atom, "status", |column| column + 1 == atom.terms.len())),
            other => other.clone(),
        })
        .collect();
    (!goals.is_empty()).then_some(Query { goals, span: query.span })
}

fn relation(atom: &Atom) -> Option<Relation> {
    Relation::named(&atom.relation.text)
}

/// What a tuple rests on.
fn of_tuple(supporter: &mut Supporter<'_>, inventory: &Inventory, tuple: &Atom) -> Support {
    let texts: Vec<&str> = tuple
        .terms
        .iter()
        .filter_map(|term| match term {
            Term::Constant(word) => Some(&*word.text),
            _ => None,
        })
        .collect();
    let terms = Terms { texts, inventory };
    terms.support(supporter, tuple).unwrap_or_default()
}

/// The values of a tuple.
struct Terms<'a> {
    texts: Vec<&'a str>,
    inventory: &'a Inventory,
}

impl Terms<'_> {
    fn name(&self, column: usize) -> Option<NameId> {
        self.inventory.names.get(self.texts.get(column)?)
    }

    fn prefix(&self, column: usize) -> Option<Prefix> {
        self.texts.get(column)?.parse().ok()
    }

    fn class(&self, column: usize) -> Option<Class> {
        let text = self.texts.get(column)?;
        Class::ALL.into_iter().find(|class| class.word() == *text)
    }

    fn support(&self, supporter: &mut Supporter<'_>, tuple: &Atom) -> Option<Support> {
        let rows = |span: Option<Span>| Support { rows: span.into_iter().collect(), ..Support::default() };
        let fact = match relation(tuple)? {
            Relation::Access => {
                let status =
                    Status::ALL.into_iter().find(|status| Some(&status.word()) == self.texts.get(3))?;
                return Some(supporter.status(self.name(0)?, self.class(1)?, self.name(2)?, status));
            }
            Relation::Advertised => {
                let reason = *RouteReason::ALL.iter().find(|one| Some(&one.word()) == self.texts.get(3))?;
                return Some(supporter.route(self.name(0)?, self.class(1)?, self.prefix(2)?, reason));
            }
            Relation::Attached => {
                return Some(supporter.attached(self.name(0)?, self.name(1)?, self.prefix(2)?));
            }
            Relation::Learned => {
                return Some(supporter.learned(self.name(0)?, self.name(1)?, self.prefix(2)?));
            }
            Relation::Delivered => {
                return Some(supporter.delivered(self.name(0)?, self.name(1)?, self.prefix(2)?));
            }
            Relation::Os | Relation::Client | Relation::ManualRoute => {
                let mut clients = self.inventory.clients.iter().flatten();
                let named = clients.find(|client| Some(&&*client.name) == self.texts.first());
                return Some(rows(named.map(|client| client.origin)));
            }
            Relation::Vnet => {
                let name = self.name(0)?;
                let row = self.inventory.vnets.iter().find(|vnet| vnet.name == name);
                return Some(rows(row.map(|vnet| vnet.origin)));
            }
            Relation::Site => Fact::Site(self.name(0)?),
            Relation::Address => Fact::Address(self.name(0)?, self.prefix(1)?),
            Relation::Gateway => Fact::Gateway(self.name(0)?),
            Relation::ClientPool => Fact::ClientPool(self.name(0)?, self.prefix(1)?),
            Relation::CustomRoute => Fact::CustomRoute(self.name(0)?, self.prefix(1)?),
            Relation::Asn => Fact::HasAsn(self.name(0)?, Asn::Number(self.texts.get(1)?.parse().ok()?)),
            Relation::Peered => Fact::Peered(self.name(0)?, self.name(1)?),
            Relation::GatewayTransit => Fact::GatewayTransit(self.name(0)?, self.name(1)?),
            Relation::S2s => Fact::S2s(self.name(0)?, self.name(1)?),
            Relation::Bgp => Fact::Bgp(self.name(0)?, self.name(1)?),
            Relation::StaticRoute => Fact::StaticRoute(self.name(0)?, self.name(1)?, self.prefix(2)?),
            Relation::TransitSite => Fact::TransitSite(self.name(0)?),
        };
        Some(supporter.fact(fact))
    }
}
