//! Texts of exports before they are read: comments in front.

/// How many bytes of blank lines and of lines that start with `#` stand before the first other line.
pub(crate) fn comment_length(text: &str) -> usize {
    text.split_inclusive('\n')
        .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
        .map(str::len)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_end_at_the_first_other_line() {
        assert_eq!(comment_length("# az network vnet list\n\n[] # no"), 24);
        assert_eq!(comment_length("[]"), 0);
    }
}
