//! What a set of expectations exercises: the rows of an inventory, and the rules, that their verdicts rest on.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::evaluate::{Evaluator, Rows, TooManyRows};
use super::expect::{filled, opened};
use crate::answer::Status;
use crate::class::{Class, Profile, RouteReason};
use crate::explain::support::{Support, Supporter};
use crate::inventory::routing::Hop;
use crate::inventory::{Inventory, Os};
use crate::language::relations::Relation;
use crate::language::syntax::{Atom, Expectation, Goal, Query, Term};
use crate::names::{LabelId, NameId};
use crate::prefix::Prefix;
use crate::proof::Clause;
use crate::rule::Rule;
use crate::schema::{Asn, Fact, Terms};
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
    /// By clause of what moves packets where route tables steer them.
    pub clauses: BTreeMap<Clause, usize>,
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
        for clause in support.clauses {
            *self.clauses.entry(clause).or_default() += 1;
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
    let Some(relation) = relation(tuple) else { return Support::default() };
    let mut values = Values { texts: texts.into_iter(), inventory };
    values.support(supporter, relation).unwrap_or_default()
}

/// The values of a tuple.
struct Values<'a> {
    texts: std::vec::IntoIter<&'a str>,
    inventory: &'a Inventory,
}

/// A value is not there, or is none that its column can hold.
struct NoValue;

/// The one with that word.
fn worded<Value: Copy>(all: &[Value], word: fn(Value) -> &'static str, text: &str) -> Result<Value, NoValue> {
    all.iter().copied().find(|one| word(*one) == text).ok_or(NoValue)
}

impl<'a> Values<'a> {
    fn text(&mut self) -> Result<&'a str, NoValue> {
        self.texts.next().ok_or(NoValue)
    }

    fn class(&mut self) -> Result<Class, NoValue> {
        worded(&Class::ALL, Class::word, self.text()?)
    }

    fn support(&mut self, supporter: &mut Supporter<'_>, relation: Relation) -> Result<Support, NoValue> {
        Ok(match relation {
            Relation::Access => {
                let (gateway, class, network) = (self.network()?, self.class()?, self.network()?);
                supporter.status(gateway, class, network, worded(&Status::ALL, Status::word, self.text()?)?)
            }
            Relation::Advertised => {
                let (gateway, class, prefix) = (self.network()?, self.class()?, self.prefix()?);
                let reason = worded(&RouteReason::ALL, RouteReason::word, self.text()?)?;
                supporter.route(gateway, class, prefix, reason)
            }
            Relation::Attached => supporter.attached(self.network()?, self.network()?, self.prefix()?),
            Relation::Learned => supporter.learned(self.network()?, self.network()?, self.prefix()?),
            Relation::Delivered => supporter.delivered(self.network()?, self.network()?, self.prefix()?),
            stated => {
                let fact = Fact::read(stated, self)?.ok_or(NoValue)?;
                supporter.fact(fact)
            }
        })
    }
}

/// The values as the inventory knows them.
impl Terms for Values<'_> {
    type Network = NameId;
    type Client = u32;
    type Label = LabelId;
    type Error = NoValue;

    fn network(&mut self) -> Result<NameId, NoValue> {
        self.inventory.names.network(self.text()?).ok_or(NoValue)
    }

    fn client(&mut self) -> Result<u32, NoValue> {
        let text = self.text()?;
        let place = self.inventory.clients.iter().flatten().position(|client| &*client.name == text);
        place.and_then(|place| u32::try_from(place).ok()).ok_or(NoValue)
    }

    fn label(&mut self) -> Result<LabelId, NoValue> {
        self.inventory.labels.get(self.text()?).ok_or(NoValue)
    }

    fn hop(&mut self) -> Result<Hop, NoValue> {
        self.text()?.parse().map_err(|()| NoValue)
    }

    fn address(&mut self) -> Result<IpAddr, NoValue> {
        self.text()?.parse().map_err(|_| NoValue)
    }

    fn prefix(&mut self) -> Result<Prefix, NoValue> {
        self.text()?.parse().map_err(|_| NoValue)
    }

    fn number(&mut self) -> Result<Asn, NoValue> {
        self.text()?.parse().map(Asn::Number).map_err(|_| NoValue)
    }

    fn os(&mut self) -> Result<Os, NoValue> {
        worded(&Os::ALL, Os::word, self.text()?)
    }
}
