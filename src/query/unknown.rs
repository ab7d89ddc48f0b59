//! Names in a statement that nothing in the inventory can match.
//!
//! A question about them has the empty answer, which is true and of no use to anybody, so they are
//! reported as warnings: in `expect no` and under `not` such a name may be meant.

use rustc_hash::FxHashSet;

use crate::answer::Analysis;
use crate::class::{Class, Profile};
use crate::diagnostic::{Code, Diagnostic, Report};
use crate::facts::ids::Machine;
use crate::inventory::{Gateway, Suggestions, shortened};
use crate::language::relations::{Kind, Relation};
use crate::language::syntax::{Atom, Expectation, Goal, Query, Statement, Term, Word};
use crate::names::{LabelId, NameId};

/// Looks for names that the inventory of an analysis does not have, in one statement after the other.
pub struct Unknown<'a> {
    analysis: &'a Analysis<'a>,
    /// The VNets whose gateways have client pools.
    p2s: FxHashSet<NameId>,
    /// The names of clients in small letters.
    clients: FxHashSet<String>,
    networks: Suggestions<&'a str>,
    of_clients: Suggestions<&'a str>,
    labels: Suggestions<LabelId>,
}

impl<'a> Unknown<'a> {
    /// Nothing is looked for yet.
    #[must_use]
    pub fn new(analysis: &'a Analysis<'a>) -> Self {
        let inventory = analysis.inventory();
        let with_pool = inventory.gateways.iter().filter(|gateway| !gateway.client_pool.is_empty());
        Self {
            analysis,
            p2s: with_pool.map(|gateway| gateway.vnet).collect(),
            clients: inventory.clients.iter().flatten().map(|client| client.name.to_lowercase()).collect(),
            networks: Suggestions::default(),
            of_clients: Suggestions::default(),
            labels: Suggestions::default(),
        }
    }

    /// Reports the constants of `statement` that the inventory, or the profile, does not have.
    pub fn report(&mut self, statement: &Statement, profile: Profile, report: &mut Report) {
        match statement {
            Statement::Change(_) => {}
            Statement::Ask(query)
            | Statement::Expect(Expectation::Some(query) | Expectation::None(query)) => {
                self.query(query, profile, report);
            }
            Statement::Expect(Expectation::Only(patterns)) => {
                for pattern in patterns {
                    self.atom(pattern, profile, report);
                }
            }
        }
    }

    fn query(&mut self, query: &Query, profile: Profile, report: &mut Report) {
        for goal in &query.goals {
            match goal {
                Goal::Holds(atom) | Goal::Fails(atom) => self.atom(atom, profile, report),
                Goal::Equal(Term::Variable(name), Term::Constant(word))
                | Goal::Equal(Term::Constant(word), Term::Variable(name))
                | Goal::Different(Term::Variable(name), Term::Constant(word))
                | Goal::Different(Term::Constant(word), Term::Variable(name)) => {
                    if let Some((relation, column)) = column_of(query, name) {
                        self.constant(relation, column, word, profile, report);
                    }
                }
                _ => {}
            }
        }
    }

    fn atom(&mut self, atom: &Atom, profile: Profile, report: &mut Report) {
        let Some(relation) = Relation::named(&atom.relation.text) else { return };
        for (column, term) in atom.terms.iter().enumerate() {
            if let Term::Constant(word) = term {
                self.constant(relation, column, word, profile, report);
            }
        }
    }

    fn constant(
        &mut self,
        relation: Relation,
        column: usize,
        word: &Word,
        profile: Profile,
        report: &mut Report,
    ) {
        let Some(kind) = relation.columns().get(column).map(|column| column.kind) else { return };
        let inventory = self.analysis.inventory();
        let shown = shortened(&word.text);
        match kind {
            Kind::Network => match inventory.names.network(&word.text) {
                Some(NameId::INTERNET) if knows_internet(relation) && column > 0 => {}
                // Packets to the Internet are no rows of other relations.
                Some(NameId::INTERNET) => {
                    let message = format!(
                        "no network is called `{shown}`, and only `access`, `asymmetric` and `passes` know the Internet"
                    );
                    report.push(no_such(message, word, "a VNet or site"));
                }
                None => {
                    let finding = no_such(format!("no network is called `{shown}`"), word, "a VNet or site");
                    let all = || {
                        let own = inventory.gateways.iter().filter_map(Gateway::own_name);
                        let names = inventory.names.iter().map(|name| inventory.names.text(name));
                        names.chain(own).chain(inventory.names.endpoints()).map(|name| (name, name))
                    };
                    report.push(suggested(finding, self.networks.nearest(&word.text, all, |_| true)));
                }
                Some(name) if name.is_endpoint() => {
                    let knows = if relation == Relation::Access {
                        (profile == Profile::Article).then_some("model `observed`")
                    } else {
                        (relation != Relation::PrivateEndpoint).then_some("`access` and `private_endpoint`")
                    };
                    if let Some(knows) = knows {
                        let message =
                            format!("`{shown}` is a private endpoint, and only {knows} can tell of it");
                        report.push(no_such(message, word, "a VNet or site"));
                    }
                }
                Some(name) if column == 0 && is_answer(relation) && !self.p2s.contains(&name) => {
                    let message = format!("`{shown}` has no Point-to-Site gateway");
                    report.push(no_such(message, word, "a VNet whose gateway has an address pool"));
                }
                Some(_) => {}
            },
            Kind::Client => {
                if !self.clients.contains(&word.text.to_lowercase()) {
                    let finding = no_such(format!("no client is called `{shown}`"), word, "a client");
                    let names = inventory.clients.iter().flatten().map(|client| &*client.name);
                    let all = || names.map(|name| (name, name));
                    let meant = self.of_clients.nearest(&word.text, all, |_| true);
                    report.push(suggested(finding, meant));
                }
            }
            Kind::Class => {
                let class = Class::ALL.into_iter().find(|class| class.word() == word.text);
                if class.is_some_and(|class| class.profile() != profile) {
                    let message = format!("profile `{}` has no class `{shown}`", profile.word());
                    let words: Vec<_> =
                        profile.classes().iter().map(|class| format!("`{}`", class.word())).collect();
                    let finding = no_such(message, word, "a class of the profile");
                    report.push(finding.help(format!("it has {}", words.join(", "))));
                }
            }
            Kind::Label => {
                let labels = &inventory.labels;
                let is_known = labels.get(&word.text).is_some()
                    || Machine::assumed(&word.text, &inventory.names).is_some();
                if !is_known {
                    let message = format!("no subnet, route table, appliance or zone is called `{shown}`");
                    let all = || labels.iter().map(|label| (labels.text(label), label));
                    let meant = self.labels.nearest(&word.text, all, |_| true);
                    let finding = no_such(message, word, Kind::Label.noun());
                    report.push(suggested(finding, meant.map(|label| labels.text(label))));
                }
            }
            Kind::Prefix
            | Kind::Status
            | Kind::Reason
            | Kind::Os
            | Kind::Number
            | Kind::Hop
            | Kind::Address
            | Kind::Source
            | Kind::Direction
            | Kind::Resolution => {}
        }
    }
}

fn no_such(message: String, word: &Word, expected: &str) -> Diagnostic {
    Diagnostic::new(Code::NoSuchName, message).at(word.span, format!("expected {expected}"))
}

fn suggested(finding: Diagnostic, meant: Option<&str>) -> Diagnostic {
    match meant {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding,
    }
}

fn knows_internet(relation: Relation) -> bool {
    matches!(relation, Relation::Access | Relation::Asymmetric | Relation::Passes)
}

fn is_answer(relation: Relation) -> bool {
    matches!(relation, Relation::Advertised | Relation::Access | Relation::Resolves)
}

/// The column that gives a variable its value.
fn column_of(query: &Query, name: &Word) -> Option<(Relation, usize)> {
    query.goals.iter().find_map(|goal| {
        let Goal::Holds(atom) = goal else { return None };
        let is_it = |term: &Term| matches!(term, Term::Variable(other) if other.text == name.text);
        Some((Relation::named(&atom.relation.text)?, atom.terms.iter().position(is_it)?))
    })
}
