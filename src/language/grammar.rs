//! The grammar of one line.
//!
//! Lines are parsed one by one, so that a mistake in one hides none in the next. The parser library
//! is winnow: it gives exact places without a token stream of our own, and adds nothing to compile
//! that the tests do not bring along already.

use std::ops::Range;

use winnow::ascii::{hex_digit1, space0, space1};
use winnow::combinator::{alt, cut_err, delimited, fail, opt, peek, preceded, repeat, terminated};
use winnow::error::{ContextError, StrContext, StrContextValue};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Stateful};
use winnow::token::{literal, rest, take_while};

use super::print::{ends_word, is_of_address};
use super::syntax::{Atom, Change, Expectation, Goal, Query, Statement, Term, Word};
use crate::source::{FileId, Span};

/// Where the text of a line stands in its file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) start: usize,
}

impl Place {
    /// The place of a stretch of the line.
    pub(super) fn span(self, range: Range<usize>) -> Span {
        Span::new(self.file, self.start + range.start..self.start + range.end)
    }
}

/// What a line says.
#[derive(Debug)]
pub(super) enum Line {
    Nothing,
    Scenario(Word),
    Statement(Statement, Span),
}

/// Where a line stops making sense, and what it needs there.
#[derive(Debug)]
pub(super) struct Unexpected {
    pub(super) offset: usize,
    pub(super) expected: String,
}

type Input<'line> = Stateful<LocatingSlice<&'line str>, Place>;

/// Parses one line, without its line break.
pub(super) fn parse(text: &str, place: Place) -> Result<Line, Unexpected> {
    let input = Stateful { input: LocatingSlice::new(text), state: place };
    line.parse(input).map_err(|error| {
        let described = error.inner().context().find_map(|context| match context {
            StrContext::Expected(value) => Some(value.to_string()),
            _ => None,
        });
        Unexpected {
            offset: error.offset(),
            expected: described.unwrap_or_else(|| "the end of the line".into()),
        }
    })
}

fn expected(what: &'static str) -> StrContext {
    StrContext::Expected(StrContextValue::Description(what))
}

fn line(input: &mut Input<'_>) -> ModalResult<Line> {
    let line =
        preceded(blanks, alt((peek(end).map(|()| Line::Nothing), cut_err(content)))).parse_next(input)?;
    cut_err((blanks, end)).context(expected("the end of the line")).parse_next(input)?;
    Ok(line)
}

/// A comment, or nothing.
fn end(input: &mut Input<'_>) -> ModalResult<()> {
    alt((preceded('#', rest).void(), winnow::combinator::eof.void())).parse_next(input)
}

fn blanks(input: &mut Input<'_>) -> ModalResult<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

fn content(input: &mut Input<'_>) -> ModalResult<Line> {
    let place = input.state;
    let start = alt((keyword("scenario"), keyword("expect"), keyword("+"), keyword("-"), keyword("?")));
    match peek(opt(start)).parse_next(input)? {
        Some("scenario") => {
            preceded((literal("scenario"), blanks), cut_err(scenario)).map(Line::Scenario).parse_next(input)
        }
        Some(_) => {
            let (statement, range) = statement.with_span().parse_next(input)?;
            Ok(Line::Statement(statement, place.span(range)))
        }
        None => fail.context(expected("`+`, `-`, `?`, `expect` or `scenario`")).parse_next(input),
    }
}

/// A sign, or a word that ends where it ends.
fn keyword<'line>(
    text: &'static str,
) -> impl Parser<Input<'line>, &'line str, winnow::error::ErrMode<ContextError>> {
    move |input: &mut Input<'line>| {
        if text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            let ended = alt((take_while(1.., ends_word).void(), winnow::combinator::eof.void()));
            terminated(literal(text), peek(ended)).parse_next(input)
        } else {
            literal(text).parse_next(input)
        }
    }
}

/// The rest of the line, whatever stands there.
fn scenario(input: &mut Input<'_>) -> ModalResult<Word> {
    let place = input.state;
    let (name, range) = rest
        .verify(|name: &str| !name.trim().is_empty())
        .with_span()
        .context(expected("a name"))
        .parse_next(input)?;
    let name = name.trim_end();
    Ok(Word { text: name.to_owned(), span: place.span(range.start..range.start + name.len()) })
}

fn statement(input: &mut Input<'_>) -> ModalResult<Statement> {
    let sign = |sign: char, add: bool| {
        preceded((sign, blanks), cut_err(atom)).map(move |atom| Statement::Change(Change { add, atom }))
    };
    alt((
        sign('+', true),
        sign('-', false),
        preceded(('?', blanks), cut_err(query)).map(Statement::Ask),
        preceded((keyword("expect"), blanks), cut_err(expectation)).map(Statement::Expect),
    ))
    .parse_next(input)
}

fn expectation(input: &mut Input<'_>) -> ModalResult<Expectation> {
    alt((
        preceded((keyword("only"), blanks), cut_err(patterns)).map(Expectation::Only),
        preceded((keyword("no"), blanks), cut_err(query)).map(Expectation::None),
        query.map(Expectation::Some),
    ))
    .parse_next(input)
}

/// Items with commas between them.
fn list<'line, Item>(
    mut item: impl Parser<Input<'line>, Item, winnow::error::ErrMode<ContextError>>,
    input: &mut Input<'line>,
) -> ModalResult<Vec<Item>> {
    let mut items = Vec::new();
    loop {
        items.push(item.parse_next(input)?);
        if opt((blanks, ',', blanks)).parse_next(input)?.is_none() {
            return Ok(items);
        }
    }
}

fn patterns(input: &mut Input<'_>) -> ModalResult<Vec<Atom>> {
    list(cut_err(atom), input)
}

fn query(input: &mut Input<'_>) -> ModalResult<Query> {
    let place = input.state;
    let goals = |input: &mut Input<'_>| list(cut_err(goal), input);
    goals.with_span().map(|(goals, range)| Query { goals, span: place.span(range) }).parse_next(input)
}

fn goal(input: &mut Input<'_>) -> ModalResult<Goal> {
    alt((
        preceded((keyword("not"), space1, peek((bare, space0, '('))), cut_err(atom)).map(Goal::Fails),
        preceded(peek((bare, space0, '(')), cut_err(atom)).map(Goal::Holds),
        comparison,
    ))
    .parse_next(input)
}

fn comparison(input: &mut Input<'_>) -> ModalResult<Goal> {
    let one =
        term.context(expected("a relation such as `access(…)`, `not`, or a comparison")).parse_next(input)?;
    blanks.parse_next(input)?;
    if peek(opt(alt((end, ','.void())))).parse_next(input)?.is_some() && !matches!(one, Term::Variable(_)) {
        // A word alone is more likely a relation without its columns than half a comparison.
        return cut_err(fail.context(expected("`(`"))).parse_next(input);
    }
    let operator = alt((
        literal("!=").value(Goal::Different as fn(Term, Term) -> Goal),
        literal("=").value(Goal::Equal as fn(Term, Term) -> Goal),
        keyword("within").value(Goal::Within as fn(Term, Term) -> Goal),
        keyword("contains").value(Goal::Contains as fn(Term, Term) -> Goal),
    ));
    let make =
        cut_err(operator).context(expected("`(`, `within`, `contains`, `=` or `!=`")).parse_next(input)?;
    let other = cut_err(preceded(blanks, term)).context(expected(TERM)).parse_next(input)?;
    Ok(make(one, other))
}

const TERM: &str = "a value, `?variable` or `_`";

fn atom(input: &mut Input<'_>) -> ModalResult<Atom> {
    let place = input.state;
    let name = |input: &mut Input<'_>| {
        let (text, range) = bare.with_span().context(expected("the name of a relation")).parse_next(input)?;
        Ok(Word { text: text.to_owned(), span: place.span(range) })
    };
    (terminated(name, blanks), terms)
        .with_span()
        .map(|((relation, terms), range)| Atom { relation, terms, span: place.span(range) })
        .parse_next(input)
}

fn terms(input: &mut Input<'_>) -> ModalResult<Vec<Term>> {
    cut_err('(').context(expected("`(`")).parse_next(input)?;
    blanks.parse_next(input)?;
    let mut terms = Vec::new();
    if opt(')').parse_next(input)?.is_some() {
        return Ok(terms);
    }
    loop {
        terms.push(cut_err(term).context(expected(TERM)).parse_next(input)?);
        let ends = alt((')'.value(true), ','.value(false)));
        if cut_err(preceded(blanks, ends)).context(expected("`,` or `)`")).parse_next(input)? {
            return Ok(terms);
        }
        blanks.parse_next(input)?;
    }
}

fn term(input: &mut Input<'_>) -> ModalResult<Term> {
    let place = input.state;
    let word = |(text, range)| Word { text, span: place.span(range) };
    alt((
        preceded('?', cut_err(variable)).with_span().map(word).map(Term::Variable),
        enclosed.with_span().map(word).map(Term::Constant),
        hop.with_span().map(word).map(Term::Constant),
        bare.with_span().map(|(text, range)| {
            if text == "_" {
                Term::Anything(place.span(range))
            } else {
                Term::Constant(Word { text: text.to_owned(), span: place.span(range) })
            }
        }),
    ))
    .parse_next(input)
}

/// The next hop of a user route, which is written with parentheses of its own.
fn hop(input: &mut Input<'_>) -> ModalResult<String> {
    (literal("appliance("), blanks, take_while(1.., is_of_address), blanks, ')')
        .map(|(open, (), address, (), _): (&str, (), &str, (), char)| format!("{open}{address})"))
        .parse_next(input)
}

fn variable(input: &mut Input<'_>) -> ModalResult<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    take_while(1.., is_part).map(str::to_owned).context(expected("the name of a variable")).parse_next(input)
}

/// A word without quotes.
fn bare<'line>(input: &mut Input<'line>) -> ModalResult<&'line str> {
    (
        take_while(1, |letter| !ends_word(letter) && !matches!(letter, '?' | '#')),
        take_while(0.., |letter| !ends_word(letter)),
    )
        .take()
        .parse_next(input)
}

/// A text in quotes, with its escapes undone.
fn enclosed(input: &mut Input<'_>) -> ModalResult<String> {
    let plain = take_while(1.., |letter| !matches!(letter, '"' | '\\')).map(str::to_owned);
    let escaped = preceded('\\', cut_err(escape)).map(String::from);
    let text = repeat(0.., alt((plain, escaped))).fold(String::new, |mut text, piece: String| {
        text.push_str(&piece);
        text
    });
    delimited('"', text, cut_err('"').context(expected("a closing quote"))).parse_next(input)
}

fn escape(input: &mut Input<'_>) -> ModalResult<char> {
    let unicode = |input: &mut Input<'_>| {
        delimited('{', hex_digit1, '}')
            .verify_map(|digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32))
            .parse_next(input)
    };
    alt(('"', '\\', 'n'.value('\n'), 'r'.value('\r'), 't'.value('\t'), preceded('u', unicode)))
        .context(expected("`\"`, `\\`, `n`, `r`, `t` or `u{…}`"))
        .parse_next(input)
}
