//! What words and lists look like in exports.

/// How many bytes of blank lines and of lines that start with `#` stand before the first other line.
pub(crate) fn comment_length(text: &str) -> usize {
    text.split_inclusive('\n')
        .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
        .map(str::len)
        .sum()
}

/// The values of a cell that holds a list: a JSON array, or values between `;`, `,`, `|` or blanks.
pub(super) fn list(cell: &str) -> impl Iterator<Item = &str> {
    let is_between = |letter: char| letter.is_whitespace() || ",;|[]{}\"'".contains(letter);
    cell.split(is_between).filter(|value| !value.is_empty())
}

/// The truth value that a word of an export stands for.
pub(super) fn boolean(word: &str) -> Option<bool> {
    match word.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "enabled" | "wahr" | "vrai" => Some(true),
        "false" | "no" | "0" | "disabled" | "falsch" | "faux" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_many_dresses() {
        for cell in ["[\"10.0.0.0/8\",\"11.0.0.0/8\"]", "10.0.0.0/8 , 11.0.0.0/8 ", "10.0.0.0/8;11.0.0.0/8"] {
            assert_eq!(list(cell).collect::<Vec<_>>(), ["10.0.0.0/8", "11.0.0.0/8"]);
        }
    }

    #[test]
    fn comments_end_at_the_first_other_line() {
        assert_eq!(comment_length("# az network vnet list\n\n[] # no"), 24);
        assert_eq!(comment_length("[]"), 0);
    }
}
