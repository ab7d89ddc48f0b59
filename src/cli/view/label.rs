//! Texts as diagrams take them: whatever a name holds, a label ends nowhere but at its end.

use std::fmt::Write;

/// The lines of a label in quotes, for Mermaid.
pub(crate) fn mermaid(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| mermaid_line(line)).collect();
    format!("\"{}\"", lines.join("<br/>"))
}

/// Letters that mean something to Mermaid, to Markdown or to HTML are written by their numbers.
///
/// Labels are read as Markdown even where they are none, and directives (`%%{`), formulas (`$$`) and icons (`fa:fa-x`)
/// are looked for anywhere.
fn mermaid_line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let is_followed = next.is_some_and(|next| next != ' ');
        let acts = match letter {
            '"' | '#' | '&' | '<' | '>' | '`' | ';' | '\\' | '*' | '_' | '%' | '{' | '}' | '$' | '~'
            | '|' | '^' | '@' => true,
            // The beginnings of lists, rules and headings.
            '-' | '+' | '=' => before.is_none(),
            '.' | ')' => before.is_some_and(|before: char| before.is_ascii_digit()) && !is_followed,
            // Images, links and icons.
            '!' => next == Some('['),
            '(' => before == Some(']'),
            ':' => before == Some(']') || is_followed,
            _ => false,
        };
        if acts {
            // Writing to a string does not fail.
            let _ = write!(safe, "#{};", u32::from(letter));
        } else {
            safe.push(letter);
        }
        before = Some(letter);
    }
    safe
}

/// The lines of a label in quotes, for Graphviz, which also reads character references of HTML. Lines begin on the left.
pub(crate) fn dot(lines: &[String]) -> String {
    let safe = |line: &str| line.replace('\\', r"\\").replace('"', r#"\""#).replace('&', "&amp;");
    let end = if lines.len() > 1 { r"\l" } else { "" };
    format!("\"{}\"", lines.iter().map(|line| safe(line) + end).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        mermaid_line(text)
    }

    #[test]
    fn mermaid_takes_nothing_in_a_label_for_its_own() {
        assert_eq!(mermaid(&["10.1.0.0/16".to_owned(), "end".to_owned()]), "\"10.1.0.0/16<br/>end\"");
        assert_eq!(line(r#"hub "west" \ <b>#1;"#), "hub #34;west#34; #92; #60;b#62;#35;1#59;");
        assert_eq!(line("%%{init: x}%%"), "#37;#37;#123;init: x#125;#37;#37;");
        assert_eq!(line("$$x^2$$"), "#36;#36;x#94;2#36;#36;");
        assert_eq!(line("! a+b=c ![x]"), "! a+b=c #33;[x]");
        assert_eq!(line("fa:fa-ban"), "fa#58;fa-ban");
        assert_eq!(line("hub [west]|x|"), "hub [west]#124;x#124;");
        assert_eq!(line("[x](y)"), "[x]#40;y)");
    }

    #[test]
    fn mermaid_finds_no_list_and_no_heading() {
        assert_eq!(line("1. hub"), "1#46; hub");
        assert_eq!(line("1) hub"), "1#41; hub");
        assert_eq!(line("- hub-west"), "#45; hub-west");
        assert_eq!(line("+ needs-route"), "#43; needs-route");
        assert_eq!(line("---"), "#45;--");
        assert_eq!(line("# hub"), "#35; hub");
    }

    #[test]
    fn graphviz_gets_letters_and_no_references() {
        let lines = ["hub \"west\" \\N <b>&lt;".to_owned(), "x".to_owned()];
        assert_eq!(dot(&lines), r#""hub \"west\" \\N <b>&amp;lt;\lx\l""#);
    }
}
