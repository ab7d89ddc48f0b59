//! Text in the cells of a Markdown table.

use crate::cli::shell::screen::acts;

/// `text` such that it stays in its cell and shows as it is.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '`' | '\\' | '<' | '>' | '*' | '_' | '[' | ']' | '~' | '&' => safe.extend(['\\', letter]),
            '\n' | '\r' | '\t' => safe.push(' '),
            _ if acts(letter) => safe.push('\u{fffd}'),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_break_out() {
        assert_eq!(escaped("a|b`c`\r\n<b>"), "a\\|b\\`c\\`  \\<b\\>");
        assert_eq!(escaped("\u{1b}[1m"), "\u{fffd}\\[1m");
    }
}
