//! The clauses of a file of rules, taken apart as tokens.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One clause: a head, an arrow, and premises.
#[derive(Clone)]
pub(crate) struct Clause {
    /// The id in the comment above it.
    pub(crate) rule: String,
    pub(crate) head: TokenStream,
    pub(crate) premises: Vec<TokenStream>,
}

/// A file of rules: what stands before the program, its relations, its clauses.
pub(crate) struct Rules {
    pub(crate) before: TokenStream,
    pub(crate) relations: TokenStream,
    pub(crate) clauses: Vec<Clause>,
}

impl Rules {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let tokens: TokenStream = text.parse().map_err(|error| format!("the rules are no Rust: {error}"))?;
        let mut before: Vec<TokenTree> = tokens.into_iter().collect();
        let program = match before.pop() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group.stream(),
            _ => return Err("the file does not end with the program".to_owned()),
        };
        let mut ids = ids(text);
        let (mut relations, mut clauses) = (TokenStream::new(), Vec::new());
        for statement in split(program, ';') {
            match arrow(&statement) {
                Some(place) => {
                    let id = ids.next().ok_or("a clause has no id above it")?;
                    clauses.push(Clause::new(id, &statement, place));
                }
                None => relations
                    .extend(statement.into_iter().chain(";".parse::<TokenStream>().into_iter().flatten())),
            }
        }
        if let Some(id) = ids.next() {
            return Err(format!("no clause follows the id {id}"));
        }
        Ok(Self { before: before.into_iter().collect(), relations, clauses })
    }
}

/// The ids in brackets that comments begin with. Tokens are without comments, and clauses in the same order.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| Some(line.trim().strip_prefix("// [")?.split_once(']')?.0))
}

impl Clause {
    fn new(id: &str, statement: &[TokenTree], arrow: usize) -> Self {
        let head: TokenStream = statement[..arrow].iter().cloned().collect();
        let body = statement[arrow + 2..].iter().cloned().collect();
        let premises = split(body, ',').into_iter().map(|premise| premise.into_iter().collect()).collect();
        Self { rule: id.to_owned(), head, premises }
    }

    /// A variable that nothing binds where it is needed.
    pub(crate) fn unbound(&self) -> Option<String> {
        let mut bound = BTreeSet::new();
        for premise in &self.premises {
            let (fresh, needed) = binds(premise);
            if let Some(name) = needed.into_iter().find(|name| !bound.contains(name)) {
                return Some(name);
            }
            bound.extend(fresh);
        }
        variables(&self.head).into_iter().find(|name| !bound.contains(name))
    }
}

/// The variables that a premise binds, and those that it needs.
fn binds(premise: &TokenStream) -> (BTreeSet<String>, BTreeSet<String>) {
    let tokens: Vec<TokenTree> = premise.clone().into_iter().collect();
    match &tokens[..] {
        [TokenTree::Ident(_), TokenTree::Group(columns)] => {
            let columns = split(columns.stream(), ',');
            let (plain, expressions): (Vec<_>, Vec<_>) =
                columns.into_iter().partition(|column| matches!(column[..], [TokenTree::Ident(_)]));
            let of = |columns: Vec<Vec<TokenTree>>| {
                columns.into_iter().flat_map(|column| variables(&column.into_iter().collect())).collect()
            };
            (of(plain), of(expressions))
        }
        [TokenTree::Ident(word), rest @ ..] if *word == "let" => {
            let mut sides = split(rest.iter().cloned().collect(), '=').into_iter();
            let mut next = || variables(&sides.next().into_iter().flatten().collect());
            (next(), next())
        }
        _ => (BTreeSet::new(), variables(premise)),
    }
}

/// The names in lower case that are no fields, methods or functions.
fn variables(tokens: &TokenStream) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut after = ' ';
    for token in tokens.clone() {
        match &token {
            TokenTree::Ident(name) if after != '.' && after != ':' => {
                let name = name.to_string();
                if name.starts_with(char::is_lowercase) {
                    names.insert(name);
                }
            }
            TokenTree::Group(group) => names.extend(variables(&group.stream())),
            _ => {}
        }
        after = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { ' ' };
    }
    names
}

/// What stands between the marks at the top level; nothing after the last.
pub(crate) fn split(tokens: TokenStream, mark: char) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == mark => parts.push(Vec::new()),
            (_, Some(part)) => part.push(token),
            (_, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Where the arrow of a clause stands; a declaration has none.
fn arrow(statement: &[TokenTree]) -> Option<usize> {
    let is = |token: &TokenTree, mark| matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark);
    statement.windows(2).position(|pair| is(&pair[0], '<') && is(&pair[1], '-'))
}
