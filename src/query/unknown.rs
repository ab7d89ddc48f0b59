//! Names in a statement that nothing in the inventory can match.
//!
//! A question about them has the empty answer, which is true and of no use to anybody, so they are
//! reported as warnings: in `expect no` and under `not` such a name may be meant.

use crate::answer::Analysis;
use crate::class::{Class, Profile};
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::inventory::{Gateway, Inventory, nearest, shortened};
use crate::language::relations::{Kind, Relation};
use crate::language::syntax::{Atom, Expectation, Goal, Query, Statement, Term, Word};
use crate::names::NameId;

/// Reports the constants of `statement` that the inventory, or the profile, does not have.
pub fn report_unknown(analysis: &Analysis<'_>, statement: &Statement, profile: Profile, report: &mut Report) {
    let unknown = Unknown { analysis, profile };
    match statement {
        Statement::Change(_) => {}
        Statement::Ask(query) | Statement::Expect(Expectation::Some(query) | Expectation::None(query)) => {
            unknown.query(query, report);
        }
        Statement::Expect(Expectation::Only(patterns)) => {
            for pattern in patterns {
                unknown.atom(pattern, report);
            }
        }
    }
}

struct Unknown<'a> {
    analysis: &'a Analysis<'a>,
    profile: Profile,
}

impl Unknown<'_> {
    fn query(&self, query: &Query, report: &mut Report) {
        for goal in &query.goals {
            match goal {
                Goal::Holds(atom) | Goal::Fails(atom) => self.atom(atom, report),
                Goal::Equal(Term::Variable(name), Term::Constant(word))
                | Goal::Equal(Term::Constant(word), Term::Variable(name))
                | Goal::Different(Term::Variable(name), Term::Constant(word))
                | Goal::Different(Term::Constant(word), Term::Variable(name)) => {
                    if let Some((relation, column)) = column_of(query, name) {
                        self.constant(relation, column, word, report);
                    }
                }
                _ => {}
            }
        }
    }

    fn atom(&self, atom: &Atom, report: &mut Report) {
        let Some(relation) = Relation::named(&atom.relation.text) else { return };
        for (column, term) in atom.terms.iter().enumerate() {
            if let Term::Constant(word) = term {
                self.constant(relation, column, word, report);
            }
        }
    }

    fn constant(&self, relation: Relation, column: usize, word: &Word, report: &mut Report) {
        let Some(kind) = relation.columns().get(column).map(|column| column.kind) else { return };
        let inventory = self.analysis.inventory();
        let shown = shortened(&word.text);
        match kind {
            Kind::Network => match inventory.names.get(&word.text) {
                None => {
                    let finding = no_such(format!("no network is called `{shown}`"), word, "a VNet or site");
                    let names = inventory.names.iter().map(|name| inventory.names.text(name));
                    let names = names.chain(inventory.gateways.iter().filter_map(Gateway::own_name));
                    report.push(suggested(finding, &word.text, names));
                }
                Some(name) if column == 0 && is_answer(relation) && !has_clients(inventory, name) => {
                    let message = format!("`{shown}` has no Point-to-Site gateway");
                    report.push(no_such(message, word, "a VNet whose gateway has a client pool"));
                }
                Some(_) => {}
            },
            Kind::Client => {
                let clients = inventory.clients.as_deref().unwrap_or_default();
                let folded = word.text.to_lowercase();
                if !clients.iter().any(|client| client.name.to_lowercase() == folded) {
                    let finding = no_such(format!("no client is called `{shown}`"), word, "a client");
                    report.push(suggested(finding, &word.text, clients.iter().map(|client| &*client.name)));
                }
            }
            Kind::Class => {
                let class = Class::ALL.into_iter().find(|class| class.word() == word.text);
                if class.is_some_and(|class| class.profile() != self.profile) {
                    let message = format!("profile `{}` has no class `{shown}`", self.profile.word());
                    let words: Vec<_> =
                        self.profile.classes().iter().map(|class| format!("`{}`", class.word())).collect();
                    let finding = no_such(message, word, "a class of the profile");
                    report.push(finding.help(format!("it has {}", words.join(", "))));
                }
            }
            Kind::Prefix | Kind::Status | Kind::Reason | Kind::Os | Kind::Number => {}
        }
    }
}

fn no_such(message: String, word: &Word, expected: &str) -> Diagnostic {
    Diagnostic::new(Code::NoSuchName, message).at(word.span, format!("expected {expected}"))
}

fn suggested<'a>(finding: Diagnostic, wrong: &str, names: impl Iterator<Item = &'a str>) -> Diagnostic {
    match nearest(wrong, names) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding,
    }
}

fn is_answer(relation: Relation) -> bool {
    matches!(relation, Relation::Advertised | Relation::Access)
}

fn has_clients(inventory: &Inventory, name: NameId) -> bool {
    inventory.gateways.iter().any(|gateway| gateway.vnet == name && !gateway.client_pool.is_empty())
}

/// The column that gives a variable its value.
fn column_of(query: &Query, name: &Word) -> Option<(Relation, usize)> {
    query.goals.iter().find_map(|goal| {
        let Goal::Holds(atom) = goal else { return None };
        let is_it = |term: &Term| matches!(term, Term::Variable(other) if other.text == name.text);
        Some((Relation::named(&atom.relation.text)?, atom.terms.iter().position(is_it)?))
    })
}
