//! What came into a text on its way here: colour codes of a terminal, byte-order marks between two texts, and entities of HTML.
//!
//! What shows nothing is taken out, and an entity becomes what it stands for, so that the text is the one that its reader saw. Of
//! each kind the first is told. Whatever moves other text about on a terminal is a fault: what a reader saw is then not known.

use std::ops::Range;

use quick_xml::escape::resolve_predefined_entity;

const ESCAPE: char = '\u{1b}';

/// How a byte-order mark of UTF-8 looks where its bytes were taken for letters: in the character sets of Windows and of its prompt.
const MISREAD_MARKS: [&str; 2] = ["\u{ef}\u{bb}\u{bf}", "\u{b4}\u{2557}\u{2510}"];

/// Entities of HTML that stand in texts of routes, beside those of XML.
const ENTITIES: [(&str, char); 12] = [
    ("nbsp", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("lbrack", '['),
    ("rbrack", ']'),
    ("hyphen", '-'),
];

/// A text without what came into it, and what that was.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mended {
    pub(super) text: String,
    pub(super) findings: Vec<Spoilt>,
}

/// Something that came into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spoilt {
    pub(super) kind: What,
    pub(super) count: usize,
    /// Where the first was, in the mended text.
    pub(super) at: Range<usize>,
    /// The first, as it was.
    pub(super) first: String,
}

/// What can come into a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Colour,
    Mark,
    Entity,
    /// What looks like an entity and is none that is known.
    UnknownEntity,
    /// What a terminal acts on otherwise.
    Escape,
    /// A zero byte, as texts of two bytes a letter have many of.
    Zero,
}

impl What {
    /// True where the text cannot be told from what came into it.
    pub(super) fn is_fault(self) -> bool {
        matches!(self, Self::Escape | Self::Zero)
    }
}

impl Spoilt {
    pub(super) fn message(&self) -> String {
        let Self { count, first, .. } = self;
        let first = first.escape_debug();
        match self.kind {
            What::Colour => format!("colour codes of a terminal are left out ({count} in all)"),
            What::Mark => format!("byte-order marks inside the text are left out ({count} in all)"),
            What::Entity => format!("HTML entities are read as what they stand for ({count} in all)"),
            What::UnknownEntity => {
                format!("`{first}` looks like an HTML entity, is none that is known, and is left as it is")
            }
            What::Escape => {
                format!("`{first}` begins an escape sequence that moves text about on a terminal")
            }
            What::Zero => "the text holds zero bytes, as UTF-16 without a byte-order mark does".to_owned(),
        }
    }

    pub(super) fn label(&self) -> String {
        let first = self.first.escape_debug();
        match self.kind {
            What::Colour => "the first stood here; `ip -c=never` and `--color=never` write none".to_owned(),
            What::Mark => "the first stood here, where two texts were joined".to_owned(),
            What::Entity => format!("`{first}` stood here: the text was copied out of the source of a page"),
            What::UnknownEntity => "expected text as a page shows it, not as its source has it".to_owned(),
            What::Escape => "expected the output of the command, written to a file".to_owned(),
            What::Zero => "expected UTF-8, or UTF-16 with a byte-order mark".to_owned(),
        }
    }
}

/// Mends a text.
pub(super) fn mended(text: String) -> Mended {
    let is_suspect = |letter: char| {
        matches!(letter, ESCAPE | '\0' | '&' | '\u{9b}' | '\u{feff}' | '\u{200b}' | '\u{2060}')
            || MISREAD_MARKS.iter().any(|mark| mark.starts_with(letter))
    };
    if !text.contains(is_suspect) && !text.contains("^[[") && !has_bare_colour(&text) {
        return Mended { text, findings: Vec::new() };
    }
    let mut mended = Mended::default();
    mended.take(&text);
    mended
}

/// True where a colour code stands that lost its first character.
fn has_bare_colour(text: &str) -> bool {
    text.match_indices('[').any(|(at, _)| bare_colour(&text[at..]).is_some())
}

impl Mended {
    fn take(&mut self, text: &str) {
        // The reader of XML resolves entities itself, and knows where they stand.
        let is_xml = text.trim_start().starts_with('<');
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let found = colour(rest)
                .map(|length| (What::Colour, length, None))
                .or_else(|| mark(rest, self.text.is_empty() || self.text.ends_with('\n')))
                .or_else(|| Some(entity(rest)).filter(|_| !is_xml).flatten());
            let (kind, length, instead) = match (found, letter) {
                (Some(found), _) => found,
                (None, ESCAPE | '\u{9b}') => (What::Escape, letter.len_utf8(), Some('\u{fffd}')),
                (None, '\0') => (What::Zero, 1, Some('\u{fffd}')),
                (None, letter) => {
                    self.text.push(letter);
                    rest = &rest[letter.len_utf8()..];
                    continue;
                }
            };
            let at = self.text.len();
            match kind {
                What::UnknownEntity => self.text.push_str(&rest[..length]),
                _ => self.text.extend(instead),
            }
            self.note(kind, at..self.text.len(), &rest[..length]);
            rest = &rest[length..];
        }
    }

    fn note(&mut self, kind: What, at: Range<usize>, first: &str) {
        match self.findings.iter_mut().find(|finding| finding.kind == kind) {
            Some(finding) => finding.count += 1,
            None => self.findings.push(Spoilt { kind, count: 1, at, first: first.to_owned() }),
        }
    }
}

/// The length of a colour code, or of another sequence that leaves text where it is: erasing to the end of the
/// line, modes of the terminal, character sets and titles.
fn colour(text: &str) -> Option<usize> {
    if let Some(length) = bare_colour(text) {
        return Some(length);
    }
    let escaped = text.strip_prefix(ESCAPE).or_else(|| text.strip_prefix("^["));
    let body = escaped.map_or_else(|| text.strip_prefix('\u{9b}'), |rest| rest.strip_prefix('['));
    if let Some(body) = body {
        let parameters = body.bytes().take_while(|byte| (0x30..0x40).contains(byte)).count();
        let end = body.as_bytes().get(parameters)?;
        let is_mode = body.starts_with('?') && matches!(end, b'h' | b'l');
        let is_still = matches!(end, b'm' | b'K') || is_mode;
        return is_still.then(|| text.len() - body.len() + parameters + 1);
    }
    let rest = escaped?;
    if rest.starts_with(['(', ')']) {
        return rest.as_bytes().get(1).filter(|set| set.is_ascii()).map(|_| text.len() - rest.len() + 2);
    }
    let title = rest.strip_prefix(']')?;
    let line = title.lines().next().unwrap_or_default();
    let ends = ["\u{7}", "\u{1b}\\"].into_iter();
    let end = ends.filter_map(|end| Some(line.find(end)? + end.len())).min()?;
    Some(text.len() - title.len() + end)
}

/// The length of a colour code that lost its first character, such as `[36m`.
fn bare_colour(text: &str) -> Option<usize> {
    let body = text.strip_prefix('[')?;
    let digits = body.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    let is_code = body.starts_with(|letter: char| letter.is_ascii_digit()) && body[digits..].starts_with('m');
    is_code.then_some(1 + digits + 1)
}

type Found = (What, usize, Option<char>);

/// A mark of the order of bytes, or another character without width.
fn mark(text: &str, is_at_start: bool) -> Option<Found> {
    let of = |mark: &str| text.starts_with(mark).then_some((What::Mark, mark.len(), None));
    ["\u{feff}", "\u{200b}", "\u{2060}"]
        .into_iter()
        .find_map(of)
        .or_else(|| MISREAD_MARKS.into_iter().filter(|_| is_at_start).find_map(of))
}

/// An entity, with what it stands for where that is known.
fn entity(text: &str) -> Option<Found> {
    let mut body = text.strip_prefix('&')?;
    let mut name = entity_name(body)?;
    // The source of a source has `&amp;nbsp;`.
    while name == "amp" {
        let inner = &body[name.len() + 1..];
        let Some(next) = entity_name(inner) else { break };
        (body, name) = (inner, next);
    }
    let whole = text.len() - body.len() + name.len() + 1;
    Some(match name.strip_prefix('#').map_or_else(|| named(name), numbered) {
        None => (What::UnknownEntity, whole, None),
        Some(letter) if letter.is_control() && !letter.is_whitespace() => {
            (What::Escape, whole, Some(char::REPLACEMENT_CHARACTER))
        }
        Some(letter) => (What::Entity, whole, Some(letter)),
    })
}

/// The name of an entity whose first character is taken off.
fn entity_name(body: &str) -> Option<&str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = body.bytes().take(32).take_while(is_part).count();
    (length > 1 && body[length..].starts_with(';')).then(|| &body[..length])
}

/// What an entity of that name stands for.
fn named(name: &str) -> Option<char> {
    let of_html = ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter);
    of_html.or_else(|| resolve_predefined_entity(name)?.chars().next())
}

/// What an entity of that number stands for.
fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (String, Vec<(What, usize, Range<usize>)>) {
        let Mended { text, findings } = mended(text.to_owned());
        (text, findings.into_iter().map(|one| (one.kind, one.count, one.at)).collect())
    }

    #[test]
    fn what_shows_nothing_goes_and_the_rest_stays() {
        let plain = "10.1.0.0/16 dev tun0 # A&B; [1] [::]/0 &c";
        assert_eq!(of(plain), (plain.to_owned(), Vec::new()));
        let coloured = [
            "\u{1b}[36m10.1\u{1b}[0m.0.0/16",
            "\u{9b}1;31m10.1\u{9b}m.0.0/16",
            "^[[36m10.1^[[0m.0.0/16",
            "[36m10.1[0m.0.0/16",
            "\u{1b}[01;31m\u{1b}[K10.1\u{1b}[m.0.0/16",
            "\u{1b}[?2004h10.1\u{1b}(B.0.0/16",
            "\u{1b}]0;a title\u{7}10.1\u{1b}]8;;\u{1b}\\.0.0/16",
        ];
        for text in coloured {
            let (seen, findings) = of(text);
            assert_eq!(seen, "10.1.0.0/16", "{text:?}");
            assert!(matches!(findings[..], [(What::Colour, 2 | 3, _)]), "{text:?} {findings:?}");
        }
        let joined = "a\n\u{feff}b\n\u{ef}\u{bb}\u{bf}c\n";
        assert_eq!(of(joined), ("a\nb\nc\n".to_owned(), vec![(What::Mark, 2, 2..2)]));
    }

    #[test]
    fn an_entity_is_what_it_stands_for() {
        let (seen, findings) = of("&nbsp;10.1.0.0&#47;16&#x20;dev&amp;amp;nbsp;tun0 &bogus;");
        assert_eq!(seen, " 10.1.0.0/16 dev tun0 &bogus;");
        assert_eq!(findings, [(What::Entity, 4, 0..1), (What::UnknownEntity, 1, 22..29)]);
        // An XML file says what its entities are, and one without end is none.
        for text in ["<a>&amp;</a>", "& amp;", "&amp", "R&D; &a;"] {
            assert_eq!(of(text), (text.to_owned(), Vec::new()));
        }
        // A name in a file that was made into text twice.
        assert_eq!(of("R&amp;D").0, "R&D");
    }

    #[test]
    fn what_moves_text_about_is_a_fault() {
        for text in ["10.1.0.0/16\u{1b}[2A", "\u{1b}M", "\u{1b}[10G10.1.0.0/16"] {
            let (_, findings) = of(text);
            assert!(findings[0].0 == What::Escape && findings[0].0.is_fault(), "{findings:?}");
        }
        assert_eq!(of("&#27;[2A").1, [(What::Escape, 1, 0..3)]);
        assert_eq!(of("d\0e\0").1, [(What::Zero, 2, 1..4)]);
    }
}
