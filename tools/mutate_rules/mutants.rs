//! Every mutant of every clause, and a program that holds them all and runs the one that it is told to.

use proc_macro2::{TokenStream, TokenTree};

use crate::clauses::{Clause, Rules, split};

/// A clause that is not as it was.
pub(crate) struct Mutant {
    /// What the rules of its file are called.
    pub(crate) file: &'static str,
    /// The file, the rule, and a number among its mutants.
    pub(crate) id: String,
    /// What is different.
    pub(crate) what: String,
    /// What stands in place of the clause; nothing where it is taken away.
    pub(crate) instead: Option<Clause>,
    /// Why this is no program.
    pub(crate) invalid: Option<String>,
}

impl Mutant {
    /// The file and the rule.
    pub(crate) fn rule(&self) -> &str {
        self.id.rsplit_once(':').map_or(&*self.id, |(rule, _)| rule)
    }
}

/// The mutants of each clause.
pub(crate) fn mutants(file: &'static str, rules: &Rules) -> Vec<Vec<Mutant>> {
    rules.clauses.iter().map(|clause| of_clause(file, clause)).collect()
}

fn of_clause(file: &'static str, clause: &Clause) -> Vec<Mutant> {
    let mut all: Vec<(String, Option<Clause>)> = vec![("no clause".to_owned(), None)];
    for (place, premise) in clause.premises.iter().enumerate() {
        let with = |premise: Option<TokenStream>| {
            let mut changed = clause.clone();
            changed.premises.splice(place..=place, premise);
            Some(changed)
        };
        all.push((format!("without {}", shown(premise)), with(None)));
        for other in changed(premise) {
            all.push((format!("{} for {}", shown(&other), shown(premise)), with(Some(other))));
        }
    }
    let mutant = |(number, (what, instead)): (usize, (String, Option<Clause>))| Mutant {
        file,
        id: format!("{file}/{}:{number}", clause.rule),
        what,
        invalid: instead.as_ref().and_then(|clause: &Clause| match clause.unbound() {
            _ if clause.premises.is_empty() => Some("nothing is left of its body".to_owned()),
            unbound => unbound.map(|name| format!("nothing binds `{name}`")),
        }),
        instead,
    };
    all.into_iter().enumerate().map(mutant).collect()
}

/// What may stand in place of a premise: a negation turned, a condition turned, one side of a condition.
fn changed(premise: &TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = premise.clone().into_iter().collect();
    match &tokens[..] {
        [TokenTree::Punct(not), rest @ ..] if not.as_char() == '!' => vec![rest.iter().cloned().collect()],
        [TokenTree::Group(condition)] => {
            let sides = split(condition.stream(), '&');
            let alone = sides.iter().filter(|_| sides.len() > 1);
            let alone =
                alone.map(|side| parsed(&format!("({})", side.iter().cloned().collect::<TokenStream>())));
            let turned = parsed(&format!("(!({}))", condition.stream()));
            std::iter::once(turned).chain(alone).collect()
        }
        _ => Vec::new(),
    }
}

/// Tokens that were tokens before.
fn parsed(text: &str) -> TokenStream {
    text.parse().expect("made of tokens")
}

fn shown(tokens: &TokenStream) -> String {
    let text = tokens.to_string();
    [(" (", "("), ("( ", "("), (" )", ")"), (" ,", ","), (" . ", "."), (" :: ", "::"), ("! ", "!")]
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to))
}

/// A file of rules with every clause and every mutant, each of which asks whether it is chosen.
///
/// Mutants are numbered in their order from `first`, which is at least 1: with 0 the rules are what they were. To build one program for all of them
/// takes as long as to build two or three; to build one for each would take hours.
pub(crate) fn program(rules: &Rules, mutants: &[Vec<Mutant>], first: usize) -> String {
    let mut text = format!("{} {{\n{}\n", rules.before, rules.relations);
    let mut next = first;
    for (clause, mutants) in rules.clauses.iter().zip(mutants) {
        let end = next + mutants.len();
        write_clause(&mut text, clause, &format!("(!({next}..{end}).contains(&crate::mutant::chosen()))"));
        for (number, mutant) in (next..).zip(mutants) {
            if let (Some(instead), None) = (&mutant.instead, &mutant.invalid) {
                write_clause(&mut text, instead, &format!("({number} == crate::mutant::chosen())"));
            }
        }
        next = end;
    }
    text + "}\n"
}

/// The clause with a condition after its first premise.
fn write_clause(text: &mut String, clause: &Clause, condition: &str) {
    let mut premises: Vec<String> = clause.premises.iter().map(ToString::to_string).collect();
    premises.insert(1, condition.to_owned());
    text.push_str(&clause.head.to_string());
    text.push_str(" <- ");
    text.push_str(&premises.join(", "));
    text.push_str(";\n");
}

/// What the scratch copy's library says of the choice.
pub(crate) const CHOICE: &str = r#"
/// The mutant that the environment chooses.
pub(crate) mod mutant {
    use std::sync::LazyLock;

    static CHOSEN: LazyLock<usize> = LazyLock::new(|| {
        std::env::var("TUNNELOG_MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(0)
    });

    pub(crate) fn chosen() -> usize {
        *CHOSEN
    }
}
"#;
