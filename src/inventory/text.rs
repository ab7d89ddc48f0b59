//! What words, lists and delimiters look like in whatever people and tools write.
//!
//! The project's own files and exports are read by the same functions, so that a word that one of
//! them takes is a word that the other takes.

/// Words for yes: of programs, of Azure, and of spreadsheets in German and French.
const TRUE: [&str; 6] = ["true", "yes", "1", "enabled", "wahr", "vrai"];
const FALSE: [&str; 6] = ["false", "no", "0", "disabled", "falsch", "faux"];

/// What the word says; `None` where it is neither true nor false.
pub(crate) fn truth(word: &str) -> Option<bool> {
    // Nearly every cell holds one of these two.
    match word {
        "true" => return Some(true),
        "false" => return Some(false),
        _ => {}
    }
    let is_one_of = |words: [&str; 6]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    if is_one_of(TRUE) { Some(true) } else { is_one_of(FALSE).then_some(false) }
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
        for word in ["true", "Yes", "1", "Enabled", "WAHR", "vrai"] {
            assert_eq!(truth(word), Some(true), "{word}");
        }
        for word in ["false", "No", "0", "Disabled", "FALSCH", "faux"] {
            assert_eq!(truth(word), Some(false), "{word}");
        }
        assert_eq!(truth(""), None);
        assert_eq!(truth("maybe"), None);
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
