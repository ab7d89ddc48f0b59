//! Text in the cells of a Markdown table.

use tunnelog::marks::is_unseen;

/// `text` such that it stays in its cell and shows as it is.
pub(crate) fn escaped(text: &str) -> String {
    if is_linked(text) {
        return code(text);
    }
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '`' | '\\' | '<' | '>' | '*' | '_' | '[' | ']' | '~' | '&' => safe.extend(['\\', letter]),
            letter => safe.push(seen(letter)),
        }
    }
    safe
}

/// A sentence such that it shows as it is, with what stands in backquotes as code.
pub(crate) fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let words = |text: &str| text.split(' ').map(escaped).collect::<Vec<_>>().join(" ");
    if pieces.len().is_multiple_of(2) {
        return words(text);
    }
    let piece = |(index, piece): (usize, &&str)| if index % 2 == 0 { words(piece) } else { code(piece) };
    pieces.iter().enumerate().map(piece).collect()
}

fn seen(letter: char) -> char {
    match letter {
        '\n' | '\r' | '\t' => ' ',
        letter if is_unseen(letter) => '\u{fffd}',
        letter => letter,
    }
}

/// True for what GitHub and others make a link of although it is escaped: URLs, hosts, addresses of mail, people, issues.
fn is_linked(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    let is_numbered = |mark: &str| {
        let mut marks = small.match_indices(mark);
        marks.any(|(at, _)| small[at + mark.len()..].starts_with(|it: char| it.is_ascii_digit()))
    };
    ["://", "www.", "@", "mailto:", "xmpp:"].iter().any(|mark| small.contains(mark))
        || is_numbered("#")
        || is_numbered("gh-")
}

/// `text` as code, in which nothing is a link.
fn code(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A blank on either side is taken away where there is one on both.
    let is_bare = |letter: char| letter == '`' || letter.is_whitespace();
    let pad = if text.starts_with(is_bare) || text.ends_with(is_bare) { " " } else { "" };
    let inner: String = text.chars().map(seen).collect();
    format!("{fence}{pad}{}{pad}{fence}", inner.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_break_out() {
        assert_eq!(escaped("a|b`c`\r\n<b>"), "a\\|b\\`c\\`  \\<b\\>");
        assert_eq!(escaped("\u{1b}[1m"), "\u{fffd}\\[1m");
        assert_eq!(escaped("a\u{3164}b\u{feff}"), "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn a_sentence_keeps_its_code_and_no_more() {
        assert_eq!(prose("`--max` lists <more> of a_b"), "`--max` lists \\<more\\> of a\\_b");
        assert_eq!(prose("one ` alone, see www.x.org"), "one \\` alone, see `www.x.org`");
    }

    #[test]
    fn a_name_that_is_an_address_is_no_link() {
        let linked = [
            "https://example.org/x",
            "www.example.org",
            "WWW.x.org",
            "ada@example.org",
            "@ada",
            "#12",
            "GH-7",
        ];
        for name in linked {
            assert_eq!(escaped(name), format!("`{name}`"));
        }
        assert_eq!(escaped("a|b@c`d``\n"), "``` a\\|b@c`d``  ```");
        assert_eq!(escaped("`@a"), "`` `@a ``");
        for name in ["hub #west", "http:hub", "10.0.0.0/8", "c#", "wwwhub"] {
            assert_eq!(escaped(name), name);
        }
    }
}
