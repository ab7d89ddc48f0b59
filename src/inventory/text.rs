//! What words, lists and delimiters look like in whatever people and tools write.
//!
//! The project's own files and exports are read by the same functions, so that a word that one of
//! them takes is a word that the other takes.

/// What a line of an inventory's file begins with that is for people alone.
pub(crate) const COMMENT: char = '#';

/// The words for yes and for no: of programs, of Azure, and as spreadsheets write true and false in other languages.
const WORDS: [(&str, &str); 16] = [
    ("true", "false"),
    ("yes", "no"),
    ("1", "0"),
    ("enabled", "disabled"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("verdadero", "falso"),
    ("vero", "falso"),
    ("verdadeiro", "falso"),
    ("waar", "onwaar"),
    ("prawda", "fałsz"),
    ("истина", "ложь"),
    ("pravda", "nepravda"),
    ("sant", "falskt"),
    ("sand", "falsk"),
    ("doğru", "yanlış"),
];

/// What the word says; `None` where it is neither true nor false.
#[inline]
pub(crate) fn truth(word: &str) -> Option<bool> {
    // Nearly every cell of a long file holds one of these.
    match word {
        "" => None,
        "true" => Some(true),
        "false" => Some(false),
        _ => other_truth(word),
    }
}

#[cold]
fn other_truth(word: &str) -> Option<bool> {
    let find = |is: &dyn Fn(&str) -> bool| {
        WORDS.iter().find_map(|(yes, no)| if is(yes) { Some(true) } else { is(no).then_some(false) })
    };
    // Letters are folded only where bytes do not tell: that takes many times as long, and exports are full of `True` and `Enabled`.
    find(&|known| word.eq_ignore_ascii_case(known)).or_else(|| find(&|known| folded(word).eq(folded(known))))
}

/// The letters without regard to case, and to whether an `i` has its dot: Turkish has both, and its programs make `İ`
/// of an `i` and `ı` of an `I` in any word.
fn folded(word: &str) -> impl Iterator<Item = char> + '_ {
    const DOT_ABOVE: char = '\u{307}';
    let letters = word.chars().flat_map(char::to_lowercase).filter(|letter| *letter != DOT_ABOVE);
    letters.map(|letter| if letter == 'ı' { 'i' } else { letter })
}

/// The words for yes and for no that are long enough to be recognised in a misspelt one.
pub(crate) fn truth_words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().flat_map(|(yes, no)| [*yes, *no]).filter(|word| word.len() > 2)
}

/// The elements of a list: separated by `;`, `,`, `|` or blanks, or a JSON array.
pub(crate) fn elements(text: &str) -> impl Iterator<Item = &str> {
    let is_mark = |letter: char| matches!(letter, ';' | ',' | '|' | '[' | ']' | '{' | '}' | '"' | '\'');
    text.split(move |letter: char| is_mark(letter) || letter.is_whitespace())
        .filter(|element| !element.is_empty())
}

/// The one of `marks` that a header has most of; of several the first.
pub(crate) fn delimiter(header: &str, marks: &[u8]) -> u8 {
    let count = |mark: u8| memchr::memchr_iter(mark, header.as_bytes()).count();
    let better = |best: u8, mark: &u8| if count(*mark) > count(best) { *mark } else { best };
    marks.iter().fold(marks.first().copied().unwrap_or(b','), better)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_either_reader_are_known() {
        for word in ["true", "Yes", "1", "Enabled", "WAHR", "vrai", "VERDADERO", "VERO", "VERDADEIRO", "WAAR"]
        {
            assert_eq!(truth(word), Some(true), "{word}");
        }
        for word in ["false", "No", "0", "Disabled", "FALSCH", "faux", "FALSO", "ONWAAR", "FAŁSZ", "ЛОЖЬ"]
        {
            assert_eq!(truth(word), Some(false), "{word}");
        }
        for (yes, no) in [("PRAWDA", "fałsz"), ("ИСТИНА", "ложь"), ("PRAVDA", "NEPRAVDA"), ("SANT", "FALSKT")]
        {
            assert_eq!((truth(yes), truth(no)), (Some(true), Some(false)), "{yes}");
        }
        assert_eq!((truth("SAND"), truth("FALSK")), (Some(true), Some(false)));
        assert_eq!(truth(""), None);
        assert_eq!(truth("maybe"), None);
    }

    #[test]
    fn an_i_with_or_without_its_dot_is_an_i() {
        for no in ["YANLIŞ", "yanlış", "yanliş", "YANLİŞ", "DİSABLED", "dısabled"] {
            assert_eq!(truth(no), Some(false), "{no}");
        }
        assert_eq!(truth("DOĞRU"), Some(true));
    }

    #[test]
    fn lists_come_in_many_dresses() {
        for cell in ["[\"10.0.0.0/8\",\"11.0.0.0/8\"]", "10.0.0.0/8 , 11.0.0.0/8 ", "10.0.0.0/8;11.0.0.0/8"] {
            assert_eq!(elements(cell).collect::<Vec<_>>(), ["10.0.0.0/8", "11.0.0.0/8"]);
        }
    }

    #[test]
    fn the_delimiter_is_the_mark_that_the_header_has_most_of() {
        assert_eq!(delimiter("name;address_space", b",;"), b';');
        assert_eq!(delimiter("name,address_space;", b",;"), b',');
        assert_eq!(delimiter("name", b",;\t"), b',');
        assert_eq!(delimiter("id\tname\tlist,of", b",;\t"), b'\t');
    }
}
